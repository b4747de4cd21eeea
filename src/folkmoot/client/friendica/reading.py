"""Methods about reading, made from friendica/requests_reading of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_reading as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from folkmoot.wire.friendica.page import IdsPage, SavedSearch, SearchResult
    from folkmoot.wire.friendica.place import TrendLocation, Trends
    from folkmoot.wire.friendica.status import OEmbed, Status


class ReadingCalls(Service):
    """The endpoints that read posts beside the home: mentions, favours, boosts, searches, tags and trends."""

    def statuses_networkpublic_timeline(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
    ) -> list[Status]:
        """What was written in public, as far as this node knows of it.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/networkpublic_timeline`, with the scope read:statuses.
        """
        return self._send(
            api.NetworkPublicTimeline(
                count=count, page=page, since_id=since_id, max_id=max_id, include_entities=include_entities
            )
        )

    def statuses_mentions(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
    ) -> list[Status]:
        """What others wrote in threads where the caller is named or took part.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/mentions`, with the scope read:statuses.
        """
        return self._send(
            api.Mentions(
                count=count, page=page, since_id=since_id, max_id=max_id, include_entities=include_entities
            )
        )

    def statuses_mentions_timeline(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        trim_user: bool = False,
        contributor_details: bool = False,
    ) -> list[Status]:
        """The mentions under Twitter's name.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/mentions_timeline`, with the scope read:statuses.
        """
        return self._send(
            api.MentionsTimeline(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                trim_user=trim_user,
                contributor_details=contributor_details,
            )
        )

    def favorites(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        user_id: int | str | None = None,
        screen_name: str | None = None,
    ) -> list[Status]:
        """What the caller favours; of anybody else, nothing.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/favorites`, with the scope read:favourites.
        """
        return self._send(
            api.Favorites(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
            )
        )

    def favorites_list(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        count: int = 20,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
    ) -> list[Status]:
        """The favours under Twitter's name.

        `GET /api/favorites/list`, with the scope read:favourites.
        """
        return self._send(
            api.FavoritesList(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                count=count,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
            )
        )

    def statuses_retweets_of_me(
        self,
        *,
        count: int = 20,
        since_id: int = 0,
        max_id: int = 0,
        trim_user: bool = False,
        include_entities: bool = True,
    ) -> list[Status]:
        """The caller's posts that others passed on.

        `GET /api/statuses/retweets_of_me`, with the scope read:statuses.
        """
        return self._send(
            api.RetweetsOfMe(
                count=count,
                since_id=since_id,
                max_id=max_id,
                trim_user=trim_user,
                include_entities=include_entities,
            )
        )

    def statuses_retweeted_by_me(
        self, *, count: int = 20, page: int = 1, since_id: int = 0, max_id: int = 0
    ) -> list[Status]:
        """What the caller passed on.

        `GET /api/statuses/retweeted_by_me`, with the scope read:statuses.
        """
        return self._send(api.RetweetedByMe(count=count, page=page, since_id=since_id, max_id=max_id))

    def statuses_retweeted_to_me(
        self, *, count: int = 20, page: int = 1, since_id: int = 0, max_id: int = 0
    ) -> list[Status]:
        """What those whom the caller follows passed on.

        `GET /api/statuses/retweeted_to_me`, with the scope read:statuses.
        """
        return self._send(api.RetweetedToMe(count=count, page=page, since_id=since_id, max_id=max_id))

    def statuses_retweets(
        self, id: int | None = None, *, count: int = 100, trim_user: bool = False
    ) -> list[Status]:
        """The posts by which a post was passed on.

        `GET /api/statuses/retweets/{id}`, with the scope read:statuses.
        """
        return self._send(api.Retweets(id=id, count=count, trim_user=trim_user))

    def statuses_retweeters_ids(
        self, *, id: int | None = None, cursor: int = -1, count: int = 100, stringify_ids: bool = False
    ) -> IdsPage:
        """Who passed a post on.

        `GET /api/statuses/retweeters/ids`, with the scope read:statuses.
        """
        return self._send(api.RetweeterIds(id=id, cursor=cursor, count=count, stringify_ids=stringify_ids))

    def statuses_lookup(
        self,
        *,
        id: Sequence[int | str] = (),
        include_entities: bool = False,
        trim_user: bool = False,
        map: bool = False,
    ) -> list[Status]:
        """Several posts at once; with map, also those that are not there, as null.

        `GET /api/statuses/lookup`, with the scope read:statuses.
        """
        return self._send(
            api.LookupStatuses(
                id=[str(one) for one in id], include_entities=include_entities, trim_user=trim_user, map=map
            )
        )

    def statuses_oembed(
        self,
        *,
        id: int | None = None,
        url: str | None = None,
        maxwidth: int | None = None,
        hide_media: bool = False,
        hide_thread: bool = False,
        omit_script: bool = False,
        align: str = "none",
        related: str | None = None,
        lang: str = "en",
    ) -> OEmbed:
        """How to show a public post in a page; the post by its id or its address.

        `GET /api/statuses/oembed`, for everybody.
        """
        return self._send(
            api.EmbedStatus(
                id=id,
                url=url,
                maxwidth=maxwidth,
                hide_media=hide_media,
                hide_thread=hide_thread,
                omit_script=omit_script,
                align=align,
                related=related,
                lang=lang,
            )
        )

    def search(
        self,
        *,
        q: str | None = None,
        rpp: int = 20,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
    ) -> list[Status]:
        """Posts that hold the words of q, or its tag.

        `GET /api/search`, with the scope read:search.
        """
        return self._send(api.Search(q=q, rpp=rpp, count=count, page=page, since_id=since_id, max_id=max_id))

    def search_tweets(
        self,
        *,
        q: str | None = None,
        count: int = 15,
        rpp: int | None = None,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        until: str | None = None,
        lang: str | None = None,
        locale: str | None = None,
        geocode: str | None = None,
        result_type: str = "mixed",
        include_entities: bool = False,
        exclude_replies: bool = False,
    ) -> SearchResult | list[Status]:
        """The same in Twitter's form.

        `GET /api/search/tweets`, with the scope read:search.
        """
        return self._send(
            api.SearchTweets(
                q=q,
                count=count,
                rpp=rpp,
                page=page,
                since_id=since_id,
                max_id=max_id,
                until=until,
                lang=lang,
                locale=locale,
                geocode=geocode,
                result_type=result_type,
                include_entities=include_entities,
                exclude_replies=exclude_replies,
            )
        )

    def statusnet_tags_timeline(
        self, tag: str = "", *, count: int = 20, page: int = 1, since_id: int = 0, max_id: int = 0
    ) -> list[Status]:
        """What was written at large with a tag.

        `GET /api/statusnet/tags/timeline/{tag}`, with the scope read:statuses.
        """
        return self._send(api.TagTimeline(tag=tag, count=count, page=page, since_id=since_id, max_id=max_id))

    def trends_place(self, id: int | None = None, *, exclude: str | None = None) -> list[Trends]:
        """The tags that are much used; there is one place, the world (1).

        `GET /api/trends/place`, with the scope read:statuses.
        """
        return self._send(api.TrendsPlace(id=id, exclude=exclude))

    def trends_available(self) -> list[TrendLocation]:
        """Places that have trends.

        `GET /api/trends/available`, with the scope read:statuses.
        """
        return self._send(api.TrendsAvailable())

    def trends_closest(self, *, lat: float | None = None, long: float | None = None) -> list[TrendLocation]:
        """The place with trends next to a point.

        `GET /api/trends/closest`, with the scope read:statuses.
        """
        return self._send(api.TrendsClosest(lat=lat, long=long))

    def saved_searches_list(self) -> list[SavedSearch]:
        """Searches that the caller keeps.

        `GET /api/saved_searches/list`, with the scope read:search.
        """
        return self._send(api.SavedSearches())

    def saved_searches_show(self, id: int | None = None) -> SavedSearch:
        """One of them.

        `GET /api/saved_searches/show/{id}`, with the scope read:search.
        """
        return self._send(api.ShowSavedSearch(id=id))

    def saved_searches_create(self, *, query: str | None = None) -> SavedSearch:
        """Keep a search.

        `POST /api/saved_searches/create`, with the scope write:bookmarks.
        """
        return self._send(api.CreateSavedSearch(query=query))

    def saved_searches_destroy(self, id: int | None = None) -> SavedSearch:
        """Keep a search no longer.

        `POST /api/saved_searches/destroy/{id}`, with the scope write:bookmarks.
        """
        return self._send(api.DestroySavedSearch(id=id))
