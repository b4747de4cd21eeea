"""Where a long list goes on, kept under a small number for APIs whose page tokens must fit 31 bits."""

from __future__ import annotations

import hashlib
from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, NotFound
from folkmoot.store.schema.groups import cursors
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

LIFE_MS: Final = 7 * 86_400_000
MAX_QUERY: Final = 16_000
TRIES: Final = 8
_BITS: Final = (1 << 31) - 1
_SOME = Query(
    sa.select(cursors.c.id, cursors.c.account_id, cursors.c.query, cursors.c.expires_at).where(
        in_list(cursors.c.id, "ids")
    )
)
_ONE = Query(
    sa.select(cursors.c.query).where(
        cursors.c.id == p("id"), cursors.c.account_id == p("account_id"), cursors.c.expires_at > p("now")
    )
)
_OLD = Query(
    sa.delete(cursors).where(
        cursors.c.id.in_(
            sa.select(cursors.c.id)
            .where(cursors.c.expires_at <= p("now"))
            .order_by(cursors.c.expires_at)
            .limit(100)
        )
    )
)


def _candidates(account_id: int, query: str) -> list[int]:
    """Numbers from 1 to 2^31 - 1 that follow from the query: asking again for the same page makes no new row."""
    digest = hashlib.blake2b(f"{account_id}\n{query}".encode(), digest_size=4 * TRIES).digest()
    numbers = [int.from_bytes(digest[i : i + 4], "big") & _BITS for i in range(0, 4 * TRIES, 4)]
    return [number or 1 for number in numbers]


def known(tx: Tx, viewer: Viewer, query: str) -> int | None:
    """The number under which the query is kept with at least half of its life left, or None."""
    candidates = _candidates(viewer.account_id, query)
    rows = {row[0]: row for row in tx.all(_SOME, ids=candidates)}
    for number in candidates:
        row = rows.get(number)
        if row and row[1:3] == (viewer.account_id, query) and row[3] > tx.now + LIFE_MS // 2:
            return number
    return None


def keep(tx: Tx, viewer: Viewer, query: str) -> int:
    """Keep the query for a week. Returns its number, from 1 to 2^31 - 1. Raises Conflict where no number is free."""
    if len(query) > MAX_QUERY:
        raise Conflict("the query is too long to be gone on with", code="cursor")
    tx.run(_OLD, now=tx.now)
    candidates = _candidates(viewer.account_id, query)
    taken = {row[0]: row for row in tx.all(_SOME, ids=candidates)}
    mine = [
        number
        for number in candidates
        if number in taken and taken[number][1:3] == (viewer.account_id, query)
    ]
    for number in [*mine, *candidates]:
        row = taken.get(number)
        if row is not None and (number in mine or row[3] <= tx.now):
            values = {"account_id": viewer.account_id, "query": query, "expires_at": tx.now + LIFE_MS}
            tx.update(cursors, {"id": number}, **values)
            return number
        if row is None and tx.insert_new(
            cursors, id=number, account_id=viewer.account_id, query=query, expires_at=tx.now + LIFE_MS
        ):
            return number
    raise Conflict("no number is free for this page", code="cursor")


def find(tx: Tx, viewer: Viewer, number: int) -> str:
    """The query that the viewer was given this number for. Raises NotFound."""
    row = tx.one(_ONE, id=number, account_id=viewer.account_id, now=tx.now) if 0 < number <= _BITS else None
    if row is None:
        raise NotFound(what="cursor")
    return str(row[0])
