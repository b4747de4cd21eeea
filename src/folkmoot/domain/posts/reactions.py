"""Likes, bookmarks, dislikes and the like: idempotent, counted, and kept as marks for quick reading."""

from __future__ import annotations

from enum import IntEnum

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, Viewer, may_see, require_live, see_original, see_post
from folkmoot.domain.errors import Forbidden, Invalid
from folkmoot.domain.notices import notices
from folkmoot.domain.people import blocking
from folkmoot.store.schema.posts import marks, posts, reactions
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

LIKED, BOOSTED, BOOKMARKED, PINNED, THREAD_MUTED, THREAD_FOLLOWED = 1, 2, 4, 8, 16, 32
"""Bits of marks.bits: what a viewer did to a post; the last two are set on the thread's first post."""
REACTED = 16
"""The bit of posts.parts that says: somebody reacted in another way than by a like, which its counter tells."""
MAX_PINS = 5


class Reaction(IntEnum):
    """Kinds of reactions."""

    LIKE = 0
    BOOKMARK = 1
    DISLIKE = 2
    ATTEND_YES = 3
    ATTEND_NO = 4
    ATTEND_MAYBE = 5
    PIN = 6


ATTENDING = (Reaction.ATTEND_YES, Reaction.ATTEND_NO, Reaction.ATTEND_MAYBE)
"""Of these one has one at a time."""
_BITS = {Reaction.LIKE: LIKED, Reaction.BOOKMARK: BOOKMARKED, Reaction.PIN: PINNED}
_REMOVE = Query(
    sa.delete(reactions).where(
        reactions.c.account_id == p("me"), reactions.c.kind == p("kind"), reactions.c.post_id == p("id")
    )
)
_REACTED = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"), posts.c.parts.op("&")(sa.literal_column(str(REACTED))) == 0)
    .values(parts=posts.c.parts + sa.literal_column(str(REACTED)))
)
_LIKES = Query(sa.update(posts).where(posts.c.id == p("id")).values(likes_n=posts.c.likes_n + p("by")))
_TARGET = Query(sa.select(posts.c.boost_of_id).where(posts.c.id == p("id")))
_AUTHOR = Query(sa.select(posts.c.author_id).where(posts.c.id == p("id")))
_THREAD = Query(sa.select(posts.c.thread_id).where(posts.c.id == p("id")))
_MARK_SQLITE = (
    "INSERT INTO marks (account_id, post_id, bits) VALUES (:me, :id, :on) "
    "ON CONFLICT (account_id, post_id) DO UPDATE SET bits = (bits | :on) & ~:off"
)
_MARK_POSTGRESQL = (
    "INSERT INTO marks (account_id, post_id, bits) VALUES (%(me)s, %(id)s, %(on)s::bigint) "
    "ON CONFLICT (account_id, post_id) DO UPDATE SET bits = (marks.bits | %(on)s::bigint) & ~(%(off)s::bigint)"
)


def mark(tx: Tx, me: int, post_id: int, bit: int, *, on: bool) -> None:
    """Set or clear one bit of what an account did to a post."""
    tx.text_sql(_MARK_SQLITE, _MARK_POSTGRESQL, me=me, id=post_id, on=bit if on else 0, off=0 if on else bit)


def require_unblocked(tx: Tx, me: int, author_id: int) -> None:
    """Raises Forbidden("blocked") where *me* blocks the author: what one blocks one does not praise."""
    if blocking.has_blocked(tx, me, author_id):
        raise Forbidden("you block the author", code="blocked")


def react(tx: Tx, viewer: Viewer, post_id: int, kind: Reaction) -> int:
    """React; a second time changes nothing, of ATTENDING the last one counts. Returns the id of the post itself.

    Raises NotFound; Forbidden("blocked") for a like of somebody whom the viewer blocks, ("held") for all but a bookmark
    of a post that waits for a moderator.
    """
    me = viewer.required()
    post = see_original(tx, viewer, post_id)
    if kind != Reaction.BOOKMARK:
        require_live(post)
    if kind == Reaction.LIKE:
        require_unblocked(tx, me, post.author_id)
    if kind in ATTENDING:
        set_attending(tx, me, post.id, kind)
        return post.id
    new = tx.insert_new(
        reactions, id=tx.ids.next(), account_id=me, post_id=post.id, kind=int(kind), created_at=tx.now
    )
    if new:
        if kind in _BITS:
            mark(tx, me, post.id, _BITS[kind], on=True)
        if kind == Reaction.DISLIKE:
            tx.run(_REACTED, id=post.id)
        if kind == Reaction.LIKE:
            tx.run(_LIKES, id=post.id, by=1)
            notices.add(tx, post.author_id, "like", me, post.id)
            journal.record(tx, journal.POST_CHANGED, me, post.id, reaction=int(kind))
    return post.id


def set_attending(tx: Tx, account_id: int, post_id: int, kind: Reaction | None) -> None:
    """What an account says of coming, to a post that is known to be there: the one kind, or none (for verbs that have
    decided that it may)."""
    tx.alone("attend", account_id)
    for other in ATTENDING:
        if other != kind:
            tx.run(_REMOVE, me=account_id, kind=int(other), id=post_id)
    if kind is None:
        return
    row = {"account_id": account_id, "post_id": post_id, "kind": int(kind), "created_at": tx.now}
    if tx.insert_new(reactions, id=tx.ids.next(), **row):
        tx.run(_REACTED, id=post_id)


def pin(tx: Tx, viewer: Viewer, post_id: int) -> int:
    """Show an own post at the head of one's page; a second time changes nothing. Returns the post's id.

    Raises NotFound, Invalid("pin", "foreign" | "boost" | "direct" | "too_many").
    """
    me = viewer.required()
    tx.alone("pin", me)
    post = see_post(tx, viewer, post_id)
    if post.author_id != me:
        raise Invalid("pin", "foreign")
    if post.boost_of_id is not None:
        raise Invalid("pin", "boost")
    if post.audience == Audience.DIRECT:
        raise Invalid("pin", "direct")
    pinned = (tx.value(_MY_MARKS, me=me, id=post.id) or 0) & PINNED
    if not pinned and count(tx, viewer, Reaction.PIN) >= MAX_PINS:
        raise Invalid("pin", "too_many")
    return react(tx, viewer, post.id, Reaction.PIN)


def unreact(tx: Tx, viewer: Viewer, post_id: int, kind: Reaction) -> int:
    """Take a reaction back; works even after the post went out of sight. Returns the post's id. Raises NotFound."""
    me = viewer.required()
    original = int(tx.value(_TARGET, id=post_id) or post_id)
    if not tx.run(_REMOVE, me=me, kind=int(kind), id=original):
        return see_original(tx, viewer, original).id
    if kind in _BITS:
        mark(tx, me, original, _BITS[kind], on=False)
    if kind == Reaction.LIKE:
        tx.run(_LIKES, id=original, by=-1)
        author = tx.value(_AUTHOR, id=original)
        if author is not None:
            notices.remove(tx, author, "like", me, original)
        journal.record(tx, journal.POST_CHANGED, me, original, reaction=int(kind))
    return original


_MY_MARKS = Query(sa.select(marks.c.bits).where(marks.c.account_id == p("me"), marks.c.post_id == p("id")))


def mute_thread(tx: Tx, viewer: Viewer, post_id: int, *, on: bool) -> int:
    """No more notices from the thread of that post, or again; the latter even when the post went out of sight.

    Returns the post's id. Raises NotFound.
    """
    me = viewer.required()
    if not on and 0 < post_id < 1 << 63:
        original = int(tx.value(_TARGET, id=post_id) or post_id)
        thread_id = tx.value(_THREAD, id=original)
        if (tx.value(_MY_MARKS, me=me, id=thread_id or 0) or 0) & THREAD_MUTED:
            mark(tx, me, int(thread_id), THREAD_MUTED, on=False)
            return original
    post = see_original(tx, viewer, post_id)
    mark(tx, me, int(tx.value(_THREAD, id=post.id)), THREAD_MUTED, on=on)
    return post.id


def follow_thread(tx: Tx, viewer: Viewer, post_id: int, *, on: bool) -> int:
    """Have the thread of that post mailed where only followed ones are, or no more; the post's id. Raises NotFound."""
    me = viewer.required()
    post = see_original(tx, viewer, post_id)
    mark(tx, me, int(tx.value(_THREAD, id=post.id)), THREAD_FOLLOWED, on=on)
    return post.id


def follows_thread(tx: Tx, viewer: Viewer, thread_id: int) -> bool:
    """Whether the viewer follows the thread of that first post."""
    bits = tx.value(_MY_MARKS, me=viewer.account_id, id=thread_id) if viewer.known else 0
    return bool((bits or 0) & THREAD_FOLLOWED)


def _by_me(up: bool) -> Query:
    return Query(
        lambda: (
            sa.select(reactions.c.id, reactions.c.post_id)
            .select_from(reactions.join(posts, posts.c.id == reactions.c.post_id))
            .where(
                reactions.c.account_id == p("me"),
                reactions.c.kind == p("kind"),
                reactions.c.id < p("before"),
                reactions.c.id > p("after"),
                may_see(p("me")),
            )
            .order_by(reactions.c.id if up else reactions.c.id.desc())
            .limit(80)
        )
    )


_BY_ME = {up: _by_me(up) for up in (False, True)}
_BY_OTHERS = Query(
    sa.select(reactions.c.id, reactions.c.account_id)
    .where(
        reactions.c.post_id == p("id"),
        reactions.c.kind == p("kind"),
        reactions.c.id < p("before"),
        reactions.c.id > p("after"),
    )
    .order_by(reactions.c.id.desc())
    .limit(80)
)
_BOOSTERS = Query(
    lambda: (
        sa.select(posts.c.id, posts.c.author_id)
        .where(
            posts.c.boost_of_id == p("id"),
            posts.c.state == 0,
            posts.c.audience != int(Audience.FOLLOWERS),
            posts.c.id < p("before"),
            posts.c.id > p("after"),
            may_see(p("viewer")),
        )
        .order_by(posts.c.id.desc())
        .limit(80)
    )
)


def mine(
    tx: Tx, viewer: Viewer, kind: Reaction, *, limit: int, before: int, after: int, nearest: bool = False
) -> list[tuple[int, int]]:
    """(cursor, post id) of what the viewer reacted to in that way, newest reaction first.

    With *nearest* the page directly above *after* instead of the newest one.
    """
    rows = tx.all(_BY_ME[nearest], me=viewer.required(), kind=int(kind), before=before, after=after)[:limit]
    return [(r[0], r[1]) for r in (reversed(rows) if nearest else rows)]


_COUNT = Query(
    sa.select(sa.func.count()).where(reactions.c.account_id == p("me"), reactions.c.kind == p("kind"))
)


def count(tx: Tx, viewer: Viewer, kind: Reaction) -> int:
    """How many posts the viewer reacted to in that way."""
    return int(tx.value(_COUNT, me=viewer.required(), kind=int(kind)))


def who(
    tx: Tx, viewer: Viewer, post_id: int, kind: Reaction | None, *, limit: int, before: int, after: int
) -> list[tuple[int, int]]:
    """(cursor, account id) of those who reacted so to a post, or boosted it for more than their followers (None),
    newest first. Raises NotFound."""
    post = see_original(tx, viewer, post_id)
    if kind is None:
        rows = tx.all(_BOOSTERS, id=post.id, before=before, after=after, viewer=viewer.account_id)
    else:
        rows = tx.all(_BY_OTHERS, id=post.id, kind=int(kind), before=before, after=after)
    return [(r[0], r[1]) for r in rows[:limit]]
