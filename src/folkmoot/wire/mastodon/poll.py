"""Polls."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.entity import Entity


class PollOption(Entity, kw_only=True):
    """One answer; votes are null where results are hidden until the end. Page: Poll."""

    title: str
    votes_count: int | None = None


class Poll(Entity, kw_only=True):
    """A question with its answers, inside a post. Page: Poll."""

    id: Id
    expires_at: Time | None = None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None = None
    options: list[PollOption] = []
    emojis: list[CustomEmoji] = []
    voted: bool | UnsetType = UNSET
    own_votes: list[int] | UnsetType = UNSET
