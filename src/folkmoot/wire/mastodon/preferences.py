"""What a reader prefers, and how far she has read."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.entity import Entity, Visibility


class Preferences(Entity, kw_only=True):
    """The caller's defaults for posting and reading; the keys hold colons. Page: Preferences."""

    posting_default_visibility: Visibility = msgspec.field(name="posting:default:visibility")
    posting_default_sensitive: bool = msgspec.field(name="posting:default:sensitive")
    posting_default_language: str | None = msgspec.field(name="posting:default:language", default=None)
    reading_expand_media: Literal["default", "show_all", "hide_all"] = msgspec.field(
        name="reading:expand:media"
    )
    reading_expand_spoilers: bool = msgspec.field(name="reading:expand:spoilers")
    reading_autoplay_gifs: bool | UnsetType = msgspec.field(name="reading:autoplay:gifs", default=UNSET)
    posting_default_quote_policy: str | UnsetType = msgspec.field(
        name="posting:default:quote_policy", default=UNSET
    )


class Marker(Entity, kw_only=True):
    """How far a timeline has been read. Page: Marker."""

    last_read_id: Id
    version: int
    updated_at: Time
