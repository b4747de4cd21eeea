"""Posts that wait for their time."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit40, Paged
from folkmoot.wire.mastodon.scheduled import ScheduledStatus
from folkmoot.wire.request import DELETE, GET, PUT, Request


@GET("/api/v1/scheduled_statuses", auth="user", scope="read:statuses")
class ListScheduled(Paged[list[ScheduledStatus]], kw_only=True):
    """What the caller has scheduled. Page: methods/scheduled_statuses#get."""

    limit: Limit40 = 20


@GET("/api/v1/scheduled_statuses/{id}", auth="user", scope="read:statuses")
class GetScheduled(Request[ScheduledStatus], kw_only=True):
    """One post to come. Page: methods/scheduled_statuses#get-one."""

    id: Id


@PUT("/api/v1/scheduled_statuses/{id}", auth="user", scope="write:statuses")
class MoveScheduled(Request[ScheduledStatus], kw_only=True):
    """Post it at another time, five minutes ahead at least. Page: methods/scheduled_statuses#update."""

    id: Id
    scheduled_at: str | None = None


@DELETE("/api/v1/scheduled_statuses/{id}", auth="user", scope="write:statuses")
class CancelScheduled(Request[Empty], kw_only=True):
    """Do not post it. Page: methods/scheduled_statuses#cancel."""

    id: Id
