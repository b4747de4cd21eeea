"""Entities: notifications, reports, push, announcements, annual reports. A field that was not sent is None."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList, entry

if TYPE_CHECKING:
    from folkmoot.client.mastodon.entities.people import Account, PartialAccountWithAvatar
    from folkmoot.client.mastodon.entities.sorting import Collection
    from folkmoot.client.mastodon.entities.statuses import Status, StatusMention
    from folkmoot.client.mastodon.ids import IdType, MaybeSnowflakeIdType


class Notification(AttribAccessDict):
    """Notification: https://docs.joinmastodon.org/entities/Notification/"""

    id: IdType
    type: str
    created_at: datetime
    account: Account
    status: Status | None
    group_key: str
    report: Report | None
    event: RelationshipSeveranceEvent | None
    moderation_warning: AccountWarning | None
    fallback: NotificationFallback | None
    collection: Collection | None


class NotificationFallback(AttribAccessDict):
    """Notification Fallback: https://docs.joinmastodon.org/entities/NotificationFallback/"""

    title: str
    summary: str | None
    details: str | None


class NotificationPolicy(AttribAccessDict):
    """Notification Policy: https://docs.joinmastodon.org/entities/NotificationPolicy"""

    for_not_following: str
    for_not_followers: str
    for_new_accounts: str
    for_private_mentions: str
    for_limited_accounts: str
    summary: NotificationPolicySummary
    for_bots: str


class NotificationPolicySummary(AttribAccessDict):
    """Notification Policy Summary: https://docs.joinmastodon.org/entities/NotificationPolicy"""

    pending_requests_count: int
    pending_notifications_count: int


class NotificationRequest(AttribAccessDict):
    """Notification Request: https://docs.joinmastodon.org/entities/NotificationRequest"""

    id: str
    created_at: datetime
    updated_at: datetime
    account: Account
    notifications_count: str
    last_status: Status | None


class GroupedNotificationsResults(AttribAccessDict):
    """Grouped Notifications Results: https://docs.joinmastodon.org/entities/GroupedNotificationsResults"""

    accounts: NonPaginatableList[Account]
    partial_accounts: NonPaginatableList[PartialAccountWithAvatar] | None
    statuses: NonPaginatableList[Status]
    notification_groups: NonPaginatableList[NotificationGroup]


class NotificationGroup(AttribAccessDict):
    """Notification Group: https://docs.joinmastodon.org/entities/GroupedNotificationsResults"""

    group_key: str
    notifications_count: int
    type: str
    most_recent_notification_id: str
    page_min_id: str | None
    page_max_id: str | None
    latest_page_notification_at: datetime | None
    sample_account_ids: NonPaginatableList[str]
    status_id: str | None
    report: Report | None
    event: RelationshipSeveranceEvent | None
    moderation_warning: AccountWarning | None
    fallback: NotificationFallback | None
    collection: Collection | None
    annual_report: AnnualReportEvent | None


class UnreadNotificationsCount(AttribAccessDict):
    """Unread Notifications Count: https://docs.joinmastodon.org/methods/notifications/#unread-count"""

    count: int


class RelationshipSeveranceEvent(AttribAccessDict):
    """Relationship Severance Event: https://docs.joinmastodon.org/entities/RelationshipSeveranceEvent"""

    id: str
    type: str
    purged: bool
    target_name: str
    followers_count: int
    following_count: int
    created_at: datetime


class AccountWarning(AttribAccessDict):
    """Account Warning: https://docs.joinmastodon.org/entities/AccountWarning"""

    id: str
    action: str
    text: str
    status_ids: NonPaginatableList[str] | None
    target_account: Account
    appeal: Appeal | None
    created_at: datetime


class Appeal(AttribAccessDict):
    """Appeal: https://docs.joinmastodon.org/entities/Appeal/"""

    text: str
    state: str


class Report(AttribAccessDict):
    """Report: https://docs.joinmastodon.org/entities/Report/"""

    id: IdType
    action_taken: bool
    comment: str
    created_at: datetime
    target_account: Account
    status_ids: NonPaginatableList[IdType]
    action_taken_at: datetime | None
    category: str
    forwarded: bool
    rules_ids: NonPaginatableList[IdType]


class WebPushSubscription(AttribAccessDict):
    """Web Push Subscription: https://docs.joinmastodon.org/entities/WebPushSubscription/"""

    id: IdType
    endpoint: str
    server_key: str
    alerts: WebPushSubscriptionAlerts
    policy: str
    standard: bool


class WebPushSubscriptionAlerts(AttribAccessDict):
    """Web Push Subscription Alerts: https://docs.joinmastodon.org/entities/WebPushSubscription/"""

    follow: bool | None
    favourite: bool | None
    reblog: bool | None
    mention: bool | None
    poll: bool | None
    follow_request: bool | None
    status: bool | None
    update: bool | None = entry("update")  # type: ignore[assignment]  # dict has a method of that name
    admin_sign_up: bool | None
    admin_report: bool | None
    quote: bool | None
    quoted_update: bool | None


class PushNotification(AttribAccessDict):
    """Push Notification: https://docs.joinmastodon.org/entities/WebPushSubscription/"""

    access_token: str
    body: str
    icon: str
    notification_id: IdType
    notification_type: str
    preferred_locale: str
    title: str


class Announcement(AttribAccessDict):
    """Announcement: https://docs.joinmastodon.org/entities/Announcement/"""

    id: IdType
    content: str
    starts_at: datetime | None
    ends_at: datetime | None
    all_day: bool
    published_at: datetime
    updated_at: datetime
    read: bool
    mentions: NonPaginatableList[StatusMention]
    tags: NonPaginatableList[Any]
    emojis: NonPaginatableList[Any]
    reactions: NonPaginatableList[Reaction]
    statuses: NonPaginatableList[Any]


class Reaction(AttribAccessDict):
    """Reaction: https://docs.joinmastodon.org/entities/Reaction/"""

    name: str
    count: int
    me: bool
    url: str | None
    static_url: str | None


class StreamReaction(AttribAccessDict):
    """Stream Reaction: https://docs.joinmastodon.org/methods/streaming/"""

    name: str
    count: int
    announcement_id: IdType


class AnnualReportEvent(AttribAccessDict):
    """Annual Report Event of the Mastodon API"""

    year: str


class AnnualReportState(AttribAccessDict):
    """Annual Report State: https://docs.joinmastodon.org/methods/annual_reports/#get-state"""

    state: str


class AnnualReport(AttribAccessDict):
    """Annual Report: https://docs.joinmastodon.org/entities/AnnualReport/"""

    year: int
    data: AnnualReportDataV2 | AnnualReportDataV1 | AttribAccessDict
    schema_version: int
    share_url: str | None
    account_id: MaybeSnowflakeIdType


class WrappedAnnualReports(AttribAccessDict):
    """Wrapped Annual Reports: https://docs.joinmastodon.org/entities/AnnualReport/"""

    annual_reports: NonPaginatableList[AnnualReport]
    accounts: NonPaginatableList[Account]
    statuses: NonPaginatableList[Status]


class AnnualReportDataV2(AttribAccessDict):
    """Annual Report Data V2: https://docs.joinmastodon.org/entities/AnnualReport/"""

    archetype: str
    top_statuses: AnnualReportTopStatusesV2
    time_series: NonPaginatableList[AnnualReportTimeSeriesEntryV2]
    top_hashtags: NonPaginatableList[AnnualReportNameAndCount]


class AnnualReportDataV1(AttribAccessDict):
    """Annual Report Data V1: https://docs.joinmastodon.org/entities/AnnualReport/"""

    archetype: str
    type_distribution: AnnualReportTypeDistribution
    top_statuses: AnnualReportTopStatusesV1
    most_used_apps: NonPaginatableList[AnnualReportNameAndCount]
    commonly_interacted_with_accounts: NonPaginatableList[AnnualReportAccountAndCount]
    time_series: NonPaginatableList[AnnualReportTimeSeriesEntryV1]
    top_hashtags: NonPaginatableList[AnnualReportNameAndCount]
    most_reblogged_accounts: NonPaginatableList[AnnualReportAccountAndCount]
    percentiles: AnnualReportPercentiles


class AnnualReportTopStatusesV2(AttribAccessDict):
    """Annual Report Top Statuses V2: https://docs.joinmastodon.org/entities/AnnualReport/"""

    by_reblogs: MaybeSnowflakeIdType | None
    by_favourites: MaybeSnowflakeIdType | None
    by_replies: MaybeSnowflakeIdType | None


class AnnualReportTopStatusesV1(AttribAccessDict):
    """Annual Report Top Statuses V1: https://docs.joinmastodon.org/entities/AnnualReport/"""

    by_reblogs: MaybeSnowflakeIdType | None
    by_favourites: MaybeSnowflakeIdType | None
    by_replies: MaybeSnowflakeIdType | None


class AnnualReportTimeSeriesEntryV2(AttribAccessDict):
    """Annual Report Time Series Entry V2: https://docs.joinmastodon.org/entities/AnnualReport/"""

    month: int
    statuses: int
    followers: int


class AnnualReportTimeSeriesEntryV1(AttribAccessDict):
    """Annual Report Time Series Entry V1: https://docs.joinmastodon.org/entities/AnnualReport/"""

    month: int
    statuses: int
    following: int
    followers: int


class AnnualReportTypeDistribution(AttribAccessDict):
    """Annual Report Type Distribution: https://docs.joinmastodon.org/entities/AnnualReport/"""

    total: int
    reblogs: int
    replies: int
    standalone: int


class AnnualReportNameAndCount(AttribAccessDict):
    """Annual Report Name And Count: https://docs.joinmastodon.org/entities/AnnualReport/"""

    name: str
    count: int


class AnnualReportAccountAndCount(AttribAccessDict):
    """Annual Report Account And Count: https://docs.joinmastodon.org/entities/AnnualReport/"""

    account_id: MaybeSnowflakeIdType
    count: int


class AnnualReportPercentiles(AttribAccessDict):
    """Annual Report Percentiles: https://docs.joinmastodon.org/entities/AnnualReport/"""

    statuses: float
