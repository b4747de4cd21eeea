"""Passing posts on: a boost is a post of its own that points at another."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, PostState, Seen, Viewer, open_to_all, require_live, see_original
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.notices import notices
from folkmoot.domain.people import accounts as people
from folkmoot.domain.posts import postfacts
from folkmoot.domain.posts.posts import POSTED
from folkmoot.domain.posts.reactions import BOOSTED, mark, require_unblocked
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_ARCHIVE = Query(sa.select(groups.c.archive).where(groups.c.account_id == p("id")))
_TARGET = Query(sa.select(posts.c.boost_of_id).where(posts.c.id == p("id")))
_AUTHOR = Query(sa.select(posts.c.author_id).where(posts.c.id == p("id")))
_MY_BOOST = Query(
    sa.select(posts.c.id).where(
        posts.c.boost_of_id == p("id"), posts.c.author_id == p("me"), posts.c.state == int(PostState.LIVE)
    )
)
_BOOSTED = Query(sa.update(posts).where(posts.c.id == p("id")).values(boosts_n=posts.c.boosts_n + p("by")))

_AUDIENCES = (Audience.PUBLIC, Audience.UNLISTED, Audience.FOLLOWERS)


def boost(tx: Tx, viewer: Viewer, post_id: int, audience: int | None = None, door: str = "") -> int:
    """Pass a post on: the boost's id; twice is the same boost.

    Raises NotFound, Forbidden("private" | "blocked" | "held").
    """
    me = viewer.required()
    tx.alone("boost", me)
    original = see_original(tx, viewer, post_id)
    known = tx.value(_MY_BOOST, id=original.id, me=me)
    if known is not None:
        return int(known)
    require_unblocked(tx, me, original.author_id)
    require_live(original)
    if not _may_boost(tx, original, me):
        raise Forbidden("this post is not for passing on", code="private")
    if original.audience == Audience.FOLLOWERS:
        audience = Audience.FOLLOWERS
    elif audience is None or audience not in _AUDIENCES:
        usual = people.preferences(tx, me).audience
        audience = usual if usual in _AUDIENCES else Audience.FOLLOWERS
    id_ = tx.ids.next()
    tx.insert(
        posts,
        id=id_,
        author_id=me,
        audience=int(audience),
        thread_id=id_,
        boost_of_id=original.id,
        created_at=tx.now,
        door=door,
    )
    tx.run(_BOOSTED, id=original.id, by=1)
    tx.run(POSTED, id=me, at=tx.now)
    mark(tx, me, original.id, BOOSTED, on=True)
    notices.add(tx, original.author_id, "boost", me, original.id)
    journal.record(
        tx,
        journal.POST_ADDED,
        me,
        id_,
        **postfacts.of(tx, id_),
    )
    return id_


def _may_boost(tx: Tx, original: Seen, me: int) -> bool:
    archive = None if original.group_id is None else tx.value(_ARCHIVE, id=original.group_id)
    own = original.audience == Audience.FOLLOWERS and original.author_id == me
    return own or open_to_all(original.audience, archive)


_FEWER_POSTS = Query(
    sa.update(accounts)
    .where(accounts.c.id == p("id"), accounts.c.posts_n > 0)
    .values(posts_n=accounts.c.posts_n - 1)
)
_UNBOOST = Query(
    sa.update(posts).where(posts.c.id == p("id")).values(state=int(PostState.DELETED), deleted_at=p("now"))
)


def unboost(tx: Tx, viewer: Viewer, post_id: int) -> int:
    """Take a boost back, even of a post out of sight. Returns the boosted post's id. Raises NotFound."""
    me = viewer.required()
    tx.alone("boost", me)
    target = tx.value(_TARGET, id=post_id)
    original_id = int(target or post_id)
    known = tx.value(_MY_BOOST, id=original_id, me=me)
    if known is None:
        return see_original(tx, viewer, original_id).id
    tx.run(_UNBOOST, id=known, now=tx.now)
    tx.run(_FEWER_POSTS, id=me)
    tx.run(_BOOSTED, id=original_id, by=-1)
    author = tx.value(_AUTHOR, id=original_id)
    if author is not None:
        notices.remove(tx, author, "boost", me, original_id)
    mark(tx, me, original_id, BOOSTED, on=False)
    journal.record(tx, journal.POST_DELETED, me, known, **postfacts.of(tx, known))
    return original_id
