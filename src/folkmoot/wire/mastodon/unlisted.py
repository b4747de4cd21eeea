"""Calls that clients make and servers take although the documentation lacks them, or lacks them now."""

from __future__ import annotations

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.conversation import Conversation
from folkmoot.wire.mastodon.notification import V1NotificationPolicy
from folkmoot.wire.mastodon.report import Report
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit40, Paged
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.request import CALL, DELETE, GET, POST, Request


@DELETE("/api/v1/notifications/{id}", auth="user", scope="write:notifications")
class DeleteNotification(Request[Empty], kw_only=True):
    """Dismiss one notification."""

    id: Id


@DELETE("/api/v1/notifications/destroy_multiple", auth="user", scope="write:notifications")
class DeleteNotifications(Request[Empty], kw_only=True):
    """Dismiss several notifications."""

    ids: list[Id] = []


@POST("/api/v2/notifications/clear", auth="user", scope="write:notifications")
class ClearGroups(Request[Empty], kw_only=True):
    """Dismiss all notifications."""


@GET("/api/v1/notifications/policy", auth="user", scope="read:notifications")
class GetOldPolicy(Request[V1NotificationPolicy], kw_only=True):
    """The policy as switches: filtered or not."""


@CALL("PUT PATCH", "/api/v1/notifications/policy", auth="user", scope="write:notifications")
class UpdateOldPolicy(Request[V1NotificationPolicy], kw_only=True):
    """Turn switches of the policy; what is left out stays."""

    filter_not_following: bool | None = None
    filter_not_followers: bool | None = None
    filter_new_accounts: bool | None = None
    filter_private_mentions: bool | None = None


@POST("/api/v1/conversations/{id}/unread", auth="user", scope="write:conversations")
class UnreadConversation(Request[Conversation], kw_only=True):
    """Mark a conversation as unread."""

    id: Id


@GET("/api/v1/reports", auth="user", scope="read:reports")
class ListReports(Request[list[Report]], kw_only=True):
    """What the caller reported; gone from the documentation since 2.5."""


@GET("/api/v1/timelines/direct", auth="user", scope="read:statuses")
class DirectTimeline(Paged[list[Status]], kw_only=True):
    """Direct posts by the caller and to the caller, one by one; conversations took their place in 3.0."""

    limit: Limit40 = 20
