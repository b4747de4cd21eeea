"""Who has blocked whom, as an account or with its whole server: asked here, whatever it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks as blocks_t
from folkmoot.store.schema.people import server_blocks
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx


def blocks(who: Any, whom: Any) -> Any:
    """True in SQL where the one blocks the other, or the server that the other is on; each a parameter or a column."""
    a = accounts.alias()
    server = sa.select(a.c.domain).where(a.c.id == whom).correlate_except(a).scalar_subquery()
    by_server = there(server_blocks, account_id=who, domain=server)
    if isinstance(whom, sa.BindParameter):
        far = accounts.alias()  # nobody blocks the server that this one is
        by_server = sa.and_(_exists(far, far.c.id == whom, far.c.domain != ""), by_server)
    return sa.or_(there(blocks_t, account_id=who, target_id=whom), by_server)


def there(table: Any, *where: Callable[[Any], Any], **values: Any) -> Any:
    """True in SQL where *table* has a row of these *values* by column; *where* makes further conditions of the row.

    What is a parameter is the same for all rows of a statement. So whether there is any row with it is asked once, and
    only for those who have some (few block anybody) it is asked for each row.
    """
    some = table.alias()
    found = _exists(
        some, *(some.c[name] == value for name, value in values.items()), *(made(some) for made in where)
    )
    for name, value in values.items():
        if isinstance(value, sa.BindParameter):
            any_ = table.alias()
            found = sa.and_(_exists(any_, any_.c[name] == value), found)
    return found


def _exists(table: Any, *where: Any) -> Any:
    one: Any = sa.select(sa.literal_column("1")).select_from(table).where(*where)
    return sa.exists(one.correlate_except(table))


_HAS = Query(lambda: sa.select(sa.literal_column("1")).where(blocks(p("who"), p("whom"))))


def has_blocked(tx: Tx, who: int, whom: int) -> bool:
    """Whether the one blocks the other, or the other's server; 0 is nobody."""
    return bool(who and whom) and tx.one(_HAS, who=who, whom=whom) is not None


def are_apart(tx: Tx, one: int, other: int) -> bool:
    """Whether either blocks the other."""
    return has_blocked(tx, one, other) or has_blocked(tx, other, one)


def parted(one: Any, other: Any) -> Any:
    """are_apart in a statement: each a parameter or a column."""
    return sa.or_(blocks(one, other), blocks(other, one))


def reaches(me: Any, account: Any) -> Any:
    """In a statement: whether what an account (a row) shows to everybody is shown to *me*: it is in good standing, and
    no block is between the two."""
    return sa.and_(account.c.suspended_at.is_(None), ~parted(me, account.c.id))


_REACHES = Query(
    lambda: sa.select(accounts.c.id).where(in_list(accounts.c.id, "ids"), reaches(p("me"), accounts))
)


def who_reaches(tx: Tx, me: int, ids: Iterable[int]) -> set[int]:
    """Those of the accounts of which `reaches` is true."""
    wanted = set(ids)
    return set(tx.column(_REACHES, ids=wanted, me=me)) if wanted else set()
