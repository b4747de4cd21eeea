"""Collections of accounts that somebody recommends."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.tag import ShallowTag


class CollectionItem(Entity, kw_only=True):
    """An account in a collection; the account is null until it agreed. Page: CollectionItem."""

    id: Id
    account_id: Id | None = None
    state: Literal["pending", "accepted"]
    created_at: Time


class Collection(Entity, kw_only=True):
    """A named set of accounts. Page: Collection."""

    id: Id
    account_id: Id
    uri: str = ""
    url: str | None = None
    name: str = ""
    description: str = ""
    language: str | None = None
    local: bool = False
    sensitive: bool = False
    discoverable: bool = False
    tag: ShallowTag | None = None
    created_at: Time
    updated_at: Time
    item_count: int = 0
    items: list[CollectionItem] = []


class WrappedCollection(Entity, kw_only=True):
    """An answer that holds one collection. Page: Collection."""

    collection: Collection


class Collections(Entity, kw_only=True):
    """An answer that holds several collections. Page: Collection."""

    collections: list[Collection] = []


class WrappedCollectionItem(Entity, kw_only=True):
    """An answer that holds one item. Page: CollectionItem."""

    collection_item: CollectionItem


class CollectionWithAccounts(Entity, kw_only=True):
    """A collection together with the accounts that it names. Page: CollectionWithAccounts."""

    accounts: list[Account] = []
    collection: Collection
