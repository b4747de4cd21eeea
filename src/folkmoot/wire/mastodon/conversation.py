"""Talk among a few, and lists of accounts."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.status import Status


class Conversation(Entity, kw_only=True):
    """A thread of direct posts; its id is not a post id. Page: Conversation."""

    id: Id
    unread: bool
    accounts: list[Account] = []
    last_status: Status | None = None


class List(Entity, kw_only=True):
    """A named timeline of chosen accounts. Page: List."""

    id: Id
    title: str
    replies_policy: Literal["followed", "list", "none"]
    exclusive: bool = False
