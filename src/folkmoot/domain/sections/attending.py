"""Who comes, said to a post or to an event: an event and the post that announces it have one answer of each member."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import Viewer, see_original
from folkmoot.domain.errors import NotFound
from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.sections import answers
from folkmoot.domain.sections import events as calendar
from folkmoot.domain.sections.answers import Answer, Reply
from folkmoot.store.schema.sections import events
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_SAID: Final = {
    Reaction.ATTEND_NO: Answer.NO,
    Reaction.ATTEND_MAYBE: Answer.MAYBE,
    Reaction.ATTEND_YES: Answer.YES,
}
_BY_ID = Query(sa.select(events.c.id, events.c.post_id).where(events.c.id == p("id")))
_BY_POST = Query(
    sa.select(events.c.id).where(events.c.post_id == p("id"), events.c.group_id != events.c.author_id)
)
"""An event of somebody's own has no answers but the reactions to its post."""


def attend(tx: Tx, viewer: Viewer, id_: int, kind: Reaction) -> None:
    """Say of an event, or of any post, whether one comes; the last word counts. Raises NotFound, and as events.see,
    answers.answer and reactions.react."""
    event_id, post_id = _meant(tx, viewer, id_)
    if event_id:
        answers.answer(tx, viewer, event_id, Reply(_SAID[kind]))
    else:
        reactions.react(tx, viewer, post_id, kind)


def take_back(tx: Tx, viewer: Viewer, id_: int, kind: Reaction) -> None:
    """Take that answer back, if it is the one that was given; a post may be out of sight by now. Raises NotFound, and
    as events.see."""
    try:
        event_id, post_id = _meant(tx, viewer, id_)
    except NotFound:
        event_id, post_id = 0, id_
    if event_id:
        answers.take_back(tx, viewer, event_id, _SAID[kind])
    else:
        reactions.unreact(tx, viewer, post_id, kind)


def _meant(tx: Tx, viewer: Viewer, id_: int) -> tuple[int, int]:
    """The event of a group that an id stands for, itself or by its post, or else the post; the other is 0."""
    viewer.required()
    row = tx.one(_BY_ID, id=id_) if 0 < id_ < 1 << 63 else None
    if row is not None and row[1] is None:
        return calendar.see(tx, viewer, id_)[0].id, 0
    try:
        post_id = see_original(tx, viewer, row[1] if row is not None else id_).id
    except NotFound:
        if row is None:
            raise
        return calendar.see(tx, viewer, id_)[0].id, 0
    event_id = tx.value(_BY_POST, id=post_id)
    return (calendar.see(tx, viewer, event_id)[0].id, 0) if event_id else (0, post_id)
