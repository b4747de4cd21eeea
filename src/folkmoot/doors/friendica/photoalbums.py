"""Albums of photos: listed, shown, renamed and deleted with all that is in them."""

from __future__ import annotations

from folkmoot.domain.media import albums, photos
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import photoviews
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.photos import NO_ALBUM
from folkmoot.doors.friendica.refusals import Said
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import plain_time
from folkmoot.wire.friendica.node import Result
from folkmoot.wire.friendica.photo import PhotoAlbum
from folkmoot.wire.friendica.requests_photos import (
    DeletePhotoAlbum,
    ListPhotoAlbums,
    ShowPhotoAlbum,
    UpdatePhotoAlbum,
)

LIMIT = 500
NOT_THERE = "album not available"


def _name(text: str | None) -> str:
    return " ".join((text or "").split())


@door.on(ListPhotoAlbums)
def listing(at: At, ask: ListPhotoAlbums) -> Response:
    found = albums.albums(at.tx, at.viewer)
    rows = [PhotoAlbum(name=a.name, created=plain_time(a.created_at), count=a.count) for a in found]
    return encode(Bare(rows, "albums", item="album"), at)


@door.on(ShowPhotoAlbum)
def show(at: At, ask: ShowPhotoAlbum) -> Response:
    name = _name(ask.album)
    if not name:
        raise Said(400, "No album name specified.")
    limit, offset = max(1, min(ask.limit, LIMIT)), max(0, min(ask.offset, albums.MOST))
    found = albums.album(at.tx, at.viewer, name, limit=limit, offset=offset, newest_first=ask.latest_first)
    return encode(Bare(photoviews.album_rows(at.house, at.tx, found), "photos"), at)


@door.on(UpdatePhotoAlbum)
def rename(at: At, ask: UpdatePhotoAlbum) -> Response:
    name, new = _name(ask.album), _name(ask.album_new)
    if not name:
        raise Said(400, NO_ALBUM)
    if not new:
        raise Said(400, "no new albumname specified")
    if len(new) > photos.MAX_NAME:
        raise Said(400, "albumname too long")
    if not albums.rename(at.tx, at.viewer, name, new):
        raise Said(400, NOT_THERE)
    text = f"album '{ask.album}' with all containing photos has been renamed to '{ask.album_new}'."
    return encode(Bare(Result(result="updated", message=text), "photoalbum_update"), at)


@door.on(DeletePhotoAlbum)
async def delete(at: At, ask: DeletePhotoAlbum) -> Response:
    name = _name(ask.album)
    if not name:
        raise Said(400, NO_ALBUM)

    def some(tx: Tx) -> int:
        return photos.delete_album(tx, at.viewer, name)

    gone = await at.write(some)
    if not gone:
        raise Said(400, NOT_THERE)
    while gone == photos.AT_ONCE:
        gone = await at.write(some)
    text = f"album '{ask.album}' with all containing photos has been deleted."
    return encode(Bare(Result(result="deleted", message=text), "photoalbum_delete"), at)
