"""Who has blocked whom: asked here, whatever it is asked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.store.schema.bonds import blocks
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_HAS = Query(sa.select(blocks.c.id).where(blocks.c.account_id == p("who"), blocks.c.target_id == p("whom")))


def has_blocked(tx: Tx, who: int, whom: int) -> bool:
    """Whether the one blocks the other; 0 is nobody."""
    return bool(who and whom) and tx.one(_HAS, who=who, whom=whom) is not None


def are_apart(tx: Tx, one: int, other: int) -> bool:
    """Whether either blocks the other."""
    return has_blocked(tx, one, other) or has_blocked(tx, other, one)


def parted(one: Any, other: Any) -> Any:
    """are_apart in a statement: each a parameter or a column."""
    b = blocks.alias()
    either = sa.or_(
        sa.and_(b.c.account_id == one, b.c.target_id == other),
        sa.and_(b.c.account_id == other, b.c.target_id == one),
    )
    found: Any = sa.select(sa.literal_column("1")).select_from(b).where(either)
    return sa.exists(found.correlate_except(b))
