"""Filters of both versions: groups of keywords and posts, and the single phrases that came before."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.filters import Filter, FilterKeyword, FilterStatus, V1Filter
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request

FilterAction = Literal["warn", "hide", "blur"]


class NewKeyword(msgspec.Struct, kw_only=True):
    """A keyword of a new filter."""

    keyword: str = ""
    whole_word: bool = False


class KeywordAttributes(msgspec.Struct, kw_only=True):
    """A keyword to add (no id), to change, or to take out."""

    id: Id | None = None
    keyword: str | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    destroy: bool = msgspec.field(default=False, name="_destroy")


@GET("/api/v2/filters", auth="user", scope="read:filters")
class ListFilters(Request[list[Filter]], kw_only=True):
    """All filters of the caller. Page: methods/filters#get."""


@GET("/api/v2/filters/{id}", auth="user", scope="read:filters")
class GetFilter(Request[Filter], kw_only=True):
    """One filter. Page: methods/filters#get-one."""

    id: Id


@POST("/api/v2/filters", auth="user", scope="write:filters")
class CreateFilter(Request[Filter], kw_only=True):
    """Make a filter; without expires_in (seconds) it stays for good. Page: methods/filters#create."""

    title: str = ""
    context: list[str] = []
    filter_action: FilterAction | None = None
    expires_in: int | None = None
    keywords_attributes: list[NewKeyword] = []


@PUT("/api/v2/filters/{id}", auth="user", scope="write:filters")
class UpdateFilter(Request[Filter], kw_only=True):
    """Change a filter: what is not said stays, a null expires_in lets it stay for good.

    Page: methods/filters#update.
    """

    id: Id
    title: str | UnsetType = UNSET
    context: list[str] | UnsetType = UNSET
    filter_action: FilterAction | None = None
    expires_in: int | UnsetType | None = UNSET
    keywords_attributes: list[KeywordAttributes] = []


@DELETE("/api/v2/filters/{id}", auth="user", scope="write:filters")
class DeleteFilter(Request[Empty], kw_only=True):
    """Delete a filter and what is in it. Page: methods/filters#delete."""

    id: Id


@GET("/api/v2/filters/{filter_id}/keywords", auth="user", scope="read:filters")
class ListFilterKeywords(Request[list[FilterKeyword]], kw_only=True):
    """The keywords of a filter. Page: methods/filters#keywords-get."""

    filter_id: Id


@POST("/api/v2/filters/{filter_id}/keywords", auth="user", scope="write:filters")
class AddFilterKeyword(Request[FilterKeyword], kw_only=True):
    """Add a keyword. Page: methods/filters#keywords-create."""

    filter_id: Id
    keyword: str = ""
    whole_word: bool = False


@GET("/api/v2/filters/keywords/{id}", auth="user", scope="read:filters")
class GetFilterKeyword(Request[FilterKeyword], kw_only=True):
    """One keyword. Page: methods/filters#keywords-get-one."""

    id: Id


@PUT("/api/v2/filters/keywords/{id}", auth="user", scope="write:filters")
class UpdateFilterKeyword(Request[FilterKeyword], kw_only=True):
    """Change a keyword: what is not said stays. Page: methods/filters#keywords-update."""

    id: Id
    keyword: str | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET


@DELETE("/api/v2/filters/keywords/{id}", auth="user", scope="write:filters")
class DeleteFilterKeyword(Request[Empty], kw_only=True):
    """Take a keyword out. Page: methods/filters#keywords-delete."""

    id: Id


@GET("/api/v2/filters/{filter_id}/statuses", auth="user", scope="read:filters")
class ListFilterStatuses(Request[list[FilterStatus]], kw_only=True):
    """The posts that a filter names. Page: methods/filters#statuses-get."""

    filter_id: Id


@POST("/api/v2/filters/{filter_id}/statuses", auth="user", scope="write:filters")
class AddFilterStatus(Request[FilterStatus], kw_only=True):
    """Name a post in a filter. Page: methods/filters#statuses-add."""

    filter_id: Id
    status_id: Id | None = None


@GET("/api/v2/filters/statuses/{id}", auth="user", scope="read:filters")
class GetFilterStatus(Request[FilterStatus], kw_only=True):
    """One post that a filter names. Page: methods/filters#statuses-get-one."""

    id: Id


@DELETE("/api/v2/filters/statuses/{id}", auth="user", scope="write:filters")
class RemoveFilterStatus(Request[FilterStatus], kw_only=True):
    """Name a post no longer. Page: methods/filters#statuses-remove."""

    id: Id


@GET("/api/v1/filters", auth="user", scope="read:filters")
class ListFiltersV1(Request[list[V1Filter]], kw_only=True):
    """All keywords of the caller's filters. Page: methods/filters#get-v1."""


@GET("/api/v1/filters/{id}", auth="user", scope="read:filters")
class GetFilterV1(Request[V1Filter], kw_only=True):
    """One keyword, with what its filter says. Page: methods/filters#get-one-v1."""

    id: Id


@POST("/api/v1/filters", auth="user", scope="write:filters")
class CreateFilterV1(Request[V1Filter], kw_only=True):
    """Make a filter of one phrase. Page: methods/filters#create-v1."""

    phrase: str = ""
    context: list[str] = []
    irreversible: bool = False
    whole_word: bool = False
    expires_in: int | None = None


@PUT("/api/v1/filters/{id}", auth="user", scope="write:filters")
class UpdateFilterV1(Request[V1Filter], kw_only=True):
    """Change a phrase and the filter around it: what is not said stays. Page: methods/filters#update-v1."""

    id: Id
    phrase: str | UnsetType = UNSET
    context: list[str] | UnsetType = UNSET
    irreversible: bool | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    expires_in: int | UnsetType | None = UNSET


@DELETE("/api/v1/filters/{id}", auth="user", scope="write:filters")
class DeleteFilterV1(Request[Empty], kw_only=True):
    """Take a phrase out of its filter. Page: methods/filters#delete-v1."""

    id: Id
