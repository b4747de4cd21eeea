"""Notifications: one by one, in groups, held back; and markers of how far they were read."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.client.mastodon.entities.notices import (
    GroupedNotificationsResults,
    Notification,
    NotificationPolicy,
    NotificationRequest,
    UnreadNotificationsCount,
)
from folkmoot.client.mastodon.entities.people import Account, Marker, Preferences
from folkmoot.client.mastodon.entities.statuses import Status
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import id_list, in_path
from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.versions import api_version

ALL_BUT_MENTIONS = ["follow", "favourite", "reblog", "poll", "follow_request"]


class Notifications(Versions):
    """Notifications: one by one, in groups, held back; and markers of how far they were read."""

    @api_version("4.3.0", "4.3.0")
    def accept_multiple_notification_requests(self, ids: Sequence[NotificationRequest | IdType]) -> None:
        """Accept requests, and let those people through. `POST /api/v1/notifications/requests/accept`."""
        self._tell("POST", "/api/v1/notifications/requests/accept", {"id": id_list(ids)})

    @api_version("4.3.0", "4.3.0")
    def accept_notification_request(self, id: NotificationRequest | IdType) -> None:
        """Accept a request, and let that person through. `POST /api/v1/notifications/requests/:id/accept`."""
        self._tell("POST", f"/api/v1/notifications/requests/{in_path(id)}/accept")

    @api_version("4.3.0", "4.3.0")
    def dismiss_grouped_notification(self, group_key: str) -> None:
        """Dismiss a group of notifications. `POST /api/v2/notifications/:group_key/dismiss`."""
        self._tell("POST", f"/api/v2/notifications/{in_path(group_key)}/dismiss")

    @api_version("4.3.0", "4.3.0")
    def dismiss_multiple_notification_requests(self, ids: Sequence[NotificationRequest | IdType]) -> None:
        """Dismiss requests. `POST /api/v1/notifications/requests/dismiss`."""
        self._tell("POST", "/api/v1/notifications/requests/dismiss", {"id": id_list(ids)})

    @api_version("4.3.0", "4.3.0")
    def dismiss_notification_request(self, id: NotificationRequest | IdType) -> None:
        """Dismiss a request. `POST /api/v1/notifications/requests/:id/dismiss`."""
        self._tell("POST", f"/api/v1/notifications/requests/{in_path(id)}/dismiss")

    @api_version("4.3.0", "4.6.0", "4.3.0")
    def grouped_notification(
        self, group_key: str, supported_types: Sequence[str] | None = None
    ) -> GroupedNotificationsResults:
        """One group of notifications. `GET /api/v2/notifications/:group_key`."""
        return self._ask(
            GroupedNotificationsResults,
            "GET",
            f"/api/v2/notifications/{in_path(group_key)}",
            {"supported_types": supported_types},
        )

    @api_version("4.3.0", "4.3.0")
    def grouped_notification_accounts(self, group_key: str) -> NonPaginatableList[Account]:
        """Everybody in a group of notifications. `GET /api/v2/notifications/:group_key/accounts`."""
        return self._ask(
            NonPaginatableList[Account], "GET", f"/api/v2/notifications/{in_path(group_key)}/accounts"
        )

    @api_version("4.3.0", "4.6.0", "4.3.0")
    def grouped_notifications(
        self,
        max_id: IdType | None = None,
        since_id: IdType | None = None,
        min_id: IdType | None = None,
        limit: int | None = None,
        types: Sequence[str] | None = None,
        exclude_types: Sequence[str] | None = None,
        account_id: Account | IdType | None = None,
        expand_accounts: str | None = "partial_avatars",
        grouped_types: Sequence[str] | None = None,
        include_filtered: bool | None = None,
        supported_types: Sequence[str] | None = None,
    ) -> GroupedNotificationsResults:
        """Notifications in groups. `GET /api/v2/notifications`."""
        params = {
            "max_id": max_id,
            "since_id": since_id,
            "min_id": min_id,
            "limit": limit,
            "types": types,
            "exclude_types": exclude_types,
            "account_id": unpack_id(account_id),
            "expand_accounts": expand_accounts,
            "grouped_types": grouped_types,
            "include_filtered": include_filtered,
            "supported_types": supported_types,
        }
        return self._ask(
            GroupedNotificationsResults, "GET", "/api/v2/notifications", params, force_pagination=True
        )

    @api_version("4.3.0", "4.3.0", "4.3.0")
    def notification_request(self, id: NotificationRequest | IdType) -> NotificationRequest:
        """One request. `GET /api/v1/notifications/requests/:id`."""
        return self._ask(NotificationRequest, "GET", f"/api/v1/notifications/requests/{in_path(id)}")

    @api_version("4.3.0", "4.3.0")
    def notification_requests(
        self,
        max_id: IdType | None = None,
        since_id: IdType | None = None,
        min_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[NotificationRequest]:
        """Notifications that were held back, by person. `GET /api/v1/notifications/requests`."""
        return self._ask(
            PaginatableList[NotificationRequest],
            "GET",
            "/api/v1/notifications/requests",
            {"max_id": max_id, "since_id": since_id, "min_id": min_id, "limit": limit},
        )

    @api_version("1.0.0", "4.6.0")
    def notifications(
        self,
        id: Notification | IdType | None = None,
        account_id: Account | IdType | None = None,
        max_id: Notification | IdType | None = None,
        min_id: Notification | IdType | None = None,
        since_id: Notification | IdType | None = None,
        limit: int | None = None,
        exclude_types: Sequence[str] | None = None,
        types: Sequence[str] | None = None,
        mentions_only: bool | None = None,
        supported_types: Sequence[str] | None = None,
    ) -> PaginatableList[Notification] | Notification:
        """Notifications, or one by id. `GET /api/v1/notifications`."""
        if mentions_only is not None:
            if exclude_types is not None or types is not None:
                raise MastodonIllegalArgumentError(
                    "mentions_only can't be used together with types or exclude_types"
                )
            if mentions_only and self.verify_minimum_version("3.5.0", cached=True):
                types = ["mention"]
            elif mentions_only:
                exclude_types = ALL_BUT_MENTIONS
        if id is not None:
            return self._ask(
                Notification,
                "GET",
                f"/api/v1/notifications/{in_path(id)}",
                {"supported_types": supported_types},
            )
        params = {
            "account_id": unpack_id(account_id),
            "max_id": max_id,
            "min_id": min_id,
            "since_id": since_id,
            "limit": limit,
            "exclude_types": exclude_types,
            "types": types,
            "supported_types": supported_types,
        }
        return self._ask(PaginatableList[Notification], "GET", "/api/v1/notifications", params)

    @api_version("1.0.0", "1.0.0")
    def notifications_clear(self) -> None:
        """Clear all notifications. `POST /api/v1/notifications/clear`."""
        self._tell("POST", "/api/v1/notifications/clear")

    @api_version("1.3.0", "2.9.2")
    def notifications_dismiss(self, id: Notification | IdType) -> None:
        """Dismiss one notification. `POST /api/v1/notifications/dismiss`."""
        if self.verify_minimum_version("2.9.2", cached=True):
            self._tell("POST", f"/api/v1/notifications/{in_path(id)}/dismiss")
        else:
            self._tell("POST", "/api/v1/notifications/dismiss", {"id": unpack_id(id)})

    @api_version("4.3.0", "4.3.0")
    def notifications_merged(self) -> bool:
        """Have accepted requests arrived in the list?. `GET /api/v1/notifications/requests/merged`."""
        found = self._ask(AttribAccessDict, "GET", "/api/v1/notifications/requests/merged")
        return bool(found["merged"])

    @api_version("4.3.0", "4.3.0", "4.3.0")
    def notifications_policy(self) -> NotificationPolicy:
        """From whom notifications are taken. `GET /api/v2/notifications/policy`."""
        return self._ask(NotificationPolicy, "GET", "/api/v2/notifications/policy")

    @api_version("4.3.0", "4.3.0", "4.3.0")
    def notifications_unread_count(self) -> UnreadNotificationsCount:
        """How many notifications are unread. `GET /api/v1/notifications/unread_count`."""
        return self._ask(UnreadNotificationsCount, "GET", "/api/v1/notifications/unread_count")

    @api_version("4.3.0", "4.3.0")
    def unread_grouped_notifications_count(
        self,
        limit: int | None = None,
        types: Sequence[str] | None = None,
        exclude_types: Sequence[str] | None = None,
        account_id: Account | IdType | None = None,
        grouped_types: Sequence[str] | None = None,
    ) -> int:
        """How many groups are unread. `GET /api/v2/notifications/unread_count`."""
        params = {
            "limit": limit,
            "types": types,
            "exclude_types": exclude_types,
            "account_id": unpack_id(account_id),
            "grouped_types": grouped_types,
        }
        return int(self._ask(AttribAccessDict, "GET", "/api/v2/notifications/unread_count", params)["count"])

    @api_version("4.3.0", "4.3.0", "4.3.0")
    def update_notifications_policy(
        self,
        for_not_following: str | None = None,
        for_not_followers: str | None = None,
        for_new_accounts: str | None = None,
        for_private_mentions: str | None = None,
        for_limited_accounts: str | None = None,
    ) -> NotificationPolicy:
        """Change from whom notifications are taken: accept, filter or drop."""
        return self._ask(
            NotificationPolicy,
            "PATCH",
            "/api/v2/notifications/policy",
            {
                "for_not_following": for_not_following,
                "for_not_followers": for_not_followers,
                "for_new_accounts": for_new_accounts,
                "for_private_mentions": for_private_mentions,
                "for_limited_accounts": for_limited_accounts,
            },
        )

    @api_version("3.0.0", "3.0.0")
    def markers_get(self, timeline: str | Sequence[str] = ["home"]) -> dict[str, Marker]:
        """How far timelines were read. `GET /api/v1/markers`."""
        names = [timeline] if isinstance(timeline, str) else list(timeline)
        return self._ask(dict[str, Marker], "GET", "/api/v1/markers", {"timeline": names})

    @api_version("3.0.0", "3.0.0")
    def markers_set(
        self, timelines: str | Sequence[str], last_read_ids: Status | IdType | Sequence[Status | IdType]
    ) -> dict[str, Marker]:
        """Say how far timelines were read. `POST /api/v1/markers`."""
        names = [timelines] if isinstance(timelines, str) else list(timelines)
        ids = id_list(last_read_ids)
        if len(names) != len(ids):
            raise MastodonIllegalArgumentError("Number of specified timelines and ids must be the same")
        params = {name: {"last_read_id": str(last)} for name, last in zip(names, ids, strict=True)}
        return self._ask(dict[str, Marker], "POST", "/api/v1/markers", params, use_json=True)

    @api_version("2.8.0", "2.8.0", "4.5.0")
    def preferences(self) -> Preferences:
        """User preferences. `GET /api/v1/preferences`."""
        return self._ask(Preferences, "GET", "/api/v1/preferences")
