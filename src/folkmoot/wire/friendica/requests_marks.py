"""The endpoints of reactions: likes, dislikes, who comes; and a post passed on taken back."""

from __future__ import annotations

from typing import Any

from folkmoot.wire.friendica.requests import PLAIN
from folkmoot.wire.friendica.status import Status
from folkmoot.wire.request import CALL, Request


@CALL(
    "POST PUT",
    "/api/friendica/activity/{verb}",
    formats=PLAIN,
    aliases=("/api/friendica/activity/{verb}/{id}",),
    scope="write:favourites",
)
class DoActivity(Request[str], kw_only=True):
    """React to a post, or with un before the verb take it back."""

    verb: str | None = None
    id: int | None = None


@CALL("POST", "/api/statuses/unretweet/{id}", aliases=("/api/statuses/unretweet",), scope="write:statuses")
class Unretweet(Request[Status], kw_only=True):
    """Take back that a post was passed on."""

    id: int | None = None
    trim_user: bool = False


@CALL("POST", "/api/friendica/statuses/{id}/dislike", scope="write:favourites")
class DislikeStatus(Request[dict[str, Any]], kw_only=True):
    """Dislike a post; answers as Mastodon's API does."""

    id: int | None = None


@CALL("POST", "/api/friendica/statuses/{id}/undislike", scope="write:favourites")
class UndislikeStatus(Request[dict[str, Any]], kw_only=True):
    """Dislike a post no longer; answers as Mastodon's API does."""

    id: int | None = None


@CALL("GET", "/api/friendica/statuses/{id}/disliked_by", scope="read:accounts")
class DislikedBy(Request[list[dict[str, Any]]], kw_only=True):
    """Who dislikes a post; answers as Mastodon's API does."""

    id: int | None = None
