"""Emoji that an instance draws itself, and the reactions made of them."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.entity import Entity


class CustomEmoji(Entity, kw_only=True):
    """A picture that stands for :shortcode: in text. Page: CustomEmoji."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None = None


class Reaction(Entity, kw_only=True):
    """How many people reacted to an announcement with one emoji. Page: Reaction."""

    name: str = ""
    count: int = 0
    me: bool | UnsetType = UNSET
    url: str | UnsetType = UNSET
    static_url: str | UnsetType = UNSET
