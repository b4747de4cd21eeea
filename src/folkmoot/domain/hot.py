"""What decides how posts and accounts look at this moment, one query a page: for doors that keep the rest as bytes."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, may_see
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import marks, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx


class HotRow(msgspec.Struct, frozen=True, gc=False):
    """Revisions, counters and marks of one post.

    Bare names are of the post itself, `shown` of the boosted post or again of the post itself. The counters and marks
    are those of the shown one; `bits` holds the viewer's marks (reactions.LIKED …), `muted` those on its thread.
    `group_rev` is the revision of the shown post's group, 0 without one.
    """

    id: int
    rev: int
    author_id: int
    author_rev: int
    boost_of_id: int | None
    shown_id: int
    shown_rev: int
    shown_author_id: int
    shown_author_rev: int
    shown_audience: int
    group_rev: int
    replies_n: int
    boosts_n: int
    likes_n: int
    bits: int
    muted: int
    author_followers_n: int
    author_following_n: int
    author_posts_n: int
    author_last_post_at: int | None
    shown_followers_n: int
    shown_following_n: int
    shown_posts_n: int
    shown_last_post_at: int | None


class HotAccount(msgspec.Struct, frozen=True, gc=False):
    """Revision and counters of one account."""

    id: int
    rev: int
    followers_n: int
    following_n: int
    posts_n: int
    last_post_at: int | None


def _hot(*where: Any) -> Query:
    shown, a, b, g = posts.alias("shown"), accounts.alias("a"), accounts.alias("b"), accounts.alias("g")
    mine, muted = marks.alias(), marks.alias()
    none = sa.literal_column("0")
    return Query(
        sa.select(
            posts.c.id, posts.c.rev, posts.c.author_id, a.c.rev, posts.c.boost_of_id, shown.c.id, shown.c.rev,
            shown.c.author_id, b.c.rev, shown.c.audience, sa.func.coalesce(g.c.rev, none), shown.c.replies_n,
            shown.c.boosts_n, shown.c.likes_n, sa.func.coalesce(mine.c.bits, none),
            sa.func.coalesce(muted.c.bits, none), a.c.followers_n, a.c.following_n, a.c.posts_n,
            a.c.last_post_at, b.c.followers_n, b.c.following_n, b.c.posts_n, b.c.last_post_at,
        )
        .select_from(
            posts.join(shown, shown.c.id == sa.func.coalesce(posts.c.boost_of_id, posts.c.id))
            .join(a, a.c.id == posts.c.author_id)
            .join(b, b.c.id == shown.c.author_id)
            .outerjoin(g, g.c.id == shown.c.group_id)
            .outerjoin(mine, sa.and_(mine.c.account_id == p("viewer"), mine.c.post_id == shown.c.id))
            .outerjoin(muted, sa.and_(muted.c.account_id == p("viewer"), muted.c.post_id == shown.c.thread_id))
        )
        .where(in_list(posts.c.id, "ids"), *where)
    )  # fmt: skip


_HOT = _hot(may_see(p("viewer")))
_HOT_SEEN = _hot()
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
    rows = tx.all(_HOT_SEEN if seen else _HOT, ids=ids, viewer=viewer.account_id)
    found = {row[0]: row for row in rows}
    return [HotRow(*found[i]) for i in ids if i in found]


def hot_accounts(tx: Tx, ids: list[int]) -> dict[int, HotAccount]:
    """Accounts by id; unknown ids are left out."""
    return {row[0]: HotAccount(*row) for row in tx.all(_HOT_ACCOUNTS, ids=ids)} if ids else {}
