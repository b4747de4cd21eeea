"""Cleaning up: files that nobody attached within a day, and blobs that nothing refers to any more."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.store.schema import metadata
from folkmoot.store.schema.photos import upload_parts, uploads
from folkmoot.store.schema.posting import litter
from folkmoot.store.schema.posts import media
from folkmoot.store.schema.work import outbox
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

FREE_MS: Final = 86_400_000
"""So long a file waits to be attached, or to be attached again after its post was deleted."""
REST_MS: Final = 3_600_000
"""So long a blob is left after the last row let go of it: whoever stores the same bytes just now has a row by then."""
AGED_MS: Final = 7 * 86_400_000
"""So long after they were stored it is certain that whoever did so writes no row any more."""
AT_ONCE: Final = 200
BLOB_COLUMNS: Final = frozenset(
    {"blob", "preview", "raw", "avatar", "header", "image", "picture", "thumbnail", "static"}
)
"""Names of text columns, in whatever table, that hold keys of blobs."""

_FREE = Query(
    sa.select(media.c.id, media.c.blob, media.c.preview, media.c.raw)
    .where(media.c.post_id.is_(None), media.c.kept_by.is_(None), media.c.freed_at < p("before"))
    .order_by(media.c.freed_at)
    .limit(AT_ONCE)
)
_DELETE = Query(
    sa.delete(media).where(in_list(media.c.id, "ids"), media.c.post_id.is_(None), media.c.kept_by.is_(None))
)
_STALE = Query(
    sa.select(uploads.c.id)
    .where(uploads.c.created_at < p("before"))
    .order_by(uploads.c.created_at)
    .limit(AT_ONCE)
)
_STALE_BLOBS = Query(sa.select(upload_parts.c.blob).where(in_list(upload_parts.c.upload_id, "ids")))
_NO_PARTS = Query(sa.delete(upload_parts).where(in_list(upload_parts.c.upload_id, "ids")))
_NO_UPLOADS = Query(sa.delete(uploads).where(in_list(uploads.c.id, "ids")))
_RESTED = Query(
    sa.select(litter.c.blob).where(litter.c.since < p("before")).order_by(litter.c.since).limit(AT_ONCE)
)
_MAILED = Query(sa.select(outbox.c.payload).where(outbox.c.payload.like('%"blob":"%')))
_SWEPT = Query(sa.delete(litter).where(in_list(litter.c.blob, "keys", text=True)))


def _references() -> list[Query]:
    """For each column that holds keys: those of the given keys that are in it. No key is empty: said again, as indexes
    of such columns leave out what is."""
    return [
        Query(sa.select(column).where(in_list(column, "keys", text=True), column != sa.literal_column("''")))
        for table in metadata.sorted_tables
        if table is not litter
        for column in table.columns
        if column.name in BLOB_COLUMNS and isinstance(column.type, sa.Text)
    ]


_REFERENCES = _references()


def drop(tx: Tx, *keys: str) -> None:
    """A row lets go of these blobs: they are looked at when they have rested."""
    for key in keys:
        if key:
            tx.insert(
                litter, "ON CONFLICT (blob) DO UPDATE SET since = excluded.since", blob=key, since=tx.now
            )


def forget_files(tx: Tx) -> int:
    """Delete files that were free for a day, and uploads that were not finished in one; how many."""
    stale = tx.column(_STALE, before=tx.now - FREE_MS)
    if stale:
        drop(tx, *tx.column(_STALE_BLOBS, ids=stale))
        tx.run(_NO_PARTS, ids=stale)
        tx.run(_NO_UPLOADS, ids=stale)
    rows = tx.all(_FREE, before=tx.now - FREE_MS)
    if rows:
        tx.run(_DELETE, ids=[row[0] for row in rows])
        drop(tx, *(key for row in rows for key in row[1:]))
    return len(rows) + len(stale)


def any_free(tx: Tx) -> bool:
    """Whether there is something to clean."""
    return (
        tx.one(_FREE, before=tx.now - FREE_MS) is not None
        or tx.one(_STALE, before=tx.now - FREE_MS) is not None
        or tx.one(_RESTED, before=tx.now - REST_MS) is not None
    )


def _named(tx: Tx, keys: list[str]) -> set[str]:
    """Those of the keys to which a row refers."""
    return {key for query in _REFERENCES for key in tx.column(query, keys=keys)} if keys else set()


def nameless(tx: Tx, keys: list[str]) -> list[str]:
    """Those of the keys to which no row refers, and no mail that waits to leave: whoever stored the bytes was ended
    before the row was written. They may be dropped, if they are so old that nobody is still about it."""
    named = _named(tx, keys)
    lost = [key for key in keys if key not in named]
    waiting = "".join(tx.column(_MAILED)) if lost else ""
    return [key for key in lost if key not in waiting]


def rested(tx: Tx) -> list[str]:
    """Blobs that a row let go of an hour ago, and to which no other refers: their bytes may go; then `swept`."""
    keys = tx.column(_RESTED, before=tx.now - REST_MS)
    used = _named(tx, keys)
    tx.run(_SWEPT, keys=list(used))
    return [key for key in keys if key not in used]


def swept(tx: Tx, keys: list[str]) -> None:
    """The bytes of these blobs are gone."""
    tx.run(_SWEPT, keys=keys)
