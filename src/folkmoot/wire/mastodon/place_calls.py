"""Calls about the place that servers answer and clients make without any page of the documentation telling of them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.about import Language
from folkmoot.wire.mastodon.admin import AdminTag
from folkmoot.wire.mastodon.card import TrendsLink
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit40, Paged
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.request import GET, POST, PUT, Request


class Publisher(msgspec.Struct, kw_only=True):
    """Where linked pages come from, as moderators see it."""

    id: Id
    domain: str
    trendable: bool
    reviewed_at: str | None
    requested_review_at: str | None
    requires_review: bool


@GET("/api/v1/instance/languages", auth="none")
class ListLanguages(Request[list[Language]], kw_only=True):
    """Languages that posts may be marked with."""


@GET("/api/v1/peers/search", auth="none")
class SearchPeers(Request[list[str]], kw_only=True):
    """At most ten known domains that fit q."""

    q: str = ""


@GET("/api/v1/emails/check_confirmation", auth="user", scope="read:accounts")
class CheckConfirmation(Request[bool], kw_only=True):
    """Whether one's address is proven."""


@GET("/api/v1/donation_campaigns", auth="user")
class GetDonationCampaign(Request[Any], kw_only=True):
    """What people are asked to give for; 204 where they are asked for nothing."""


@POST("/api/v1/accounts/{id}/email_subscriptions", auth="optional")
class SubscribeByEmail(Request[Empty], kw_only=True):
    """Get an account's posts by mail; servers without that feature know no such call."""

    id: Id
    email: str = ""


@GET("/api/v1/search", auth="user", scope="read:search")
class SearchV1(Request[Any], kw_only=True):
    """The search of old: as the new one, but hashtags are plain names."""

    q: str
    type: Literal["accounts", "hashtags", "statuses"] | None = None
    resolve: bool = False
    following: bool = False
    exclude_unreviewed: bool = False
    account_id: Id | None = None
    max_id: Id | None = None
    min_id: Id | None = None
    limit: Limit40 = 20
    offset: int | None = None


@GET("/api/v1/admin/tags", auth="user", scope="admin:read")
class AdminListTags(Paged[list[AdminTag]], kw_only=True):
    """All hashtags, newest first."""

    limit: Limit40 = 20


@GET("/api/v1/admin/tags/{id}", auth="user", scope="admin:read")
class AdminGetTag(Request[AdminTag], kw_only=True):
    """One hashtag with the staff's decisions."""

    id: Id


@PUT("/api/v1/admin/tags/{id}", auth="user", scope="admin:write")
class AdminUpdateTag(Request[AdminTag], kw_only=True):
    """Decide about a hashtag; what is not said stays."""

    id: Id
    trendable: bool | None = None
    usable: bool | None = None
    listable: bool | None = None


@POST("/api/v1/admin/trends/tags/{id}/approve", auth="user", scope="admin:write")
class AdminApproveTag(Request[AdminTag], kw_only=True):
    """Let a hashtag trend."""

    id: Id


@POST("/api/v1/admin/trends/tags/{id}/reject", auth="user", scope="admin:write")
class AdminRejectTag(Request[AdminTag], kw_only=True):
    """Keep a hashtag out of the trends."""

    id: Id


@POST("/api/v1/admin/trends/statuses/{id}/approve", auth="user", scope="admin:write")
class AdminApproveStatus(Request[Status], kw_only=True):
    """Let a post trend."""

    id: Id


@POST("/api/v1/admin/trends/statuses/{id}/reject", auth="user", scope="admin:write")
class AdminRejectStatus(Request[Status], kw_only=True):
    """Keep a post out of the trends."""

    id: Id


@POST("/api/v1/admin/trends/links/{id}/approve", auth="user", scope="admin:write")
class AdminApproveLink(Request[TrendsLink], kw_only=True):
    """Let a link trend."""

    id: Id


@POST("/api/v1/admin/trends/links/{id}/reject", auth="user", scope="admin:write")
class AdminRejectLink(Request[TrendsLink], kw_only=True):
    """Keep a link out of the trends."""

    id: Id


@GET("/api/v1/admin/trends/links/publishers", auth="user", scope="admin:read")
class AdminListPublishers(Request[list[Publisher]], kw_only=True):
    """Where linked pages come from."""


@POST("/api/v1/admin/trends/links/publishers/{id}/approve", auth="user", scope="admin:write")
class AdminApprovePublisher(Request[Publisher], kw_only=True):
    """Let a publisher's links trend."""

    id: Id


@POST("/api/v1/admin/trends/links/publishers/{id}/reject", auth="user", scope="admin:write")
class AdminRejectPublisher(Request[Publisher], kw_only=True):
    """Keep a publisher's links out of the trends."""

    id: Id
