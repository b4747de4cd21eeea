"""Signing up, reading accounts and editing one's own."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.account import Account, CredentialAccount
from folkmoot.wire.mastodon.oauth import Token
from folkmoot.wire.mastodon.requests.paging import Limit40, Limit80, Paged
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.request import GET, PATCH, POST, Request, Upload


@POST("/api/v1/accounts", auth="app", scope="write:accounts")
class CreateAccount(Request[Token], kw_only=True):
    """Sign up with an application's token; missing values are wrong ones. Page: methods/accounts#create."""

    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = ""
    reason: str = ""
    date_of_birth: str | None = None


@GET("/api/v1/accounts/verify_credentials", auth="user", scope="profile read:accounts")
class VerifyCredentials(Request[CredentialAccount], kw_only=True):
    """The caller's own account. Page: methods/accounts#verify_credentials."""


class FieldAttributes(msgspec.Struct, kw_only=True):
    """One row of the profile; a row without name and value is dropped."""

    name: str = ""
    value: str = ""


class SourceChange(msgspec.Struct, kw_only=True):
    """Defaults for posting; what is not said stays."""

    privacy: str | UnsetType = UNSET
    sensitive: bool | UnsetType = UNSET
    language: str | UnsetType | None = UNSET
    quote_policy: str | UnsetType = UNSET


@PATCH("/api/v1/accounts/update_credentials", auth="user", scope="write:accounts")
class UpdateCredentials(Request[CredentialAccount], kw_only=True):
    """Edit one's profile: what is not said stays, what is said empty is cleared.

    fields_attributes replaces all rows. Page: methods/accounts#update_credentials.
    """

    display_name: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    avatar: Upload | UnsetType | None = UNSET
    header: Upload | UnsetType | None = UNSET
    locked: bool | UnsetType = UNSET
    bot: bool | UnsetType = UNSET
    discoverable: bool | UnsetType | None = UNSET
    hide_collections: bool | UnsetType | None = UNSET
    indexable: bool | UnsetType = UNSET
    attribution_domains: list[str] | UnsetType = UNSET
    fields_attributes: list[FieldAttributes] | UnsetType = UNSET
    source: SourceChange | UnsetType = UNSET
    avatar_description: str | UnsetType = UNSET
    header_description: str | UnsetType = UNSET


@GET("/api/v1/accounts/{id}", auth="optional")
class GetAccount(Request[Account], kw_only=True):
    """One account. Page: methods/accounts#get."""

    id: Id


@GET("/api/v1/accounts", auth="optional")
class GetAccounts(Request[list[Account]], kw_only=True):
    """Several accounts, 40 at most. Page: methods/accounts#index."""

    id: list[Id] = []


@GET("/api/v1/accounts/lookup", auth="optional", scope="read:accounts")
class LookupAccount(Request[Account], kw_only=True):
    """The account of that name, without asking other servers. Page: methods/accounts#lookup."""

    acct: str = ""


@GET("/api/v1/accounts/search", auth="user", scope="read:accounts")
class SearchAccounts(Request[list[Account]], kw_only=True):
    """Accounts whose name fits; resolve asks other servers. Page: methods/accounts#search."""

    q: str
    limit: Limit80 = 40
    offset: int = 0
    resolve: bool = False
    following: bool = False


@GET("/api/v1/accounts/{id}/statuses", auth="optional", scope="read:statuses")
class ListAccountStatuses(Paged[list[Status]], kw_only=True):
    """The posts of an account that the caller may see. Page: methods/accounts#statuses."""

    id: Id
    limit: Limit40 = 20
    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    pinned: bool = False
    tagged: str | None = None
    exclude_direct: bool = False


@GET("/api/v1/accounts/{id}/followers", auth="optional")
class ListFollowers(Paged[list[Account]], kw_only=True):
    """Who follows an account; pages go by the follow, not the account. Page: methods/accounts#followers."""

    id: Id
    limit: Limit80 = 40


@GET("/api/v1/accounts/{id}/following", auth="optional")
class ListFollowing(Paged[list[Account]], kw_only=True):
    """Whom an account follows; pages go by the follow, not the account. Page: methods/accounts#following."""

    id: Id
    limit: Limit80 = 40
