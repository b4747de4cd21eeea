"""Search over accounts, posts and hashtags, and addresses of this server."""

from __future__ import annotations

import re

from msgspec import UNSET

from folkmoot.domain import accounts as people
from folkmoot.domain import search, views
from folkmoot.domain.access import visible_among
from folkmoot.domain.errors import Unauthenticated
from folkmoot.domain.paging import Page
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import render
from folkmoot.doors.mastodon.accounts import matching
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import limit_of
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.doors.mastodon.words import VISIBILITY
from folkmoot.wire.codecs import Id, read_id
from folkmoot.wire.mastodon.preferences import Preferences
from folkmoot.wire.mastodon.requests import search as api
from folkmoot.wire.mastodon.tag import Tag

_OURS = re.compile(r"/(?:@|users/)([A-Za-z0-9_.-]+)(?:/(?:statuses/)?(\d{1,18}))?/?")


@door.on(api.SearchAll)
def search_all(at: At, ask: api.SearchAll) -> Response:
    query = ask.q.strip()
    if not query:
        raise Said(400, "param is missing or the value is empty: q")
    if not at.viewer.known and (ask.resolve or ask.offset):
        raise Unauthenticated("log in first", code="login_required")
    if ask.offset is not None and ask.offset < 0:
        raise Said(400, "Offset must not be negative")
    if re.match(r"https?://\S+$", query):
        accounts, posts = _resource(at, query)
        return _answer(at, ask, accounts, posts, [])
    offset = (ask.offset or 0) if ask.type else 0
    wanted = (ask.type,) if ask.type else ("accounts", "statuses", "hashtags")
    following = ask.following and at.viewer.known
    return _answer(
        at,
        ask,
        matching(at, query, limit_of(ask), offset, following=following) if "accounts" in wanted else [],
        _posts(at, ask, query, offset) if "statuses" in wanted and at.viewer.known else [],
        _tags(at, query, limit_of(ask), offset) if "hashtags" in wanted else [],
    )


def _answer(at: At, ask: api.SearchAll, accounts: list[int], posts: list[int], tags: list[Tag]) -> Response:
    none: list[int] = []
    body = b'{"accounts":%b,"statuses":%b,"hashtags":%b}' % (
        render.account_array(at, accounts if ask.type in (None, "accounts") else none),
        render.status_array(at, posts if ask.type in (None, "statuses") else none),
        json_bytes(tags),
    )
    return Response(200, body)


def _posts(at: At, ask: api.SearchAll, query: str, offset: int) -> list[int]:
    before = read_id(ask.max_id) if ask.max_id else None
    after = read_id(ask.min_id) if ask.min_id else None
    page = Page(limit=limit_of(ask), before=before, after=after, nearest=after is not None, offset=offset)
    author = read_id(ask.account_id) if ask.account_id else None
    if page.limit == 0:
        return []
    return search.posts_matching(at.tx, at.viewer, query, page, author_id=author, findable=True)


def _tags(at: At, query: str, limit: int, offset: int) -> list[Tag]:
    names = [folded for folded, _ in search.tags_matching(at.tx, query, limit=limit, offset=offset)]
    following = False if at.viewer.known else UNSET
    return [
        Tag(id=Id(str(t.id)), name=t.name, url=f"{at.house.links.base}/tags/{t.name}", following=following)
        for t in search.tags_named(at.tx, names)
    ]


def _resource(at: At, address: str) -> tuple[list[int], list[int]]:
    """The account or the post that an address of this server names; nothing for other addresses."""
    base = at.house.links.base
    match = (
        _OURS.fullmatch(address[len(base) :].partition("?")[0]) if address.startswith(base + "/") else None
    )
    if match is None:
        return [], []
    if match[2] is not None:
        return [], list(visible_among(at.tx, at.viewer, [int(match[2])]))
    found = people.find_by_name(at.tx, match[1])
    return ([] if found is None else [found]), []


@door.on(api.GetPreferences)
def preferences(at: At, ask: api.GetPreferences) -> Preferences:
    own = views.own_account(at.tx, at.viewer)
    return Preferences(
        posting_default_visibility=VISIBILITY[own.default_audience],
        posting_default_sensitive=own.default_sensitive,
        posting_default_language=own.default_language or None,
        reading_expand_media="default",
        reading_expand_spoilers=False,
        reading_autoplay_gifs=False,
        posting_default_quote_policy="nobody",
    )
