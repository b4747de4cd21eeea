"""Searching posts, tags, what is talked about, and searches that are kept."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts
from folkmoot.domain.reading import search, searches, timelines, trends
from folkmoot.domain.reading.narrowing import Narrow
from folkmoot.domain.reading.searches import SavedSearch as Kept
from folkmoot.doors.frame import At, Response, json_bytes
from folkmoot.doors.friendica import show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import timeline
from folkmoot.doors.friendica.jsonp import wrapped
from folkmoot.doors.friendica.refusals import NO_PAGE, Said
from folkmoot.kit.markup.links import fold
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import rfc3339, twitter_time
from folkmoot.wire.friendica.page import SavedSearch
from folkmoot.wire.friendica.place import TrendLocation, Trends
from folkmoot.wire.friendica.requests_reading import (
    CreateSavedSearch,
    DestroySavedSearch,
    SavedSearches,
    Search,
    SearchTweets,
    ShowSavedSearch,
    TagTimeline,
    TrendsAvailable,
    TrendsClosest,
    TrendsPlace,
)
from folkmoot.wire.friendica.status import Status

WORLD = 1
"""The id of the one place that there is (Yahoo's Where On Earth)."""
TRENDS = 50
_FROM = re.compile(r"(?<!\S)from:(\S{1,320})", re.IGNORECASE)
_TAG = re.compile(r"(?<!\S)[#＃]([^\s#＃]{1,100})")
_DAY_MS = 86_400_000


@door.on(Search)
def find(at: At, ask: Search) -> Response | list[Status]:
    count = ask.rpp if ask.count == 20 else ask.count
    page = show.page_of(count, ask.page, ask.since_id, ask.max_id)
    return timeline(at, found(at.tx, at.viewer, asked(ask.q), page, Narrow()))


@door.on(SearchTweets)
def find_tweets(at: At, ask: SearchTweets) -> Response | list[Status]:
    begun, words = time.perf_counter(), asked(ask.q)
    page = show.page_of(ask.rpp or ask.count, ask.page, ask.since_id, ask.max_id)
    ids = found(at.tx, at.viewer, words, page, _narrow(ask))
    if at.format != "json":
        return timeline(at, ids, with_entities=ask.include_entities)
    answer = timeline(at, ids, with_entities=ask.include_entities, plain=True)
    posts = msgspec.Raw(answer.body if isinstance(answer, Response) else json_bytes(answer))
    facts = _metadata(words, ids, page, ask.since_id, time.perf_counter() - begun)
    return wrapped(json_bytes({"statuses": posts, "search_metadata": facts}), at.http.query)


def asked(query: str | None) -> str:
    """What is searched for. Raises Said where nothing is."""
    words = (query or "").strip()
    if not words:
        raise Said(400, "q parameter is required.")
    return words


def found(tx: Tx, viewer: Viewer, query: str, page: Page, narrow: Narrow) -> list[int]:
    """Posts that hold all words, newest first; from:name asks for an author, #word for a tag."""
    author_id: int | None = None
    if named := _FROM.search(query):
        author_id = accounts.find_by_handle(tx, named[1])
        if author_id is None:
            return []
        query = _FROM.sub(" ", query)
    tag = _TAG.search(query)
    if tag is None:
        return search.posts_matching(
            tx, viewer, query, page, author_id=author_id, findable=True, narrow=narrow
        )
    folded, rest = fold(tag[1]), _TAG.sub(" ", query, count=1)
    if not rest.strip() and author_id is None and not narrow.options and narrow == Narrow():
        return timelines.tag(tx, viewer, folded, page)
    return search.posts_matching(
        tx, viewer, rest, page, author_id=author_id, tag=folded, findable=True, narrow=narrow
    )


def _narrow(ask: SearchTweets) -> Narrow:
    return Narrow(
        before=_day(ask.until),
        language=ask.lang.lower()[:35] if ask.lang else None,
        reply=False if ask.exclude_replies else None,
    )


def _day(text: str | None) -> int | None:
    """The beginning of a day (UTC) in ms, None where there is none to be read."""
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return max(0, int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000)


def _metadata(query: str, ids: list[int], page: Page, since_id: int, seconds: float) -> dict[str, Any]:
    newest = ids[0] if ids else 0
    facts: dict[str, Any] = {
        "completed_in": round(seconds, 4),
        "max_id": newest,
        "max_id_str": str(newest),
        "query": quote(query),
        "refresh_url": f"?{urlencode({'since_id': newest, 'q': query})}",
        "count": page.limit,
        "since_id": max(0, since_id),
        "since_id_str": str(max(0, since_id)),
    }
    if len(ids) == page.limit:
        facts["next_results"] = f"?{urlencode({'max_id': ids[-1] - 1, 'q': query, 'count': page.limit})}"
    return facts


@door.on(TagTimeline)
def tag_timeline(at: At, ask: TagTimeline) -> Response | list[Status]:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    name = fold(ask.tag.strip().removeprefix("#"))
    return timeline(at, timelines.tag(at.tx, at.viewer, name, page) if name else [])


@door.on(TrendsPlace)
def trends_place(at: At, ask: TrendsPlace) -> list[Trends]:
    if ask.id != WORLD:
        raise Said(404, NO_PAGE)
    wanted = ask.exclude != "hashtags"
    ids = trends.ranked(at.tx, at.viewer, trends.Kind.TAG, limit=TRENDS) if wanted else []
    uses = trends.history(at.tx, trends.Kind.TAG, ids)
    base, now = at.house.settings.base_url, rfc3339(at.tx.now)
    tags = [_trend(tag, base, uses[tag.id][0].uses) for tag in trends.tags_by_ids(at.tx, ids)]
    places = [{"name": "Worldwide", "woeid": WORLD}]
    return [Trends(trends=tags, as_of=now, created_at=now, locations=places)]


def _trend(tag: trends.TagFacts, base: str, today: int) -> dict[str, Any]:
    shown = f"#{tag.display}"
    return {
        "name": shown,
        "url": f"{base}/tags/{quote(tag.name)}",
        "promoted_content": None,
        "query": quote(shown),
        "tweet_volume": today,
    }


@door.on(TrendsAvailable)
def trends_available(at: At, ask: TrendsAvailable) -> list[TrendLocation]:
    return [_world(at.house.settings.base_url)]


@door.on(TrendsClosest)
def trends_closest(at: At, ask: TrendsClosest) -> list[TrendLocation]:
    return [_world(at.house.settings.base_url)]


def _world(base: str) -> TrendLocation:
    return TrendLocation(
        name="Worldwide",
        woeid=WORLD,
        placeType={"code": 19, "name": "Supername"},
        url=f"{base}/api/trends/place.json?id={WORLD}",
    )


@door.on(SavedSearches)
def saved(at: At, ask: SavedSearches) -> list[SavedSearch]:
    return [_saved(kept) for kept in searches.listing(at.tx, at.viewer)]


@door.on(ShowSavedSearch)
def show_saved(at: At, ask: ShowSavedSearch) -> SavedSearch:
    return _saved(searches.see(at.tx, at.viewer, ask.id or 0))


@door.on(CreateSavedSearch)
def create_saved(at: At, ask: CreateSavedSearch) -> SavedSearch:
    if not (ask.query or "").strip():
        raise Said(400, "query parameter is required.")
    return _saved(searches.keep(at.tx, at.viewer, ask.query or ""))


@door.on(DestroySavedSearch)
def destroy_saved(at: At, ask: DestroySavedSearch) -> SavedSearch:
    return _saved(searches.drop(at.tx, at.viewer, ask.id or 0))


def _saved(kept: Kept) -> SavedSearch:
    return SavedSearch(
        id=kept.id,
        id_str=str(kept.id),
        name=kept.query,
        query=kept.query,
        created_at=twitter_time(kept.created_at),
    )
