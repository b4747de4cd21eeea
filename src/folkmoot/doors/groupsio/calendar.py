"""The calendar: events seen, put in, changed, taken away, and answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import msgspec

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.sections import answers, events, repeats
from folkmoot.domain.sections.access import enter
from folkmoot.domain.sections.answers import Answer, Reply
from folkmoot.domain.sections.events import EventChange, EventView, NewEvent, Span
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import present_sections as present
from folkmoot.doors.groupsio.calls import METHODS, Listed, Walk, call, cut, group_of, listing
from folkmoot.doors.groupsio.settings import word
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.groupsio.calendar import Event, Rsvp
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.groupsio.section_requests import (
    AddEvent,
    DeleteEvent,
    GetEvent,
    GetEvents,
    RsvpToEvent,
    UpdateEvent,
)

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

UTC: Final = ZoneInfo("UTC")
KINDS: Final = {"rsvp_yes": Answer.YES, "rsvp_no": Answer.NO, "rsvp_maybe": Answer.MAYBE}
QUESTION: Final = "Comment"
"""The API has no parameter for what is asked beside the answer, so all that asks for answers asks for this."""
WORDS: Final = {
    "no event": "invalid event_id",
    "not_member": "not subscribed to group",
    "name.blank": "invalid name",
    "name.invalid": "invalid name",
    "starts_at.invalid": "invalid start_time",
    "ends_at.invalid": "invalid end_time",
    "zone.invalid": "invalid timezone",
    "place.invalid": "invalid location",
    "description.too_long": "invalid description",
    "capacity.invalid": "invalid max_attendees",
    "too_many": "too many events",
}
ANSWER_WORDS: Final = {
    "no event": "invalid event_id",
    "locked": "locked event",
    "not_member": "not subscribed",
    "kind.waiting": "waitlist response",
    "guests.invalid": "invalid additional_guests",
    "comment.invalid": "invalid comment",
}


def shown(tx: Tx, at: At, found: list[EventView]) -> list[Event]:
    """Events as the caller sees them, in a handful of queries."""
    makers = views.accounts_by_ids(tx, list({each.author_id for each in found}))
    places = groups.by_ids(tx, list({each.group_id for each in found}))
    mine = answers.of(tx, at.viewer, [each.id for each in found])
    return [
        present.event(each, places[each.group_id], makers.get(each.author_id), mine.get(each.id))
        for each in found
    ]


@call(GetEvent)
def get_event(at: At, ask: GetEvent) -> Event:
    with worded(WORDS):
        found, _ = events.see(at.tx, at.viewer, ask.event_id)
    return shown(at.tx, at, [found])[0]


@listing(GetEvents)
def get_events(tx: Tx, at: At, ask: GetEvents, walk: Walk) -> Listed[GetEvents]:
    span = Span(_groups(tx, at, ask), _day("start", ask.start), _end(ask.end))
    after = (int(walk.key[0]), int(walk.key[1])) if walk.key else None
    page, more = cut(events.between(tx, span, after, ask.limit + 1), ask.limit)
    total = walk.total if walk.total is not None else events.count(tx, span)
    key: list[int | str] | None = [page[-1].starts_at, page[-1].id] if more else None
    return Listed(ListEnvelope[Event](data=shown(tx, at, page)), total, key)


def _groups(tx: Tx, at: At, ask: GetEvents) -> tuple[int, ...]:
    """The groups whose events are asked for: the one that is named, or all of the caller's."""
    if ask.group_id is None and not ask.group_name:
        return events.open_groups(tx, at.viewer)
    view, _ = group_of(tx, at, ask.group_id, ask.group_name)
    return (enter(tx, at.viewer, view.id, "calendar").to_read().group_id,)


def _day(name: str, text: str) -> int:
    ms = _moment(name, text, UTC)
    if not 0 <= ms < events.LATEST_MS:
        raise Invalid(name, "invalid")
    return ms


def _end(text: str | None) -> int:
    """An end that names a day includes it."""
    if not text:
        return events.LATEST_MS
    return min(_day("end", text) + (repeats.DAY_MS if len(text.strip()) <= 10 else 0), events.LATEST_MS)


def _moment(name: str, text: str, zone: ZoneInfo) -> int:
    """A time in ms; without an offset it is by the clock of *zone*. Raises Invalid(name, "invalid")."""
    try:
        moment = datetime.fromisoformat(text.strip())
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return (zoned - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise Invalid(name, "invalid") from None


@call(AddEvent)
def add_event(at: At, ask: AddEvent) -> Event:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    with worded(WORDS):
        made = events.add(at.tx, at.viewer, view.id, _new(view, ask))
    return shown(at.tx, at, [made])[0]


def _new(view: GroupView, ask: AddEvent) -> NewEvent:
    zone = ask.timezone or str(word(view, "default_timezone")) or "UTC"
    clock = repeats.zone_of(zone)
    asks = ask.rsvp if ask.rsvp is not None else ask.max_attendees > 0
    return NewEvent(
        name=ask.name,
        starts_at=_moment("start_time", ask.start_time, clock),
        ends_at=_moment("end_time", ask.end_time, clock),
        zone=zone,
        all_day=ask.all_day,
        place=ask.location,
        description=ask.description,
        asks=asks,
        capacity=ask.max_attendees,
        guests=asks,
        question=QUESTION if asks else "",
    )


@call(UpdateEvent, methods=(*METHODS, "PATCH"))
def update_event(at: At, ask: UpdateEvent) -> Event:
    with worded(WORDS):
        now = _named(at, ask)
        changed = events.change(at.tx, at.viewer, ask.event_id, _change(ask, now))
    return shown(at.tx, at, [changed])[0]


def _named(at: At, ask: UpdateEvent | DeleteEvent) -> EventView:
    """The event, which must be in the group where one is named; who may change nothing there learns no more."""
    view = None
    if ask.group_id is not None or ask.group_name:
        view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
        enter(at.tx, at.viewer, view.id, "calendar").to_write()
    found, _ = events.see(at.tx, at.viewer, ask.event_id)
    if view is not None and view.id != found.group_id:
        raise NotFound(what="event")
    return found


def _change(ask: UpdateEvent, now: EventView) -> EventChange:
    said: dict[str, Any] = {
        ours: value
        for ours, value in (
            ("name", ask.name),
            ("zone", ask.timezone),
            ("all_day", ask.all_day),
            ("place", ask.location),
            ("description", ask.description),
            ("asks", ask.rsvp),
            ("capacity", ask.max_attendees),
        )
        if value is not msgspec.UNSET
    }
    if said.get("asks") and not now.asks:
        said |= {"guests": True, "question": now.question or QUESTION}
    clock = repeats.zone_of(said.get("zone") or now.zone)
    for ours, name, value in (
        ("starts_at", "start_time", ask.start_time),
        ("ends_at", "end_time", ask.end_time),
    ):
        if isinstance(value, str):
            said[ours] = _moment(name, value, clock)
    return EventChange(**said)


@call(DeleteEvent)
def delete_event(at: At, ask: DeleteEvent) -> None:
    with worded(WORDS):
        events.delete(at.tx, at.viewer, _named(at, ask).id)


@call(RsvpToEvent)
def answer_event(at: At, ask: RsvpToEvent) -> Rsvp:
    kind = KINDS.get(ask.response, Answer.WAITING)
    with worded(ANSWER_WORDS):
        found, _ = events.see(at.tx, at.viewer, ask.event_id)
        reply = Reply(kind, ask.additional_guests, ask.comment.strip())
        said = answers.answer(at.tx, at.viewer, found.id, reply)
    me = at.viewer.account_id
    address = members.addresses_of(at.tx, [me]).get(me, "")
    return present.rsvp(said, found.group_id, views.account(at.tx, me), address, at.house.links)
