"""Timelines, and how far they have been read."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.preferences import Marker
from folkmoot.wire.mastodon.requests.paging import Limit40, Paged
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.request import GET, POST, Request


@GET("/api/v1/timelines/home", auth="user", scope="read:statuses")
class HomeTimeline(Paged[list[Status]], kw_only=True):
    """What those whom the caller follows wrote. Page: methods/timelines#home."""

    limit: Limit40 = 20
    local: bool = False


@GET("/api/v1/timelines/public", auth="optional", scope="read:statuses")
class PublicTimeline(Paged[list[Status]], kw_only=True):
    """What is public, from here, from elsewhere or both. Page: methods/timelines#public."""

    local: bool = False
    remote: bool = False
    only_media: bool = False
    limit: Limit40 = 20


@GET("/api/v1/timelines/tag/{hashtag}", auth="optional", scope="read:statuses")
class TagTimeline(Paged[list[Status]], kw_only=True):
    """What is public and tagged: hashtag or one of any, each of all, none of none.

    Page: methods/timelines#tag.
    """

    hashtag: str
    any: list[str] = []
    all: list[str] = []
    none: list[str] = []
    local: bool = False
    remote: bool = False
    only_media: bool = False
    limit: Limit40 = 20


@GET("/api/v1/timelines/link", auth="optional", scope="read:statuses")
class LinkTimeline(Paged[list[Status]], kw_only=True):
    """What is public and links to a page. Page: methods/timelines#link."""

    url: str
    limit: Limit40 = 20


@GET("/api/v1/timelines/list/{list_id}", auth="user", scope="read:lists")
class ListTimeline(Paged[list[Status]], kw_only=True):
    """What the members of a list wrote. Page: methods/timelines#list."""

    list_id: Id
    limit: Limit40 = 20


@GET("/api/v1/markers", auth="user", scope="read:statuses")
class GetMarkers(Request[dict[str, Marker]], kw_only=True):
    """How far the named timelines (home, notifications) have been read. Page: methods/markers#get."""

    timeline: list[str] = []


class MarkerChange(msgspec.Struct, kw_only=True):
    """The last read post or notification."""

    last_read_id: Id


@POST("/api/v1/markers", auth="user", scope="write:statuses")
class SetMarkers(Request[dict[str, Marker]], kw_only=True):
    """Say how far timelines have been read. Page: methods/markers#create."""

    home: MarkerChange | UnsetType = UNSET
    notifications: MarkerChange | UnsetType = UNSET
