"""Filters as they are kept: words, phrases and single posts that people want marked or hidden for themselves."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.store.schema.filters import filter_keywords, filter_posts, filters
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx


class Keyword(msgspec.Struct, frozen=True):
    """A word or phrase; `whole_word`: an end of it that is a word's character must be the end of a word."""

    id: int
    keyword: str
    whole_word: bool


class Named(msgspec.Struct, frozen=True):
    """A single post that a filter names."""

    id: int
    post_id: int


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter with all that is in it. Times in ms; without `expires_at` it stays for good."""

    id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: int | None
    keywords: tuple[Keyword, ...] = ()
    posts: tuple[Named, ...] = ()

    def expired(self, now: int) -> bool:
        return self.expires_at is not None and self.expires_at <= now


_COLUMNS = [filters.c[name] for name in ("id", "title", "contexts", "action", "expires_at")]
_MINE = Query(sa.select(*_COLUMNS).where(filters.c.account_id == p("me")).order_by(filters.c.id))
_ONE = Query(sa.select(*_COLUMNS).where(filters.c.id == p("id"), filters.c.account_id == p("me")))
_KEYWORD_COLUMNS = [filter_keywords.c[name] for name in ("filter_id", "id", "keyword", "whole_word")]
_KEYWORDS = Query(
    sa.select(*_KEYWORD_COLUMNS).where(filter_keywords.c.filter_id == p("id")).order_by(filter_keywords.c.id)
)
_MY_KEYWORDS = Query(
    sa.select(*_KEYWORD_COLUMNS)
    .select_from(filter_keywords.join(filters, filters.c.id == filter_keywords.c.filter_id))
    .where(filters.c.account_id == p("me"))
    .order_by(filter_keywords.c.id)
)
_KEYWORD = Query(
    sa.select(*_KEYWORD_COLUMNS)
    .select_from(filter_keywords.join(filters, filters.c.id == filter_keywords.c.filter_id))
    .where(filter_keywords.c.id == p("id"), filters.c.account_id == p("me"))
)
_NAMED_COLUMNS = [filter_posts.c[name] for name in ("filter_id", "id", "post_id")]
_NAMED = filter_posts.join(filters, filters.c.id == filter_posts.c.filter_id).join(
    posts, posts.c.id == filter_posts.c.post_id
)
_THERE = posts.c.state != int(PostState.DELETED)
_POSTS = Query(
    sa.select(*_NAMED_COLUMNS)
    .select_from(_NAMED)
    .where(filter_posts.c.filter_id == p("id"), _THERE)
    .order_by(filter_posts.c.id)
)
_MY_POSTS = Query(
    sa.select(*_NAMED_COLUMNS)
    .select_from(_NAMED)
    .where(filters.c.account_id == p("me"), _THERE)
    .order_by(filter_posts.c.id)
)
_POST = Query(
    sa.select(*_NAMED_COLUMNS)
    .select_from(_NAMED)
    .where(filter_posts.c.id == p("id"), filters.c.account_id == p("me"), _THERE)
)


def listing(tx: Tx, viewer: Viewer) -> list[Filter]:
    """All filters of the viewer, oldest first, those that ran out too; three queries however many there are."""
    me = viewer.required()
    rows = tx.all(_MINE, me=me)
    if not rows:
        return []
    keywords: dict[int, list[Keyword]] = {}
    for filter_id, id_, keyword_, whole in tx.all(_MY_KEYWORDS, me=me):
        keywords.setdefault(filter_id, []).append(Keyword(id_, keyword_, bool(whole)))
    named: dict[int, list[Named]] = {}
    for filter_id, id_, post_id in tx.all(_MY_POSTS, me=me):
        named.setdefault(filter_id, []).append(Named(id_, post_id))
    return [_filter(row, keywords.get(row[0], []), named.get(row[0], [])) for row in rows]


def _filter(row: tuple[Any, ...], keywords: list[Keyword], named: list[Named]) -> Filter:
    return Filter(
        id=row[0],
        title=row[1],
        contexts=tuple(row[2].split(",")),
        action=row[3],
        expires_at=row[4],
        keywords=tuple(keywords),
        posts=tuple(named),
    )


def get(tx: Tx, viewer: Viewer, filter_id: int) -> Filter:
    """One filter of the viewer. Raises NotFound, for other people's too."""
    row = tx.one(_ONE, id=filter_id, me=viewer.required())
    if row is None:
        raise NotFound(what="filter")
    return _filter(row, keywords_of(tx, filter_id), [Named(r[1], r[2]) for r in tx.all(_POSTS, id=filter_id)])


def keywords_of(tx: Tx, filter_id: int) -> list[Keyword]:
    """The keywords of a filter, oldest first; whose it is is not asked."""
    return [Keyword(r[1], r[2], bool(r[3])) for r in tx.all(_KEYWORDS, id=filter_id)]


def of_keyword(tx: Tx, viewer: Viewer, keyword_id: int) -> tuple[Filter, Keyword]:
    """A keyword of the viewer's and the filter that it is in. Raises NotFound."""
    row = tx.one(_KEYWORD, id=keyword_id, me=viewer.required())
    if row is None:
        raise NotFound(what="keyword")
    return get(tx, viewer, row[0]), Keyword(row[1], row[2], bool(row[3]))


def named_post(tx: Tx, viewer: Viewer, named_id: int) -> Named:
    """A post that one of the viewer's filters names, by the id of that entry. Raises NotFound."""
    return named_in(tx, viewer, named_id)[1]


def named_in(tx: Tx, viewer: Viewer, named_id: int) -> tuple[int, Named]:
    """The id of the filter and the post that it names, as in named_post. Raises NotFound."""
    row = tx.one(_POST, id=named_id, me=viewer.required())
    if row is None:
        raise NotFound(what="filtered post")
    return row[0], Named(row[1], row[2])
