"""Notifications in groups."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.notification import GroupedNotificationsResults, UnreadCount
from folkmoot.wire.mastodon.requests.notifications import Limit1000
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80, Paged
from folkmoot.wire.request import GET, POST, Request


@GET(
    "/api/v2/notifications",
    auth="user",
    scope="read:notifications",
    aliases=("/api/v2_alpha/notifications",),
)
class ListGroups(Paged[GroupedNotificationsResults], kw_only=True):
    """What concerns the caller, similar ones told as one. Page: methods/grouped_notifications#get-grouped.

    grouped_types: only these types are grouped; expand_accounts: partial_avatars tells less of all but the latest.
    """

    limit: Limit80 = 40
    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
    expand_accounts: Literal["full", "partial_avatars"] = "full"
    grouped_types: list[str] | None = None
    include_filtered: bool = False
    supported_types: list[str] | None = None


@GET(
    "/api/v2/notifications/{group_key}",
    auth="user",
    scope="read:notifications",
    aliases=("/api/v2_alpha/notifications/{group_key}",),
)
class GetGroup(Request[GroupedNotificationsResults], kw_only=True):
    """One group. Page: methods/grouped_notifications#get-notification-group."""

    group_key: str
    supported_types: list[str] | None = None


@POST(
    "/api/v2/notifications/{group_key}/dismiss",
    auth="user",
    scope="write:notifications",
    aliases=("/api/v2_alpha/notifications/{group_key}/dismiss",),
)
class DismissGroup(Request[Empty], kw_only=True):
    """Dismiss a group. Page: methods/grouped_notifications#dismiss-group."""

    group_key: str


@GET(
    "/api/v2/notifications/{group_key}/accounts",
    auth="user",
    scope="read:notifications write:notifications",
    aliases=("/api/v2_alpha/notifications/{group_key}/accounts",),
)
class ListGroupAccounts(Paged[list[Account]], kw_only=True):
    """All who are told of in a group. Page: methods/grouped_notifications#get-group-accounts."""

    group_key: str
    limit: Limit80 = 40


@GET(
    "/api/v2/notifications/unread_count",
    auth="user",
    scope="read:notifications",
    aliases=("/api/v2_alpha/notifications/unread_count",),
)
class CountUnreadGroups(Request[UnreadCount], kw_only=True):
    """How many groups have something unread. Page: methods/grouped_notifications#unread-group-count."""

    limit: Limit1000 = 100
    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
    grouped_types: list[str] | None = None
