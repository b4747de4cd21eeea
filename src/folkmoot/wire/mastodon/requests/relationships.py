"""Following, blocking and muting, and the requests to follow."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.relationship import Relationship
from folkmoot.wire.mastodon.requests.paging import Limit80, Paged
from folkmoot.wire.request import GET, POST, Request


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
