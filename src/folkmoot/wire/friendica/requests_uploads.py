"""The endpoints of files for posts: whole, in pieces, and what is said of them."""

from __future__ import annotations

from typing import Any

from folkmoot.wire.friendica.photo import MediaUpload
from folkmoot.wire.friendica.requests import PLAIN
from folkmoot.wire.request import CALL, Request, Upload


@CALL(
    "POST PUT",
    "/api/media/upload",
    formats=PLAIN,
    aliases=("/api/statusnet/media/upload",),
    scope="write:media",
)
class UploadMedia(Request[MediaUpload], kw_only=True):
    """Send a file, or with a command (INIT, APPEND, FINALIZE) a part of the way to one."""

    media: Upload | str | None = None
    media_data: str | None = None
    command: str = ""
    media_id: int | None = None
    total_bytes: int | None = None
    media_type: str = ""
    media_category: str = ""
    segment_index: int | None = None


@CALL("GET", "/api/media/upload", aliases=("/api/statusnet/media/upload",), scope="write:media")
class UploadState(Request[MediaUpload], kw_only=True):
    """How far a file is, with the command STATUS."""

    command: str = ""
    media_id: int | None = None


@CALL("POST", "/api/media/metadata/create", scope="write:media")
class DescribeMedia(Request[None], kw_only=True):
    """Say what a picture shows, for those who do not see it; the body is JSON."""

    media_id: str | None = None
    alt_text: Any = None
