"""Uploading files and describing them."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.media import MediaAttachment
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request, Upload


@POST("/api/v1/media", auth="user", scope="write:media")
class UploadMediaV1(Request[MediaAttachment], kw_only=True):
    """Upload a file and wait until it is ready. Page: methods/media#v1.

    focus is "x,y", both from -1 to 1.
    """

    file: Upload
    thumbnail: Upload | None = None
    description: str = ""
    focus: str | None = None


@POST("/api/v2/media", auth="user", scope="write:media")
class UploadMedia(Request[MediaAttachment], kw_only=True):
    """Upload a file; 202 with url null while it is being processed. Page: methods/media#v2.

    focus is "x,y", both from -1 to 1.
    """

    file: Upload
    thumbnail: Upload | None = None
    description: str = ""
    focus: str | None = None


@GET("/api/v1/media/{id}", auth="user", scope="write:media")
class GetMedia(Request[MediaAttachment], kw_only=True):
    """One's file that no post holds yet; 206 while it is being processed. Page: methods/media#get."""

    id: Id


@PUT("/api/v1/media/{id}", auth="user", scope="write:media")
class UpdateMedia(Request[MediaAttachment], kw_only=True):
    """Change a file that no post holds yet; what is not said stays. Page: methods/media#update."""

    id: Id
    thumbnail: Upload | UnsetType = UNSET
    description: str | UnsetType = UNSET
    focus: str | UnsetType = UNSET


@DELETE("/api/v1/media/{id}", auth="user", scope="write:media")
class DeleteMedia(Request[Empty], kw_only=True):
    """Delete a file that no post holds. Page: methods/media#delete."""

    id: Id
