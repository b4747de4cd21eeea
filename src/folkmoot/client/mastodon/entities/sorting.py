"""Entities: tags, filters, collections. A field that was not sent is None."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList

if TYPE_CHECKING:
    from folkmoot.client.mastodon.entities.people import Account
    from folkmoot.client.mastodon.ids import IdType, MaybeSnowflakeIdType


class Tag(AttribAccessDict):
    """Tag: https://docs.joinmastodon.org/entities/Tag/"""

    name: str
    url: str
    history: NonPaginatableList[TagHistory] | None
    following: bool | None
    id: str | None
    trendable: bool | None
    usable: bool | None
    requires_review: bool | None
    featuring: bool | None


class ShallowTag(AttribAccessDict):
    """Shallow Tag: https://docs.joinmastodon.org/entities/ShallowTag/"""

    name: str
    url: str


class TagHistory(AttribAccessDict):
    """Tag History: https://docs.joinmastodon.org/entities/Tag/"""

    day: datetime
    uses: str
    accounts: str


class FeaturedTag(AttribAccessDict):
    """Featured Tag: https://docs.joinmastodon.org/entities/FeaturedTag/"""

    id: IdType
    name: str
    statuses_count: str
    last_status_at: datetime | None
    url: str


class Filter(AttribAccessDict):
    """Filter: https://docs.joinmastodon.org/entities/V1_Filter/"""

    id: IdType
    phrase: str
    context: NonPaginatableList[str]
    expires_at: datetime | None
    irreversible: bool
    whole_word: bool


class FilterV2(AttribAccessDict):
    """Filter V2: https://docs.joinmastodon.org/entities/Filter/"""

    id: IdType
    context: NonPaginatableList[str]
    expires_at: datetime | None
    title: str
    filter_action: str
    keywords: NonPaginatableList[FilterKeyword]
    statuses: NonPaginatableList[FilterStatus]


class FilterKeyword(AttribAccessDict):
    """Filter Keyword: https://docs.joinmastodon.org/entities/FilterKeyword"""

    id: IdType
    keyword: str
    whole_word: bool


class FilterStatus(AttribAccessDict):
    """Filter Status: https://docs.joinmastodon.org/entities/FilterStatus"""

    id: IdType
    status_id: MaybeSnowflakeIdType


class FilterResult(AttribAccessDict):
    """Filter Result: https://docs.joinmastodon.org/entities/FilterResult/"""

    filter: Filter | FilterV2
    keyword_matches: NonPaginatableList[str] | None
    status_matches: NonPaginatableList[Any] | None


class Collection(AttribAccessDict):
    """Collection: https://docs.joinmastodon.org/entities/Collection/"""

    _rename_map: ClassVar[dict[str, str]] = {"collection_items": "items"}
    id: MaybeSnowflakeIdType
    account_id: MaybeSnowflakeIdType
    uri: str
    url: str | None
    name: str
    description: str
    language: str | None
    local: bool
    sensitive: bool
    discoverable: bool
    tag: ShallowTag | None
    created_at: datetime
    updated_at: datetime
    item_count: int
    collection_items: NonPaginatableList[CollectionItem]


class CollectionItem(AttribAccessDict):
    """Collection Item: https://docs.joinmastodon.org/entities/CollectionItem/"""

    id: MaybeSnowflakeIdType
    account_id: MaybeSnowflakeIdType | None
    state: str
    created_at: datetime


class WrappedCollection(AttribAccessDict):
    """Wrapped Collection: https://docs.joinmastodon.org/entities/Collection/"""

    collection: Collection


class Collections(AttribAccessDict):
    """Collections: https://docs.joinmastodon.org/entities/Collection/"""

    collections: NonPaginatableList[Collection]


class CollectionWithAccounts(AttribAccessDict):
    """Collection With Accounts: https://docs.joinmastodon.org/entities/CollectionWithAccounts/"""

    accounts: NonPaginatableList[Account]
    collection: Collection


class WrappedCollectionItem(AttribAccessDict):
    """Wrapped Collection Item: https://docs.joinmastodon.org/entities/CollectionItem/"""

    collection_item: CollectionItem
