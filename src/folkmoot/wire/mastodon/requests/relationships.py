"""Following, blocking and muting, requests to follow, blocked servers, endorsements and private notes."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.account import Account, MutedAccount
from folkmoot.wire.mastodon.conversation import List
from folkmoot.wire.mastodon.profile import IdentityProof
from folkmoot.wire.mastodon.relationship import FamiliarFollowers, Relationship
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80, Limit200, Paged
from folkmoot.wire.request import DELETE, GET, POST, Request


@GET("/api/v1/accounts/relationships", auth="user", scope="read:follows")
class ListRelationships(Request[list[Relationship]], kw_only=True):
    """What stands between the caller and these accounts. Page: methods/accounts#relationships."""

    id: list[Id] = []
    with_suspended: bool = False


@POST("/api/v1/accounts/{id}/follow", auth="user", scope="write:follows follow")
class FollowAccount(Request[Relationship], kw_only=True):
    """Follow, or change how one follows: what is not said stays. Page: methods/accounts#follow."""

    id: Id
    reblogs: bool | UnsetType = UNSET
    notify: bool | UnsetType = UNSET
    languages: list[str] | UnsetType = UNSET


@POST("/api/v1/accounts/{id}/unfollow", auth="user", scope="write:follows follow")
class UnfollowAccount(Request[Relationship], kw_only=True):
    """Follow no longer, or take a request back. Page: methods/accounts#unfollow."""

    id: Id


@POST("/api/v1/accounts/{id}/block", auth="user", scope="write:blocks follow")
class BlockAccount(Request[Relationship], kw_only=True):
    """Block an account. Page: methods/accounts#block."""

    id: Id


@POST("/api/v1/accounts/{id}/unblock", auth="user", scope="write:blocks follow")
class UnblockAccount(Request[Relationship], kw_only=True):
    """Block no longer. Page: methods/accounts#unblock."""

    id: Id


@POST("/api/v1/accounts/{id}/mute", auth="user", scope="write:mutes follow")
class MuteAccount(Request[Relationship], kw_only=True):
    """Mute an account for duration seconds, 0 for good. Page: methods/accounts#mute."""

    id: Id
    notifications: bool = True
    duration: int = 0


@POST("/api/v1/accounts/{id}/unmute", auth="user", scope="write:mutes follow")
class UnmuteAccount(Request[Relationship], kw_only=True):
    """Mute no longer. Page: methods/accounts#unmute."""

    id: Id


@GET("/api/v1/follow_requests", auth="user", scope="read:follows follow")
class ListFollowRequests(Paged[list[Account]], kw_only=True):
    """Who asks to follow the caller; pages go by the request. Page: methods/follow_requests#get."""

    limit: Limit80 = 40


@POST("/api/v1/follow_requests/{account_id}/authorize", auth="user", scope="write:follows follow")
class AuthorizeFollowRequest(Request[Relationship], kw_only=True):
    """Let somebody follow. Page: methods/follow_requests#accept."""

    account_id: Id


@POST("/api/v1/follow_requests/{account_id}/reject", auth="user", scope="write:follows follow")
class RejectFollowRequest(Request[Relationship], kw_only=True):
    """Let somebody not follow. Page: methods/follow_requests#reject."""

    account_id: Id


@POST("/api/v1/accounts/{id}/remove_from_followers", auth="user", scope="write:follows follow")
class RemoveFromFollowers(Request[Relationship], kw_only=True):
    """End somebody's follow of the caller. Page: methods/accounts#remove_from_followers."""

    id: Id


@POST("/api/v1/accounts/{id}/endorse", auth="user", scope="write:accounts")
class EndorseAccount(Request[Relationship], kw_only=True):
    """Show an account that one follows on one's profile. Page: methods/accounts#endorse."""

    id: Id


@POST("/api/v1/accounts/{id}/unendorse", auth="user", scope="write:accounts")
class UnendorseAccount(Request[Relationship], kw_only=True):
    """Show it no longer. Page: methods/accounts#unendorse."""

    id: Id


@POST("/api/v1/accounts/{id}/pin", auth="user", scope="write:accounts")
class PinAccount(Request[Relationship], kw_only=True):
    """As endorse, by its old name. Page: methods/accounts#pin."""

    id: Id


@POST("/api/v1/accounts/{id}/unpin", auth="user", scope="write:accounts")
class UnpinAccount(Request[Relationship], kw_only=True):
    """As unendorse, by its old name. Page: methods/accounts#unpin."""

    id: Id


@POST("/api/v1/accounts/{id}/note", auth="user", scope="write:accounts")
class NoteAccount(Request[Relationship], kw_only=True):
    """Write a note about an account that only the caller reads; empty forgets. Page: methods/accounts#note."""

    id: Id
    comment: str | None = None


@GET("/api/v1/accounts/{id}/endorsements", auth="optional")
class ListAccountEndorsements(Paged[list[Account]], kw_only=True):
    """Whom an account endorses; pages go by the endorsement. Page: methods/accounts#endorsements."""

    id: Id
    limit: Limit80 = 40


@GET("/api/v1/accounts/{id}/lists", auth="user", scope="read:lists")
class ListAccountLists(Request[list[List]], kw_only=True):
    """The caller's lists that an account is in. Page: methods/accounts#lists."""

    id: Id


@GET("/api/v1/accounts/familiar_followers", auth="user", scope="read:follows")
class ListFamiliarFollowers(Request[list[FamiliarFollowers]], kw_only=True):
    """Whom of those that the caller follows follow each account. Page: methods/accounts#familiar_followers."""

    id: list[Id] = []


@GET("/api/v1/accounts/{id}/identity_proofs", auth="user")
class ListIdentityProofs(Request[list[IdentityProof]], kw_only=True):
    """Proofs of identity elsewhere: there are none since 3.5. Page: methods/accounts#identity_proofs."""

    id: Id


@GET("/api/v1/endorsements", auth="user", scope="read:accounts")
class ListEndorsements(Paged[list[Account]], kw_only=True):
    """Whom the caller endorses; pages go by the endorsement. Page: methods/endorsements#get."""

    limit: Limit80 = 40


@GET("/api/v1/blocks", auth="user", scope="read:blocks follow")
class ListBlocks(Paged[list[Account]], kw_only=True):
    """Whom the caller blocks; pages go by the block. Page: methods/blocks#get."""

    limit: Limit80 = 40


@GET("/api/v1/mutes", auth="user", scope="read:mutes follow")
class ListMutes(Paged[list[MutedAccount]], kw_only=True):
    """Whom the caller mutes, and until when; pages go by the mute. Page: methods/mutes#get."""

    limit: Limit80 = 40


@GET("/api/v1/domain_blocks", auth="user", scope="read:blocks follow")
class ListDomainBlocks(Paged[list[str]], kw_only=True):
    """Servers that the caller blocks; pages go by the block. Page: methods/domain_blocks#get."""

    limit: Limit200 = 100


@POST("/api/v1/domain_blocks", auth="user", scope="write:blocks follow")
class BlockDomain(Request[Empty], kw_only=True):
    """Block a server: nothing from there, and no bonds with its people. Page: methods/domain_blocks#block."""

    domain: str = ""


@DELETE("/api/v1/domain_blocks", auth="user", scope="write:blocks follow")
class UnblockDomain(Request[Empty], kw_only=True):
    """Block a server no longer. Page: methods/domain_blocks#unblock."""

    domain: str = ""
