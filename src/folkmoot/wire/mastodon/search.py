"""Answers of the search, and work that goes on after an answer."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.collection import Collection
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.mastodon.tag import Tag


class Search(Entity, kw_only=True):
    """What was found. Page: Search."""

    accounts: list[Account] = []
    statuses: list[Status] = []
    hashtags: list[Tag] = []
    collections: list[Collection] | UnsetType = UNSET


class AsyncRefresh(Entity, kw_only=True):
    """Work that goes on in the background after an answer. Page: AsyncRefresh."""

    id: Id
    status: Literal["running", "finished"]
    result_count: int | None = None
