"""What is in use just now, for everybody and for the staff."""

from __future__ import annotations

from typing import Annotated

import msgspec

from folkmoot.wire.mastodon.admin import AdminTag
from folkmoot.wire.mastodon.card import TrendsLink
from folkmoot.wire.mastodon.requests.paging import Limit40
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.mastodon.tag import Tag
from folkmoot.wire.request import GET, Request

Limit20 = Annotated[int, msgspec.Meta(extra={"cap": 20})]
"""Page size, cut to 20."""


@GET("/api/v1/trends/tags", auth="optional", aliases=("/api/v1/trends",))
class ListTrendingTags(Request[list[Tag]], kw_only=True):
    """Hashtags that many use just now. Page: methods/trends#tags."""

    limit: Limit20 = 10
    offset: int | None = None


@GET("/api/v1/trends/statuses", auth="optional")
class ListTrendingStatuses(Request[list[Status]], kw_only=True):
    """Posts that many like and pass on. Page: methods/trends#statuses."""

    limit: Limit40 = 20
    offset: int | None = None


@GET("/api/v1/trends/links", auth="optional")
class ListTrendingLinks(Request[list[TrendsLink]], kw_only=True):
    """Pages that many link to. Page: methods/trends#links."""

    limit: Limit20 = 10
    offset: int | None = None


@GET("/api/v1/admin/trends/tags", auth="user", scope="admin:read", permission="Manage Taxonomies")
class AdminListTrendingTags(Request[list[AdminTag]], kw_only=True):
    """Trending hashtags with the staff's decisions. Page: methods/admin/trends#tags."""


@GET("/api/v1/admin/trends/statuses", auth="user", scope="admin:read", permission="Manage Taxonomies")
class AdminListTrendingStatuses(Request[list[Status]], kw_only=True):
    """Trending posts, also those that were rejected. Page: methods/admin/trends#statuses."""


@GET("/api/v1/admin/trends/links", auth="user", scope="admin:read", permission="Manage Taxonomies")
class AdminListTrendingLinks(Request[list[TrendsLink]], kw_only=True):
    """Trending pages, also those that were rejected. Page: methods/admin/trends#links."""
