"""The endpoints of notifications."""

from __future__ import annotations

from folkmoot.wire.friendica.notification import Notification
from folkmoot.wire.friendica.requests import PLAIN
from folkmoot.wire.friendica.status import Status
from folkmoot.wire.request import GET, POST, Request


@GET(
    "/api/friendica/notifications",
    formats=PLAIN,
    aliases=("/api/friendica/notification",),
    scope="read:notifications",
)
class ListNotifications(Request[list[Notification]], kw_only=True):
    """What concerns the caller: 50 at most, unseen first, then the newest first."""


@POST(
    "/api/friendica/notifications/seen",
    formats=PLAIN,
    aliases=("/api/friendica/notification/seen",),
    scope="write:notifications",
)
class SetNotificationSeen(Request[list[Status] | str], kw_only=True):
    """Mark one as seen; answers with the post that it is about, or success."""

    id: int | None = None
