"""Web push subscriptions and the messages that they carry."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.entity import Entity


class WebPushAlerts(Entity, kw_only=True):
    """Which types of notification are pushed."""

    mention: bool
    quote: bool = False
    status: bool = False
    reblog: bool
    follow: bool
    follow_request: bool = False
    favourite: bool
    poll: bool
    update: bool = False
    quoted_update: bool = False
    admin_sign_up: bool = msgspec.field(name="admin.sign_up", default=False)
    admin_report: bool = msgspec.field(name="admin.report", default=False)


class WebPushSubscription(Entity, kw_only=True):
    """Where and about what a client wants to be pushed. Page: WebPushSubscription."""

    id: Id
    endpoint: str
    standard: bool = False
    server_key: str
    alerts: WebPushAlerts
    policy: str | UnsetType = UNSET


class PushNotification(Entity, kw_only=True):
    """The decrypted message of a push; its notification_id is a number."""

    access_token: str
    preferred_locale: str
    notification_id: int
    notification_type: str
    icon: str
    title: str
    body: str
