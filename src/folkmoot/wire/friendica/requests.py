"""The endpoints of the Friendica API; the door adds suffixes to the paths, and the same under /api/1.1/."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from folkmoot.wire.friendica.node import Config
from folkmoot.wire.friendica.status import Status, User
from folkmoot.wire.request import CALL, Request, Upload

A = TypeVar("A", covariant=True)

Count = Annotated[int, msgspec.Meta(extra={"floor": 1, "cap": 100})]
"""Page size, brought into 1 to 100; below 1 it becomes 20."""

PLAIN = ("json", "xml")
FEED = ("json", "xml", "rss", "atom")


class Page(Request[A], kw_only=True):
    """Base of lists, newest first: ids above since_id, up to and with max_id, page counted from 1."""

    count: Count = 20
    page: int = 1
    since_id: int = 0
    max_id: int = 0
    include_entities: bool = False


class Timeline(Page[A], kw_only=True):
    """Base of timelines, which can leave out replies or keep to one thread."""

    exclude_replies: bool = False
    conversation_id: int = 0


@CALL("*", "/api/account/verify_credentials", formats=PLAIN, scope="read:accounts")
class VerifyCredentials(Request[User], kw_only=True):
    """The caller, with the last public post unless skip_status."""

    skip_status: bool = False
    include_entities: bool = False


@CALL(
    "POST PUT",
    "/api/statuses/update",
    formats=PLAIN,
    aliases=("/api/statuses/update_with_media", "/api/statuses/mediap"),
    scope="write:statuses",
)
class UpdateStatus(Request[Status], kw_only=True):
    """Post; htmlstatus wins over status.

    The allow and deny lists are numbers, repeated or with commas between: all four absent, the caller's
    default audience; given but empty, public. in_reply_to_status_id is an id, -1 for none, or the uri of the
    parent.
    """

    title: str = ""
    status: str | None = None
    htmlstatus: str | None = None
    in_reply_to_status_id: str | None = None
    lat: float | None = None
    long: float | None = None
    media: list[Upload | str] = []
    media_data: list[str] = []
    source: str = "api"
    group_allow: list[str] | msgspec.UnsetType = msgspec.UNSET
    contact_allow: list[str] | msgspec.UnsetType = msgspec.UNSET
    group_deny: list[str] | msgspec.UnsetType = msgspec.UNSET
    contact_deny: list[str] | msgspec.UnsetType = msgspec.UNSET
    network: str | None = None
    include_entities: bool = False
    media_ids: list[str] = []
    circle_allow: list[str] | msgspec.UnsetType = msgspec.UNSET
    circle_deny: list[str] | msgspec.UnsetType = msgspec.UNSET


@CALL(
    "*",
    "/api/statuses/show",
    formats=("json", "xml", "atom"),
    aliases=("/api/statuses/show/{id}",),
    scope="read:statuses",
)
class ShowStatus(Request[Status | list[Status]], kw_only=True):
    """One post, or with any conversation the whole thread, oldest first."""

    id: int | None = None
    conversation: str = ""
    include_entities: bool = False


@CALL("*", "/api/statuses/home_timeline", formats=FEED, scope="read:statuses")
class HomeTimeline(Timeline[list[Status]], kw_only=True):
    """What the caller and those whom she follows wrote, replies too."""


@CALL(
    "*",
    "/api/statuses/friends_timeline",
    formats=FEED,
    aliases=("/api/statuses/friends_timeline/{id}",),
    scope="read:statuses",
)
class FriendsTimeline(Timeline[list[Status]], kw_only=True):
    """The home timeline under its older name; id, by nick or number, can only be the caller."""

    id: str | None = None


@CALL("*", "/api/statuses/public_timeline", formats=FEED, scope="read:statuses")
class PublicTimeline(Timeline[list[Status]], kw_only=True):
    """What was written in public on this node."""


@CALL(
    "*",
    "/api/statuses/user_timeline",
    formats=FEED,
    aliases=("/api/statuses/user_timeline/{user}",),
    scope="read:statuses",
)
class UserTimeline(Timeline[list[Status]], kw_only=True):
    """What one person wrote: the caller where nobody is named. user is the nick or id of the path."""

    user_id: str | None = None
    screen_name: str | None = None
    profileurl: str | None = None
    id: str | None = None
    user: str | None = None


@CALL(
    "*",
    "/api/conversation/show",
    formats=FEED,
    aliases=(
        "/api/conversation/show/{id}",
        "/api/statusnet/conversation",
        "/api/statusnet/conversation/{id}",
        "/api/gnusocial/conversation",
        "/api/gnusocial/conversation/{id}",
    ),
    scope="read:statuses",
)
class ShowConversation(Page[list[Status]], kw_only=True):
    """The thread that a post belongs to, newest first."""

    id: int | None = None


@CALL(
    "POST PUT",
    "/api/favorites/create",
    formats=PLAIN,
    aliases=("/api/favorites/create/{id}",),
    scope="write:favourites",
)
class CreateFavorite(Request[Status], kw_only=True):
    """Favour a post."""

    id: int | None = None
    include_entities: bool = False


@CALL(
    "POST DELETE",
    "/api/favorites/destroy",
    formats=PLAIN,
    aliases=("/api/favorites/destroy/{id}",),
    scope="write:favourites",
)
class DestroyFavorite(Request[Status], kw_only=True):
    """Favour a post no longer."""

    id: int | None = None
    include_entities: bool = False


@CALL(
    "POST DELETE",
    "/api/statuses/destroy",
    formats=PLAIN,
    aliases=("/api/statuses/destroy/{id}",),
    scope="write:statuses",
)
class DestroyStatus(Request[Status], kw_only=True):
    """Delete one's own post, or take back one that was passed on; answers with the post as it was."""

    id: int | None = None
    include_entities: bool = False


@CALL(
    "POST PUT",
    "/api/statuses/retweet",
    formats=PLAIN,
    aliases=("/api/statuses/retweet/{id}",),
    scope="write:statuses",
)
class Retweet(Request[Status], kw_only=True):
    """Pass a post on."""

    id: int | None = None
    include_entities: bool = False


@CALL("*", "/api/statusnet/config", formats=PLAIN, aliases=("/api/gnusocial/config",), auth="none")
class GetConfig(Request[Config], kw_only=True):
    """The configuration of the node, which clients ask for before they log in."""


@CALL("*", "/api/statusnet/version", formats=PLAIN, aliases=("/api/gnusocial/version",), auth="none")
class GetVersion(Request[str], kw_only=True):
    """The version of GNU Social that the API is like: 0.9.7."""


@CALL("*", "/api/help/test", formats=PLAIN, auth="none")
class HelpTest(Request[str], kw_only=True):
    """Says ok."""
