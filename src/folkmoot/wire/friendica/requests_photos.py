"""The endpoints of photos and albums."""

from __future__ import annotations

from folkmoot.wire.friendica.node import Result
from folkmoot.wire.friendica.photo import Photo, PhotoAlbum, PhotoListItem
from folkmoot.wire.friendica.requests import PLAIN, A
from folkmoot.wire.request import CALL, Request, Upload


@CALL("*", "/api/friendica/photos/list", formats=PLAIN, scope="read:media")
class ListPhotos(Request[list[PhotoListItem]], kw_only=True):
    """All photos of the caller."""


@CALL("*", "/api/friendica/photo", formats=PLAIN, scope="read:media")
class ShowPhoto(Request[Photo], kw_only=True):
    """One photo of the caller: with a scale its bytes in that size, without one links to all sizes."""

    photo_id: str | None = None
    scale: int | None = None


class SavePhoto(Request[A], kw_only=True):
    """Base of the two calls that are one: without photo_id a photo is made, with it one is changed.

    The lists of rights are written <1><2>. In a change an empty value clears, absence keeps.
    """

    photo_id: str | None = None
    media: Upload | None = None
    desc: str | None = None
    album: str | None = None
    album_new: str | None = None
    allow_cid: str | None = None
    allow_gid: str | None = None
    deny_cid: str | None = None
    deny_gid: str | None = None
    visibility: bool = False


@CALL("POST", "/api/friendica/photo/create", formats=PLAIN, scope="write:media")
class CreatePhoto(SavePhoto[Photo | Result], kw_only=True):
    """Put a photo into an album."""


@CALL("POST", "/api/friendica/photo/update", formats=PLAIN, scope="write:media")
class UpdatePhoto(SavePhoto[Photo | Result], kw_only=True):
    """Change a photo: its picture, text, album or rights."""


@CALL("DELETE POST", "/api/friendica/photo/delete", formats=PLAIN, scope="write:media")
class DeletePhoto(Request[Result], kw_only=True):
    """Delete a photo, and its post."""

    photo_id: str | None = None


@CALL("POST PUT", "/api/friendica/photoalbum/update", formats=PLAIN, scope="write:media")
class UpdatePhotoAlbum(Request[Result], kw_only=True):
    """Give an album another name."""

    album: str | None = None
    album_new: str | None = None


@CALL("POST DELETE", "/api/friendica/photoalbum/delete", formats=PLAIN, scope="write:media")
class DeletePhotoAlbum(Request[Result], kw_only=True):
    """Delete an album with all its photos."""

    album: str | None = None


@CALL("GET", "/api/friendica/photoalbums", formats=PLAIN, scope="read:media")
class ListPhotoAlbums(Request[list[PhotoAlbum]], kw_only=True):
    """The caller's albums."""


@CALL("GET", "/api/friendica/photoalbum", formats=PLAIN, scope="read:media")
class ShowPhotoAlbum(Request[list[PhotoListItem]], kw_only=True):
    """The photos of one album."""

    album: str | None = None
    limit: int = 50
    offset: int = 0
    latest_first: bool = False
