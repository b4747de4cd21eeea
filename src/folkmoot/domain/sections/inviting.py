"""Whether what is done in a group's calendar is mailed to its members: by whom, how often, and what they know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, TooMany
from folkmoot.domain.groups import moderation
from folkmoot.domain.mail import eventmail
from folkmoot.domain.posts import pace
from folkmoot.domain.sections.access import Room
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.mail import event_notes
from folkmoot.store.schema.sections import events
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.sections.events import EventView

MAX_EVENTS: Final = 10_000
"""A calendar that has so many events takes no more."""
MAX_ROUNDS: Final = 20
"""So often are members told of one event within a day."""
_COUNT = Query(sa.select(sa.func.count()).where(events.c.group_id == p("group_id")))
_PUT_IN = Query(
    sa.select(sa.func.count(sa.distinct(sa.func.coalesce(events.c.series_id, events.c.id)))).where(
        events.c.group_id.in_(sa.select(members.c.group_id).where(members.c.account_id == p("me"))),
        events.c.author_id == p("me"),
        events.c.id > p("since"),
    )
)
_ROUNDS = Query(
    sa.select(sa.func.count(sa.distinct(event_notes.c.sequence))).where(
        event_notes.c.event_id == p("id"), event_notes.c.id > p("since")
    )
)


def heard(tx: Tx, room: Room) -> bool:
    """Whether the viewer's word reaches the members unread: as a post of theirs would, that begins a thread."""
    return moderation.trusts(tx, room.stands, room.group.settings)


def require_space(tx: Tx, viewer: Viewer, room: Room) -> None:
    """Whether the calendar takes another event. Raises Conflict("too_many") where it is full, and TooMany as pace.check
    where members would be told of more than its author may begin."""
    tx.alone("calendar", room.group_id)
    if int(tx.value(_COUNT, group_id=room.group_id)) >= MAX_EVENTS:
        raise Conflict("the calendar has too many events", code="too_many")
    if heard(tx, room):
        pace.check(tx, viewer.account_id, beside=_PUT_IN)


def tell_new(tx: Tx, room: Room, made: EventView, rule: str) -> None:
    """Invite the members to an event, or by its *rule* to all of a series, where the viewer is heard."""
    if heard(tx, room):
        eventmail.tell(tx, "REQUEST", [eventmail.said_of(made, rule=rule)])


def tell_change(tx: Tx, room: Room, now: EventView, was: EventView) -> None:
    """Tell the members what an event is now. Raises Forbidden("manage_calendar") where the viewer is not heard, and the
    members know of the event; TooMany("events") where they were told of it all day."""
    if not heard(tx, room):
        if eventmail.known(tx, was.id, was.series_id, was.group_id):
            raise Forbidden(
                "what members were told of is changed by those whose posts no moderator reads first",
                code="manage_calendar",
            )
        return
    since = first_id_at(tx.now - pace.DAY_MS)
    if int(tx.value(_ROUNDS, id=now.id, since=since)) >= MAX_ROUNDS:
        raise TooMany(
            "this event was changed too often today", code="events", retry_after=pace.DAY_MS // 1000
        )
    eventmail.tell(tx, "REQUEST", [eventmail.said_of(now, was=was)])


def tell_end(tx: Tx, gone: list[EventView], rule: str) -> None:
    """Call events of one group off, as far as its members know of them."""
    of = {each.series_id or each.id: each for each in gone}
    known = {key for key, each in of.items() if eventmail.known(tx, each.id, each.series_id, each.group_id)}
    told = [each for each in gone if (each.series_id or each.id) in known]
    eventmail.cancel(tx, [eventmail.said_of(each, rule=rule) for each in told])
