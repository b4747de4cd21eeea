"""Where a post belongs among others: threads by parent or by Message-ID, put right when a missing ancestor arrives."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from folkmoot.domain.access import Audience, PostState
from folkmoot.kit.mail.threads import base_subject, is_reply_subject, parent_candidates
from folkmoot.store.schema.posts import awaited, posts, threads
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_REFERENCES = 100
SUBJECT_WINDOW_MS = 30 * 86_400_000
"""An answer without References joins the thread of its subject when that was alive so recently."""

_BY_MESSAGE_ID = Query(
    sa.select(posts.c.message_id, posts.c.id)
    .where(in_list(posts.c.message_id, "message_ids", text=True), posts.c.message_id != "", posts.c.group_id == p("group_id"), posts.c.state != int(PostState.DELETED))
)  # fmt: skip
_OWN = Query(sa.select(posts.c.id).where(posts.c.id == p("id"), posts.c.group_id == p("group_id")))
_AWAITING = Query(
    sa.select(awaited.c.message_id, awaited.c.post_id)
    .where(awaited.c.group_id == p("group_id"), in_list(awaited.c.message_id, "message_ids", text=True))
    .order_by(awaited.c.post_id)
)
_WAITERS = Query(
    sa.select(awaited.c.post_id, awaited.c.position).where(
        awaited.c.group_id == p("group_id"), awaited.c.message_id == text_p("message_id")
    )
)
_FOUND = Query(sa.delete(awaited).where(awaited.c.post_id == p("post_id"), awaited.c.position >= p("position")))
_BY_SUBJECT = Query(
    sa.select(threads.c.id, threads.c.last_at, threads.c.created_at)
    .where(threads.c.group_id == p("group_id"), threads.c.folded_subject == text_p("subject"))
    .order_by(threads.c.created_at.desc())
    .limit(20)
)
_FACTS = Query(
    sa.select(posts.c.id, posts.c.thread_id, posts.c.parent_id, posts.c.author_id, posts.c.group_id).where(posts.c.id == p("id"))
)
_MOVE = Query(sa.update(posts).where(posts.c.thread_id == p("old")).values(thread_id=p("new"), rev=posts.c.rev + 1))
_SET_PARENT = Query(
    sa.update(posts).where(posts.c.id == p("id")).values(parent_id=p("parent"), parent_author_id=p("author"), rev=posts.c.rev + 1)
)
_REPLIES = Query(sa.update(posts).where(posts.c.id == p("id")).values(replies_n=posts.c.replies_n + p("by")))
_MEASURE = Query(
    sa.select(sa.func.count(), sa.func.max(posts.c.id), sa.func.max(posts.c.created_at)).where(
        posts.c.thread_id == p("id"), posts.c.state == int(PostState.LIVE), posts.c.boost_of_id.is_(None)
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
    found = dict((row[0], row[1]) for row in tx.all(_BY_MESSAGE_ID, message_ids=list(message_ids), group_id=group_id))
    suffix = f"@{tx.settings.list_domain}"
    for word in message_ids:
        digits = word.removeprefix("moot.").removesuffix(suffix)
        if word.startswith("moot.") and word.endswith(suffix) and digits.isdigit() and len(digits) <= 18:
            own = tx.value(_OWN, id=int(digits), group_id=group_id)
            if own is not None:
                found[word] = own
    return found


def parent_by_references(
    tx: Tx, group_id: int, references: Sequence[str], subject: str, tag: str, said_at: int
) -> int | None:
    """The nearest ancestor that is here; else whoever waits for the same ancestor; else the thread of the subject.

    This is JWZ threading made incremental: the result does not depend on the order in which mails arrive.
    """
    candidates = parent_candidates(list(references)[-MAX_REFERENCES:], [])
    if candidates:
        here = find_message_ids(tx, group_id, candidates)
        for word in candidates:
            if word in here:
                return here[word]
        waiting = dict(reversed([(r[0], r[1]) for r in tx.all(_AWAITING, group_id=group_id, message_ids=candidates)]))
        for word in candidates:
            if word in waiting:
                return int(waiting[word])
        return None
    if is_reply_subject(subject, tag):
        for thread_id, last_at, created_at in tx.all(_BY_SUBJECT, group_id=group_id, subject=fold_subject(subject, tag)):
            if created_at <= said_at <= last_at + SUBJECT_WINDOW_MS:
                return int(thread_id)
    return None


def fold_subject(subject: str, tag: str = "") -> str:
    """The subject without answer marks and the group's tag, for comparison."""
    return " ".join(base_subject(subject, tag or None).casefold().split())[:500]


def wait_for(tx: Tx, group_id: int, post_id: int, references: Sequence[str], parent_message_ids: set[str]) -> None:
    """Remember which nearer ancestors of a mail are missing, so that it moves when one arrives (position 0 is nearest)."""
    for position, word in enumerate(parent_candidates(list(references)[-MAX_REFERENCES:], [])):
        if word in parent_message_ids:
            return
        tx.insert_new(awaited, group_id=group_id, message_id=word, post_id=post_id, position=position)


def arrived(tx: Tx, group_id: int, post_id: int, message_id: str) -> list[int]:
    """An ancestor that others waited for is here: hang them under it. Returns the posts that moved."""
    moved = []
    for child_id, position in tx.all(_WAITERS, group_id=group_id, message_id=message_id):
        if child_id != post_id and adopt(tx, post_id, child_id):
            moved.append(child_id)
        tx.run(_FOUND, post_id=child_id, position=position)
    return moved


def adopt(tx: Tx, parent_id: int, child_id: int) -> bool:
    """Hang a post, and all that hangs on it, under another; False where that would make a loop."""
    parent, child = tx.one(_FACTS, id=parent_id), tx.one(_FACTS, id=child_id)
    if parent is None or child is None or _is_below(tx, parent_id, child_id):
        return False
    if child[2] is not None:
        tx.run(_REPLIES, id=child[2], by=-1)
    tx.run(_SET_PARENT, id=child_id, parent=parent_id, author=parent[3])
    tx.run(_REPLIES, id=parent_id, by=1)
    old, new = child[1], parent[1]
    if old != new:
        if child[2] is None:
            tx.run(_MOVE, old=old, new=new)
            tx.run(_DROP, id=old)
        else:
            _move_branch(tx, child_id, new)
            measure(tx, old)
        measure(tx, new)
    return True


_CHILDREN = Query(sa.select(posts.c.id).where(in_list(posts.c.parent_id, "ids")))
_SET_THREAD = Query(sa.update(posts).where(in_list(posts.c.id, "ids")).values(thread_id=p("new"), rev=posts.c.rev + 1))


def _move_branch(tx: Tx, root_id: int, new: int) -> None:
    level, seen = [root_id], {root_id}
    while level:
        tx.run(_SET_THREAD, ids=level, new=new)
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
        tx.run(_DROP, id=thread_id)
    else:
        tx.update(threads, {"id": thread_id}, posts_n=row[0], last_post_id=row[1], last_at=row[2])


_GROW = Query(
    sa.update(threads)
    .where(threads.c.id == p("id"))
    .values(
        posts_n=threads.c.posts_n + 1,
        last_post_id=sa.case((threads.c.last_at <= p("at"), p("post_id")), else_=threads.c.last_post_id),
        last_at=sa.case((threads.c.last_at < p("at"), p("at")), else_=threads.c.last_at),
    )
)


def enter(tx: Tx, *, post_id: int, thread_id: int, author_id: int, group_id: int | None, audience: int, title: str, tag: str, at: int) -> None:
    """A live post joins its thread, or opens one. Only groups and titles need a row for threads of one post."""
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
    tx.run(_GROW, id=thread_id, post_id=post_id, at=at)


def exists(tx: Tx, thread_id: int) -> bool:
    """Whether a thread has a row: it has none once nothing in it lives."""
    return tx.one(_EXISTS, id=thread_id) is not None


_EXISTS = Query(sa.select(threads.c.id).where(threads.c.id == p("id")))
