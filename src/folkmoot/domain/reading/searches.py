"""Searches that people keep to ask them again."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound, TooMany
from folkmoot.store.schema.reading import saved_searches
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MAX_KEPT = 25
MAX_QUERY = 500


class SavedSearch(msgspec.Struct, frozen=True):
    """A search that somebody keeps; `created_at` in ms."""

    id: int
    query: str
    created_at: int


_COLUMNS = [saved_searches.c[name] for name in SavedSearch.__struct_fields__]
_ALL = Query(
    sa.select(*_COLUMNS)
    .where(saved_searches.c.account_id == p("me"))
    .order_by(saved_searches.c.id.desc())
    .limit(MAX_KEPT)
)
_ONE = Query(
    sa.select(*_COLUMNS).where(saved_searches.c.id == p("id"), saved_searches.c.account_id == p("me"))
)
_SAME = Query(
    sa.select(*_COLUMNS).where(
        saved_searches.c.account_id == p("me"), saved_searches.c.query == text_p("query")
    )
)
_DROP = Query(sa.delete(saved_searches).where(saved_searches.c.id == p("id")))


def listing(tx: Tx, viewer: Viewer) -> list[SavedSearch]:
    """The viewer's own, newest first."""
    return [SavedSearch(*row) for row in tx.all(_ALL, me=viewer.required())]


def see(tx: Tx, viewer: Viewer, search_id: int) -> SavedSearch:
    """One of the viewer's own. Raises NotFound."""
    row = tx.one(_ONE, id=search_id, me=viewer.required()) if 0 < search_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="search")
    return SavedSearch(*row)


def keep(tx: Tx, viewer: Viewer, query: str) -> SavedSearch:
    """Keep a search; the same twice is one.

    Raises Invalid("query", "blank" | "too_long"), TooMany("saved_searches") beyond MAX_KEPT.
    """
    me, query = viewer.required(), " ".join(query.split())
    if not query:
        raise Invalid("query", "blank")
    if len(query) > MAX_QUERY:
        raise Invalid("query", "too_long")
    tx.alone("saved_searches", me)
    row = tx.one(_SAME, me=me, query=query)
    if row is not None:
        return SavedSearch(*row)
    if len(listing(tx, viewer)) >= MAX_KEPT:
        raise TooMany(f"no more than {MAX_KEPT} searches can be kept", code="saved_searches")
    made = SavedSearch(tx.ids.next(), query, tx.now)
    tx.insert(saved_searches, account_id=me, **msgspec.structs.asdict(made))
    return made


def drop(tx: Tx, viewer: Viewer, search_id: int) -> SavedSearch:
    """Keep a search no longer; as it was. Raises NotFound."""
    found = see(tx, viewer, search_id)
    tx.run(_DROP, id=found.id)
    return found
