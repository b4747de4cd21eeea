"""Photos: listed, shown with their bytes, made, changed, deleted; and their own addresses under the rule of sight."""

from __future__ import annotations

import asyncio
import base64

import msgspec

from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.media import albums, photos
from folkmoot.domain.media.albums import Scale
from folkmoot.domain.media.photos import Rights, Taken, Wish
from folkmoot.doors.frame import At, FileAnswer, Response
from folkmoot.doors.frame.cookies import cookie_viewer
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.friendica import incoming, photoviews
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.refusals import Said
from folkmoot.store.blobs import Keeper
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.node import Result
from folkmoot.wire.friendica.photo import Photo
from folkmoot.wire.friendica.requests_photos import (
    CreatePhoto,
    DeletePhoto,
    ListPhotos,
    ShowPhoto,
    UpdatePhoto,
)

NO_ALBUM = "no albumname specified"
NOT_THERE = "photo not available"
_FIELDS = {
    "allow_people": "allow_cid",
    "allow_circles": "allow_gid",
    "deny_people": "deny_cid",
    "deny_circles": "deny_gid",
}
_WORDS = {
    "rights": "acl data invalid",
    "album": "albumname too long",
    "description": "desc too long",
}
AnyPhoto = CreatePhoto | UpdatePhoto


@door.on(ListPhotos, tx="read")
def listing(at: At, ask: ListPhotos) -> Response:
    return encode(Bare(photoviews.rows(at.house, at.tx, albums.mine(at.tx, at.viewer)), "photos"), at)


@door.on(ShowPhoto)
async def show(at: At, ask: ShowPhoto) -> Response:
    if not ask.photo_id:
        raise Said(400, "No photo id.")
    photo, scale = await at.read(lambda tx: _found(at, tx, ask.photo_id or "", ask.scale))
    if scale is not None:
        data = await asyncio.to_thread(at.house.blobs.get, scale.blob)
        photo.data = base64.b64encode(data).decode()
        photo.datasize = len(data)
    return encode(Bare(photo, "photo"), at)


def _found(at: At, tx: Tx, resource: str, number: int | None) -> tuple[Photo, Scale | None]:
    try:
        photo = albums.see_own(tx, at.viewer, resource.lower())
        one = None
        if number is not None:
            one = next(each for each in albums.scales_of(tx, [photo.id])[photo.id] if each.scale == number)
    except (NotFound, StopIteration):
        raise Said(404, "Not Found") from None
    return photoviews.detail(at.house, tx, at.viewer, photo, one), one


@door.on(CreatePhoto)
async def create(at: At, ask: CreatePhoto) -> Response:
    return encode(Bare(await _save(at, ask), "photo_create"), at)


@door.on(UpdatePhoto)
async def update(at: At, ask: UpdatePhoto) -> Response:
    return encode(Bare(await _save(at, ask), "photo_update"), at)


async def _save(at: At, ask: AnyPhoto) -> Photo | Result:
    """Both calls are one: a photo_id says that a photo is changed."""
    if not (ask.album or "").strip():
        raise Said(400, NO_ALBUM)
    await at.read(lambda tx: _check(at, tx, ask))
    if not ask.photo_id and ask.media is None:
        raise Said(400, "no media data submitted")
    try:
        async with sweeping(at) as blobs:
            taken = await _taken(at, blobs, ask) if ask.media is not None else None
            return await at.write(lambda tx: _written(at, tx, ask, taken))
    except Invalid as refusal:
        raise Said(400, _WORDS.get(refusal.field, refusal.message)) from None


def _check(at: At, tx: Tx, ask: AnyPhoto) -> None:
    """What can be told before the picture is read: whether photo and rights are good."""
    try:
        if ask.photo_id:
            photos.find(tx, at.viewer, ask.photo_id.lower(), ask.album or "")
        photos.named(_rights(ask).given)
    except NotFound:
        raise Said(400, NOT_THERE) from None
    except Invalid:
        raise Said(400, _WORDS["rights"]) from None


async def _taken(at: At, blobs: Keeper, ask: AnyPhoto) -> Taken:
    file, settings = ask.media, at.house.settings
    assert file is not None
    try:
        return await incoming.off_loop(
            lambda: photos.take(blobs, settings, file.data, file.content_type, file.filename)
        )
    except Invalid as refusal:
        raise said_of_file(refusal, len(file.data)) from None


def said_of_file(refusal: Invalid, size: int) -> Said:
    """What Friendica says of a picture that is not taken; *size* in bytes."""
    if refusal.why == "too_large":
        return Said(500, f"image size exceeds Friendica Config setting (uploaded size: {size})")
    if refusal.why == "stopped":
        return Said(503, "Service Unavailable")
    return Said(500, "unable to process image data")


def _rights(ask: AnyPhoto) -> Rights:
    return Rights(**{ours: getattr(ask, theirs) for ours, theirs in _FIELDS.items()})


def _written(at: At, tx: Tx, ask: AnyPhoto, taken: Taken | None) -> Photo | Result:
    resource = (ask.photo_id or "").lower()
    if not resource:
        assert taken is not None
        made = photos.create(
            tx,
            at.viewer,
            taken,
            album=ask.album or "",
            description=ask.desc or "",
            rights=_rights(ask),
            visible=ask.visibility,
            door="friendica",
        )
        return photoviews.detail(at.house, tx, at.viewer, made)
    wish = Wish(
        album=(ask.album_new or "").strip() or None, description=ask.desc, rights=_rights(ask), taken=taken
    )
    if not wish.any:
        return Result(result="cancelled", message=f"Nothing to update for image id '{resource}'.")
    try:
        photo = photos.find(tx, at.viewer, resource, ask.album or "")
    except NotFound:
        raise Said(400, NOT_THERE) from None
    photo = photos.change(tx, at.viewer, photo, wish, "friendica")
    if taken is not None:
        return photoviews.detail(at.house, tx, at.viewer, photo)
    return Result(result="updated", message=f"Image id '{resource}' has been updated.")


@door.on(DeletePhoto)
def delete(at: At, ask: DeletePhoto) -> Response:
    if not ask.photo_id:
        raise Said(400, "no photo_id specified")
    try:
        photos.delete(at.tx, at.viewer, ask.photo_id.lower())
    except NotFound:
        raise Said(400, NOT_THERE) from None
    text = f"photo with id '{ask.photo_id}' has been deleted from server."
    return encode(Bare(Result(result="deleted", message=text), "photo_delete"), at)


class Named(msgspec.Struct, kw_only=True):
    """The last part of a photo's address: resource, scale and ending."""

    name: str


@door.raw("GET", "/photo/{name}", ask=Named)
def serve(at: At, ask: Named) -> FileAnswer:
    """A photo in one size, to those who may see it; for all others it is not there."""
    resource, _, rest = ask.name.partition("-")
    number = rest.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) == 1):
        raise Said(404, "Not Found")
    # A page of ours, or one that somebody reads here, shows it to whom the browser is logged in as.
    viewer = at.viewer if at.viewer.known else cookie_viewer(at.tx, at.http)[0]
    try:
        scale = albums.see_scale(at.tx, viewer, resource.lower(), int(number))
    except NotFound:
        raise Said(404, "Not Found") from None
    path = at.house.blobs.path(scale.blob)
    if path is None:
        raise Said(404, "Not Found")
    caching = [(b"cache-control", b"private, no-cache"), (b"vary", b"Authorization, Cookie")]
    return FileAnswer(path, content_type=scale.mime, etag=scale.blob, headers=caching)
