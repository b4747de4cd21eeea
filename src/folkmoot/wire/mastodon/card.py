"""Previews of linked pages."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.tag import History


class PreviewCardAuthor(Entity, kw_only=True):
    """Who wrote the linked page. Page: PreviewCardAuthor."""

    name: str = ""
    url: str = ""
    account: Account | None = None


class PreviewCard(Entity, kw_only=True):
    """What a linked page looks like in short. Page: PreviewCard."""

    url: str
    title: str
    description: str
    type: Literal["link", "photo", "video", "rich"]
    authors: list[PreviewCardAuthor] = []
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    image: str | None = None
    embed_url: str
    blurhash: str | None = None
    missing_attribution: bool | None = None
    published_at: str | None = None
    """A time as elsewhere, or null. Documented as seconds in a text, which no server sends and old clients fail on."""
    language: str | UnsetType = UNSET
    image_description: str | UnsetType = UNSET


class TrendsLink(PreviewCard, kw_only=True):
    """A linked page that many share just now. Page: PreviewCard."""

    history: list[History] = []
