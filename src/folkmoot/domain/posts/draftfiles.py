"""The files of a draft: kept for it until it is posted, thrown away or forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.media import litter, media, pictures
from folkmoot.domain.media.media import MediaView, NewMedia
from folkmoot.domain.posts import draftbox
from folkmoot.kit.media.picturebytes import mime_of
from folkmoot.settings import Settings
from folkmoot.store.blobs import Keeper
from folkmoot.store.schema.groups import drafts
from folkmoot.store.schema.posts import media as media_t
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_FILES: Final = 20
"""So many files one draft has at most."""
FORGOTTEN_MS: Final = 90 * 86_400_000
"""A draft that nobody touched for so long is thrown away with its files."""
AT_ONCE: Final = 100
_INLINE: Final = '{"inline":true}'
"""What marks a picture in the body while it is in a draft, where a video's facts stand otherwise."""
_COUNT = Query(
    sa.select(media_t.c.kept_by, sa.func.count())
    .where(in_list(media_t.c.kept_by, "ids"), media_t.c.kept_by.is_not(None))
    .group_by(media_t.c.kept_by)
)
_OLD = Query(
    sa.select(drafts.c.id)
    .where(drafts.c.updated_at < p("before"))
    .order_by(drafts.c.updated_at)
    .limit(AT_ONCE)
)
_FORGET = Query(sa.delete(drafts).where(in_list(drafts.c.id, "ids")))
_GONE = Query(sa.delete(media_t).where(in_list(media_t.c.id, "ids")))


class DraftFile(msgspec.Struct, frozen=True):
    """A file of a draft; *inline*: it is a picture within the body."""

    draft_id: int
    file: MediaView
    inline: bool


def most_bytes(settings: Settings) -> int:
    """How large the files of one draft are together at most: what a mail can carry, base64 making four bytes of
    three."""
    return settings.mail_max_bytes * 3 // 4


SIDES: Final = {
    "ex_small": 512, "small": 1024, "somewhat_small": 1280, "medium_small": 1600, "medium": 2048, "large": 4096,
}  # fmt: skip
"""Pixels of a picture's longer side by a group's word for it."""


def longest_side(settings: Mapping[str, Any], section: str = "email") -> int:
    """To how many pixels a group with these settings brings the pictures of its posts, or of its *section*
    ("databases"); 0: it leaves them."""
    return SIDES.get(str(settings.get(f"max_photo_size_{section}", "none")), 0)


def take(
    blobs: Keeper, settings: Settings, data: bytes, mime: str, name: str, *, inline: bool, side: int = 0
) -> NewMedia:
    """Check a file and keep its bytes; slow, so never on the event loop. Pictures are decoded and made anew, as
    everywhere, and brought to *side* pixels where that is said; what can't be is a plain file, unless it is to stand in
    the body. Raises Conflict("file_too_big" |
    "bad_file")."""
    if len(data) > settings.media_max_bytes:
        raise Conflict("the file is too big", code="file_too_big")
    if not data or not name.strip():
        raise Conflict("the file is empty or has no name", code="bad_file")
    if mime_of(data[:32]):
        prepared = _picture(data, mime, name, settings, side)
        if prepared is not None:
            kept = pictures.store(blobs, prepared, name)
            return msgspec.structs.replace(kept, meta=_INLINE) if inline else kept
    if inline:
        raise Conflict("only pictures stand in the body", code="bad_file")
    return NewMedia(kind="file", mime=mime, name=name[:255], size=len(data), blob=blobs.put(data))


def _picture(data: bytes, mime: str, name: str, settings: Settings, side: int) -> pictures.Prepared | None:
    """The picture made anew, None for one that can't be."""
    try:
        return pictures.prepare(data, mime, name, max_bytes=settings.media_max_bytes, side=side)
    except Invalid:
        return None


def add(tx: Tx, viewer: Viewer, draft_id: int, new: Sequence[NewMedia]) -> list[DraftFile]:
    """Put stored files to one's own draft, in this order; just these. Raises NotFound("draft"),
    Conflict("too_many_files" | "file_too_big")."""
    me = viewer.required()
    tx.alone("draft", draft_id)
    draftbox.see(tx, viewer, draft_id)
    there = of(tx, draft_id)
    if len(there) + len(new) > MAX_FILES:
        raise Conflict(f"a draft has at most {MAX_FILES} files", code="too_many_files")
    if sum(each.file.size for each in there) + sum(each.size for each in new) > most_bytes(tx.settings):
        raise Conflict("the files are too big together", code="file_too_big")
    ids = []
    for position, each in enumerate(new, len(there)):
        id_ = tx.ids.next()
        facts: dict[str, Any] = {**msgspec.structs.asdict(each), "kept_by": draft_id, "position": position}
        tx.insert(media_t, id=id_, account_id=me, created_at=tx.now, freed_at=tx.now, **facts)
        ids.append(id_)
    draftbox.touch(tx, draft_id)
    return [each for each in of(tx, draft_id) if each.file.id in ids]


def of(tx: Tx, draft_id: int) -> list[DraftFile]:
    """The files of a draft that was seen, in order."""
    held = media.held_by(tx, [draft_id]).get(draft_id, [])
    return [DraftFile(draft_id, file, file.meta == _INLINE) for file in held]


def counts(tx: Tx, draft_ids: list[int]) -> dict[int, int]:
    """How many files drafts have, by draft; those without are left out."""
    return {row[0]: row[1] for row in tx.all(_COUNT, ids=draft_ids)} if draft_ids else {}


def remove(tx: Tx, viewer: Viewer, draft_id: int, file_id: int) -> None:
    """Take a file from one's own draft. Raises NotFound("draft" | "attachment")."""
    tx.alone("draft", draft_id)
    draftbox.see(tx, viewer, draft_id)
    found = next((each.file for each in of(tx, draft_id) if each.file.id == file_id), None)
    if found is None:
        raise NotFound(what="attachment")
    tx.run(_GONE, ids=[found.id])
    litter.drop(tx, found.blob, found.preview)
    draftbox.touch(tx, draft_id)


def hand_over(tx: Tx, draft_id: int) -> list[NewMedia]:
    """The files of a draft that is being posted, for its post: they are the draft's no more."""
    files = [each.file for each in of(tx, draft_id)]
    if files:
        tx.run(_GONE, ids=[file.id for file in files])
    names = NewMedia.__struct_fields__
    kept = [{name: getattr(file, name) for name in names} for file in files]
    return [NewMedia(**{**values, "meta": "{}"}) for values in kept]


def any_forgotten(tx: Tx) -> bool:
    """Whether there are drafts to throw away."""
    return tx.one(_OLD, before=tx.now - FORGOTTEN_MS) is not None


def forget(tx: Tx) -> int:
    """Throw away drafts that nobody touched for long; their files are free, and go as all free ones do. How many."""
    ids = tx.column(_OLD, before=tx.now - FORGOTTEN_MS)
    for draft_id in ids:
        media.let_go(tx, draft_id)
    if ids:
        tx.run(_FORGET, ids=ids)
    return len(ids)
