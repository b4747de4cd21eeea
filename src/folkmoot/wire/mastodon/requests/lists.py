"""Lists of people, to read them apart."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.conversation import List
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80, Paged
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request


@GET("/api/v1/lists", auth="user", scope="read:lists")
class ListLists(Request[list[List]], kw_only=True):
    """The caller's lists. Page: methods/lists#get."""


@GET("/api/v1/lists/{id}", auth="user", scope="read:lists")
class GetList(Request[List], kw_only=True):
    """One list of the caller. Page: methods/lists#get-one."""

    id: Id


@POST("/api/v1/lists", auth="user", scope="write:lists")
class CreateList(Request[List], kw_only=True):
    """Make a list. Page: methods/lists#create."""

    title: str = ""
    replies_policy: str = "list"
    exclusive: bool = False


@PUT("/api/v1/lists/{id}", auth="user", scope="write:lists")
class UpdateList(Request[List], kw_only=True):
    """Change a list: what is not said stays. Page: methods/lists#update."""

    id: Id
    title: str | UnsetType = UNSET
    replies_policy: str | UnsetType = UNSET
    exclusive: bool | UnsetType = UNSET


@DELETE("/api/v1/lists/{id}", auth="user", scope="write:lists")
class DeleteList(Request[Empty], kw_only=True):
    """Drop a list. Page: methods/lists#delete."""

    id: Id


@GET("/api/v1/lists/{id}/accounts", auth="user", scope="read:lists")
class ListMembers(Paged[list[Account]], kw_only=True):
    """Who is in a list, all of them with limit 0; pages go by the membership. Page: methods/lists#accounts."""

    id: Id
    limit: Limit80 = 40


@POST("/api/v1/lists/{id}/accounts", auth="user", scope="write:lists")
class AddListMembers(Request[Empty], kw_only=True):
    """Put people whom the caller follows into a list: all of them or none. Page: methods/lists#accounts-add."""

    id: Id
    account_ids: list[Id] = []


@DELETE("/api/v1/lists/{id}/accounts", auth="user", scope="write:lists")
class RemoveListMembers(Request[Empty], kw_only=True):
    """Take people out of a list. Page: methods/lists#accounts-remove."""

    id: Id
    account_ids: list[Id] = []
