"""Uploads that come in pieces: begun, continued, put together; forgotten after a day."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound, TooMany
from folkmoot.domain.media import litter
from folkmoot.store.schema.photos import upload_parts, uploads
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MOST: Final = 10
"""Unfinished uploads of one account."""
MAX_PARTS: Final = 1000
LIFE_MS: Final = 86_400_000


class Begun(msgspec.Struct, frozen=True):
    """An upload under way: its claimed type and how many bytes it will have."""

    id: int
    mime: str
    total: int


_ONE = Query(
    sa.select(uploads.c.id, uploads.c.mime, uploads.c.total).where(
        uploads.c.id == p("id"), uploads.c.account_id == p("me")
    )
)
_OPEN = Query(sa.select(uploads.c.id).where(uploads.c.account_id == p("me")))
_OLD = Query(
    sa.select(uploads.c.id).where(uploads.c.account_id == p("me"), uploads.c.created_at < p("before"))
)
_PARTS = Query(
    sa.select(upload_parts.c.position, upload_parts.c.blob, upload_parts.c.size)
    .where(upload_parts.c.upload_id == p("id"))
    .order_by(upload_parts.c.position)
)
_DROP_PARTS = Query(sa.delete(upload_parts).where(upload_parts.c.upload_id == p("id")))
_DROP = Query(sa.delete(uploads).where(uploads.c.id == p("id")))


def begin(tx: Tx, viewer: Viewer, mime: str, total: int, *, most: int) -> int:
    """Announce an upload of *total* bytes, at most *most*; its id, which becomes the file's.

    Raises Invalid("total", "blank" | "too_large"), TooMany("uploads").
    """
    me = viewer.required()
    if total < 1:
        raise Invalid("total", "blank")
    if total > most:
        raise Invalid("total", "too_large")
    tx.alone("uploads", me)
    for old in tx.column(_OLD, me=me, before=tx.now - LIFE_MS):
        end(tx, old)
    if len(tx.column(_OPEN, me=me)) >= MOST:
        raise TooMany("too many unfinished uploads", code="uploads")
    id_ = tx.ids.next()
    tx.insert(uploads, id=id_, account_id=me, mime=mime[:255], total=total, created_at=tx.now)
    return id_


def see(tx: Tx, viewer: Viewer, upload_id: int) -> Begun:
    """One of the viewer's own unfinished uploads. Raises NotFound."""
    row = tx.one(_ONE, id=upload_id, me=viewer.required()) if 0 < upload_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="upload")
    return Begun(*row)


def append(tx: Tx, viewer: Viewer, upload_id: int, position: int, blob: str, size: int) -> None:
    """A piece, stored already; the same position again replaces it.

    Raises NotFound, Invalid("segment", "out_of_range"), Invalid("total", "too_large").
    """
    tx.alone("upload", upload_id)
    upload = see(tx, viewer, upload_id)
    if not 0 <= position < MAX_PARTS:
        raise Invalid("segment", "out_of_range")
    there = {row[0]: row for row in tx.all(_PARTS, id=upload_id)}
    if sum(row[2] for row in there.values() if row[0] != position) + size > upload.total:
        raise Invalid("total", "too_large")
    if position in there:
        litter.drop(tx, there[position][1])
        tx.update(upload_parts, {"upload_id": upload_id, "position": position}, blob=blob, size=size)
    else:
        tx.insert(upload_parts, upload_id=upload_id, position=position, blob=blob, size=size)


def parts(tx: Tx, viewer: Viewer, upload_id: int) -> list[str]:
    """Blobs of all pieces in order. Raises NotFound, Invalid("total", "incomplete")."""
    upload = see(tx, viewer, upload_id)
    rows = tx.all(_PARTS, id=upload_id)
    if sum(row[2] for row in rows) != upload.total or [row[0] for row in rows] != list(range(len(rows))):
        raise Invalid("total", "incomplete")
    return [row[1] for row in rows]


def end(tx: Tx, upload_id: int) -> None:
    """The upload is put together, or nobody waits for it: its pieces go."""
    litter.drop(tx, *(row[1] for row in tx.all(_PARTS, id=upload_id)))
    tx.run(_DROP_PARTS, id=upload_id)
    tx.run(_DROP, id=upload_id)


def forget_all(tx: Tx, account_id: int) -> None:
    """All unfinished uploads of an account."""
    for upload_id in tx.column(_OPEN, me=account_id):
        end(tx, upload_id)
