"""Methods about photos, made from friendica/requests_photos of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_photos as api

if TYPE_CHECKING:
    from folkmoot.client.forms import FileLike
    from folkmoot.wire.friendica.node import Result
    from folkmoot.wire.friendica.photo import Photo, PhotoAlbum, PhotoListItem


class PhotosCalls(Service):
    """The endpoints of photos and albums."""

    def friendica_photos_list(self) -> list[PhotoListItem]:
        """All photos of the caller.

        `GET /api/friendica/photos/list`, with the scope read:media.
        """
        return self._send(api.ListPhotos())

    def friendica_photo(self, *, photo_id: int | str | None = None, scale: int | None = None) -> Photo:
        """One photo of the caller: with a scale its bytes in that size, without one links to all sizes.

        `GET /api/friendica/photo`, with the scope read:media.
        """
        return self._send(api.ShowPhoto(photo_id=None if photo_id is None else str(photo_id), scale=scale))

    def friendica_photo_create(
        self,
        *,
        photo_id: int | str | None = None,
        media: FileLike | None = None,
        desc: str | None = None,
        album: str | None = None,
        album_new: str | None = None,
        allow_cid: int | str | None = None,
        allow_gid: int | str | None = None,
        deny_cid: int | str | None = None,
        deny_gid: int | str | None = None,
        visibility: bool = False,
    ) -> Photo | Result:
        """Put a photo into an album.

        The two calls that are one: without photo_id a photo is made, with it one is changed.

        The lists of rights are written <1><2>. In a change an empty value clears, absence keeps.

        `POST /api/friendica/photo/create`, with the scope write:media.
        """
        return self._send(
            api.CreatePhoto(
                photo_id=None if photo_id is None else str(photo_id),
                media=None if media is None else upload(media),
                desc=desc,
                album=album,
                album_new=album_new,
                allow_cid=None if allow_cid is None else str(allow_cid),
                allow_gid=None if allow_gid is None else str(allow_gid),
                deny_cid=None if deny_cid is None else str(deny_cid),
                deny_gid=None if deny_gid is None else str(deny_gid),
                visibility=visibility,
            )
        )

    def friendica_photo_update(
        self,
        *,
        photo_id: int | str | None = None,
        media: FileLike | None = None,
        desc: str | None = None,
        album: str | None = None,
        album_new: str | None = None,
        allow_cid: int | str | None = None,
        allow_gid: int | str | None = None,
        deny_cid: int | str | None = None,
        deny_gid: int | str | None = None,
        visibility: bool = False,
    ) -> Photo | Result:
        """Change a photo: its picture, text, album or rights.

        The two calls that are one: without photo_id a photo is made, with it one is changed.

        The lists of rights are written <1><2>. In a change an empty value clears, absence keeps.

        `POST /api/friendica/photo/update`, with the scope write:media.
        """
        return self._send(
            api.UpdatePhoto(
                photo_id=None if photo_id is None else str(photo_id),
                media=None if media is None else upload(media),
                desc=desc,
                album=album,
                album_new=album_new,
                allow_cid=None if allow_cid is None else str(allow_cid),
                allow_gid=None if allow_gid is None else str(allow_gid),
                deny_cid=None if deny_cid is None else str(deny_cid),
                deny_gid=None if deny_gid is None else str(deny_gid),
                visibility=visibility,
            )
        )

    def friendica_photo_delete(self, *, photo_id: int | str | None = None) -> Result:
        """Delete a photo, and its post.

        `DELETE /api/friendica/photo/delete`, with the scope write:media.
        """
        return self._send(api.DeletePhoto(photo_id=None if photo_id is None else str(photo_id)))

    def friendica_photoalbum_update(
        self, *, album: str | None = None, album_new: str | None = None
    ) -> Result:
        """Give an album another name.

        `POST /api/friendica/photoalbum/update`, with the scope write:media.
        """
        return self._send(api.UpdatePhotoAlbum(album=album, album_new=album_new))

    def friendica_photoalbum_delete(self, *, album: str | None = None) -> Result:
        """Delete an album with all its photos.

        `POST /api/friendica/photoalbum/delete`, with the scope write:media.
        """
        return self._send(api.DeletePhotoAlbum(album=album))

    def friendica_photoalbums(self) -> list[PhotoAlbum]:
        """The caller's albums.

        `GET /api/friendica/photoalbums`, with the scope read:media.
        """
        return self._send(api.ListPhotoAlbums())

    def friendica_photoalbum(
        self, *, album: str | None = None, limit: int = 50, offset: int = 0, latest_first: bool = False
    ) -> list[PhotoListItem]:
        """The photos of one album.

        `GET /api/friendica/photoalbum`, with the scope read:media.
        """
        return self._send(
            api.ShowPhotoAlbum(album=album, limit=limit, offset=offset, latest_first=latest_first)
        )
