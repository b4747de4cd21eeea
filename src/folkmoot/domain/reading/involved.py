"""What concerns the reader: threads they are part of, what they like, what they and others pass on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see
from folkmoot.domain.paging import Page
from folkmoot.domain.posts.postfacts import OFF_LISTS
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.reading import fanin, interest
from folkmoot.domain.reading.interest import Candidate, unwanted
from folkmoot.kit.ids import first_id_at, id_time
from folkmoot.store.schema.posts import addressed, posts, reactions
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

THREADS = 300
"""So many of the threads in which the reader spoke last, and of those in which they were spoken to, are looked at."""
PORTION = 200
PORTIONS = 20
PAGE_MAX = 200
FAR_MS = 60 * 86_400_000
"""So far below the upper end of a page it is looked for what others passed on."""
_LIVE = posts.c.state == int(PostState.LIVE)
_SPOKE = Query(
    sa.select(posts.c.thread_id)
    .where(posts.c.author_id == p("me"), posts.c.boost_of_id.is_(None), posts.c.thread_id < p("high"))
    .order_by(posts.c.id.desc())
    .limit(THREADS)
)
_SPOKEN_TO = Query(
    sa.select(posts.c.thread_id)
    .select_from(addressed.join(posts, posts.c.id == addressed.c.post_id))
    .where(addressed.c.account_id == p("me"), posts.c.thread_id < p("high"))
    .order_by(addressed.c.post_id.desc())
    .limit(THREADS)
)
# The plus keeps SQLite from walking all posts in the order of their ids until it has met enough of these threads.
_IN_THREADS = Query(
    sa.select(posts.c.id)
    .where(in_list(posts.c.thread_id, "threads"), posts.c.id > p("low"), posts.c.id < p("high"))
    .order_by(sa.literal_column("+ posts.id").desc())
    .limit(PORTION)
)
_OF_OTHERS = Query(
    lambda: sa.select(posts.c.id).where(
        in_list(posts.c.id, "ids"),
        posts.c.author_id != p("me"),
        posts.c.boost_of_id.is_(None),
        posts.c.parts.op("&")(OFF_LISTS) == 0,
        _LIVE,
        may_see(p("me")),
        ~unwanted(p("me"), posts.c.author_id),
    )
)


def threads(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """Posts by others in threads in which the viewer spoke or was spoken to, newest first, of nobody they avoid."""
    me = viewer.required()
    parts = {*tx.column(_SPOKE, me=me, high=page.high), *tx.column(_SPOKEN_TO, me=me, high=page.high)}
    wanted, high, found = _limit(page) + page.offset, page.high, list[int]()
    for _ in range(PORTIONS if parts else 0):
        some = tx.column(_IN_THREADS, threads=list(parts), low=page.low, high=high)
        shown = set(tx.column(_OF_OTHERS, ids=some, me=me, now=tx.now)) if some else set()
        found += [id_ for id_ in some if id_ in shown]
        if len(some) < PORTION or len(found) >= wanted:
            break
        high = some[-1]
    return found[page.offset : wanted]


def _limit(page: Page) -> int:
    return max(0, min(page.limit, PAGE_MAX))


def _page(*where: Any) -> Query:
    return Query(
        lambda: (
            sa.select(posts.c.id)
            .where(
                posts.c.author_id == p("me"), *where, _LIVE,
                posts.c.id > p("low"), posts.c.id < p("high"), may_see(p("me")),
            )
            .order_by(posts.c.id.desc())
            .limit(p("limit"))
            .offset(p("offset"))
        )
    )  # fmt: skip


_BOOSTED = _page(
    posts.c.boosts_n > sa.literal_column("0"),
    posts.c.boost_of_id.is_(None),
    posts.c.parts.op("&")(OFF_LISTS) == 0,
)
_BOOSTS = _page(posts.c.boost_of_id.is_not(None))
_LIKED = Query(
    lambda: (
        sa.select(reactions.c.post_id)
        .select_from(reactions.join(posts, posts.c.id == reactions.c.post_id))
        .where(
            reactions.c.account_id == p("me"),
            reactions.c.kind == int(Reaction.LIKE),
            reactions.c.post_id > p("low"),
            reactions.c.post_id < p("high"),
            _LIVE,
            may_see(p("me")),
        )
        .order_by(reactions.c.post_id.desc())
        .limit(p("limit"))
        .offset(p("offset"))
    )
)


def _ids(tx: Tx, query: Query, viewer: Viewer, page: Page) -> list[int]:
    bounds = {"low": page.low, "high": page.high, "limit": _limit(page), "offset": min(page.offset, 100_000)}
    return tx.column(query, me=viewer.required(), **bounds)


def boosted(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """The viewer's own posts that somebody passed on, newest post first."""
    return _ids(tx, _BOOSTED, viewer, page)


def boosts(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """What the viewer passed on: ids of the boosts."""
    return _ids(tx, _BOOSTS, viewer, page)


def liked(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """Posts that the viewer likes, the newest post first, whenever it was liked."""
    return _ids(tx, _LIKED, viewer, page)


def boosts_at_home(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """What those whom the viewer follows passed on: ids of the boosts that come home, of the last FAR_MS."""
    who = interest.load(tx, viewer.required())
    sources = fanin.sources_of_home(who)
    top = min(id_time(page.high), tx.now)
    low = max(page.low, first_id_at(top - FAR_MS))

    def wants(post: Candidate) -> bool:
        return post.boost_of_id is not None and post.author_id != who.me and interest.wants_at_home(who, post)

    some = fanin.read_down(tx, who, sources, wants, low, page.high)
    return fanin.pick(some, page, lambda ids: fanin.visible(tx, viewer, ids), PAGE_MAX)
