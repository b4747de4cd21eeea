"""Endpoints of circles and lists, which are two views of one table."""

from __future__ import annotations

from typing import Any, TypeVar

from folkmoot.wire.friendica.circle import Group, GroupResult, List
from folkmoot.wire.friendica.page import ListsPage, UsersPage
from folkmoot.wire.friendica.requests import FEED, PLAIN, Timeline
from folkmoot.wire.friendica.requests_people import UsersCount
from folkmoot.wire.friendica.status import Status, User
from folkmoot.wire.request import CALL, GET, POST, Request

A = TypeVar("A", covariant=True)


@CALL("*", "/api/friendica/group_show", formats=PLAIN, scope="read:lists")
class ShowGroups(Request[list[Group]], kw_only=True):
    """The caller's circles with those in them; 0 is all of them."""

    gid: int | str = 0


@CALL("POST PUT", "/api/friendica/group_create", formats=PLAIN, scope="write:lists")
class CreateGroup(Request[GroupResult], kw_only=True):
    """Make a circle; json holds {"user": [{"cid": 3}]}."""

    name: str | None = None
    json: Any = None


@CALL("POST PUT", "/api/friendica/group_update", formats=PLAIN, scope="write:lists")
class UpdateGroup(Request[GroupResult], kw_only=True):
    """Let just those of json be in the circle."""

    gid: str | None = None
    name: str | None = None
    json: Any = None


@CALL("POST DELETE", "/api/friendica/group_delete", formats=PLAIN, scope="write:lists")
class DeleteGroup(Request[GroupResult], kw_only=True):
    """Drop a circle; its exact name has to be given beside its id."""

    gid: str | None = None
    name: str | None = None


@GET("/api/friendica/circle_show", formats=PLAIN, scope="read:lists")
class ShowCircles(ShowGroups, kw_only=True):
    """friendica/group_show under its later name."""


@POST("/api/friendica/circle_create", formats=PLAIN, scope="write:lists")
class CreateCircle(CreateGroup, kw_only=True):
    """friendica/group_create under its later name."""


@POST("/api/friendica/circle_update", formats=PLAIN, scope="write:lists")
class UpdateCircle(UpdateGroup, kw_only=True):
    """friendica/group_update under its later name."""


@POST("/api/friendica/circle_delete", formats=PLAIN, scope="write:lists")
class DeleteCircle(DeleteGroup, kw_only=True):
    """friendica/group_delete under its later name."""


@CALL("*", "/api/lists", formats=PLAIN, scope="read:lists")
class NoLists(Request[list[List]], kw_only=True):
    """Always empty, as in 2017."""


class OfUser(Request[A], kw_only=True):
    """Base of calls about one person's lists; the caller's where nobody is named."""

    user_id: str | None = None
    screen_name: str | None = None


class PageOfUser(OfUser[ListsPage], kw_only=True):
    """Base of pages of one person's lists."""

    cursor: int = -1
    count: UsersCount = 20


@GET("/api/lists/list", formats=PLAIN, aliases=("/api/lists/all",), scope="read:lists")
class ListLists(OfUser[list[List]], kw_only=True):
    """The lists that somebody made and the caller may know of: the caller's own."""

    reverse: bool = False


@GET("/api/lists/ownerships", formats=PLAIN, scope="read:lists")
class ListOwnerships(PageOfUser, kw_only=True):
    """The caller's own lists."""


@GET("/api/lists/memberships", formats=PLAIN, scope="read:lists")
class ListMemberships(PageOfUser, kw_only=True):
    """Those of the caller's lists that somebody is in."""

    filter_to_owned_lists: bool = False


@GET("/api/lists/subscriptions", formats=PLAIN, scope="read:lists")
class ListSubscriptions(PageOfUser, kw_only=True):
    """Lists of others that somebody follows: there are none, as lists are their owner's alone."""


class OneList(Request[A], kw_only=True):
    """Base of calls about one list, named by its id, or by its slug and owner."""

    list_id: str | None = None
    slug: str | None = None
    owner_screen_name: str | None = None
    owner_id: str | None = None


@GET("/api/lists/show", formats=PLAIN, scope="read:lists")
class ShowList(OneList[List], kw_only=True):
    """One list."""


@POST("/api/lists/create", formats=PLAIN, scope="write:lists")
class CreateList(Request[List], kw_only=True):
    """Make a list. A public one is shown to everybody, with who is in it; nobody else knows of a private one."""

    name: str | None = None
    mode: str = "public"
    description: str | None = None


@POST("/api/lists/update", formats=PLAIN, scope="write:lists")
class UpdateList(OneList[List], kw_only=True):
    """Give a list another name, mode or description."""

    name: str | None = None
    mode: str | None = None
    description: str | None = None


@CALL("POST DELETE", "/api/lists/destroy", formats=PLAIN, scope="write:lists")
class DestroyList(OneList[List], kw_only=True):
    """Drop a list; answers with it as it was."""


@GET("/api/lists/statuses", formats=FEED, scope="read:lists")
class ListStatuses(Timeline[list[Status]], kw_only=True):
    """What those in a list say."""

    list_id: str | None = None
    slug: str | None = None
    owner_screen_name: str | None = None
    owner_id: str | None = None

    include_rts: bool = True


class PeopleOfList(OneList[UsersPage], kw_only=True):
    """Base of pages of people who have to do with a list."""

    cursor: int = -1
    count: UsersCount = 20
    include_entities: bool = True
    skip_status: bool = False


@GET("/api/lists/members", formats=PLAIN, scope="read:lists")
class ListMembers(PeopleOfList, kw_only=True):
    """Who is in a list."""


@GET("/api/lists/subscribers", formats=PLAIN, scope="read:lists")
class ListSubscribers(PeopleOfList, kw_only=True):
    """Who reads a list: its owner alone."""


class OneOfList(OneList[A], kw_only=True):
    """Base of calls about one person and a list."""

    user_id: str | None = None
    screen_name: str | None = None


@POST("/api/lists/members/create", formats=PLAIN, scope="write:lists")
class CreateMember(OneOfList[List], kw_only=True):
    """Put somebody into a list; who is in it already stays."""


@CALL("POST DELETE", "/api/lists/members/destroy", formats=PLAIN, scope="write:lists")
class DestroyMember(OneOfList[List], kw_only=True):
    """Take somebody out of a list."""


class ShowOneOfList(OneOfList[User], kw_only=True):
    """Base of asking whether somebody has to do with a list."""

    include_entities: bool = True
    skip_status: bool = False


@GET("/api/lists/members/show", scope="read:lists")
class ShowMember(ShowOneOfList, kw_only=True):
    """Somebody, if they are in a list."""


@GET("/api/lists/subscribers/show", scope="read:lists")
class ShowSubscriber(ShowOneOfList, kw_only=True):
    """Somebody, if they read a list: its owner."""


class SomeOfList(OneList[List], kw_only=True):
    """Base of calls about up to 100 people and a list."""

    user_id: list[str] = []
    screen_name: list[str] = []


@POST("/api/lists/members/create_all", scope="write:lists")
class CreateMembers(SomeOfList, kw_only=True):
    """Put people into a list; those who are not there are left out."""


@CALL("POST DELETE", "/api/lists/members/destroy_all", scope="write:lists")
class DestroyMembers(SomeOfList, kw_only=True):
    """Take people out of a list."""


@POST("/api/lists/subscribers/create", scope="write:lists")
class CreateSubscriber(OneList[List], kw_only=True):
    """Read a list: one's own is read anyway."""


@CALL("POST DELETE", "/api/lists/subscribers/destroy", scope="write:lists")
class DestroySubscriber(OneList[List], kw_only=True):
    """Read a list no longer: one's own goes on to be read."""
