"""Answers to events that come by mail or behind a mailed link: which of them is the newest, and to what of a series."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import Forbidden, NotFound, Refusal
from folkmoot.domain.mail import eventmail
from folkmoot.domain.people import logins
from folkmoot.domain.sections import answers, events
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.sections import event_answers
from folkmoot.store.schema.sections import events as events_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_OF_MEMBER = Query(
    sa.select(members.c.group_id, members.c.account_id).where(
        members.c.id == p("id"), members.c.status == int(Membership.NORMAL)
    )
)
_SERIES_OF = Query(sa.select(events_t.c.series_id).where(events_t.c.id == p("id")))
_OF_SERIES = Query(
    sa.select(events_t.c.id, events_t.c.starts_at)
    .where(events_t.c.series_id == p("series_id"), events_t.c.ends_at > p("now"))
    .order_by(events_t.c.starts_at)
)
_ANSWERED = Query(
    sa.select(
        event_answers.c.id,
        event_answers.c.kind,
        event_answers.c.guests,
        event_answers.c.comment,
        event_answers.c.updated_at,
        event_answers.c.sequence,
        event_answers.c.stamped_at,
    ).where(event_answers.c.event_id == p("event_id"), event_answers.c.account_id == p("account_id"))
)


class Reply(msgspec.Struct, frozen=True):
    """What came back to an invitation: for *event_id*, or with *whole* for its whole series. *kind*: an Answer;
    *stamped_at* in ms, 0 for now."""

    event_id: int
    member_id: int
    kind: int
    whole: bool = False
    sequence: int = 0
    stamped_at: int = 0


def take(tx: Tx, reply: Reply) -> int:
    """Take in what a member answered, unless it is older than what is known (E05); to how many events.

    The caller has proof that it is that member. Raises NotFound, Forbidden, Invalid.
    """
    row = tx.one(_OF_MEMBER, id=reply.member_id)
    if row is None:
        raise NotFound(what="member")
    viewer = Viewer(row[1])
    if logins.is_barred(tx, row[1]):
        raise Forbidden("this account is suspended", code="suspended")
    event, _ = events.see(tx, viewer, reply.event_id)
    if event.group_id != row[0]:
        raise NotFound(what="event")
    ids = [event.id]
    if reply.whole and event.series_id is not None:
        ids = tx.column(_OF_SERIES, series_id=event.series_id, now=tx.now) or ids
    taken, refused = 0, None
    for event_id in ids:
        try:
            taken += _answer_one(tx, viewer, event_id, reply)
        except Refusal as refusal:
            refused = refusal
    if refused is not None and not taken:
        raise refused
    return taken


def _answer_one(tx: Tx, viewer: Viewer, event_id: int, reply: Reply) -> bool:
    old = tx.one(_ANSWERED, event_id=event_id, account_id=viewer.account_id)
    stamped = min(reply.stamped_at or tx.now, tx.now)
    if old is not None and (reply.sequence < old[5] or stamped < max(old[6], old[4] // 1000 * 1000)):
        return False
    guests, comment = (old[2], old[3]) if old is not None else (0, "")
    made = answers.answer(tx, viewer, event_id, answers.Reply(answers.Answer(reply.kind), guests, comment))
    said = {"sequence": reply.sequence, "stamped_at": stamped, "updated_at": stamped}
    tx.update(event_answers, {"id": made.id}, **said)
    if made.kind == answers.Answer.WAITING:
        eventmail.remind(tx, event_id, viewer.required(), eventmail.WAIT)
    return True


def event_at(tx: Tx, event_id: int, moment: int) -> int:
    """The event of the same series that was to begin at that moment (ms); the event itself where there is none."""
    row = tx.one(_SERIES_OF, id=event_id)
    if row is None or row[0] is None:
        return event_id
    for other, starts_at in tx.all(_OF_SERIES, series_id=row[0], now=0):
        if eventmail.moments_of(tx, [other]).get(other, starts_at) == moment:
            return int(other)
    return event_id
