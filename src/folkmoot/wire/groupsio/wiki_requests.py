"""The calls about a group's wiki."""

from __future__ import annotations

import msgspec

from folkmoot.wire.groupsio.files import WikiPage, WikiPageSet
from folkmoot.wire.groupsio.member_requests import PlainGroupCall, PlainGroupList
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET, POST


@GET("/api/v1/getwikipages", aliases=("/v1/getwikipages",), auth="optional", permission="wiki_visible")
class GetWikiPages(PlainGroupList[ListEnvelope[WikiPage]], kw_only=True):
    """The pages of a wiki, by title."""


@GET("/api/v1/getwikipageset", aliases=("/v1/getwikipageset",), auth="optional", permission="wiki_visible")
class GetWikiPageSet(PlainGroupCall[WikiPageSet], kw_only=True):
    """A page with its text."""

    id: int


@POST("/api/v1/newwikipage", aliases=("/v1/newwikipage",), permission="manage_wiki")
class NewWikiPage(PlainGroupCall[WikiPageSet], kw_only=True):
    """Write a new page; the body is HTML."""

    title: str
    body: str
    csrf: str = ""


@POST("/api/v1/updatewikipage", aliases=("/v1/updatewikipage",), permission="manage_wiki")
class UpdateWikiPage(PlainGroupCall[WikiPageSet], kw_only=True):
    """Change a page; what is not said stays. edit_msg says why."""

    id: int
    title: str | msgspec.UnsetType = msgspec.UNSET
    body: str | msgspec.UnsetType = msgspec.UNSET
    edit_msg: str = ""
    csrf: str = ""


@POST("/api/v1/deletewikipage", aliases=("/v1/deletewikipage",), permission="manage_wiki")
class DeleteWikiPage(PlainGroupCall[None], kw_only=True):
    """Delete a page with its history; the answer is empty."""

    id: int
    csrf: str = ""
