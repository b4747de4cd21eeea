"""Search over accounts, posts and hashtags, and addresses of this server."""

from __future__ import annotations

import re

import msgspec

from folkmoot.domain.access import visible_among
from folkmoot.domain.errors import Unauthenticated
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people.selves import own_account
from folkmoot.domain.reading import search, trends
from folkmoot.doors.frame import At, Pieces, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import render
from folkmoot.doors.mastodon.accounts import matching
from folkmoot.doors.mastodon.addresses import of_ours
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import known, limit_of
from folkmoot.doors.mastodon.present_parts import POLICY_WORDS
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.doors.mastodon.search_words import Unknown, parse
from folkmoot.doors.mastodon.tags_shown import tag_entities
from folkmoot.doors.mastodon.words import VISIBILITY
from folkmoot.wire.codecs import read_id
from folkmoot.wire.mastodon import place_calls as more
from folkmoot.wire.mastodon.preferences import Preferences
from folkmoot.wire.mastodon.requests import search as api

_NEGATIVE = re.compile(rb"(?:^|&)(?:limit|offset)=-[0-9]")
"""Everywhere else a sign is dropped."""


class Hits(msgspec.Struct):
    """What was found: ids of accounts, posts and tags."""

    accounts: list[int]
    posts: list[int]
    tags: list[int]


@door.on(api.SearchAll)
def search_all(at: At, ask: api.SearchAll) -> Response:
    return _answer(at, hits := _search(at, ask), json_bytes(tag_entities(at, hits.tags)))


@door.on(more.SearchV1)
def search_v1(at: At, ask: more.SearchV1) -> Response:
    """The search of old, whose hashtags are plain names."""
    hits = _search(at, ask)
    return _answer(at, hits, json_bytes([tag.name for tag in trends.tags_by_ids(at.tx, hits.tags)]))


def _search(at: At, ask: api.SearchAll | more.SearchV1) -> Hits:
    query = ask.q.strip()
    if not query:
        raise Said(400, "param is missing or the value is empty: q")
    if not at.viewer.known and (ask.resolve or ask.offset):
        raise Unauthenticated("log in first", code="login_required")
    if _NEGATIVE.search(at.http.query):
        raise Said(400, "Limit and offset must not be negative")
    if re.fullmatch(r"https?://\S+", query):
        return _of_type(ask, *_resource(at, query))
    offset = (ask.offset or 0) if ask.type else 0
    limit, hits = limit_of(ask), Hits([], [], [])
    if ask.type in (None, "accounts"):
        following = ask.following and at.viewer.known
        hits.accounts = matching(at, query, limit, offset, following=following)
    if ask.type in (None, "statuses") and at.viewer.known:
        hits.posts = _posts(at, ask, query, offset)
    if ask.type in (None, "hashtags"):
        # exclude_unreviewed changes nothing: no tag waits for a review here, whichever is listed has passed it.
        hits.tags = search.tag_ids_matching(at.tx, query, limit=limit, offset=offset)
    return hits


def _of_type(ask: api.SearchAll | more.SearchV1, accounts: list[int], posts: list[int]) -> Hits:
    return Hits(
        accounts if ask.type in (None, "accounts") else [],
        posts if ask.type in (None, "statuses") else [],
        [],
    )


def _answer(at: At, hits: Hits, tags: bytes) -> Response:
    accounts, posts = render.account_array(at, hits.accounts), render.status_array(at, hits.posts)
    body = Pieces.of(b'{"accounts":', accounts, b',"statuses":', posts, b',"hashtags":', tags, b"}")
    return Response(200, body)


def _posts(at: At, ask: api.SearchAll | more.SearchV1, query: str, offset: int) -> list[int]:
    before = read_id(ask.max_id) if ask.max_id else None
    after = read_id(ask.min_id) if ask.min_id else None
    page = Page(limit=limit_of(ask), before=before, after=after, nearest=after is not None, offset=offset)
    author = read_id(ask.account_id) if ask.account_id else None
    if page.limit == 0 or (ask.account_id and author is None):
        return []
    try:
        words, narrow = parse(at.tx, at.viewer, query)
    except Unknown:
        return []
    found = search.posts_matching(
        at.tx, at.viewer, words, page, author_id=author, findable=True, narrow=narrow
    )
    return found[::-1] if page.nearest else found


def _resource(at: At, address: str) -> tuple[list[int], list[int]]:
    """The account or the post that an address of this server names; nothing for other addresses."""
    ours = of_ours(at.house.links.base, address)
    if ours is None:
        return [], []
    name, post_id = ours
    if post_id is not None:
        return [], list(visible_among(at.tx, at.viewer, [post_id]))
    found = people.find_by_name(at.tx, name)
    return known(at, [] if found is None else [found]), []


@door.on(api.GetPreferences)
def preferences(at: At, ask: api.GetPreferences) -> Preferences:
    own = own_account(at.tx, at.viewer)
    return Preferences(
        posting_default_visibility=VISIBILITY[own.default_audience],
        posting_default_sensitive=own.default_sensitive,
        posting_default_language=own.default_language or None,
        reading_expand_media="default",
        reading_expand_spoilers=False,
        reading_autoplay_gifs=False,
        posting_default_quote_policy=POLICY_WORDS[own.quote_policy],
    )
