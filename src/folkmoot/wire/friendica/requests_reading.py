"""The endpoints that read posts beside the home: mentions, favours, boosts, searches, tags and trends."""

from __future__ import annotations

from folkmoot.wire.friendica.page import IdsPage, SavedSearch, SearchResult
from folkmoot.wire.friendica.place import TrendLocation, Trends
from folkmoot.wire.friendica.requests import FEED, PLAIN, Count, Page
from folkmoot.wire.friendica.status import OEmbed, Status
from folkmoot.wire.request import CALL, GET, POST, Request

SCOPE = "read:statuses"
ATOM = ("json", "xml", "atom")


@CALL("*", "/api/statuses/networkpublic_timeline", formats=FEED, scope=SCOPE)
class NetworkPublicTimeline(Page[list[Status]], kw_only=True):
    """What was written in public, as far as this node knows of it."""


@CALL("*", "/api/statuses/mentions", formats=FEED, aliases=("/api/statuses/replies",), scope=SCOPE)
class Mentions(Page[list[Status]], kw_only=True):
    """What others wrote in threads where the caller is named or took part."""


@GET("/api/statuses/mentions_timeline", formats=FEED, scope=SCOPE)
class MentionsTimeline(Page[list[Status]], kw_only=True):
    """The mentions under Twitter's name."""

    trim_user: bool = False
    contributor_details: bool = False


@CALL("*", "/api/favorites", formats=FEED, scope="read:favourites")
class Favorites(Page[list[Status]], kw_only=True):
    """What the caller favours; of anybody else, nothing."""

    user_id: str | None = None
    screen_name: str | None = None


@GET("/api/favorites/list", formats=FEED, scope="read:favourites")
class FavoritesList(Request[list[Status]], kw_only=True):
    """The favours under Twitter's name."""

    user_id: str | None = None
    screen_name: str | None = None
    count: Count = 20
    since_id: int = 0
    max_id: int = 0
    include_entities: bool = False


@GET("/api/statuses/retweets_of_me", formats=ATOM, scope=SCOPE)
class RetweetsOfMe(Request[list[Status]], kw_only=True):
    """The caller's posts that others passed on."""

    count: Count = 20
    since_id: int = 0
    max_id: int = 0
    trim_user: bool = False
    include_entities: bool = True


class Passed(Request[list[Status]], kw_only=True):
    """Base of GNU Social's lists of what was passed on."""

    count: Count = 20
    page: int = 1
    since_id: int = 0
    max_id: int = 0


@GET("/api/statuses/retweeted_by_me", formats=ATOM, scope=SCOPE)
class RetweetedByMe(Passed, kw_only=True):
    """What the caller passed on."""


@GET("/api/statuses/retweeted_to_me", formats=ATOM, scope=SCOPE)
class RetweetedToMe(Passed, kw_only=True):
    """What those whom the caller follows passed on."""


@GET("/api/statuses/retweets/{id}", formats=PLAIN, aliases=("/api/statuses/retweets",), scope=SCOPE)
class Retweets(Request[list[Status]], kw_only=True):
    """The posts by which a post was passed on."""

    id: int | None = None
    count: Count = 100
    trim_user: bool = False


@GET("/api/statuses/retweeters/ids", scope=SCOPE)
class RetweeterIds(Request[IdsPage], kw_only=True):
    """Who passed a post on."""

    id: int | None = None
    cursor: int = -1
    count: Count = 100
    stringify_ids: bool = False


@CALL("GET POST", "/api/statuses/lookup", scope=SCOPE)
class LookupStatuses(Request[list[Status]], kw_only=True):
    """Several posts at once; with map, also those that are not there, as null."""

    id: list[str] = []
    include_entities: bool = False
    trim_user: bool = False
    map: bool = False


@GET("/api/statuses/oembed", auth="none")
class EmbedStatus(Request[OEmbed], kw_only=True):
    """How to show a public post in a page; the post by its id or its address."""

    id: int | None = None
    url: str | None = None
    maxwidth: int | None = None
    hide_media: bool = False
    hide_thread: bool = False
    omit_script: bool = False
    align: str = "none"
    related: str | None = None
    lang: str = "en"


@GET("/api/search", formats=FEED, scope="read:search")
class Search(Request[list[Status]], kw_only=True):
    """Posts that hold the words of q, or its tag."""

    q: str | None = None
    rpp: Count = 20
    count: Count = 20
    page: int = 1
    since_id: int = 0
    max_id: int = 0


@GET("/api/search/tweets", formats=FEED, scope="read:search")
class SearchTweets(Request[SearchResult | list[Status]], kw_only=True):
    """The same in Twitter's form."""

    q: str | None = None
    count: Count = 15
    rpp: Count | None = None
    page: int = 1
    since_id: int = 0
    max_id: int = 0
    until: str | None = None
    lang: str | None = None
    locale: str | None = None
    geocode: str | None = None
    result_type: str = "mixed"
    include_entities: bool = False
    exclude_replies: bool = False


@GET(
    "/api/statusnet/tags/timeline/{tag}",
    formats=FEED,
    aliases=("/api/statusnet/tags/timeline",),
    auth="optional",
    scope=SCOPE,
)
class TagTimeline(Request[list[Status]], kw_only=True):
    """What was written at large with a tag."""

    tag: str = ""
    count: Count = 20
    page: int = 1
    since_id: int = 0
    max_id: int = 0


@GET("/api/trends/place", aliases=("/api/trends/{id}",), scope=SCOPE)
class TrendsPlace(Request[list[Trends]], kw_only=True):
    """The tags that are much used; there is one place, the world (1)."""

    id: int | None = None
    exclude: str | None = None


@GET("/api/trends/available", scope=SCOPE)
class TrendsAvailable(Request[list[TrendLocation]], kw_only=True):
    """Places that have trends."""


@GET("/api/trends/closest", scope=SCOPE)
class TrendsClosest(Request[list[TrendLocation]], kw_only=True):
    """The place with trends next to a point."""

    lat: float | None = None
    long: float | None = None


@GET("/api/saved_searches/list", aliases=("/api/saved_searches",), scope="read:search")
class SavedSearches(Request[list[SavedSearch]], kw_only=True):
    """Searches that the caller keeps."""


@GET("/api/saved_searches/show/{id}", aliases=("/api/saved_searches/show",), scope="read:search")
class ShowSavedSearch(Request[SavedSearch], kw_only=True):
    """One of them."""

    id: int | None = None


@POST("/api/saved_searches/create", scope="write:bookmarks")
class CreateSavedSearch(Request[SavedSearch], kw_only=True):
    """Keep a search."""

    query: str | None = None


@CALL(
    "POST DELETE",
    "/api/saved_searches/destroy/{id}",
    aliases=("/api/saved_searches/destroy",),
    scope="write:bookmarks",
)
class DestroySavedSearch(Request[SavedSearch], kw_only=True):
    """Keep a search no longer."""

    id: int | None = None
