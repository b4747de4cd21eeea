"""Whether what is done in a group's calendar is mailed to its members: by whom, how often, and what they know of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, TooMany
from folkmoot.domain.groups import moderation
from folkmoot.domain.mail import eventmail
from folkmoot.domain.posts import pace
from folkmoot.domain.sections import repeats
from folkmoot.domain.sections.access import Room
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.mail import event_notes
from folkmoot.store.schema.sections import event_series, events
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.sections.events import EventView

MAX_EVENTS: Final = 10_000
"""A calendar that has so many events takes no more."""
MAX_ROUNDS: Final = 20
"""So often are members told of one event within a day."""
MAX_OTHERS: Final = 50
"""So many dates of a series that is cut short are told as moved, the next ones."""
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
_RULE = Query(sa.select(event_series.c.rule).where(event_series.c.id == p("id")))
_SERIES = Query(
    sa.select(
        event_series.c.rule, event_series.c.zone, event_series.c.starts_local, event_series.c.length
    ).where(event_series.c.id == p("id"))
)
_NEXT = Query(sa.update(events).where(events.c.series_id == p("series_id")).values(sequence=p("sequence")))


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


def tell_end(tx: Tx, gone: list[EventView], left: list[EventView] | None) -> None:
    """Call events of one group off, as far as its members know of them: one event, or those of a series of which these
    are *left*."""
    first = gone[0]
    if not eventmail.known(tx, first.id, first.series_id, first.group_id):
        return
    if left:
        _shorten(tx, gone, left)
        return
    rule = "" if left is None else str(tx.value(_RULE, id=first.series_id))
    eventmail.cancel(tx, [eventmail.said_of(each, rule=rule) for each in gone])


def _shorten(tx: Tx, gone: list[EventView], left: list[EventView]) -> None:
    """Tell how much of a series is left as its new rule, which ends sooner: calendar programs understand that, and few
    a range of dates that are off (RFC 5546, 3.2.5)."""
    coming = [each for each in gone if each.ends_at > tx.now]
    if not coming:
        return
    rule, zone_name, wall, length = tx.one(_SERIES, id=coming[0].series_id) or ("", "UTC", "", 0)
    zone, first = repeats.zone_of(zone_name), datetime.fromisoformat(wall)
    sequence = 1 + max(each.sequence for each in (*gone, *left))
    tx.run(_NEXT, series_id=coming[0].series_id, sequence=sequence)
    moved = eventmail.moments_of(tx, [each.id for each in left])
    kept = {moved.get(each.id, each.starts_at) for each in left}
    dates = repeats.moments(rule, zone, first, tx.now, max(kept))
    usual = min((*left, *gone), key=lambda each: each.sequence)
    whole = msgspec.structs.replace(
        eventmail.said_of(usual, rule=repeats.ending(rule, zone, max(kept))),
        id=left[-1].id,
        starts_at=repeats.to_ms(first, zone),
        ends_at=repeats.to_ms(first, zone) + length,
        zone=zone_name,
        sequence=sequence,
        skipped=[ms for ms in dates if ms not in kept],
    )
    others = [
        msgspec.structs.replace(eventmail.said_of(each), recurrence=moved[each.id], sequence=sequence)
        for each in left
        if each.id in moved and each.ends_at > tx.now
    ]
    eventmail.shorten(tx, eventmail.said_of(coming[0]), [whole, *others[:MAX_OTHERS]])
