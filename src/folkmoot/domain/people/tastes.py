"""What a door keeps for a person in its own words, such as how they like its lists: no other part reads it."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import Invalid
from folkmoot.store.schema.entering import tastes
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_BYTES: Final = 8000

_SOME = Query(
    sa.select(tastes.c.account_id, tastes.c.data).where(
        in_list(tastes.c.account_id, "ids"), tastes.c.door == text_p("door")
    )
)
_ONE = Query(sa.select(tastes.c.data).where(tastes.c.account_id == p("id"), tastes.c.door == text_p("door")))


def of(tx: Tx, account_id: int, door: str) -> dict[str, Any]:
    """What the door keeps for the account."""
    found: dict[str, Any] = msgspec.json.decode(tx.value(_ONE, id=account_id, door=door) or "{}")
    return found


def of_people(tx: Tx, account_ids: list[int], door: str) -> dict[int, dict[str, Any]]:
    """The same of several accounts, by account; of whom nothing is kept are left out."""
    rows = tx.all(_SOME, ids=account_ids, door=door) if account_ids else []
    return {row[0]: msgspec.json.decode(row[1]) for row in rows}


def keep(tx: Tx, account_id: int, door: str, **changes: Any) -> None:
    """Merge these in. Raises Invalid("preferences", "too_long")."""
    if not changes:
        return
    tx.alone("tastes", account_id)
    text = msgspec.json.encode({**of(tx, account_id, door), **changes}).decode()
    if len(text) > MAX_BYTES:
        raise Invalid("preferences", "too_long")
    key = {"account_id": account_id, "door": door}
    if not tx.update(tastes, key, data=text, updated_at=tx.now):
        tx.insert(tastes, **key, data=text, updated_at=tx.now)
