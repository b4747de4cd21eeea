"""Pictures and files beside posts: made by their owner, attached once, and gone with the post."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.media import litter
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.media import cards, emojis
from folkmoot.store.schema.posts import media, posts
from folkmoot.store.schema.sections import row_pictures
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_ATTACHED = 4
MAX_DESCRIPTION = 1500


class State(IntEnum):
    """How far a file is: what is processing has no blob yet, only `raw` as it was sent."""

    READY = 0
    PROCESSING = 1
    FAILED = 2


class MediaView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that can be shown beside a post; sizes in bytes and pixels, `focus` as "x,y" in -1..1 or empty."""

    id: int
    account_id: int
    post_id: int | None
    kind: str
    mime: str
    name: str
    size: int
    width: int
    height: int
    preview_width: int
    preview_height: int
    blurhash: str
    description: str
    focus: str
    blob: str
    preview: str
    created_at: int
    state: int = 0
    meta: str = "{}"
    raw: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of a video or sound: width, height, duration (seconds), bitrate (bits a second), frame_rate
        ("30/1"), fps, audio_encode …; as far as it has them."""
        return {} if self.meta == "{}" else dict(msgspec.json.decode(self.meta))


class NewMedia(msgspec.Struct, kw_only=True):
    """A file that was checked and stored: what is known of it."""

    kind: str
    mime: str
    name: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    preview_width: int = 0
    preview_height: int = 0
    blurhash: str = ""
    description: str = ""
    focus: str = ""
    blob: str
    preview: str = ""
    state: int = 0
    meta: str = "{}"
    raw: str = ""


class MediaChange(msgspec.Struct, kw_only=True):
    """What becomes different about a file; None stays. *preview* is a blob's key with its width and height."""

    description: str | None = None
    focus: str | None = None
    preview: tuple[str, int, int] | None = None


FIELDS = MediaView.__struct_fields__
_COLUMNS = [media.c[name] for name in FIELDS]
_ONE = Query(sa.select(*_COLUMNS).where(media.c.id == p("id"), media.c.account_id == p("me")))
_SOME = Query(sa.select(*_COLUMNS).where(in_list(media.c.id, "ids")))
_HELD = Query(
    sa.select(media.c.kept_by, *_COLUMNS)
    # Not "post_id IS NULL": planners would read all that is attached to nothing.
    .where(
        in_list(media.c.kept_by, "ids"),
        media.c.kept_by.is_not(None),
        sa.func.coalesce(media.c.post_id, 0) == 0,
    )
    .order_by(media.c.kept_by, media.c.position)
)
_KEPT_BY = Query(
    sa.select(media.c.id, media.c.kept_by).where(in_list(media.c.id, "ids"), media.c.kept_by.is_not(None))
)
_LET_GO = Query(sa.update(media).where(media.c.kept_by == p("id")).values(kept_by=None, freed_at=p("now")))
OF_POSTS = Query(
    sa.select(*_COLUMNS).where(in_list(media.c.post_id, "ids")).order_by(media.c.post_id, media.c.position)
)
_IDS = Query(sa.select(media.c.id).where(media.c.post_id == p("id")).order_by(media.c.position))
_SIZE = Query(sa.select(sa.func.coalesce(sa.func.sum(media.c.size), 0)).where(in_list(media.c.id, "ids")))
_WEIGHT = Query(
    sa.select(sa.func.coalesce(sa.func.sum(media.c.size), 0)).where(
        sa.or_(media.c.post_id == p("id"), media.c.kept_by == p("id"))
    )
)
_RELEASE = Query(
    sa.update(media)
    .where(media.c.post_id == p("id"))
    .values(post_id=None, kept_by=p("kept_by"), freed_at=p("now"))
)
_DELETE = Query(sa.delete(media).where(media.c.id == p("id")))
_COUNT = Query(sa.update(posts).where(posts.c.id == p("id")).values(media_n=p("n")))
_SERVED = Query(
    lambda: (
        sa.select(media.c.mime, media.c.name, media.c.kind, media.c.blob)
        .select_from(media.outerjoin(posts, posts.c.id == sa.func.coalesce(media.c.post_id, media.c.kept_by)))
        .where(
            sa.or_(media.c.blob == text_p("key"), media.c.preview == text_p("key")),
            sa.or_(media.c.account_id == p("viewer"), sa.and_(posts.c.id.is_not(None), may_see(p("viewer")))),
        )
        .limit(1)
    )
)
_PORTRAIT = Query(
    sa.select(accounts.c.id)
    .where(sa.or_(accounts.c.avatar == text_p("key"), accounts.c.header == text_p("key")))
    .limit(1)
)
_ORNAMENT = Query(
    sa.union_all(
        sa.select(emojis.c.id).where(
            sa.or_(emojis.c.blob == text_p("key"), emojis.c.static == text_p("key"))
        ),
        sa.select(cards.c.id).where(cards.c.blob == text_p("key"), cards.c.blob != ""),
    ).limit(1)
)
"""Emoji and pictures of linked pages, which everybody may see."""


def add(tx: Tx, viewer: Viewer, new: NewMedia, media_id: int | None = None) -> int:
    """Keep a stored file for later attaching, under *media_id* where its uploader was told that id already. Raises
    Invalid("description", "too_long")."""
    if len(new.description) > MAX_DESCRIPTION:
        raise Invalid("description", "too_long")
    id_ = tx.ids.next() if media_id is None else media_id
    values = msgspec.structs.asdict(new)
    tx.insert(media, id=id_, account_id=viewer.required(), created_at=tx.now, freed_at=tx.now, **values)
    if new.state == State.PROCESSING:
        journal.record(tx, journal.MEDIA_QUEUED, viewer.account_id, id_)
    return id_


def attach_received(tx: Tx, account_id: int, post_id: int, files: list[NewMedia]) -> None:
    """Attach files that came in with a mail, as many as there are."""
    for position, new in enumerate(files):
        values = msgspec.structs.asdict(new)
        tx.insert(
            media,
            id=tx.ids.next(),
            account_id=account_id,
            post_id=post_id,
            position=position,
            created_at=tx.now,
            **values,
        )
    tx.run(_COUNT, id=post_id, n=len(files))


def see_own(tx: Tx, viewer: Viewer, media_id: int) -> MediaView:
    """One of the viewer's own files that is not attached yet. Raises NotFound."""
    row = tx.one(_ONE, id=media_id, me=viewer.required())
    if row is None or row[2] is not None or tx.one(_KEPT_BY, ids=[media_id]):
        raise NotFound(what="media")
    return MediaView(**dict(zip(FIELDS, row, strict=True)))


def describe(
    tx: Tx, viewer: Viewer, media_id: int, *, description: str | None, focus: str | None
) -> MediaView:
    """Change what is said of an own file that is not attached yet. Raises NotFound, Invalid("description")."""
    see_own(tx, viewer, media_id)
    values: dict[str, Any] = {}
    if description is not None:
        if len(description) > MAX_DESCRIPTION:
            raise Invalid("description", "too_long")
        values["description"] = description
    if focus is not None:
        values["focus"] = focus
    if values:
        tx.update(media, {"id": media_id}, **values)
    return see_own(tx, viewer, media_id)


def set_preview(
    tx: Tx, viewer: Viewer, media_id: int, preview: str, width: int, height: int, blurhash: str
) -> None:
    """Give an own file that is not attached yet another preview: a blob's key, pixels. Raises NotFound."""
    litter.drop(tx, see_own(tx, viewer, media_id).preview)
    values = {"preview_width": width, "preview_height": height, "blurhash": blurhash}
    tx.update(media, {"id": media_id}, preview=preview, **values)


def remove(tx: Tx, viewer: Viewer, media_id: int) -> None:
    """Delete an own file. Raises NotFound, Conflict("attached")."""
    row = tx.one(_ONE, id=media_id, me=viewer.required())
    if row is None:
        raise NotFound(what="media")
    if row[2] is not None or tx.one(_KEPT_BY, ids=[media_id]):
        raise Conflict("the file is attached to a post", code="attached")
    tx.run(_DELETE, id=media_id)
    litter.drop(tx, *(row[FIELDS.index(name)] for name in ("blob", "preview", "raw")))


def _checked(tx: Tx, account_id: int, post_id: int, ids: list[int]) -> list[MediaView]:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_ATTACHED:
        raise Invalid("media_ids", "too_many")
    rows = {row[0]: MediaView(**dict(zip(FIELDS, row, strict=True))) for row in tx.all(_SOME, ids=wanted)}
    found = [rows[i] for i in wanted if i in rows and rows[i].account_id == account_id]
    kept = {row[0]: row[1] for row in tx.all(_KEPT_BY, ids=wanted)} if wanted else {}
    if len(found) != len(wanted) or any(m.post_id not in (None, post_id) for m in found):
        raise Invalid("media_ids", "not_found")
    if any(keeper != post_id for keeper in kept.values()):
        raise Invalid("media_ids", "not_found")
    if any(m.state != State.READY for m in found):
        raise Invalid("media_ids", "not_ready")
    if len(found) > 1 and any(m.kind in ("video", "audio") for m in found):
        raise Invalid("media_ids", "mixed")
    return found


def attach(tx: Tx, account_id: int, post_id: int, ids: list[int]) -> None:
    """Attach own files in this order. Raises Invalid("media_ids", "too_many" | "not_found" | "not_ready" | "mixed")."""
    for position, found in enumerate(_checked(tx, account_id, post_id, ids)):
        tx.update(media, {"id": found.id}, post_id=post_id, position=position, kept_by=None)
    tx.run(_COUNT, id=post_id, n=len(set(ids)))


def check(tx: Tx, account_id: int, ids: list[int]) -> None:
    """Whether these could be attached to a new post. Raises as attach."""
    _checked(tx, account_id, 0, ids)


def hold(tx: Tx, account_id: int, holder_id: int, ids: list[int]) -> None:
    """Keep own files for a post that is yet to be made. Raises as attach."""
    for position, found in enumerate(_checked(tx, account_id, 0, ids)):
        tx.update(media, {"id": found.id}, kept_by=holder_id, position=position)


def held_by(tx: Tx, holder_ids: list[int]) -> dict[int, list[MediaView]]:
    """Files that `hold` keeps, in order, by their holder."""
    held: dict[int, list[MediaView]] = {}
    for holder_id, *row in tx.all(_HELD, ids=holder_ids) if holder_ids else ():
        held.setdefault(holder_id, []).append(MediaView(**dict(zip(FIELDS, row, strict=True))))
    return held


def let_go(tx: Tx, holder_id: int) -> None:
    """The files that `hold` keeps are free again."""
    tx.run(_LET_GO, id=holder_id, now=tx.now)


def replace(tx: Tx, account_id: int, post_id: int, ids: list[int]) -> None:
    """Attach just these, in this order; others are detached, but kept for the post's history. Raises as attach."""
    checked = _checked(tx, account_id, post_id, ids)
    tx.run(_RELEASE, id=post_id, kept_by=post_id, now=tx.now)
    for position, found in enumerate(checked):
        tx.update(media, {"id": found.id}, post_id=post_id, position=position, kept_by=None)
    tx.run(_COUNT, id=post_id, n=len(checked))


def change_attached(tx: Tx, viewer: Viewer, post_id: int, changes: dict[int, MediaChange]) -> bool:
    """Change files attached to one's own post; True where one became different. Raises Invalid("description")."""
    different = False
    for media_id, change in changes.items():
        row = tx.one(_ONE, id=media_id, me=viewer.required())
        if row is None or row[2] != post_id:
            continue
        now = dict(zip(FIELDS, row, strict=True))
        wanted: dict[str, Any] = {"description": change.description, "focus": change.focus}
        if change.preview is not None:
            wanted.update(zip(("preview", "preview_width", "preview_height"), change.preview, strict=True))
        values = {key: value for key, value in wanted.items() if value is not None and value != now[key]}
        if len(values.get("description", "")) > MAX_DESCRIPTION:
            raise Invalid("description", "too_long")
        if values:
            tx.update(media, {"id": media_id}, **values)
            different = True
        if "preview" in values:
            litter.drop(tx, now["preview"])
    return different


def by_ids(tx: Tx, ids: list[int]) -> dict[int, MediaView]:
    """Files by id, whoever's they are and whatever they hang on: for those who went through a post's gate."""
    rows = tx.all(_SOME, ids=ids) if ids else []
    return {row[0]: MediaView(**dict(zip(FIELDS, row, strict=True))) for row in rows}


def ids_of(tx: Tx, post_id: int) -> list[int]:
    """Ids of the files attached to a post, in order."""
    return tx.column(_IDS, id=post_id)


def bytes_of(tx: Tx, ids: list[int]) -> int:
    """How large these files are together."""
    return int(tx.value(_SIZE, ids=ids)) if ids else 0


def weight(tx: Tx, post_id: int) -> int:
    """How large the files beside a post are together, with those that its history keeps."""
    return int(tx.value(_WEIGHT, id=post_id))


def release(tx: Tx, post_id: int) -> None:
    """Detach a deleted post's files: their owner may attach them again for a day."""
    tx.run(_LET_GO, id=post_id, now=tx.now)
    tx.run(_RELEASE, id=post_id, kept_by=None, now=tx.now)
    tx.run(_COUNT, id=post_id, n=0)


class Served(msgspec.Struct, frozen=True):
    """What is needed to send a blob: its type and, for others than pictures, a name."""

    mime: str
    name: str
    kind: str
    is_preview: bool


def see_blob(tx: Tx, viewer: Viewer, key: str) -> Served:
    """A blob that the viewer may have: a portrait, an own file, or one beside a visible post. Raises NotFound."""
    row = tx.one(_SERVED, key=key, viewer=viewer.account_id)
    if row is not None:
        return Served(row[0], row[1], row[2], row[3] != key)
    if tx.one(_ORNAMENT, key=key) or tx.one(_PORTRAIT, key=key):
        return Served("image/jpeg", "", "image", True)
    raise NotFound(what="media")


_BLOB = Query(
    sa.select(media.c.mime, media.c.name, media.c.kind, media.c.blob)
    .where(sa.or_(media.c.blob == text_p("key"), media.c.preview == text_p("key")))
    .limit(1)
)
_IN_TABLE = Query(sa.select(row_pictures.c.row_id).where(row_pictures.c.blob == text_p("key")).limit(1))
"""Pictures in the cells of tables have no row of media."""


def blob_of(tx: Tx, key: str) -> Served:
    """What a blob is, without asking who looks: for addresses that prove themselves by a signature. Raises NotFound."""
    row = tx.one(_BLOB, key=key)
    if row is not None:
        return Served(row[0], row[1], row[2], row[3] != key)
    if tx.one(_IN_TABLE, key=key):
        return Served("image/jpeg", "", "image", True)
    raise NotFound(what="media")
