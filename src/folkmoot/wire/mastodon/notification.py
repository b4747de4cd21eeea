"""Notifications, single and grouped, and the policy that filters them."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.account import Account, PartialAccountWithAvatar
from folkmoot.wire.mastodon.collection import Collection
from folkmoot.wire.mastodon.entity import Entity, PolicyChoice
from folkmoot.wire.mastodon.relationship import RelationshipSeveranceEvent
from folkmoot.wire.mastodon.report import AccountWarning, Report
from folkmoot.wire.mastodon.status import Status


class NotificationFallback(Entity, kw_only=True):
    """Words for clients that do not know the type of a notification. Page: NotificationFallback."""

    title: str = ""
    summary: str | None = None
    details: str | None = None


class Notification(Entity, kw_only=True):
    """Something happened that concerns the caller; type is an open set. Page: Notification."""

    id: Id
    type: str
    group_key: str = ""
    created_at: Time
    account: Account
    status: Status | UnsetType = UNSET
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET
    collection: Collection | UnsetType = UNSET
    filtered: bool | UnsetType = UNSET


class NotificationPolicySummary(Entity, kw_only=True):
    """How much was set aside."""

    pending_requests_count: int = 0
    pending_notifications_count: int = 0


class NotificationPolicy(Entity, kw_only=True):
    """Whose notifications are accepted, set aside or dropped. Page: NotificationPolicy."""

    for_not_following: PolicyChoice
    for_not_followers: PolicyChoice
    for_new_accounts: PolicyChoice
    for_private_mentions: PolicyChoice
    for_limited_accounts: PolicyChoice
    summary: NotificationPolicySummary
    for_bots: str | UnsetType = UNSET


class V1NotificationPolicy(Entity, kw_only=True):
    """The policy in its old form of switches. Page: V1_NotificationPolicy."""

    filter_not_following: bool = False
    filter_not_followers: bool = False
    filter_new_accounts: bool = False
    filter_private_mentions: bool = False
    summary: NotificationPolicySummary


class NotificationRequest(Entity, kw_only=True):
    """Notifications set aside, by account. Page: NotificationRequest."""

    id: Id
    created_at: Time
    updated_at: Time
    account: Account
    notifications_count: str = ""
    last_status: Status | UnsetType = UNSET


class NotificationGroup(Entity, kw_only=True):
    """Several notifications of one kind told as one. Page: grouped_notifications."""

    group_key: str = ""
    notifications_count: int = 0
    type: str = ""
    most_recent_notification_id: Id
    page_min_id: Id | UnsetType = UNSET
    page_max_id: Id | UnsetType = UNSET
    latest_page_notification_at: Time | UnsetType = UNSET
    sample_account_ids: list[str] = []
    status_id: Id | UnsetType = UNSET
    report: Report | UnsetType = UNSET
    event: RelationshipSeveranceEvent | UnsetType = UNSET
    moderation_warning: AccountWarning | UnsetType = UNSET
    fallback: NotificationFallback | UnsetType = UNSET
    collection: Collection | UnsetType = UNSET
    annual_report: dict[str, Any] | UnsetType = UNSET


class GroupedNotificationsResults(Entity, kw_only=True):
    """Groups of notifications with the accounts and posts that they name. Page: grouped_notifications."""

    accounts: list[Account] = []
    partial_accounts: list[PartialAccountWithAvatar] | UnsetType = UNSET
    statuses: list[Status] = []
    notification_groups: list[NotificationGroup] = []


class UnreadCount(Entity, kw_only=True):
    """How many notifications are unread."""

    count: int = 0
