"""What decides how posts and accounts look at this moment, one query a page: for doors that keep the rest as bytes."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience, Viewer, may_see
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import marks, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx


class HotPost(msgspec.Struct, frozen=True, gc=False):
    """Revisions, counters and places of one post, without its text."""

    id: int
    rev: int
    author_id: int
    boost_of_id: int | None
    audience: int
    group_id: int | None
    thread_id: int
    replies_n: int
    boosts_n: int
    likes_n: int
    parts: int


class HotRow(msgspec.Struct, frozen=True, gc=False):
    """What one post of a page looks like at this moment.

    `shown` is the boosted post, or again the post itself; counters and marks to show are those of the shown one.
    `bits` holds what the viewer did to it (reactions.LIKED …), `muted` the same of its thread's first post.
    `group_rev` is the revision of the shown post's group, 0 without one.
    """

    post: HotPost
    shown: HotPost
    author: HotAccount
    shown_author: HotAccount
    group_rev: int
    bits: int
    muted: int


class HotAccount(msgspec.Struct, frozen=True, gc=False):
    """Revision and counters of one account."""

    id: int
    rev: int
    followers_n: int
    following_n: int
    posts_n: int
    last_post_at: int | None


_COLUMNS = [posts.c[name] for name in HotPost.__struct_fields__]
_POSTS = Query(lambda: sa.select(*_COLUMNS).where(in_list(posts.c.id, "ids"), may_see(p("viewer"))))
_POSTS_SEEN = Query(sa.select(*_COLUMNS).where(in_list(posts.c.id, "ids")))
_MARKS = Query(
    sa.select(marks.c.post_id, marks.c.bits).where(
        marks.c.account_id == p("viewer"), in_list(marks.c.post_id, "ids")
    )
)
_HOT_ACCOUNTS = Query(
    sa.select(
        accounts.c.id,
        accounts.c.rev,
        accounts.c.followers_n,
        accounts.c.following_n,
        accounts.c.posts_n,
        accounts.c.last_post_at,
    ).where(in_list(accounts.c.id, "ids"))
)


def hot_rows(tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> list[HotRow]:
    """Those of the posts that the viewer may see, in the order of *ids*.

    *seen*: the ids come from a list that asked for sight in this same transaction, so it is not asked twice.
    """
    if not ids:
        return []
    rows = tx.all(_POSTS_SEEN if seen else _POSTS, ids=ids, viewer=viewer.account_id)
    found = {row[0]: HotPost(*row) for row in rows}
    # Whoever sees a boost sees the boosted post: that is part of the relation.
    boosted = [post.boost_of_id for post in found.values() if post.boost_of_id is not None]
    inner = {row[0]: HotPost(*row) for row in tx.all(_POSTS_SEEN, ids=boosted)} if boosted else {}
    wanted = {post.author_id for post in found.values()}
    marked: dict[int, int] = {}
    of_posts: set[int] = set(found)
    groups = [post.group_id for post in found.values() if post.group_id is not None]
    for post in inner.values():
        wanted.add(post.author_id)
        if post.group_id is not None:
            groups.append(post.group_id)
    wanted.update(groups)
    if viewer.account_id:
        of_posts.update(inner)
        of_posts.update(post.thread_id for post in found.values())
        of_posts.update(post.thread_id for post in inner.values())
        marked = dict(tx.all(_MARKS, viewer=viewer.account_id, ids=of_posts))
    people = hot_accounts(tx, list(wanted))
    out = []
    for id_ in ids:
        post_ = found.get(id_)
        if post_ is None:
            continue
        shown = post_ if post_.boost_of_id is None else inner[post_.boost_of_id]
        out.append(
            HotRow(
                post_,
                shown,
                people[post_.author_id],
                people[shown.author_id],
                0 if shown.group_id is None else people[shown.group_id].rev,
                marked.get(shown.id, 0),
                marked.get(shown.thread_id, 0),
            )
        )
    return out


_OWN = Query(lambda: sa.select(*_COLUMNS).where(in_list(posts.c.id, "ids"), may_see(posts.c.author_id)))
_OWN_THREADS = Query(
    sa.select(posts.c.id, marks.c.bits)
    .join(marks, sa.and_(marks.c.account_id == posts.c.author_id, marks.c.post_id == posts.c.thread_id))
    .where(in_list(posts.c.id, "ids"))
)


def own_rows(tx: Tx, ids: list[int]) -> list[HotRow]:
    """New posts, no boosts, each as its own author sees it, who has done nothing to it yet; in no order."""
    found = [HotPost(*row) for row in tx.all(_OWN, ids=ids)]
    people = hot_accounts(tx, list({i for post in found for i in (post.author_id, post.group_id) if i}))
    answers = [post.id for post in found if post.thread_id != post.id]
    muted: dict[int, int] = dict(tx.all(_OWN_THREADS, ids=answers)) if answers else {}
    out = []
    for post in found:
        author, group_rev = people[post.author_id], 0 if post.group_id is None else people[post.group_id].rev
        out.append(HotRow(post, post, author, author, group_rev, 0, muted.get(post.id, 0)))
    return out


def hot_accounts(tx: Tx, ids: list[int]) -> dict[int, HotAccount]:
    """Accounts by id; unknown ids are left out."""
    return {row[0]: HotAccount(*row) for row in tx.all(_HOT_ACCOUNTS, ids=ids)} if ids else {}


AccountLook = tuple[Any, ...]
"""One account as a plain row, first its id: all that decides how it looks; equal rows look the same."""
_ACCOUNT_LOOKS = Query(
    sa.select(
        accounts.c.id,
        accounts.c.rev,
        accounts.c.followers_n,
        accounts.c.following_n,
        accounts.c.posts_n,
        accounts.c.last_post_at // 86_400_000,
    ).where(in_list(accounts.c.id, "ids"))
)


def account_looks(tx: Tx, ids: list[int]) -> list[AccountLook]:
    """Looks of accounts, in no order; unknown ids are left out."""
    return tx.all(_ACCOUNT_LOOKS, ids=ids) if ids else []


Look = tuple[Any, ...]
"""One post of a page as a plain row: all that decides how it looks to this viewer, and nothing else.

Two equal rows look the same to whoever is shown them, so a door may keep the finished bytes under the row itself. What
is small is packed into one number, as each column of a row costs as much as the search for the row.
"""
BOOSTED_ID, BOOSTED_REVS, BITS, PARTS, AUTHOR_ID, WIDTH = 2, 3, 9, 10, 11, 13
"""Places in a look, after the post's id and its revisions: of a boosted post its id and revisions, null otherwise; what
the viewer did; of the post that is shown its parts and its author; and how many columns there are."""
DAY_MS = 86_400_000
KNOWN, OWN = 1 << 16, 1 << 17
"""Bits of BITS beside those of marks: somebody looks; it is their own, and to more than those it addresses."""


def shown(look: Look) -> tuple[int, int, int]:
    """Of the post whose content a look shows: id, a number that changes with its revision, author."""
    if look[BOOSTED_ID] is None:
        return look[0], look[1], look[AUTHOR_ID]
    return look[BOOSTED_ID], look[BOOSTED_REVS], look[AUTHOR_ID]


_author, _inner, _who, _group = (
    accounts.alias("author"),
    posts.alias("inner_"),
    accounts.alias("who"),
    accounts.alias("gr"),
)
_mine, _quiet = marks.alias("mine"), marks.alias("quiet")


def packed(high: Any, bits: int, low: Any) -> Any:
    """Two numbers in one: the upper may be as large as it is ever needed, *bits* hold the lower."""
    return high.bitwise_lshift(sa.literal_column(str(bits))).bitwise_or(low)


def counters_of(post: Any) -> Any:
    """Likes, boosts and answers of a row of posts in one number, the likes above 40 bits."""
    return packed(packed(post.c.likes_n, 20, post.c.boosts_n), 20, post.c.replies_n)


def look_columns() -> list[Any]:
    """What a look is made of; `look_source` says of which tables."""
    viewer = p("viewer")
    own = sa.and_(posts.c.author_id == viewer, posts.c.audience != int(Audience.DIRECT))
    known = sa.case((viewer == 0, 0), (own, KNOWN | OWN), else_=KNOWN)
    bits = packed(sa.func.coalesce(_quiet.c.bits, 0), 8, sa.func.coalesce(_mine.c.bits, 0))
    return [
        posts.c.id,
        packed(posts.c.rev, 32, _author.c.rev),
        _inner.c.id,
        packed(_inner.c.rev, 32, _who.c.rev),
        packed(_author.c.followers_n, 24, _author.c.following_n),
        packed(_author.c.posts_n, 20, sa.func.coalesce(_author.c.last_post_at, 0) // DAY_MS),
        packed(_who.c.followers_n, 24, _who.c.following_n),
        packed(_who.c.posts_n, 20, sa.func.coalesce(_who.c.last_post_at, 0) // DAY_MS),
        sa.func.coalesce(counters_of(_inner), counters_of(posts)),
        bits.bitwise_or(known),
        sa.func.coalesce(_inner.c.parts, posts.c.parts),
        sa.func.coalesce(_inner.c.author_id, posts.c.author_id),
        _group.c.rev,
    ]


def look_source(source: Any = posts) -> Any:
    """The tables of look_columns, joined to *source*, which holds posts. A plain post costs four searches."""
    viewer = p("viewer")
    here = sa.case(
        (posts.c.boost_of_id.is_not(None), _inner.c.thread_id),
        (posts.c.thread_id != posts.c.id, posts.c.thread_id),
    )
    return (
        source.join(_author, _author.c.id == posts.c.author_id)
        .outerjoin(_inner, _inner.c.id == posts.c.boost_of_id)
        .outerjoin(_who, _who.c.id == _inner.c.author_id)
        .outerjoin(_group, _group.c.id == sa.func.coalesce(posts.c.group_id, _inner.c.group_id))
        .outerjoin(
            _mine,
            sa.and_(
                _mine.c.account_id == viewer,
                _mine.c.post_id == sa.func.coalesce(posts.c.boost_of_id, posts.c.id),
            ),
        )
        .outerjoin(_quiet, sa.and_(_quiet.c.account_id == viewer, _quiet.c.post_id == here))
    )


def look_author() -> Any:
    """The row of the post's author in a statement over look_source."""
    return _author


def look_sight() -> Any:
    """access.may_see for the viewer in a statement over look_source, which has the author's row at hand."""
    return may_see(p("viewer"), author=_author)


def _look(*where: Any) -> Any:
    return sa.select(*look_columns()).select_from(look_source()).where(in_list(posts.c.id, "ids"), *where)


_LOOKS = Query(lambda: _look(look_sight()))
_LOOKS_SEEN = Query(lambda: _look())


def looks_by_id(tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> dict[int, Look]:
    """One query for a page: those of the posts that may be seen, by id; *seen* as in hot_rows."""
    query = _LOOKS_SEEN if seen else _LOOKS
    return {row[0]: row for row in tx.all(query, ids=ids, viewer=viewer.account_id)} if ids else {}


def looks(tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> list[Look]:
    """As `looks_by_id`, in the order of *ids*."""
    found = looks_by_id(tx, viewer, ids, seen=seen)
    return [found[i] for i in ids if i in found]
