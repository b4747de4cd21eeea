"""Files attached to posts."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.entity import Entity


class MediaFocus(Entity, kw_only=True):
    """The point to keep in view, both from -1 to 1."""

    x: float | None = None
    y: float | None = None


class MediaSize(Entity, kw_only=True):
    """Size of a file; which keys there are depends on its kind."""

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    frame_rate: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    bitrate: int | UnsetType = UNSET


class MediaColors(Entity, kw_only=True):
    """Colours to surround a sound with."""

    background: str | UnsetType = UNSET
    foreground: str | UnsetType = UNSET
    accent: str | UnsetType = UNSET


class MediaMeta(Entity, kw_only=True):
    """Sizes, colours and the point to keep in view when cropping."""

    focus: MediaFocus | UnsetType | None = UNSET
    original: MediaSize | UnsetType = UNSET
    small: MediaSize | UnsetType = UNSET
    colors: MediaColors | UnsetType = UNSET
    length: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    fps: int | UnsetType = UNSET
    size: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    aspect: float | UnsetType = UNSET
    audio_encode: str | UnsetType = UNSET
    audio_bitrate: str | UnsetType = UNSET
    audio_channels: str | UnsetType = UNSET


class MediaAttachment(Entity, kw_only=True):
    """A picture, video or sound; url is null while it is being processed. Page: MediaAttachment."""

    id: Id
    type: Literal["unknown", "image", "gifv", "video", "audio"]
    url: str | None = None
    preview_url: str | None = None
    remote_url: str | None = None
    meta: MediaMeta | None = None
    description: str | None = None
    blurhash: str | None = None
    preview_remote_url: str | UnsetType | None = UNSET
