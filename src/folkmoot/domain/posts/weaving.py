"""Mails into threads by their References, one at a time as they come: whatever the order, the same threads come out.

The structure is that of JWZ threading (jwz.org/doc/threading.html; kit.mail.threads does it for a whole archive at
once). A mail hangs under the nearest of its References that is here. Where none is here, it is an orphan: those who
miss the same ancestor belong together, under whatever is known to stand above that ancestor, else under the earliest
of themselves. An answer without any References joins the latest earlier thread of its subject.

What is missing is kept in `awaited`: a row for each nearer ancestor of a mail that is not here, position 0 being the
nearest. A row without Message-ID marks a mail whose parent is only an inference, and which; it may move later.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import msgspec
import sqlalchemy as sa

from folkmoot.domain.posts import threads
from folkmoot.domain.posts.threads import bare_tag, find_message_ids, fold_subject
from folkmoot.kit.mail.threads import MAX_CANDIDATES, SUBJECT_REACH, is_reply_subject, parent_candidates
from folkmoot.store.schema.posts import awaited, posts
from folkmoot.store.schema.posts import threads as threads_t
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

REACH_MS = int(SUBJECT_REACH.total_seconds() * 1000)
"""How long after a thread's first post an answer without References may still join it by its subject."""
MAX_MATES = 2_000
"""Orphans of one ancestor that are looked at."""


BY_SUBJECT = -1


class Inferred(IntEnum):
    """Why a mail hangs where none of its own References put it (the position of its row without Message-ID)."""

    EARLIEST = -1
    """The parent is the earliest of those who miss the same ancestor."""
    ABOVE = -2
    """The parent stands above the missing ancestor, as another mail's References tell."""
    SUBJECT = -3


_MISSING = Query(
    sa.select(awaited.c.message_id, awaited.c.position)
    .where(awaited.c.post_id == p("id"), awaited.c.position >= 0)
    .order_by(awaited.c.position)
)
_WAITERS = Query(
    sa.select(awaited.c.post_id, awaited.c.position)
    .where(awaited.c.group_id == p("group_id"), awaited.c.message_id == text_p("message_id"))
    .order_by(awaited.c.post_id)
)
_FOUND = Query(
    sa.delete(awaited).where(
        awaited.c.post_id == p("post_id"), sa.or_(awaited.c.position >= p("position"), awaited.c.position < 0)
    )
)
_MATES = Query(
    sa.select(awaited.c.message_id, posts.c.id, posts.c.parent_id, posts.c.created_at)
    .select_from(awaited.join(posts, posts.c.id == awaited.c.post_id))
    .where(
        awaited.c.group_id == p("group_id"),
        in_list(awaited.c.message_id, "words", text=True),
        awaited.c.position >= 0,
    )
    .order_by(awaited.c.post_id)
    .limit(MAX_MATES)
)
_MARKS = Query(
    sa.select(awaited.c.post_id, awaited.c.position).where(
        in_list(awaited.c.post_id, "ids"), awaited.c.position < 0
    )
)
_INFERRED_BELOW = Query(
    sa.select(posts.c.id, awaited.c.position)
    .select_from(posts.join(awaited, awaited.c.post_id == posts.c.id))
    .where(in_list(posts.c.parent_id, "ids"), awaited.c.position < 0)
    .order_by(posts.c.id)
)
_UNMARK = Query(sa.delete(awaited).where(awaited.c.post_id == p("id"), awaited.c.position < 0))
_PLACE = Query(
    sa.select(posts.c.parent_id, posts.c.created_at, threads_t.c.folded_subject, threads_t.c.subject)
    .select_from(posts.outerjoin(threads_t, threads_t.c.id == posts.c.id))
    .where(posts.c.id == p("id"))
)
_BY_SUBJECT = Query(
    sa.select(threads_t.c.id)
    .where(
        threads_t.c.group_id == p("group_id"),
        threads_t.c.folded_subject == text_p("subject"),
        threads_t.c.created_at <= p("at"),
        threads_t.c.created_at >= p("since"),
        threads_t.c.id != p("but"),
    )
    .order_by(threads_t.c.created_at.desc(), threads_t.c.id.desc())
    .limit(1)
)
_LATER = Query(
    sa.select(threads_t.c.id, threads_t.c.subject)
    .where(
        threads_t.c.group_id == p("group_id"),
        threads_t.c.folded_subject == text_p("subject"),
        threads_t.c.created_at > p("at"),
        threads_t.c.created_at <= p("until"),
    )
    .order_by(threads_t.c.created_at)
    .limit(200)
)
_AROUND = Query(
    sa.select(threads_t.c.id)
    .where(
        threads_t.c.group_id == p("group_id"),
        threads_t.c.folded_subject == text_p("subject"),
        threads_t.c.created_at >= p("since"),
        threads_t.c.created_at <= p("at"),
        threads_t.c.id != p("but"),
    )
    .order_by(threads_t.c.created_at.desc())
    .limit(20)
)
_WHEN = Query(sa.select(posts.c.id, posts.c.created_at).where(in_list(posts.c.id, "ids")))


def _candidates(references: Sequence[str]) -> list[str]:
    return parent_candidates(list(references)[-MAX_CANDIDATES:], [])


def parent(
    tx: Tx, group_id: int, references: Sequence[str], subject: str, tag: str, said_at: int
) -> tuple[int | None, int]:
    """Where a new mail is put at first: under the nearest ancestor that is here, or, if it names none, by its
    subject; and how many nearer ancestors are missing, BY_SUBJECT for a parent that was only inferred.
    """
    words = _candidates(references)
    if words:
        here = find_message_ids(tx, group_id, words)
        for position, word in enumerate(words):
            if word in here:
                return here[word], position
        return None, len(words)
    found = _by_subject(tx, group_id, subject, tag, said_at, 0)
    return found, 0 if found is None else BY_SUBJECT


def _by_subject(tx: Tx, group_id: int, subject: str, tag: str, said_at: int, but: int) -> int | None:
    folded = fold_subject(subject, tag) if is_reply_subject(subject, bare_tag(tag)) else ""
    if not folded:
        return None
    found: int | None = tx.value(
        _BY_SUBJECT, group_id=group_id, subject=folded, at=said_at, since=said_at - REACH_MS, but=but
    )
    return found


def remember(tx: Tx, group_id: int, post_id: int, references: Sequence[str], missing: int) -> None:
    """Write down what a new mail misses: the nearest *missing* ones of its ancestors, as `parent` told."""
    if missing == BY_SUBJECT:
        _mark(tx, group_id, post_id, Inferred.SUBJECT)
        return
    for position, word in enumerate(_candidates(references)[:missing]):
        tx.insert_new(awaited, group_id=group_id, message_id=word, post_id=post_id, position=position)


def arrived(tx: Tx, group_id: int, post_id: int, message_id: str, tag: str, *, under: int | None) -> None:
    """A mail is in, under that parent: those who waited for it move under it, and if it has no parent it finds its
    place among orphans.
    """
    waiters = [row for row in tx.all(_WAITERS, group_id=group_id, message_id=message_id) if row[0] != post_id]
    loose: list[int] = []
    if waiters:
        ids = [row[0] for row in waiters]
        loose = [
            row[0] for row in tx.all(_INFERRED_BELOW, ids=ids) if row[0] not in ids and row[0] != post_id
        ]
        for id_ in loose:
            tx.send(_UNMARK, id=id_)
            threads.detach(tx, id_, tag)
        for id_, position in waiters:
            threads.adopt(tx, post_id, id_)
            tx.send(_FOUND, post_id=id_, position=position)
    work = _Orphans(tx, group_id)
    work.settle(post_id)
    for id_ in [row[0] for row in waiters]:
        work.pull(id_)
    for id_ in loose:
        work.settle(id_)
        _rejoin(tx, group_id, id_, tag)
    if under is None:
        _lead(tx, group_id, post_id, tag)


class _Mate(msgspec.Struct, frozen=True):
    """Somebody who misses the same ancestor."""

    id: int
    parent_id: int | None
    mark: int | None

    @property
    def is_orphan(self) -> bool:
        return self.parent_id is None or self.mark is not None


class _Orphans:
    """Keeps those together who miss the same ancestor."""

    def __init__(self, tx: Tx, group_id: int) -> None:
        self.tx = tx
        self.group_id = group_id

    def settle(self, post_id: int) -> None:
        """Put an orphan with its like; a mail that has its own parent pulls orphans under that instead."""
        words = [row[0] for row in self.tx.all(_MISSING, id=post_id)]
        if not words:
            return
        mates = self._mates(words)
        own = next((mate for _, mate in mates if mate.id == post_id), None)
        if own is not None and not own.is_orphan:
            self.pull(post_id)
            return
        above = self._above(words, mates, post_id)
        everyone = self._cluster([mate for _, mate in mates if mate.is_orphan])
        if above is not None:
            self._hang(above, everyone, Inferred.ABOVE)
            return
        first = min(everyone, key=self._age(everyone).__getitem__)
        if len(everyone) > 1:
            self._raise(first)
            self._hang(first, [id_ for id_ in everyone if id_ != first], Inferred.EARLIEST)

    def pull(self, post_id: int) -> None:
        """Hang orphans that miss one of the nearer ancestors of this mail under its parent."""
        words = [row[0] for row in self.tx.all(_MISSING, id=post_id)]
        place = self.tx.one(_PLACE, id=post_id) if words else None
        if place is None or place[0] is None:
            return
        orphans = [mate for _, mate in self._mates(words) if mate.is_orphan and mate.id != post_id]
        if orphans:
            self._hang(place[0], self._cluster(orphans), Inferred.ABOVE)

    def _mates(self, words: list[str]) -> list[tuple[str, _Mate]]:
        rows = self.tx.all(_MATES, group_id=self.group_id, words=words)
        ids = list({row[1] for row in rows})
        marks: dict[int, int] = {row[0]: row[1] for row in self.tx.all(_MARKS, ids=ids)}
        return [(row[0], _Mate(row[1], row[2], marks.get(row[1]))) for row in rows]

    def _above(self, words: list[str], mates: list[tuple[str, _Mate]], post_id: int) -> int | None:
        """What stands above the nearest of the missing ancestors of which that is known."""
        known = [
            (missed, mate.parent_id)
            for missed, mate in mates
            if mate.id != post_id and mate.parent_id is not None and mate.mark in (None, Inferred.ABOVE)
        ]
        for word in words:
            for missed, parent_id in known:
                if missed == word:
                    return parent_id
        return None

    def _cluster(self, orphans: list[_Mate]) -> list[int]:
        """The orphans, the earliest under whom they hang, and whoever else hangs there."""
        ids = {mate.id for mate in orphans}
        ids |= {
            mate.parent_id
            for mate in orphans
            if mate.mark == Inferred.EARLIEST and mate.parent_id is not None
        }
        below = self.tx.all(_INFERRED_BELOW, ids=list(ids))
        return sorted(ids | {row[0] for row in below if row[1] == Inferred.EARLIEST})

    def _age(self, ids: list[int]) -> dict[int, tuple[int, int]]:
        return {row[0]: (row[1], row[0]) for row in self.tx.all(_WHEN, ids=ids)}

    def _raise(self, post_id: int) -> None:
        """Let a post that hung under another of its like stand alone."""
        if self.tx.run(_UNMARK, id=post_id):
            threads.detach(self.tx, post_id, self._tag())

    def _tag(self) -> str:
        return threads.subject_tag(self.tx, self.group_id)

    def _hang(self, above: int, ids: list[int], why: Inferred) -> None:
        for id_ in ids:
            if id_ != above and threads.adopt(self.tx, above, id_):
                self.tx.send(_UNMARK, id=id_)
                _mark(self.tx, self.group_id, id_, why)


def _mark(tx: Tx, group_id: int, post_id: int, why: Inferred) -> None:
    tx.insert_new(awaited, group_id=group_id, message_id="", post_id=post_id, position=int(why))


def _lead(tx: Tx, group_id: int, post_id: int, tag: str) -> None:
    """A thread begins here: later answers of its subject that name no ancestor, and have no nearer thread, join it."""
    row = tx.one(_PLACE, id=post_id)
    if row is None or row[0] is not None or not row[2]:
        return
    at, subject = row[1], row[2]
    later = tx.all(_LATER, group_id=group_id, subject=subject, at=at, until=at + REACH_MS)
    for id_, title in later:
        if not is_reply_subject(title, bare_tag(tag)) or tx.all(_MISSING, id=id_):
            break  # a thread of its own: what comes behind it belongs to it
        followers = [r[0] for r in tx.all(_INFERRED_BELOW, ids=[id_]) if r[1] == Inferred.SUBJECT]
        for follower in [id_, *followers]:
            _join(tx, group_id, post_id, follower)
    _win(tx, group_id, post_id, at, subject)


def _win(tx: Tx, group_id: int, post_id: int, at: int, subject: str) -> None:
    """Take over answers that joined an earlier thread and were said after this one began."""
    around = tx.column(_AROUND, group_id=group_id, subject=subject, at=at, since=at - REACH_MS, but=post_id)
    joined = [r[0] for r in tx.all(_INFERRED_BELOW, ids=around) if r[1] == Inferred.SUBJECT] if around else []
    for id_, said_at in tx.all(_WHEN, ids=joined) if joined else ():
        if id_ != post_id and at < said_at <= at + REACH_MS:
            _join(tx, group_id, post_id, id_)


def _join(tx: Tx, group_id: int, above: int, post_id: int) -> None:
    if threads.adopt(tx, above, post_id):
        _mark(tx, group_id, post_id, Inferred.SUBJECT)


def _rejoin(tx: Tx, group_id: int, post_id: int, tag: str) -> None:
    """Find a thread by the subject anew for an answer whose thread became part of another."""
    row = tx.one(_PLACE, id=post_id)
    if row is None or row[0] is not None or not row[3] or tx.all(_MISSING, id=post_id):
        return
    found = _by_subject(tx, group_id, row[3], tag, row[1], post_id)
    if found is not None:
        _join(tx, group_id, found, post_id)
