"""Methods about uploads, made from friendica/requests_uploads of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_uploads as api

if TYPE_CHECKING:
    from typing import Any

    from folkmoot.client.forms import FileLike
    from folkmoot.wire.friendica.photo import MediaUpload


class UploadsCalls(Service):
    """The endpoints of files for posts: whole, in pieces, and what is said of them."""

    def media_upload(
        self,
        *,
        media: FileLike | None = None,
        media_data: str | None = None,
        command: str = "",
        media_id: int | None = None,
        total_bytes: int | None = None,
        media_type: str = "",
        media_category: str = "",
        segment_index: int | None = None,
    ) -> MediaUpload:
        """Send a file, or with a command (INIT, APPEND, FINALIZE) a part of the way to one.

        `POST /api/media/upload`, with the scope write:media.
        """
        return self._send(
            api.UploadMedia(
                media=None if media is None else upload(media),
                media_data=media_data,
                command=command,
                media_id=media_id,
                total_bytes=total_bytes,
                media_type=media_type,
                media_category=media_category,
                segment_index=segment_index,
            )
        )

    def media_upload_status(self, *, command: str = "", media_id: int | None = None) -> MediaUpload:
        """How far a file is, with the command STATUS.

        `GET /api/media/upload`, with the scope write:media.
        """
        return self._send(api.UploadState(command=command, media_id=media_id))

    def media_metadata_create(self, *, media_id: int | str | None = None, alt_text: Any = None) -> None:
        """Say what a picture shows, for those who do not see it; the body is JSON.

        `POST /api/media/metadata/create`, with the scope write:media.
        """
        self._send(api.DescribeMedia(media_id=None if media_id is None else str(media_id), alt_text=alt_text))
