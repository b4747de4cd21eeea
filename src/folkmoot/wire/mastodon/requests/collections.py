"""Collections of accounts, and who is in them."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.collection import (
    Collections,
    CollectionWithAccounts,
    WrappedCollection,
    WrappedCollectionItem,
)
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80
from folkmoot.wire.request import DELETE, GET, PATCH, POST, Request


@POST("/api/v1/collections", auth="user", scope="write:collections")
class CreateCollection(Request[WrappedCollection], kw_only=True):
    """A new collection. Page: methods/collections#create."""

    name: str
    description: str | None = None
    language: str | None = None
    tag_name: str | None = None
    sensitive: bool = False
    discoverable: bool = False
    account_ids: list[Id] = []


@GET("/api/v1/collections/{id}", auth="optional", scope="read:collections")
class GetCollection(Request[CollectionWithAccounts], kw_only=True):
    """A collection with its accounts. Page: methods/collections#get_collection."""

    id: Id


@GET(
    "/api/v1/{account_id}/collections",
    auth="optional",
    scope="read:collections",
    aliases=("/api/v1/accounts/{account_id}/collections",),
)
class ListCollections(Request[Collections], kw_only=True):
    """The collections that somebody made. Page: methods/collections#get_collections."""

    account_id: Id
    limit: Limit80 = 40
    offset: int = 0


@GET(
    "/api/v1/{account_id}/in_collections",
    auth="user",
    scope="read:collections",
    aliases=("/api/v1/accounts/{account_id}/in_collections",),
)
class ListInCollections(Request[Collections], kw_only=True):
    """The collections that one is in. Page: methods/collections#in_collections."""

    account_id: Id
    limit: Limit80 = 40
    offset: int = 0


@PATCH("/api/v1/collections/{id}", auth="user", scope="write:collections")
class UpdateCollection(Request[WrappedCollection], kw_only=True):
    """Change a collection; what is not said stays. Page: methods/collections#update_collection."""

    id: Id
    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    tag_name: str | UnsetType | None = UNSET
    sensitive: bool | UnsetType = UNSET
    discoverable: bool | UnsetType = UNSET


@DELETE("/api/v1/collections/{id}", auth="user", scope="write:collections")
class DeleteCollection(Request[Empty], kw_only=True):
    """Take a collection away. Page: methods/collections#delete_collection."""

    id: Id


@POST("/api/v1/collections/{collection_id}/items", auth="user", scope="write:collections")
class AddCollectionItem(Request[WrappedCollectionItem], kw_only=True):
    """Put an account into a collection. Page: methods/collections#add_account."""

    collection_id: Id
    account_id: Id | None = None


@DELETE("/api/v1/collections/{collection_id}/items/{id}", auth="user", scope="write:collections")
class RemoveCollectionItem(Request[Empty], kw_only=True):
    """Take an account out of one's collection. Page: methods/collections#remove_account."""

    collection_id: Id
    id: Id


@POST("/api/v1/collections/{collection_id}/items/{id}/revoke", auth="user", scope="write:collections")
class RevokeCollectionItem(Request[Empty], kw_only=True):
    """Take oneself out of somebody's collection. Page: methods/collections#revoke_item."""

    collection_id: Id
    id: Id
