"""Hashtags with their use over the past days."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Day, Id
from folkmoot.wire.mastodon.entity import Entity


class History(Entity, kw_only=True):
    """Use on one day; day is seconds since 1970, and all three travel as text."""

    day: str
    uses: str
    accounts: str


class Tag(Entity, kw_only=True):
    """A hashtag: name without #, and how much it was used. Page: Tag."""

    id: Id
    name: str
    url: str
    history: list[History] = []
    following: bool | UnsetType = UNSET
    featuring: bool | UnsetType = UNSET


class FeaturedTag(Entity, kw_only=True):
    """A hashtag that an account shows on its profile; counts travel as text. Page: FeaturedTag."""

    id: Id
    name: str
    url: str = ""
    statuses_count: str
    last_status_at: Day | None = None


class ShallowTag(Entity, kw_only=True):
    """A hashtag reduced to name and page. Page: ShallowTag."""

    name: str = ""
    url: str = ""
