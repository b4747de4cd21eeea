"""Who comes to an event: answers with guests, bounded seats, and a queue that moves up when seats are freed."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.mail import eventmail
from folkmoot.domain.notices import notices
from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.sections.access import Room
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.posts import posts
from folkmoot.store.schema.sections import event_answers, events
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_GUESTS: Final = 100
MAX_COMMENT: Final = 1000
AT_ONCE: Final = 500


class Answer(IntEnum):
    """What somebody said to an event. WAITING is no answer of theirs: they said yes when all seats were taken."""

    NO = 0
    MAYBE = 1
    YES = 2
    WAITING = 3


REACTIONS: Final[dict[int, Reaction | None]] = {
    Answer.NO: Reaction.ATTEND_NO,
    Answer.MAYBE: Reaction.ATTEND_MAYBE,
    Answer.YES: Reaction.ATTEND_YES,
    Answer.WAITING: None,
}
"""How an answer stands at the event's post; who waits for a seat does not come yet."""


class AnswerView(msgspec.Struct, frozen=True):
    """One account's answer to one event; *turn* orders the queue."""

    id: int
    event_id: int
    account_id: int
    kind: int
    guests: int
    comment: str
    turn: int
    created_at: int
    updated_at: int


_COLUMNS = [event_answers.c[name] for name in AnswerView.__struct_fields__]
_MINE = Query(
    sa.select(*_COLUMNS).where(
        event_answers.c.event_id == p("event_id"), event_answers.c.account_id == p("account_id")
    )
)
_OF = Query(
    sa.select(*_COLUMNS).where(
        in_list(event_answers.c.event_id, "event_ids"), event_answers.c.account_id == p("account_id")
    )
)
_STILL_IN = sa.exists().where(
    members.c.group_id == events.c.group_id,
    members.c.account_id == event_answers.c.account_id,
    members.c.status == int(Membership.NORMAL),
)
_HERE = event_answers.join(events, events.c.id == event_answers.c.event_id)
_TAKEN = Query(
    sa.select(sa.func.coalesce(sa.func.sum(1 + event_answers.c.guests), 0))
    .select_from(_HERE)
    .where(
        event_answers.c.event_id == p("event_id"),
        event_answers.c.kind == int(Answer.YES),
        event_answers.c.account_id != p("but"),
        _STILL_IN,
    )
)
_QUEUE = Query(
    sa.select(*_COLUMNS)
    .select_from(_HERE)
    .where(event_answers.c.event_id == p("event_id"), event_answers.c.kind == int(Answer.WAITING), _STILL_IN)
    .order_by(event_answers.c.turn)
    .limit(AT_ONCE)
)
_COMING = Query(
    sa.select(*_COLUMNS)
    .select_from(_HERE)
    .where(
        event_answers.c.event_id == p("event_id"),
        event_answers.c.kind >= int(Answer.MAYBE),
        event_answers.c.id > p("after"),
        _STILL_IN,
    )
    .order_by(event_answers.c.id)
    .limit(AT_ONCE)
)
_LOCK = Query(sa.update(events).where(events.c.id == p("id")).values(answers_rev=events.c.answers_rev + 1))
_EVENT = Query(
    sa.select(
        events.c.asks,
        events.c.capacity,
        events.c.guests,
        events.c.question,
        events.c.locked,
        events.c.author_id,
    ).where(events.c.id == p("id"))
)
_POST = Query(
    sa.select(posts.c.id)
    .select_from(events.join(posts, posts.c.id == events.c.post_id))
    .where(events.c.id == p("id"), posts.c.state == 0)
)


_FELLOW = Query(
    sa.select(members.c.id)
    .select_from(members.join(events, events.c.group_id == members.c.group_id))
    .where(
        events.c.id == p("id"), members.c.account_id == p("me"), members.c.status == int(Membership.NORMAL)
    )
)
_LEFT_BEHIND = Query(
    sa.select(event_answers.c.event_id)
    .select_from(_HERE)
    .where(
        event_answers.c.account_id == p("me"), events.c.group_id == p("group_id"), events.c.ends_at > p("now")
    )
    .order_by(event_answers.c.event_id)
)
_TAKEN_BACK = Query(
    sa.delete(event_answers).where(
        in_list(event_answers.c.event_id, "event_ids"), event_answers.c.account_id == p("me")
    )
)


class Reply(msgspec.Struct, frozen=True):
    """What somebody says: whether they come, with how many guests, and what they add."""

    kind: Answer
    guests: int = 0
    comment: str = ""


def answer(tx: Tx, viewer: Viewer, event_id: int, reply: Reply) -> AnswerView:
    """Answer an event that the viewer sees (events.see), or answer anew. A yes beyond the seats waits in the queue.

    Raises NotFound, Forbidden("not_member" | "locked"), Invalid("guests" | "comment" | "kind").
    """
    me = viewer.required()
    # Whoever writes this row first is first: all who answer the same event at once go one after the other.
    tx.run(_LOCK, id=event_id)
    event = tx.one(_EVENT, id=event_id)
    if event is None:
        raise NotFound(what="event")
    asks, capacity, guests, question, locked, _ = event
    if tx.one(_FELLOW, id=event_id, me=me) is None:
        raise Forbidden("only members of its group come to an event", code="not_member")
    if locked or not asks:
        raise Forbidden("this event takes no answers", code="locked")
    _check(reply, guests, question)
    row = tx.one(_MINE, event_id=event_id, account_id=me)
    old = AnswerView(*row) if row else None
    kind = _seated(tx, event_id, reply, old, capacity, me)
    waits = kind == Answer.WAITING
    turn = old.turn if waits and old and old.kind == Answer.WAITING else tx.ids.next()
    values: dict[str, Any] = {
        "kind": int(kind),
        "guests": reply.guests,
        "comment": reply.comment,
        "turn": turn,
    }
    if old is None:
        named = {"event_id": event_id, "account_id": me, "created_at": tx.now}
        tx.insert(event_answers, id=tx.ids.next(), updated_at=tx.now, **named, **values)
    else:
        tx.update(event_answers, {"id": old.id}, updated_at=tx.now, **values)
    _show(tx, event_id, me, kind)
    promote(tx, event_id)
    return AnswerView(*(tx.one(_MINE, event_id=event_id, account_id=me) or ()))


def _show(tx: Tx, event_id: int, account_id: int, kind: int | None) -> None:
    """The event's post, where it has one, shows the answer too."""
    post_id = tx.value(_POST, id=event_id)
    if post_id is not None:
        reactions.set_attending(tx, account_id, post_id, None if kind is None else REACTIONS[kind])


def take_back(tx: Tx, viewer: Viewer, event_id: int, kind: Answer) -> None:
    """Have no answer any more, where it is this one; who waits for a seat has said yes. Their seats go to who waits."""
    me = viewer.required()
    tx.run(_LOCK, id=event_id)
    row = tx.one(_MINE, event_id=event_id, account_id=me)
    said = AnswerView(*row).kind if row else None
    if said == kind or (said == Answer.WAITING and kind == Answer.YES):
        tx.run(_TAKEN_BACK, event_ids=[event_id], me=me)
        _show(tx, event_id, me, None)
        promote(tx, event_id)


def _check(reply: Reply, guests: int, question: str) -> None:
    if reply.kind == Answer.WAITING:
        raise Invalid("kind", "waiting", "nobody answers that they wait: it comes of yes when all is full")
    if not 0 <= reply.guests <= (MAX_GUESTS if guests else 0):
        raise Invalid("guests", "invalid")
    if len(reply.comment) > MAX_COMMENT or (reply.comment and not question):
        raise Invalid("comment", "invalid")


def _seated(tx: Tx, event_id: int, reply: Reply, old: AnswerView | None, capacity: int, me: int) -> Answer:
    """What a reply comes to: yes only where there are seats, and nobody waited longer."""
    if reply.kind != Answer.YES or not capacity:
        return reply.kind
    wanted = 1 + reply.guests
    if wanted > capacity:
        raise Invalid("guests", "invalid", "the event has not so many seats")
    left = capacity - int(tx.value(_TAKEN, event_id=event_id, but=me))
    ahead = tx.one(_QUEUE, event_id=event_id)
    if old is not None and old.kind == Answer.YES:
        if wanted > 1 + old.guests and (wanted > left or ahead is not None):
            raise Invalid("guests", "invalid", "there are no seats for more guests")
        return Answer.YES
    first = ahead is None or AnswerView(*ahead).account_id == me
    return Answer.YES if first and wanted <= left else Answer.WAITING


def promote(tx: Tx, event_id: int) -> list[int]:
    """Seat those who wait, in their order, as far as there are seats; the first whose party does not fit is waited for.
    They are told, by mail too; when they said yes stays as it was. Returns their accounts. Raises nothing; the caller
    holds the event's row."""
    row = tx.one(_EVENT, id=event_id)
    if row is None:
        return []
    capacity, author_id = row[1], row[5]
    queue = [AnswerView(*each) for each in tx.all(_QUEUE, event_id=event_id)]
    left = capacity - int(tx.value(_TAKEN, event_id=event_id, but=0)) if queue and capacity else 1 << 62
    seated: list[int] = []
    for waiting in queue:
        if 1 + waiting.guests > left:
            break
        left -= 1 + waiting.guests
        tx.update(event_answers, {"id": waiting.id}, kind=int(Answer.YES))
        _show(tx, event_id, waiting.account_id, Answer.YES)
        notices.add(tx, waiting.account_id, "event_seat", author_id, about_id=event_id)
        eventmail.remind(tx, event_id, waiting.account_id, eventmail.SEAT)
        seated.append(waiting.account_id)
    return seated


def freed(tx: Tx, group_id: int, account_id: int) -> None:
    """Somebody is no member any more: what they said to events that are not over is gone, and their seats go to those
    who wait (for verbs that end a membership)."""
    event_ids = tx.column(_LEFT_BEHIND, group_id=group_id, me=account_id, now=tx.now)
    for event_id in event_ids:
        tx.run(_LOCK, id=event_id)
    if event_ids:
        tx.run(_TAKEN_BACK, event_ids=event_ids, me=account_id)
    for event_id in event_ids:
        _show(tx, event_id, account_id, None)
        promote(tx, event_id)


def of(tx: Tx, viewer: Viewer, event_ids: list[int]) -> dict[int, AnswerView]:
    """The viewer's own answers to these events."""
    if not viewer.known or not event_ids:
        return {}
    rows = tx.all(_OF, event_ids=event_ids, account_id=viewer.account_id)
    return {row[1]: AnswerView(*row) for row in rows}


def coming(tx: Tx, event_id: int, after: int = 0) -> list[AnswerView]:
    """Who said yes or maybe, or waits, and is still a member; up to 500 beyond the answer *after*."""
    return [AnswerView(*row) for row in tx.all(_COMING, event_id=event_id, after=after)]


def told(tx: Tx, room: Room, event_id: int) -> list[AnswerView]:
    """`coming`, as far as it is told to whoever looks into the calendar: to members."""
    return coming(tx, event_id) if room.tells_members else []
