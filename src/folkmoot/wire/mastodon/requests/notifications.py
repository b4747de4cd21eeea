"""Reading and dismissing notifications, one by one."""

from __future__ import annotations

from typing import Annotated

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.notification import Notification, UnreadCount
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80, Paged
from folkmoot.wire.request import GET, POST, Request

Limit1000 = Annotated[int, msgspec.Meta(extra={"cap": 1000})]
"""What is counted is counted up to here."""


@GET("/api/v1/notifications", auth="user", scope="read:notifications")
class ListNotifications(Paged[list[Notification]], kw_only=True):
    """What concerns the caller, newest first. Page: methods/notifications#get.

    types and exclude_types narrow by type; supported_types asks for fallback words for all others.
    """

    limit: Limit80 = 40
    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
    include_filtered: bool = False
    supported_types: list[str] | None = None


@GET("/api/v1/notifications/{id}", auth="user", scope="read:notifications")
class GetNotification(Request[Notification], kw_only=True):
    """One notification. Page: methods/notifications#get-one."""

    id: Id
    supported_types: list[str] | None = None


@POST("/api/v1/notifications/clear", auth="user", scope="write:notifications")
class ClearNotifications(Request[Empty], kw_only=True):
    """Dismiss all. Page: methods/notifications#clear."""


@POST("/api/v1/notifications/{id}/dismiss", auth="user", scope="write:notifications")
class DismissNotification(Request[Empty], kw_only=True):
    """Dismiss one. Page: methods/notifications#dismiss."""

    id: Id


@POST("/api/v1/notifications/dismiss", auth="user", scope="write:notifications")
class DismissByForm(Request[Empty], kw_only=True):
    """Dismiss one, as clients of old ask for it. Page: methods/notifications#dismiss-deprecated."""

    id: str


@GET("/api/v1/notifications/unread_count", auth="user", scope="read:notifications")
class CountUnread(Request[UnreadCount], kw_only=True):
    """How many are unread, counted up to limit. Page: methods/notifications#unread-count."""

    limit: Limit1000 = 100
    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
