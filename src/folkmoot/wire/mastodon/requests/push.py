"""Web push subscriptions: one for each token."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.push import WebPushSubscription
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request


class PushKeys(msgspec.Struct, kw_only=True):
    """What messages are encrypted for: a point on P-256 and 16 bytes, in base64."""

    p256dh: str = ""
    auth: str = ""


class PushTarget(msgspec.Struct, kw_only=True):
    """Where an app is reached; *standard* asks for RFC 8291 instead of the draft before it."""

    endpoint: str = ""
    keys: PushKeys = msgspec.field(default_factory=PushKeys)
    standard: bool = False


class PushAlerts(msgspec.Struct, kw_only=True):
    """Types of notifications that are wanted."""

    mention: bool = False
    quote: bool = False
    status: bool = False
    reblog: bool = False
    follow: bool = False
    follow_request: bool = False
    favourite: bool = False
    poll: bool = False
    update: bool = False
    quoted_update: bool = False
    admin_sign_up: bool = msgspec.field(name="admin.sign_up", default=False)
    admin_report: bool = msgspec.field(name="admin.report", default=False)


class PushData(msgspec.Struct, kw_only=True):
    """What is pushed, and of whom: all, followed, follower, none."""

    alerts: PushAlerts | UnsetType = UNSET
    policy: str | None = None


@POST("/api/v1/push/subscription", auth="user", scope="push")
class CreateSubscription(Request[WebPushSubscription], kw_only=True):
    """Push to an endpoint; replaces the token's older subscription. Page: methods/push#create.

    Python clients send policy beside data instead of inside it.
    """

    subscription: PushTarget
    data: PushData = msgspec.field(default_factory=PushData)
    policy: str | None = None


@GET("/api/v1/push/subscription", auth="user", scope="push")
class GetSubscription(Request[WebPushSubscription], kw_only=True):
    """The token's subscription. Page: methods/push#get."""


@PUT("/api/v1/push/subscription", auth="user", scope="push")
class ChangeSubscription(Request[WebPushSubscription], kw_only=True):
    """Other alerts, or another policy; alerts that are said are all that there are. Page: methods/push#update."""

    data: PushData = msgspec.field(default_factory=PushData)
    policy: str | None = None


@DELETE("/api/v1/push/subscription", auth="user", scope="push")
class EndSubscription(Request[Empty], kw_only=True):
    """Push no more. Page: methods/push#delete."""
