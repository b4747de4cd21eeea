"""Finding posts, accounts and tags, inside the database and under the rule of sight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, is_open_to_all, may_see
from folkmoot.domain.paging import Page
from folkmoot.domain.people import account_words
from folkmoot.domain.reading.narrowing import Narrow, conditions
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.place import trend_reviews as reviews
from folkmoot.store.schema.posts import addressed, marks, post_tags, posts, tags
from folkmoot.store.sql import Match, Query, beginning, begins, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_WORDS = 16
FEW = 200
"""Where no more posts hold the words PostgreSQL is asked in two steps: a plan made for the words takes ten times as
long as the search where it holds the rule of sight too, and so that one is planned once for all words."""
_ANYTHING = Narrow()
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_PHRASE = re.compile(r'"([^"]{1,200})"')


def _terms(query: str) -> list[list[str]]:
    """Words and phrases of a query, bounded; operators of the databases' own languages mean nothing."""
    query = query[:1000]
    phrases = [_WORD.findall(phrase)[:10] for phrase in _PHRASE.findall(query)[:4]]
    words = [[word] for word in _WORD.findall(_PHRASE.sub(" ", query))]
    return [term for term in [*phrases, *words] if term][:MAX_WORDS]


def match_text(dialect: str, query: str, *, begun: bool = False) -> str | None:
    """The query in the dialect's own form, all terms needed; None where no word is in it.

    *begun*: the last word may be the beginning of one, unless it ends a phrase.
    """
    terms = _terms(query)
    if not terms:
        return None
    begun = begun and len(terms[-1]) == 1
    if dialect == "sqlite":
        parts = ['"' + " ".join(term).replace('"', "") + '"' for term in terms]
        return " ".join([*parts[:-1], parts[-1] + (" *" if begun else "")])
    parts = [" <-> ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in term) for term in terms]
    return " & ".join([f"({part})" for part in parts[:-1]] + [parts[-1] + (":*" if begun else "")])


_INDEX = sa.table("post_search", sa.column("rowid", sa.Integer))


@lru_cache(maxsize=128)
def _query(limit: int, options: frozenset[str], narrowed: frozenset[str] = frozenset()) -> Query:
    source: Any = posts
    # SQLite's index gives its hits by id, newest first: walked so, a common word costs no more than a page.
    place = _INDEX.c.rowid if "walk" in options else posts.c.id
    where: list[Any] = [
        posts.c.state == int(PostState.LIVE),
        posts.c.boost_of_id.is_(None),
        place < p("high"),
        place > p("low"),
    ]
    if "walk" in options:
        source = _INDEX.join(posts, posts.c.id == _INDEX.c.rowid)
        where.append(sa.literal_column("post_search").op("MATCH")(text_p("match")))
    elif "among" in options:
        where.append(in_list(posts.c.id, "candidates"))
    elif "text" in options:
        where.append(Match(posts.c.id))
    if "group" in options:
        where.append(posts.c.group_id == p("group_id"))
    if "author" in options:
        where.append(posts.c.author_id == p("author_id"))
    if "tag" in options:
        source = source.join(post_tags, post_tags.c.post_id == posts.c.id).join(
            tags, tags.c.id == post_tags.c.tag_id
        )
        where.append(tags.c.folded == text_p("tag"))
    if "findable" in options:
        where.append(_findable())
    where += conditions(narrowed)
    where.append(may_see(p("viewer")))
    order = place if "up" in options else place.desc()
    statement = sa.select(posts.c.id).select_from(source).where(*where).order_by(order).limit(limit)
    return Query(statement.offset(p("offset")) if "offset" in options else statement)


def _findable() -> Any:
    """Own posts, those that one was part of, those of groups, and those of people who let themselves be found."""
    author, mine, to = accounts.alias(), marks.alias(), addressed.alias()
    return sa.or_(
        posts.c.author_id == p("viewer"),
        posts.c.group_id.is_not(None),
        sa.exists().where(author.c.id == posts.c.author_id, author.c.indexable == 1),
        sa.exists().where(mine.c.post_id == posts.c.id, mine.c.account_id == p("viewer"), mine.c.bits > 0),
        sa.exists().where(to.c.post_id == posts.c.id, to.c.account_id == p("viewer")),
    )


def posts_matching(
    tx: Tx,
    viewer: Viewer,
    query: str,
    page: Page,
    *,
    group_id: int | None = None,
    author_id: int | None = None,
    tag: str | None = None,
    findable: bool = False,
    narrow: Narrow = _ANYTHING,
) -> list[int]:
    """Ids of visible posts that hold all words of the query, newest first (oldest first with `nearest`).

    Where no post at all holds them, the last word is taken for the beginning of one: of a list of all that is so begun
    a page costs much more, and whoever wrote the whole word does not want it.

    An empty query with an author or tag lists theirs; an empty query alone finds nothing. *findable* leaves out what
    its author did not open to searching by strangers. *narrow* says what else is asked of a post.
    """
    if narrow.author_id is not None:
        if author_id not in (None, narrow.author_id):
            return []
        author_id = narrow.author_id
    match = match_text(tx.dialect, query) if query.strip() else None
    nothing_else = author_id is None and tag is None and not narrow.library
    if match is None and (query.strip() or nothing_else):
        return []
    low, high = _span(narrow)
    values: dict[str, Any] = {"viewer": viewer.account_id, **narrow.values}
    values |= {"low": max(page.low, low), "high": min(page.high, high)}
    options = {"findable"} if findable else set()
    for name, value in (("text", match), ("group", group_id), ("author", author_id), ("tag", tag)):
        if value is not None:
            options.add(name)
            values[{"text": "match", "group": "group_id", "author": "author_id", "tag": "tag"}[name]] = value
    if match is not None and tx.dialect == "sqlite":
        options.add("walk")
    if page.nearest:
        options.add("up")
    if page.offset > 0:
        options.add("offset")
        values["offset"] = min(page.offset, 10_000)
    limit = max(1, min(page.limit, 200))
    found = _found(tx, limit, options, narrow, values)
    if found or match is None:
        return found
    begun = match_text(tx.dialect, query, begun=True)
    paged = page.offset > 0 or (page.low, page.high) != (_ANY_PAGE.low, _ANY_PAGE.high)
    if begun == match or (
        paged and _found(tx, 1, options - {"offset"}, narrow, {**values, "low": low, "high": high})
    ):
        return []  # nothing to begin with, or a page beyond the last of the whole word's
    return _found(tx, limit, options, narrow, {**values, "match": begun})


_CANDIDATES = "SELECT post_id FROM bodies WHERE search @@ to_tsquery('simple', %(match)s) LIMIT %(most)s"


def _found(tx: Tx, limit: int, options: set[str], narrow: Narrow, values: Mapping[str, Any]) -> list[int]:
    if "text" in options and tx.dialect == "postgresql":
        rows = tx.text_sql("", _CANDIDATES, match=values["match"], most=FEW + 1).fetchall()
        if len(rows) <= FEW:
            options = options - {"text"} | {"among"}
            values = {**values, "candidates": [row[0] for row in rows]}
    found: list[int] = tx.column(_query(limit, frozenset(options), narrow.options), **values)
    return found


_ANY_PAGE = Page()


def _span(narrow: Narrow) -> tuple[int, int]:
    """The bounds between which the ids are that are asked for, whatever the page."""
    low = _ANY_PAGE.low if narrow.after is None else first_id_at(narrow.after) - 1
    return low, _ANY_PAGE.high if narrow.before is None else first_id_at(narrow.before)


_AT_LARGE = sa.exists(
    sa.select(posts.c.id)
    .select_from(
        post_tags.join(posts, posts.c.id == post_tags.c.post_id).outerjoin(
            groups, groups.c.account_id == posts.c.group_id
        )
    )
    .where(
        post_tags.c.tag_id == tags.c.id,
        posts.c.state == int(PostState.LIVE),
        is_open_to_all(posts, groups),
    )
    .correlate(tags)
)
"""Somebody used the tag where everybody may read: tags of private words alone are found by nobody."""
NEAR = 500
"""So many tags are looked at that begin alike; with more of them it takes more letters."""


def _begun() -> Any:
    near = sa.select(tags.c.id).where(begins(tags.c.folded, "prefix")).limit(NEAR).subquery("near")
    return near.join(tags, tags.c.id == near.c.id)


_TAGS = Query(
    lambda: (
        sa.select(tags.c.folded, tags.c.display)
        .select_from(_begun())
        .where(_AT_LARGE)
        .order_by(sa.func.length(tags.c.folded), tags.c.folded)
        .limit(200)
    )
)


def accounts_matching(tx: Tx, query: str, *, limit: int = 20, offset: int = 0) -> list[int]:
    """Accounts as account_words.matching finds them, by a name, an address of ours or a shown name."""
    word = query.strip().removeprefix("@").partition("@")[0][:100]
    return account_words.matching(tx, word)[offset : offset + limit]


def tags_matching(tx: Tx, query: str, *, limit: int = 20, offset: int = 0) -> list[tuple[str, str]]:
    """(folded, display) of tags that begin so, the shortest first."""
    word = query.strip().removeprefix("#").casefold()[:100]
    rows = tx.all(_TAGS, **beginning("prefix", word)) if word else []
    return [(r[0], r[1]) for r in rows][offset : offset + limit]


_TAG_IDS = Query(
    lambda: (
        sa.select(tags.c.id, sa.func.coalesce(reviews.c.listable, sa.literal_column("1")))
        .select_from(
            _begun().outerjoin(reviews, sa.and_(reviews.c.kind == 0, reviews.c.subject_id == tags.c.id))
        )
        .where(_AT_LARGE)
        .order_by(sa.func.length(tags.c.folded), tags.c.folded)
        .limit(200)
    )
)


def tag_ids_matching(tx: Tx, query: str, *, limit: int = 20, offset: int = 0) -> list[int]:
    """Tags that begin so and may be listed, the shortest first."""
    word = query.strip().removeprefix("#").casefold()[:100]
    rows = tx.all(_TAG_IDS, **beginning("prefix", word)) if word else []
    ids = [row[0] for row in rows if row[1]]
    return ids[offset : offset + limit]


_USED = Query(sa.select(tags.c.id).where(tags.c.id == p("id"), _AT_LARGE))


def is_used_at_large(tx: Tx, tag_id: int) -> bool:
    """Whether somebody used the tag where everybody may read."""
    return tx.one(_USED, id=tag_id) is not None


class TagFound(msgspec.Struct, frozen=True):
    """A tag: its id, folded name, and the name as it was first written."""

    id: int
    name: str
    display: str


_TAGS_BY_NAME = Query(
    sa.select(tags.c.id, tags.c.folded, tags.c.display).where(in_list(tags.c.folded, "names", text=True))
)


def tags_named(tx: Tx, names: list[str]) -> list[TagFound]:
    """Tags of these folded names in that order; unknown ones are left out."""
    found = {row[1]: TagFound(*row) for row in tx.all(_TAGS_BY_NAME, names=names)} if names else {}
    return [found[name] for name in names if name in found]
