"""Photos and uploads."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import NO_TIME, PlainTime
from folkmoot.wire.friendica.object import Object
from folkmoot.wire.friendica.status import Activities, Status


class PhotoScale(Object, kw_only=True):
    """A photo in one size."""

    id: int
    scale: int = 0
    link: str = ""
    width: int = 0
    height: int = 0
    size: int = 0


class Photo(Object, kw_only=True):
    """A photo in all its sizes."""

    id: str = ""
    created: PlainTime = NO_TIME
    edited: PlainTime = NO_TIME
    title: str = ""
    desc: str = ""
    album: str = ""
    filename: str = ""
    type: str = ""
    height: int = 0
    width: int = 0
    profile: int = 0
    link: list[str] = []
    datasize: int | UnsetType = UNSET
    data: str | UnsetType = UNSET
    allow_cid: str = ""
    allow_gid: str = ""
    deny_cid: str = ""
    deny_gid: str = ""
    friendica_activities: Activities
    friendica_comments: list[Status] = []
    rights_mismatch: bool = False
    media_id: int | UnsetType = msgspec.field(name="media-id", default=UNSET)
    scales: list[PhotoScale] | UnsetType = UNSET


class PhotoListItem(Object, kw_only=True):
    """A row in the list of photos."""

    id: str = ""
    album: str = ""
    filename: str = ""
    type: str = ""
    created: PlainTime = NO_TIME
    edited: PlainTime = NO_TIME
    desc: str = ""
    thumb: str = ""


class AlbumPhoto(PhotoListItem, kw_only=True):
    """A row in the list of one album."""

    media_id: int = msgspec.field(name="media-id", default=0)
    scales: list[PhotoScale] = []


class PhotoAlbum(Object, kw_only=True):
    """An album."""

    name: str = ""
    created: PlainTime = NO_TIME
    count: int = 0


class MediaUploadImage(Object, kw_only=True):
    """Size and type of an uploaded picture."""

    w: int
    h: int
    image_type: str
    friendica_preview_url: str | UnsetType = UNSET


class MediaUpload(Object, kw_only=True):
    """What became of an upload."""

    media_id: int = 0
    media_id_string: str = ""
    size: int = 0
    image: MediaUploadImage | UnsetType = UNSET
    media_url: str | UnsetType = UNSET
    expires_after_secs: int | UnsetType = UNSET


class Processing(Object, kw_only=True):
    """How far the work on a video is; check_after_secs in seconds, progress_percent of 100."""

    state: str
    check_after_secs: int | UnsetType = UNSET
    progress_percent: int | UnsetType = UNSET


class ProcessedUpload(MediaUpload, kw_only=True):
    """An upload in pieces, or of what takes a while."""

    processing_info: Processing | UnsetType = UNSET
