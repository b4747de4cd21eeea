"""Methods about notifications, made from friendica/requests_notifications of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_notifications as api

if TYPE_CHECKING:
    from folkmoot.wire.friendica.notification import Notification
    from folkmoot.wire.friendica.status import Status


class NotificationsCalls(Service):
    """The endpoints of notifications."""

    def friendica_notifications(self) -> list[Notification]:
        """What concerns the caller: 50 at most, unseen first, then the newest first.

        `GET /api/friendica/notifications`, with the scope read:notifications.
        """
        return self._send(api.ListNotifications())

    def friendica_notifications_seen(self, *, id: int | None = None) -> list[Status] | str:
        """Mark one as seen; answers with the post that it is about, or success.

        `POST /api/friendica/notifications/seen`, with the scope write:notifications.
        """
        return self._send(api.SetNotificationSeen(id=id))
