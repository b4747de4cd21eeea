"""What readers do to posts, and who did it."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.requests.paging import Limit40, Limit80, Paged
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.request import GET, POST, Request


@POST("/api/v1/statuses/{id}/favourite", auth="user", scope="write:favourites")
class FavouriteStatus(Request[Status], kw_only=True):
    """Favourite a post. Page: methods/statuses#favourite."""

    id: Id


@POST("/api/v1/statuses/{id}/unfavourite", auth="user", scope="write:favourites")
class UnfavouriteStatus(Request[Status], kw_only=True):
    """Take a favourite back. Page: methods/statuses#unfavourite."""

    id: Id


@POST("/api/v1/statuses/{id}/reblog", auth="user", scope="write:statuses")
class ReblogStatus(Request[Status], kw_only=True):
    """Boost a post; the answer is the boost, with the post inside. Page: methods/statuses#boost."""

    id: Id
    visibility: str | None = None


@POST("/api/v1/statuses/{id}/unreblog", auth="user", scope="write:statuses")
class UnreblogStatus(Request[Status], kw_only=True):
    """Take a boost back; the answer is the post. Page: methods/statuses#unreblog."""

    id: Id


@POST("/api/v1/statuses/{id}/bookmark", auth="user", scope="write:bookmarks")
class BookmarkStatus(Request[Status], kw_only=True):
    """Keep a post for oneself. Page: methods/statuses#bookmark."""

    id: Id


@POST("/api/v1/statuses/{id}/unbookmark", auth="user", scope="write:bookmarks")
class UnbookmarkStatus(Request[Status], kw_only=True):
    """Keep a post no longer. Page: methods/statuses#unbookmark."""

    id: Id


@POST("/api/v1/statuses/{id}/mute", auth="user", scope="write:mutes")
class MuteStatus(Request[Status], kw_only=True):
    """Hear no more of a thread. Page: methods/statuses#mute."""

    id: Id


@POST("/api/v1/statuses/{id}/unmute", auth="user", scope="write:mutes")
class UnmuteStatus(Request[Status], kw_only=True):
    """Hear of a thread again. Page: methods/statuses#unmute."""

    id: Id


@POST("/api/v1/statuses/{id}/pin", auth="user", scope="write:accounts")
class PinStatus(Request[Status], kw_only=True):
    """Pin one's post to the profile. Page: methods/statuses#pin."""

    id: Id


@POST("/api/v1/statuses/{id}/unpin", auth="user", scope="write:accounts")
class UnpinStatus(Request[Status], kw_only=True):
    """Take a pinned post off the profile. Page: methods/statuses#unpin."""

    id: Id


@GET("/api/v1/statuses/{id}/favourited_by", auth="optional", scope="read:statuses")
class ListFavouritedBy(Paged[list[Account]], kw_only=True):
    """Who favourited a post; pages go by the favourite. Page: methods/statuses#favourited_by."""

    id: Id
    limit: Limit80 = 40


@GET("/api/v1/statuses/{id}/reblogged_by", auth="optional", scope="read:statuses")
class ListRebloggedBy(Paged[list[Account]], kw_only=True):
    """Who boosted a post; pages go by the boost. Page: methods/statuses#reblogged_by."""

    id: Id
    limit: Limit80 = 40


@GET("/api/v1/favourites", auth="user", scope="read:favourites")
class ListFavourites(Paged[list[Status]], kw_only=True):
    """What the caller favourited; pages go by the favourite. Page: methods/favourites#get."""

    limit: Limit40 = 20


@GET("/api/v1/bookmarks", auth="user", scope="read:bookmarks")
class ListBookmarks(Paged[list[Status]], kw_only=True):
    """What the caller keeps; pages go by the bookmark. Page: methods/bookmarks#get."""

    limit: Limit40 = 20
