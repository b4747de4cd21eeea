"""Whose notifications are wanted, and requests of those whose were set aside."""

from __future__ import annotations

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.entity import PolicyChoice
from folkmoot.wire.mastodon.notification import NotificationPolicy, NotificationRequest
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80, Paged
from folkmoot.wire.request import GET, PATCH, POST, Request


@GET("/api/v2/notifications/policy", auth="user", scope="read:notifications")
class GetPolicy(Request[NotificationPolicy], kw_only=True):
    """The caller's policy. Page: methods/notifications#get-policy."""


@PATCH("/api/v2/notifications/policy", auth="user", scope="write:notifications")
class UpdatePolicy(Request[NotificationPolicy], kw_only=True):
    """Change the policy; what is left out stays. Page: methods/notifications#update-policy."""

    for_not_following: PolicyChoice | None = None
    for_not_followers: PolicyChoice | None = None
    for_new_accounts: PolicyChoice | None = None
    for_private_mentions: PolicyChoice | None = None
    for_limited_accounts: PolicyChoice | None = None
    for_bots: PolicyChoice | None = None


@GET("/api/v1/notifications/requests", auth="user", scope="read:notifications")
class ListRequests(Paged[list[NotificationRequest]], kw_only=True):
    """Senders whose notifications were set aside. Page: methods/notifications#get-requests."""

    limit: Limit80 = 40


@GET("/api/v1/notifications/requests/{id}", auth="user", scope="read:notifications")
class GetRequest(Request[NotificationRequest], kw_only=True):
    """One request. Page: methods/notifications#get-one-request."""

    id: Id


@POST("/api/v1/notifications/requests/{id}/accept", auth="user", scope="write:notifications")
class AcceptRequest(Request[Empty], kw_only=True):
    """Let a sender's notifications in, now and later. Page: methods/notifications#accept-request."""

    id: Id


@POST("/api/v1/notifications/requests/{id}/dismiss", auth="user", scope="write:notifications")
class DismissRequest(Request[Empty], kw_only=True):
    """Remove a request and its notifications. Page: methods/notifications#dismiss-request."""

    id: Id


@POST("/api/v1/notifications/requests/accept", auth="user", scope="write:notifications")
class AcceptRequests(Request[Empty], kw_only=True):
    """Accept several; none where none is named. Page: methods/notifications#accept-multiple-requests."""

    id: list[Id] = []


@POST("/api/v1/notifications/requests/dismiss", auth="user", scope="write:notifications")
class DismissRequests(Request[Empty], kw_only=True):
    """Dismiss several; none where none is named. Page: methods/notifications#dismiss-multiple-requests."""

    id: list[Id] = []


class Merged(msgspec.Struct, kw_only=True):
    """Whether accepted notifications are among the others."""

    merged: bool


@GET("/api/v1/notifications/requests/merged", auth="user", scope="read:notifications")
class GetMerged(Request[Merged], kw_only=True):
    """Whether accepted requests have been merged. Page: methods/notifications#requests-merged."""
