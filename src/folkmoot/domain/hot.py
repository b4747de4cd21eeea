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


def hot_accounts(tx: Tx, ids: list[int]) -> dict[int, HotAccount]:
    """Accounts by id; unknown ids are left out."""
    return {row[0]: HotAccount(*row) for row in tx.all(_HOT_ACCOUNTS, ids=ids)} if ids else {}


Look = tuple[Any, ...]
"""One post of a page as a plain row, first its id: all that decides how it looks to this viewer, and nothing else.

Two equal rows look the same to whoever is shown them, so a door may keep the finished bytes under the row itself.
"""
SHOWN_ID, SHOWN_REV, PARTS, AUTHOR_ID = 2, 3, 22, 23
"""Places in a look: of the shown post its id and revision, what parts it has beside text and media, and its author."""
DAY_MS = 86_400_000


def _look(*where: Any) -> Any:
    shown, by, who, group = (
        posts.alias("shown"),
        accounts.alias("by"),
        accounts.alias("who"),
        accounts.alias("gr"),
    )
    mine, quiet = marks.alias("mine"), marks.alias("quiet")
    viewer = p("viewer")
    own = sa.and_(
        posts.c.boost_of_id.is_(None), posts.c.author_id == viewer, posts.c.audience != int(Audience.DIRECT)
    )
    return (
        sa.select(
            posts.c.id,
            posts.c.rev,
            shown.c.id,
            shown.c.rev,
            who.c.rev,
            group.c.rev,
            shown.c.replies_n,
            shown.c.boosts_n,
            shown.c.likes_n,
            mine.c.bits,
            quiet.c.bits,
            who.c.followers_n,
            who.c.following_n,
            who.c.posts_n,
            who.c.last_post_at // DAY_MS,
            sa.case((own, 1), else_=0),
            by.c.rev,
            by.c.followers_n,
            by.c.following_n,
            by.c.posts_n,
            by.c.last_post_at // DAY_MS,
            sa.case((viewer == 0, 0), else_=1),
            shown.c.parts,
            shown.c.author_id,
        )
        .select_from(
            posts.join(shown, shown.c.id == sa.func.coalesce(posts.c.boost_of_id, posts.c.id))
            .join(who, who.c.id == shown.c.author_id)
            .outerjoin(group, group.c.id == shown.c.group_id)
            .outerjoin(by, sa.and_(posts.c.boost_of_id.is_not(None), by.c.id == posts.c.author_id))
            .outerjoin(mine, sa.and_(mine.c.account_id == viewer, mine.c.post_id == shown.c.id))
            .outerjoin(quiet, sa.and_(quiet.c.account_id == viewer, quiet.c.post_id == shown.c.thread_id))
        )
        .where(in_list(posts.c.id, "ids"), *where)
    )


_LOOKS = Query(lambda: _look(may_see(p("viewer"))))
_LOOKS_SEEN = Query(lambda: _look())


def looks(tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> list[Look]:
    """One query for a page: those of the posts that may be seen, in the order of *ids*; *seen* as in hot_rows."""
    if not ids:
        return []
    rows = tx.all(_LOOKS_SEEN if seen else _LOOKS, ids=ids, viewer=viewer.account_id)
    found = {row[0]: row for row in rows}
    return [found[i] for i in ids if i in found]
