"""People are reminded of events that they said they come to, a day before, once."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.mail import eventmail
from folkmoot.domain.notices import notices
from folkmoot.domain.sections import answers, events
from folkmoot.domain.sections.answers import Answer
from folkmoot.store.schema.sections import events as events_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_DUE = Query(
    sa.select(events_t.c.id, events_t.c.author_id, events_t.c.starts_at)
    .where(events_t.c.remind_at <= p("now"))
    .order_by(events_t.c.remind_at)
    .limit(20)
)
_WORK = Query(sa.select(sa.literal_column("1")).where(events_t.c.remind_at <= p("now")).limit(1))


def any_due(tx: Tx) -> bool:
    """Whether somebody is to be reminded, or a rule to be followed further."""
    return tx.one(_WORK, now=tx.now) is not None or events.any_to_go_on(tx)


def remind(tx: Tx) -> int:
    """Remind of the events that are due and make those that rules put into the time ahead; how many there were."""
    due = tx.all(_DUE, now=tx.now)
    for id_, author_id, starts_at in due:
        tx.update(events_t, {"id": id_}, remind_at=None)
        if starts_at > tx.now:
            _tell(tx, id_, author_id)
    return len(due) + events.go_on(tx)


def _tell(tx: Tx, event_id: int, author_id: int) -> None:
    after = 0
    while page := answers.coming(tx, event_id, after):
        for each in page:
            if each.kind in (Answer.YES, Answer.MAYBE):
                notices.add(tx, each.account_id, "event_soon", author_id, about_id=event_id)
                eventmail.remind(tx, event_id, each.account_id)
        after = page[-1].id
