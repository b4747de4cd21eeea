"""Pictures in albums as rows: found, shown under the rule of sight, forgotten; what may become of them is in photos."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.media import litter
from folkmoot.domain.people import hearers
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.photos import photo_scales, photos
from folkmoot.store.schema.posts import media, posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

WALL = "Wall Photos"
"""The album of pictures that came with posts or for them."""
PORTRAITS = "Profile Photos"
MOST = 10_000
"""Photos of one account."""


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """One picture in an album. The four texts say for whom it is, as <id><id>; *post_id* is the post that it is liked
    and answered by, *media_id* the file beside a post."""

    id: int
    account_id: int
    resource: str
    album: str
    name: str
    description: str
    mime: str
    portrait: int
    post_id: int | None
    media_id: int | None
    allow_people: str
    allow_circles: str
    deny_people: str
    deny_circles: str
    circle_id: int | None
    created_at: int
    edited_at: int
    shown_by: int | None
    """Its own post, or the one that its file is attached to."""


class Scale(msgspec.Struct, frozen=True):
    """A photo in one size: 0 as it was sent, 1 and 2 smaller, 4 to 6 square portraits; pixels and bytes."""

    scale: int
    blob: str
    mime: str
    width: int
    height: int
    size: int


class Album(msgspec.Struct, frozen=True):
    """The photos of one account under one name."""

    name: str
    created_at: int
    count: int


_SHOWN_BY = sa.func.coalesce(photos.c.post_id, media.c.post_id)
_FIELDS = [photos.c[name] for name in Photo.__struct_fields__ if name != "shown_by"]
_BESIDE = photos.outerjoin(media, media.c.id == photos.c.media_id)
_MY = sa.select(*_FIELDS, _SHOWN_BY).select_from(_BESIDE).where(photos.c.account_id == p("me"))
_ONE = Query(_MY.where(photos.c.resource == text_p("resource")))
_BY_ID = Query(_MY.where(photos.c.id == p("id")))
_ALL = Query(_MY.order_by(photos.c.id.desc()).limit(MOST))
_ALBUM = {
    newest: Query(
        _MY.where(photos.c.album == text_p("album"))
        .order_by(photos.c.id.desc() if newest else photos.c.id)
        .limit(p("limit"))
        .offset(p("offset"))
    )
    for newest in (False, True)
}
_IN_ALBUM = Query(
    sa.select(photos.c.id).where(photos.c.account_id == p("me"), photos.c.album == text_p("album")).limit(1)
)
_ALBUMS = Query(
    sa.select(photos.c.album, sa.func.min(photos.c.created_at), sa.func.count())
    .where(photos.c.account_id == p("me"))
    .group_by(photos.c.album)
    .order_by(photos.c.album)
)
_COUNT = Query(sa.select(sa.func.count()).where(photos.c.account_id == p("me")))
_SCALE_FIELDS = [photo_scales.c[name] for name in Scale.__struct_fields__]
_SCALES = Query(
    sa.select(photo_scales.c.photo_id, *_SCALE_FIELDS)
    .where(in_list(photo_scales.c.photo_id, "ids"))
    .order_by(photo_scales.c.photo_id, photo_scales.c.scale)
)
_GOOD = sa.exists().where(accounts.c.id == photos.c.account_id, accounts.c.suspended_at.is_(None))
_VISIBLE = Query(
    lambda: (
        sa.select(*_SCALE_FIELDS)
        .select_from(
            _BESIDE.join(photo_scales, photo_scales.c.photo_id == photos.c.id).outerjoin(
                posts, posts.c.id == _SHOWN_BY
            )
        )
        .where(
            photos.c.resource == text_p("resource"),
            photo_scales.c.scale == p("scale"),
            sa.or_(
                photos.c.account_id == p("viewer"),
                sa.and_(photos.c.portrait == 1, _GOOD),
                sa.and_(posts.c.id.is_not(None), may_see(p("viewer"))),
            ),
        )
    )
)
_OF_POST = Query(
    sa.select(photos.c.id, photos.c.media_id, photos.c.circle_id).where(photos.c.post_id == p("post_id"))
)
_OF_ACCOUNT = Query(
    sa.select(photos.c.id, photos.c.media_id, photos.c.circle_id)
    .where(photos.c.account_id == p("me"))
    .limit(500)
)
_BLOBS = Query(sa.select(photo_scales.c.blob).where(photo_scales.c.photo_id == p("id")))
_DROP_SCALES = Query(sa.delete(photo_scales).where(photo_scales.c.photo_id == p("id")))
_DROP = Query(sa.delete(photos).where(photos.c.id == p("id")))
_RENAME = Query(
    sa.update(photos)
    .where(photos.c.account_id == p("me"), photos.c.album == text_p("album"))
    .values(album=text_p("new"), edited_at=p("now"))
)
_OF_MEDIA = Query(_MY.where(in_list(photos.c.media_id, "ids")))


def _photo(row: tuple[Any, ...]) -> Photo:
    return Photo(**dict(zip(Photo.__struct_fields__, row, strict=True)))


def see_own(tx: Tx, viewer: Viewer, resource: str) -> Photo:
    """One of the viewer's own photos. Raises NotFound."""
    row = tx.one(_ONE, me=viewer.required(), resource=resource)
    if row is None:
        raise NotFound(what="photo")
    return _photo(row)


def by_id(tx: Tx, viewer: Viewer, photo_id: int) -> Photo:
    """As see_own, by the row's id. Raises NotFound."""
    row = tx.one(_BY_ID, me=viewer.required(), id=photo_id)
    if row is None:
        raise NotFound(what="photo")
    return _photo(row)


def mine(tx: Tx, viewer: Viewer) -> list[Photo]:
    """All photos of the viewer, newest first."""
    return [_photo(row) for row in tx.all(_ALL, me=viewer.required())]


def album(
    tx: Tx, viewer: Viewer, name: str, *, limit: int = MOST, offset: int = 0, newest_first: bool = False
) -> list[Photo]:
    """The viewer's photos in one album, oldest first unless *newest_first*; empty for an album that is not there."""
    query = _ALBUM[newest_first]
    return [
        _photo(row) for row in tx.all(query, me=viewer.required(), album=name, limit=limit, offset=offset)
    ]


def has_album(tx: Tx, viewer: Viewer, name: str) -> bool:
    """Whether the viewer has photos under that name."""
    return tx.one(_IN_ALBUM, me=viewer.required(), album=name) is not None


def albums(tx: Tx, viewer: Viewer) -> list[Album]:
    """The viewer's albums by name, each with the time of its first photo."""
    return [Album(*row) for row in tx.all(_ALBUMS, me=viewer.required())]


def count(tx: Tx, viewer: Viewer) -> int:
    """How many photos the viewer has."""
    return int(tx.value(_COUNT, me=viewer.required()))


def scales_of(tx: Tx, ids: list[int]) -> dict[int, list[Scale]]:
    """The sizes of photos by their ids, the largest first."""
    found: dict[int, list[Scale]] = {}
    for photo_id, *row in tx.all(_SCALES, ids=ids) if ids else ():
        found.setdefault(photo_id, []).append(Scale(*row))
    return found


def see_scale(tx: Tx, viewer: Viewer, resource: str, scale: int) -> Scale:
    """A photo in one size: one's own, a portrait, or one whose post the viewer may see. Raises NotFound."""
    row = tx.one(_VISIBLE, resource=resource, scale=scale, viewer=viewer.account_id)
    if row is None:
        raise NotFound(what="photo")
    return Scale(*row)


def of_media(tx: Tx, viewer: Viewer, media_ids: list[int]) -> dict[int, Photo]:
    """The viewer's photos by the ids of the files that they are beside posts."""
    rows = tx.all(_OF_MEDIA, me=viewer.required(), ids=media_ids) if media_ids else []
    return {photo.media_id: photo for photo in map(_photo, rows) if photo.media_id is not None}


def put_scales(tx: Tx, photo_id: int, scales: list[Scale]) -> None:
    """These sizes instead of those that a photo has."""
    old = tx.column(_BLOBS, id=photo_id)
    tx.run(_DROP_SCALES, id=photo_id)
    for scale in scales:
        tx.insert(photo_scales, photo_id=photo_id, **msgspec.structs.asdict(scale))
    kept = {scale.blob for scale in scales}
    litter.drop(tx, *(blob for blob in old if blob not in kept))


def rename(tx: Tx, viewer: Viewer, name: str, new: str) -> int:
    """Give an album another name; how many photos were in it."""
    return tx.run(_RENAME, me=viewer.required(), album=name, new=new, now=tx.now)


def forget(tx: Tx, photo_id: int, circle_id: int | None = None) -> None:
    """A photo's rows go, and its bytes where nothing else has them."""
    litter.drop(tx, *tx.column(_BLOBS, id=photo_id))
    tx.run(_DROP_SCALES, id=photo_id)
    tx.run(_DROP, id=photo_id)
    hearers.drop(tx, circle_id)


def post_gone(tx: Tx, post_id: int) -> None:
    """A post is deleted: a photo that was nothing without it goes with it, whichever door it went by."""
    for photo_id, _, circle_id in tx.all(_OF_POST, post_id=post_id):
        forget(tx, photo_id, circle_id)


def forget_all(tx: Tx, account_id: int) -> None:
    """All photos that are left of an account."""
    while rows := tx.all(_OF_ACCOUNT, me=account_id):
        for photo_id, _, circle_id in rows:
            forget(tx, photo_id, circle_id)
