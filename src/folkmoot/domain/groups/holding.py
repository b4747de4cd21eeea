"""Posts that wait for a moderator: listed, released to go on where the chain stopped them, or turned down."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import PostState, Standing, Viewer, require_in_group, see_post, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groupacts, grouptexts, space
from folkmoot.domain.media import media
from folkmoot.domain.posts import polls
from folkmoot.domain.posts import posts as posts_
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.schema.posts import bodies, posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MOST: Final = 10_000
"""So many held posts of a group are listed; the rest follows when some of them are decided."""
_APPROVED = Query(
    sa.update(members_t)
    .where(members_t.c.group_id == p("group_id"), members_t.c.account_id == p("account_id"))
    .values(approved_n=members_t.c.approved_n + 1)
)
_HELD = Query(
    sa.select(posts.c.author_id, posts.c.group_id, posts.c.thread_id, posts.c.parent_id,
    posts.c.parent_author_id, posts.c.audience, bodies.c.title, posts.c.created_at,
    posts.c.message_id)
    .select_from(posts.join(bodies, bodies.c.post_id == posts.c.id))
    .where(posts.c.id == p("id"), posts.c.state == int(PostState.HELD))
)  # fmt: skip


def release(tx: Tx, viewer: Viewer, post_id: int) -> None:
    """A moderator lets a held post in: it goes on where the chain stopped it. Raises NotFound, Forbidden."""
    row, stands = _held(tx, viewer, post_id)
    author_id, group_id, thread_id, parent_id, parent_author_id, audience, title, created_at, message_id = row
    facts_ = tx.one(posts_.GROUP_FACTS, id=group_id)
    assert facts_ is not None
    place = posts_.Place(
        parent_id=parent_id,
        parent_author_id=parent_author_id,
        thread_id=None if thread_id == post_id else thread_id,
        message_id=message_id,
        group_id=group_id,
        stands=stands,
        tag=facts_[1],
        audience=audience,
    )
    tx.update(posts, {"id": post_id}, state=int(PostState.LIVE))
    tx.run(_APPROVED, group_id=group_id, account_id=author_id)
    polls.begin(tx, post_id, created_at)
    posts_.enter(tx, author_id, post_id, title, place, tx.now)
    posts_.publish(tx, post_id)
    line = f"let in a message of {groupacts.name_of(tx, author_id)}: {title}"
    groupacts.note(tx, viewer, group_id, "approve_post", line, target_id=author_id)


def reject(tx: Tx, viewer: Viewer, post_id: int, reason: str = "") -> None:
    """A moderator turns a held post down; its author is told the *reason*. Raises NotFound, Forbidden."""
    row, stands = _held(tx, viewer, post_id)
    tx.update(posts, {"id": post_id}, state=int(PostState.REJECTED))
    space.count(tx, stands.group_id, -media.weight(tx, post_id))
    media.release(tx, post_id)
    line = f"turned down a message of {groupacts.name_of(tx, row[0])}: {row[6]}"
    groupacts.note(tx, viewer, stands.group_id, "reject_post", line, target_id=row[0])
    grouptexts.tell(tx, stands.group_id, row[0], "rejected_post", about=row[6], reason=reason)
    journal.record(tx, journal.POST_DELETED, viewer.account_id, post_id, held=True)


def _held(tx: Tx, viewer: Viewer, post_id: int) -> tuple[tuple[Any, ...], Standing]:
    see_post(tx, viewer, post_id)
    tx.alone("held", post_id)  # of two moderators at once one decides
    row = tx.one(_HELD, id=post_id)
    if row is None or row[1] is None:
        raise NotFound(what="post")
    stands = standing(tx, viewer, row[1])
    require_in_group(stands, "approve")
    return row, stands


_PENDING = Query(
    sa.select(posts.c.id)
    .where(posts.c.group_id == p("group_id"), posts.c.state == int(PostState.HELD))
    .order_by(posts.c.id)
    .limit(MOST)
)


def pending(tx: Tx, viewer: Viewer, group_id: int) -> list[int]:
    """Held posts of a group, oldest first, for its moderators. Raises NotFound, Forbidden."""
    require_in_group(standing(tx, viewer, group_id), "approve")
    return tx.column(_PENDING, group_id=group_id)
