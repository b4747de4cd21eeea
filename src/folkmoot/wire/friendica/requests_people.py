"""Endpoints about people: found, shown, followed, blocked, muted, and the caller's own profile."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.friendica.page import IdsPage, UsersPage
from folkmoot.wire.friendica.requests import PLAIN
from folkmoot.wire.friendica.status import User
from folkmoot.wire.friendica.user import Connection, ProfilesEnvelope, Relationship, SuggestionCategory
from folkmoot.wire.request import CALL, GET, POST, Request, Upload

A = TypeVar("A", covariant=True)
IdsCount = Annotated[int, msgspec.Meta(extra={"floor": 1, "cap": 5000})]
"""Ids of one page, brought into 1 to 5000."""
UsersCount = Annotated[int, msgspec.Meta(extra={"floor": 1, "cap": 200})]
"""People of one page, brought into 1 to 200."""


class Named(Request[A], kw_only=True):
    """Base of calls about one person, named by id, nick or nick@host, address, or path segment."""

    user_id: str | None = None
    screen_name: str | None = None
    profileurl: str | None = None
    id: str | None = None
    user: str | None = None


@CALL(
    "*",
    "/api/users/show",
    formats=PLAIN,
    aliases=("/api/users/show/{user}",),
    auth="optional",
    scope="read:accounts",
)
class ShowUser(Named[User], kw_only=True):
    """One person; where nobody is named, the caller, who then has to be logged in."""

    include_entities: bool = False
    skip_status: bool = False


@CALL("*", "/api/externalprofile/show", formats=PLAIN, auth="optional", scope="read:accounts")
class ShowExternalProfile(Request[User], kw_only=True):
    """The person of an address, whatever its scheme, with or without www. and a slash at the end."""

    profileurl: str | None = None


@CALL("*", "/api/users/search", formats=PLAIN, auth="optional", scope="read:accounts")
class SearchUsers(Request[list[User]], kw_only=True):
    """People by name, nick, address or a part of the name."""

    q: str | None = None
    page: int = 1
    count: UsersCount = 20
    include_entities: bool = False


@CALL("GET POST", "/api/users/lookup", formats=PLAIN, scope="read:accounts")
class LookupUsers(Request[list[User]], kw_only=True):
    """Up to 100 people at once, by ids or nicks with commas between."""

    user_id: list[str] = []
    screen_name: list[str] = []
    include_entities: bool = False
    skip_status: bool = False


@GET("/api/users/suggestions", auth="optional", scope="read:accounts")
class ListSuggestions(Request[list[SuggestionCategory]], kw_only=True):
    """Kinds of people whom one may want to follow."""

    lang: str | None = None


@GET("/api/users/suggestions/{slug}", scope="read:accounts")
class ShowSuggestions(Request[SuggestionCategory], kw_only=True):
    """The people of one kind."""

    slug: str | None = None
    lang: str | None = None


@GET("/api/users/suggestions/{slug}/members", scope="read:accounts")
class ListSuggested(Request[list[User]], kw_only=True):
    """The people of one kind, each with the last post."""

    slug: str | None = None


@POST("/api/users/report_spam", scope="write:reports")
class ReportSpam(Named[User], kw_only=True):
    """Report somebody to the staff, and block unless told otherwise."""

    perform_block: bool = True


@GET("/api/friendica/profile/show", formats=PLAIN, scope="read:accounts")
class ShowProfile(Request[ProfilesEnvelope], kw_only=True):
    """The caller's profile; 0 is every one, and there is one."""

    profile_id: int = 0


@POST("/api/account/update_profile", formats=PLAIN, scope="write:accounts")
class UpdateProfile(Request[User], kw_only=True):
    """Change name, description, place and home page; what is not sent stays, what is empty is cleared."""

    name: str | None = None
    url: str | None = None
    location: str | None = None
    description: str | None = None
    profile_link_color: str | None = None
    include_entities: bool = True
    skip_status: bool = False


@POST("/api/account/update_profile_background_image", formats=PLAIN, scope="write:accounts")
class UpdateBackgroundImage(Request[User], kw_only=True):
    """There are no backgrounds: the call is taken, and changes nothing."""

    image: Upload | str | None = None
    tile: bool = False
    use: bool = True
    include_entities: bool = True
    skip_status: bool = False


class Bonds(Named[A], kw_only=True):
    """Base of the seed's lists of friends and followers: bare, or a page where a cursor is sent."""

    cursor: str | UnsetType = UNSET
    page: int = 1


@CALL("*", "/api/friends/ids", formats=PLAIN, aliases=("/api/friends/ids/{user}",), scope="read:follows")
class FriendsIds(Bonds[list[int] | IdsPage], kw_only=True):
    """Ids of those whom the caller follows."""

    stringify_ids: bool = False
    count: IdsCount = 5000


@CALL("*", "/api/followers/ids", formats=PLAIN, aliases=("/api/followers/ids/{user}",), scope="read:follows")
class FollowersIds(Bonds[list[int] | IdsPage], kw_only=True):
    """Ids of those who follow the caller."""

    stringify_ids: bool = False
    count: IdsCount = 5000


@CALL(
    "*",
    "/api/statuses/friends",
    formats=PLAIN,
    aliases=("/api/statuses/friends/{user}",),
    scope="read:follows",
)
class ListFriends(Bonds[list[User] | UsersPage], kw_only=True):
    """Those whom the caller follows, by nick."""

    include_entities: bool = False
    skip_status: bool = False
    count: UsersCount | UnsetType = UNSET


@CALL(
    "*",
    "/api/statuses/followers",
    formats=PLAIN,
    aliases=("/api/statuses/followers/{user}",),
    scope="read:follows",
)
class ListFollowers(Bonds[list[User] | UsersPage], kw_only=True):
    """Those who follow the caller, by nick."""

    include_entities: bool = False
    skip_status: bool = False
    count: UsersCount | UnsetType = UNSET


class UserList(Named[UsersPage], kw_only=True):
    """Base of the pages of people with a cursor."""

    cursor: int = -1
    count: UsersCount = 20
    skip_status: bool = False
    include_user_entities: bool = True
    since_id: int = 0
    max_id: int = 0
    min_id: int = 0


@GET("/api/friends/list", scope="read:follows")
class FriendsList(UserList, kw_only=True):
    """Those whom somebody follows, the newest account first."""


@GET("/api/followers/list", scope="read:follows")
class FollowersList(UserList, kw_only=True):
    """Those who follow somebody."""


@POST(
    "/api/friendships/create", formats=PLAIN, aliases=("/api/friendships/create/{id}",), scope="write:follows"
)
class CreateFriendship(Named[User], kw_only=True):
    """Follow, or ask to; with follow also be told of what is posted."""

    follow: bool = False


@CALL(
    "POST DELETE",
    "/api/friendships/destroy",
    formats=PLAIN,
    aliases=("/api/friendships/destroy/{id}",),
    scope="write:follows",
)
class DestroyFriendship(Named[User], kw_only=True):
    """Follow no longer, or take the question back."""


@GET("/api/friendships/exists", formats=PLAIN, scope="read:follows")
class FriendshipExists(Request[bool], kw_only=True):
    """Whether a follows b, each named by id or nick."""

    user_a: str | None = None
    user_b: str | None = None
    user_id_a: str | None = None
    user_id_b: str | None = None
    screen_name_a: str | None = None
    screen_name_b: str | None = None


@GET("/api/friendships/show", formats=PLAIN, scope="read:follows")
class ShowFriendship(Request[Relationship], kw_only=True):
    """How two people stand to each other; the first is the caller unless somebody else is named."""

    source_id: str | None = None
    source_screen_name: str | None = None
    target_id: str | None = None
    target_screen_name: str | None = None


@POST("/api/friendships/update", scope="write:follows")
class UpdateFriendship(Named[Relationship], kw_only=True):
    """Whether to be told of what somebody posts, and whether to see what they pass on."""

    device: bool | None = None
    retweets: bool | None = None


@GET("/api/friendships/lookup", scope="read:follows")
class LookupFriendships(Request[list[Connection]], kw_only=True):
    """How the caller stands to up to 100 people."""

    user_id: list[str] = []
    screen_name: list[str] = []


class IdList(Request[A], kw_only=True):
    """Base of the caller's own pages of ids."""

    cursor: int = -1
    stringify_ids: bool = False


@GET("/api/friendships/incoming", scope="read:follows")
class IncomingFriendships(IdList[IdsPage], kw_only=True):
    """Who asks to follow the caller."""

    count: IdsCount = 20


@GET("/api/friendships/outgoing", scope="read:follows")
class OutgoingFriendships(IdList[IdsPage], kw_only=True):
    """Whom the caller asked and has no answer of."""

    count: IdsCount = 5000


@GET("/api/friendships/no_retweets/ids", aliases=("/api/friendships/no_retweet_ids",), scope="read:follows")
class QuietFriendships(Request[list[int]], kw_only=True):
    """Whom the caller follows without what they pass on."""

    stringify_ids: bool = False


class Avoid(Named[User], kw_only=True):
    """Base of blocking and unblocking."""

    include_entities: bool = True
    skip_status: bool = False


@POST("/api/blocks/create", formats=PLAIN, aliases=("/api/blocks/create/{user}",), scope="write:blocks")
class CreateBlock(Avoid, kw_only=True):
    """Block somebody; follows end both ways."""


@CALL(
    "POST DELETE",
    "/api/blocks/destroy",
    formats=PLAIN,
    aliases=("/api/blocks/destroy/{user}",),
    scope="write:blocks",
)
class DestroyBlock(Avoid, kw_only=True):
    """Block somebody no longer."""


class Avoided(Request[UsersPage], kw_only=True):
    """Base of the lists of those whom one avoids."""

    cursor: int = -1
    count: UsersCount = 20
    include_entities: bool = True
    skip_status: bool = False


@GET("/api/blocks/list", aliases=("/api/blocks/blocking",), scope="read:blocks")
class ListBlocks(Avoided, kw_only=True):
    """Whom the caller blocks; under its older name a bare list."""


@GET("/api/blocks/ids", aliases=("/api/blocks/blocking/ids",), scope="read:blocks")
class BlocksIds(IdList[IdsPage], kw_only=True):
    """Ids of those whom the caller blocks; under its older name a bare list."""

    count: IdsCount = 5000


@POST("/api/mutes/users/create", scope="write:mutes")
class CreateMute(Named[User], kw_only=True):
    """Hide somebody from the caller's lists."""


@CALL("POST DELETE", "/api/mutes/users/destroy", scope="write:mutes")
class DestroyMute(Named[User], kw_only=True):
    """Hide somebody no longer."""


@GET("/api/mutes/users/list", scope="read:mutes")
class ListMutes(Avoided, kw_only=True):
    """Whom the caller mutes."""


@GET("/api/mutes/users/ids", scope="read:mutes")
class MutesIds(IdList[IdsPage], kw_only=True):
    """Ids of those whom the caller mutes."""

    count: IdsCount = 5000
