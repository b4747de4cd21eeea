"""What the instance tells all its people."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.emoji import CustomEmoji, Reaction
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.status import StatusTag


class AnnouncementAccount(Entity, kw_only=True):
    """An account named in an announcement. Page: Announcement."""

    id: Id
    username: str = ""
    url: str = ""
    acct: str = ""


class AnnouncementStatus(Entity, kw_only=True):
    """A post linked from an announcement. Page: Announcement."""

    id: Id
    url: str = ""


class Announcement(Entity, kw_only=True):
    """A notice of the instance. Page: Announcement."""

    id: Id
    content: str = ""
    starts_at: Time | None = None
    ends_at: Time | None = None
    all_day: bool = False
    published_at: Time
    updated_at: Time
    read: bool | UnsetType = UNSET
    mentions: list[AnnouncementAccount] = []
    statuses: list[AnnouncementStatus] = []
    tags: list[StatusTag] = []
    emojis: list[CustomEmoji] = []
    reactions: list[Reaction] = []
