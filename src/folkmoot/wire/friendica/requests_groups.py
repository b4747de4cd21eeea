"""Endpoints of GNU Social's groups, and of events."""

from __future__ import annotations

from typing import TypeVar

from folkmoot.wire.friendica.circle import GSGroup
from folkmoot.wire.friendica.event import EventCreated, EventDeleted, IsMember
from folkmoot.wire.friendica.notification import Event
from folkmoot.wire.friendica.requests import FEED, PLAIN, Page
from folkmoot.wire.friendica.status import Status, User
from folkmoot.wire.request import GET, POST, Request

A = TypeVar("A", covariant=True)


class OneGroup(Request[A], kw_only=True):
    """Base of calls about one group, named by id or nick."""

    id: str | None = None
    group_id: str | None = None
    group_name: str | None = None


class PageOfGroup(OneGroup[A], kw_only=True):
    """Base of lists that belong to a group, in pages counted from 1."""

    count: int = 20
    page: int = 1


def _both(call: str) -> tuple[str, ...]:
    """The call without its id in the path, and under GNU Social's own name."""
    return (
        f"/api/statusnet/groups/{call}",
        f"/api/gnusocial/groups/{call}",
        f"/api/gnusocial/groups/{call}/{{id}}",
    )


@GET("/api/statusnet/groups/timeline/{id}", formats=FEED, aliases=_both("timeline"), scope="read:statuses")
class GroupTimeline(Page[list[Status]], kw_only=True):
    """What was posted to a group."""

    id: str | None = None
    group_id: str | None = None
    group_name: str | None = None


@GET("/api/statusnet/groups/show/{id}", formats=PLAIN, aliases=_both("show"), scope="read:accounts")
class ShowGroup(OneGroup[GSGroup], kw_only=True):
    """One group."""


@POST(
    "/api/statusnet/groups/create",
    formats=PLAIN,
    aliases=("/api/gnusocial/groups/create",),
    scope="write:accounts",
)
class CreateCommunity(Request[GSGroup], kw_only=True):
    """Make a group that the caller owns."""

    id: str | None = None
    nickname: str | None = None
    full_name: str | None = None
    homepage: str | None = None
    description: str | None = None
    location: str | None = None
    aliases: str | None = None


@POST("/api/statusnet/groups/join/{id}", formats=PLAIN, aliases=_both("join"), scope="write:follows")
class JoinGroup(OneGroup[GSGroup], kw_only=True):
    """Join a group, or ask to."""


@POST("/api/statusnet/groups/leave/{id}", formats=PLAIN, aliases=_both("leave"), scope="write:follows")
class LeaveGroup(OneGroup[GSGroup], kw_only=True):
    """Leave a group."""


@GET("/api/statusnet/groups/list/{id}", formats=FEED, aliases=_both("list"), scope="read:follows")
class ListGroups(Page[list[GSGroup]], kw_only=True):
    """The groups that somebody is in; the caller's where nobody is named."""

    id: str | None = None
    user_id: str | None = None
    screen_name: str | None = None


@GET(
    "/api/statusnet/groups/list_all",
    formats=FEED,
    aliases=("/api/gnusocial/groups/list_all",),
    scope="read:accounts",
)
class ListAllGroups(Page[list[GSGroup]], kw_only=True):
    """All groups that the caller may know of, the newest first."""

    id: str | None = None


@GET(
    "/api/statusnet/groups/membership/{id}", formats=PLAIN, aliases=_both("membership"), scope="read:accounts"
)
class GroupMembership(PageOfGroup[list[User]], kw_only=True):
    """Who is in a group, the newest member first."""


@GET("/api/statusnet/groups/admins/{id}", formats=PLAIN, aliases=_both("admins"), scope="read:accounts")
class GroupAdmins(PageOfGroup[list[User]], kw_only=True):
    """Who moderates a group."""


@GET(
    "/api/statusnet/groups/is_member",
    formats=PLAIN,
    aliases=("/api/statusnet/groups/is_member/{id}", "/api/gnusocial/groups/is_member"),
    scope="read:accounts",
)
class IsGroupMember(OneGroup[IsMember], kw_only=True):
    """Whether somebody is in a group; the caller where nobody is named."""

    user_id: str | None = None
    screen_name: str | None = None


@GET("/api/friendica/events", formats=PLAIN, scope="read:statuses")
class ListEvents(Request[list[Event]], kw_only=True):
    """Events beyond since_id in the calendars of the caller and the caller's groups, the oldest first."""

    since_id: int = 0
    count: int = 50


@POST("/api/friendica/event_create", formats=PLAIN, scope="write:statuses")
class CreateEvent(Request[EventCreated], kw_only=True):
    """Put an event into the calendar of the group that allow_cid names, else the caller's own; an id changes one.

    With publish a post announces it: in the group, or to those whom the four lists name, or to everybody.
    """

    id: int = 0
    name: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    desc: str = ""
    place: str = ""
    publish: bool = False
    allow_cid: list[str] = []
    allow_gid: list[str] = []
    deny_cid: list[str] = []
    deny_gid: list[str] = []


@POST("/api/friendica/event_delete", formats=PLAIN, scope="write:statuses")
class DeleteEvent(Request[EventDeleted], kw_only=True):
    """Take an event away."""

    id: int | None = None
