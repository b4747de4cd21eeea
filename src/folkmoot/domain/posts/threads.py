"""Threads: posts found by Message-ID, branches hung under a parent or taken off, the row that counts each thread."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from folkmoot.domain.access import Audience, PostState
from folkmoot.kit.mail.threads import base_subject
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posts import bodies, posts, threads
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

# The sum keeps SQLite from reading the whole group instead of the few posts of these names.
_BY_MESSAGE_ID = Query(
    sa.select(posts.c.message_id, posts.c.id)
    .where(in_list(posts.c.message_id, "message_ids", text=True), posts.c.message_id != "",
    (posts.c.group_id + 0) == p("group_id"), posts.c.state != int(PostState.DELETED))
)  # fmt: skip
_OWN = Query(sa.select(posts.c.id).where(posts.c.id == p("id"), posts.c.group_id == p("group_id")))
_FACTS = Query(
    sa.select(
        posts.c.id,
        posts.c.thread_id,
        posts.c.parent_id,
        posts.c.author_id,
        posts.c.group_id,
        posts.c.state,
        posts.c.created_at,
    ).where(posts.c.id == p("id"))
)
_MOVE = Query(
    sa.update(posts).where(posts.c.thread_id == p("old")).values(thread_id=p("new"), rev=posts.c.rev + 1)
)
_SET_PARENT = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(parent_id=p("parent"), parent_author_id=p("author"), rev=posts.c.rev + 1)
)
_REPLIES = Query(sa.update(posts).where(posts.c.id == p("id")).values(replies_n=posts.c.replies_n + p("by")))
_MEASURE = Query(
    sa.select(sa.func.count(), sa.func.max(posts.c.id), sa.func.max(posts.c.created_at))
    .select_from(posts.join(threads, threads.c.id == posts.c.thread_id))
    .where(
        threads.c.id == p("id"),
        posts.c.state == int(PostState.LIVE),
        posts.c.boost_of_id.is_(None),
        sa.or_(threads.c.group_id.is_(None), threads.c.group_id == posts.c.group_id),
    )
)
_TOPICS = Query(
    sa.update(groups).where(groups.c.account_id == p("id")).values(topics_n=groups.c.topics_n + p("by"))
)
_TAG = Query(sa.select(groups.c.subject_tag).where(groups.c.account_id == p("id")))
_TITLE = Query(sa.select(bodies.c.title).where(bodies.c.post_id == p("id")))
_ABOVE = Query(
    sa.select(posts.c.parent_id, posts.c.group_id, posts.c.message_id, posts.c.state).where(
        posts.c.id == p("id")
    )
)
_DROP = Query(sa.delete(threads).where(threads.c.id == p("id")))


def own_message_id(tx: Tx, post_id: int) -> str:
    """The Message-ID of a post that did not come by mail."""
    return f"moot.{post_id}@{tx.settings.list_domain}"


def message_id_of(tx: Tx, post_id: int, stored: str) -> str:
    """The Message-ID of any post, without angle brackets."""
    return stored or own_message_id(tx, post_id)


def find_message_ids(tx: Tx, group_id: int, message_ids: Sequence[str]) -> dict[str, int]:
    """Which of these Message-IDs are posts of this group. Of no other: a private group's post must not be found."""
    found = {
        row[0]: row[1] for row in tx.all(_BY_MESSAGE_ID, message_ids=list(message_ids), group_id=group_id)
    }
    suffix = f"@{tx.settings.list_domain}"
    for word in message_ids:
        digits = word.removeprefix("moot.").removesuffix(suffix)
        if word.startswith("moot.") and word.endswith(suffix) and digits.isdigit() and len(digits) <= 18:
            own = tx.value(_OWN, id=int(digits), group_id=group_id)
            if own is not None:
                found[word] = own
    return found


def ancestor_message_ids(tx: Tx, post_id: int, limit: int = 20) -> list[str]:
    """Message-IDs of the nearest *limit* ancestors in the same group, oldest first."""
    found: list[str] = []
    row = tx.one(_ABOVE, id=post_id)
    group_id = None if row is None else row[1]
    while row is not None and row[0] is not None and len(found) < limit:
        above = int(row[0])
        row = tx.one(_ABOVE, id=above)
        if row is None or row[1] != group_id:
            break
        if row[3] != int(PostState.DELETED):
            found.append(message_id_of(tx, above, row[2]))
    return found[::-1]


def subject_tag(tx: Tx, group_id: int) -> str:
    """The tag that a group's mails bear in their subjects."""
    return str(tx.value(_TAG, id=group_id) or "")


def bare_tag(tag: str) -> str | None:
    """A subject tag without its brackets, None where there is none."""
    return tag.strip().removeprefix("[").removesuffix("]") or None


def fold_subject(subject: str, tag: str = "") -> str:
    """The subject without answer marks and the group's tag, for comparison."""
    return " ".join(base_subject(subject, bare_tag(tag)).casefold().split())[:500]


def adopt(tx: Tx, parent_id: int, child_id: int) -> bool:
    """Hang a post, and all that hangs on it, under another; False where that would make a loop."""
    parent, child = tx.one(_FACTS, id=parent_id), tx.one(_FACTS, id=child_id)
    if parent is None or child is None or _is_below(tx, parent_id, child_id):
        return False
    if child[2] == parent_id:
        return True
    _count_reply(tx, child[2], child[5], -1)
    tx.send(_SET_PARENT, id=child_id, parent=parent_id, author=parent[3])
    _count_reply(tx, parent_id, child[5], 1)
    old, new = child[1], parent[1]
    if old != new:
        if child[2] is None:
            tx.send(_MOVE, old=old, new=new)
            _drop(tx, old, child[4])
        else:
            _move_branch(tx, child_id, new)
            measure(tx, old)
        measure(tx, new)
    return True


def detach(tx: Tx, post_id: int, tag: str) -> None:
    """Make a post, with all that hangs on it, a thread of its own again."""
    child = tx.one(_FACTS, id=post_id)
    if child is None or child[2] is None:
        return
    _count_reply(tx, child[2], child[5], -1)
    tx.send(_SET_PARENT, id=post_id, parent=None, author=None)
    _move_branch(tx, post_id, post_id)
    measure(tx, child[1])
    title = str(tx.value(_TITLE, id=post_id) or "")
    made = tx.insert_new(
        threads,
        id=post_id,
        group_id=child[4],
        author_id=child[3],
        subject=title,
        folded_subject=fold_subject(title, tag) if title else "",
        posts_n=1,
        last_post_id=post_id,
        last_at=child[6],
        created_at=child[6],
    )
    if made and child[4] is not None:
        tx.send(_TOPICS, id=child[4], by=1)
    measure(tx, post_id)


def _count_reply(tx: Tx, parent_id: int | None, state: int, by: int) -> None:
    """Answers are counted while they live: one that waits for a moderator is counted when it is let in."""
    if parent_id is not None and state == PostState.LIVE:
        tx.send(_REPLIES, id=parent_id, by=by)


def _drop(tx: Tx, thread_id: int, group_id: int | None) -> None:
    if tx.run(_DROP, id=thread_id) and group_id is not None:
        tx.send(_TOPICS, id=group_id, by=-1)


_CHILDREN = Query(sa.select(posts.c.id).where(in_list(posts.c.parent_id, "ids")))
_SET_THREAD = Query(
    sa.update(posts).where(in_list(posts.c.id, "ids")).values(thread_id=p("new"), rev=posts.c.rev + 1)
)


def _move_branch(tx: Tx, root_id: int, new: int) -> None:
    level, seen = [root_id], {root_id}
    while level:
        tx.send(_SET_THREAD, ids=level, new=new)
        level = [i for i in tx.column(_CHILDREN, ids=level) if i not in seen]
        seen.update(level)


def _is_below(tx: Tx, post_id: int, ancestor_id: int) -> bool:
    """Whether *post_id* is *ancestor_id* or hangs somewhere below it."""
    at: int | None = post_id
    for _ in range(10_000):
        if at is None:
            return False
        if at == ancestor_id:
            return True
        row = tx.one(_FACTS, id=at)
        at = row[2] if row is not None else None
    return True


def measure(tx: Tx, thread_id: int) -> None:
    """Count a thread anew; a thread in which nothing lives any more is dropped."""
    row = tx.one(_MEASURE, id=thread_id)
    if row is None or not row[0]:
        tx.send(_DROP, id=thread_id)
    else:
        tx.update(threads, {"id": thread_id}, posts_n=row[0], last_post_id=row[1], last_at=row[2])


_GROW = Query(
    sa.update(threads)
    .where(threads.c.id == p("id"), sa.or_(threads.c.group_id.is_(None), threads.c.group_id == p("group_id")))
    .values(
        posts_n=threads.c.posts_n + 1,
        last_post_id=sa.case((threads.c.last_at <= p("at"), p("post_id")), else_=threads.c.last_post_id),
        last_at=sa.case((threads.c.last_at < p("at"), p("at")), else_=threads.c.last_at),
    )
)


def enter(
    tx: Tx,
    *,
    post_id: int,
    thread_id: int,
    author_id: int,
    group_id: int | None,
    audience: int,
    title: str,
    tag: str,
    at: int,
) -> None:
    """A live post joins its thread, or opens one; a private answer to a group's thread leaves no trace in it."""
    if thread_id == post_id:
        if group_id is not None or audience != Audience.DIRECT:
            tx.insert_new(
                threads,
                id=post_id,
                group_id=group_id,
                author_id=author_id,
                subject=title,
                folded_subject=fold_subject(title, tag) if title else "",
                posts_n=1,
                last_post_id=post_id,
                last_at=at,
                created_at=at,
            )
        return
    tx.send(_GROW, id=thread_id, post_id=post_id, at=at, group_id=group_id)


def exists(tx: Tx, thread_id: int) -> bool:
    """Whether a thread has a row: it has none once nothing in it lives."""
    return tx.one(_EXISTS, id=thread_id) is not None


_EXISTS = Query(sa.select(threads.c.id).where(threads.c.id == p("id")))
