"""Finding posts, accounts and tags, inside the database and under the rule of sight."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see
from folkmoot.domain.narrowing import Narrow, conditions
from folkmoot.domain.paging import Page
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.place import trend_reviews as reviews
from folkmoot.store.schema.posts import addressed, marks, post_tags, posts, tags
from folkmoot.store.sql import Match, Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_WORDS = 16
_ANYTHING = Narrow()
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_PHRASE = re.compile(r'"([^"]{1,200})"')


def _terms(query: str) -> list[list[str]]:
    """Words and phrases of a query, bounded; operators of the databases' own languages mean nothing."""
    query = query[:1000]
    phrases = [_WORD.findall(phrase)[:10] for phrase in _PHRASE.findall(query)[:4]]
    words = [[word] for word in _WORD.findall(_PHRASE.sub(" ", query))]
    return [term for term in [*phrases, *words] if term][:MAX_WORDS]


def match_text(dialect: str, query: str) -> str | None:
    """The query in the dialect's own form, all terms needed, the last word as a prefix; None where no word is in it."""
    terms = _terms(query)
    if not terms:
        return None
    if dialect == "sqlite":
        parts = ['"' + " ".join(term).replace('"', "") + '"' for term in terms]
        return " ".join([*parts[:-1], parts[-1] + (" *" if len(terms[-1]) == 1 else "")])
    parts = [" <-> ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in term) for term in terms]
    return " & ".join(
        [f"({part})" for part in parts[:-1]] + [parts[-1] + (":*" if len(terms[-1]) == 1 else "")]
    )


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
    low = page.low if narrow.after is None else max(page.low, first_id_at(narrow.after) - 1)
    high = page.high if narrow.before is None else min(page.high, first_id_at(narrow.before))
    values: dict[str, Any] = {"viewer": viewer.account_id, "low": low, "high": high, **narrow.values}
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
    return tx.column(_query(limit, frozenset(options), narrow.options), **values)


_ACCOUNTS = Query(
    sa.select(accounts.c.id)
    .where(
        accounts.c.suspended_at.is_(None),
        sa.or_(
            accounts.c.folded.like(text_p("prefix"), escape="\\"),
            sa.func.lower(accounts.c.display_name).like(text_p("inside"), escape="\\"),
        ),
    )
    .order_by(
        sa.case((accounts.c.folded == text_p("exact"), 0), else_=1),
        accounts.c.followers_n.desc(),
        accounts.c.id,
    )
    .limit(200)
)
_TAGS = Query(
    sa.select(tags.c.folded, tags.c.display).where(tags.c.folded.like(text_p("prefix"),
    escape="\\")).order_by(sa.func.length(tags.c.folded), tags.c.folded).limit(200)
)  # fmt: skip


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def accounts_matching(tx: Tx, query: str, *, limit: int = 20, offset: int = 0) -> list[int]:
    """Accounts whose name begins so, or whose display name holds it; the exact name first."""
    word = query.strip().removeprefix("@").partition("@")[0].lower()[:100]
    if not word:
        return []
    ids = tx.column(_ACCOUNTS, prefix=_like(word) + "%", inside=f"%{_like(word)}%", exact=word)
    return ids[offset : offset + limit]


def tags_matching(tx: Tx, query: str, *, limit: int = 20, offset: int = 0) -> list[tuple[str, str]]:
    """(folded, display) of tags that begin so, the shortest first."""
    word = query.strip().removeprefix("#").casefold()[:100]
    rows = tx.all(_TAGS, prefix=_like(word) + "%") if word else []
    return [(r[0], r[1]) for r in rows][offset : offset + limit]


_TAG_IDS = Query(
    sa.select(tags.c.id, reviews.c.reviewed_at, sa.func.coalesce(reviews.c.listable, sa.literal_column("1")))
    .select_from(tags.outerjoin(reviews, sa.and_(reviews.c.kind == 0, reviews.c.subject_id == tags.c.id)))
    .where(tags.c.folded.like(text_p("prefix"), escape="\\"))
    .order_by(sa.func.length(tags.c.folded), tags.c.folded)
    .limit(200)
)


def tag_ids_matching(
    tx: Tx, query: str, *, limit: int = 20, offset: int = 0, reviewed: bool = False
) -> list[int]:
    """Tags that begin so and may be listed, the shortest first; *reviewed*: that the staff has looked at."""
    word = query.strip().removeprefix("#").casefold()[:100]
    rows = tx.all(_TAG_IDS, prefix=_like(word) + "%") if word else []
    ids = [row[0] for row in rows if row[2] and (row[1] is not None or not reviewed)]
    return ids[offset : offset + limit]


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
