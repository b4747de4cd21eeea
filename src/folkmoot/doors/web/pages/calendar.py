"""A group's calendar: a month, one event and the answers to it, calendar files, forms to make and change an event."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.mail import eventmail
from folkmoot.domain.sections import answers, events, ownevents
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.answers import Answer, Reply
from folkmoot.domain.sections.events import EventChange, EventView, NewEvent, Span
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.answers import disposition
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web import dates, rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import AnswerForm, DeleteForm, EventForm, Month
from folkmoot.doors.web.show import go, number, page, submit
from folkmoot.kit.mail.meeting import Person, write
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.kit.markup.walk import as_html

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

MOST: Final = 500
"""So many events of one month are shown, and so many are in a file."""
PAST_MS: Final = 31 * 86_400_000
"""A file of a calendar begins so long ago."""
_PLAIN: Final = re.compile(r"</?p>|<br ?/?>|<a [^>]*>|</?span[^>]*>|</a>")
"""What plain text becomes."""
ANSWERS: Final = {"yes": Answer.YES, "maybe": Answer.MAYBE, "no": Answer.NO}
WORDS: Final = {
    "name.blank": "Give it a name.",
    "name.invalid": "The name is too long: 300 letters at most.",
    "starts_at.invalid": "Say on which day it begins, and at which hour.",
    "ends_at.invalid": "It can't end before it begins, nor last longer than a year.",
    "ends_at.hour": "Say at which hour it ends on the last day, or leave the last day empty.",
    "until.invalid": "Say the last day on which it comes again, or leave that empty.",
    "rule.invalid": "By this rule it never takes place.",
    "place.invalid": "The place is too long: 500 letters at most.",
    "description.too_long": "The description is too long.",
    "capacity.invalid": "That is no number of seats.",
    "guests.invalid": "There are not so many seats.",
    "comment.invalid": "The comment is too long.",
    "locked": "This event takes no answers now.",
    "not_member": "Only members of the group come to its events. Join it first.",
    "manage_calendar": "You may not change this calendar.",
    "too_many": "The calendar is full.",
}


@door.raw("GET", "/@{name}/calendar", ask=Month)
def month(at: At, ask: Month) -> Response:
    """A month of the calendar."""
    room = rooms.enter(at.tx, at, "calendar")
    shown = dates.month_of(ask.month, datetime.fromtimestamp(at.house.clock() / 1000, UTC).date())
    here = (room.group_id,)
    found = [e for e in events.between(at.tx, Span(here, *shown.span), None, MOST) if shown.holds(e)]
    coming = [] if found else events.between(at.tx, Span(here, at.house.clock()), None, 1)
    return rooms.draw(
        at,
        at.tx,
        room,
        "calendar.html",
        title=f"Calendar of {room.group.title or room.group.name}",
        month=shown,
        weeks=shown.weeks(found),
        events=found,
        coming=coming,
        mine=answers.of(at.tx, at.viewer, [each.id for each in found]),
        dates=dates,
    )


def _event(tx: Tx, at: At) -> tuple[EventView, Room]:
    """The event of the address. Raises NotFound."""
    room = rooms.enter(tx, at, "calendar")
    found, _ = events.see(tx, at.viewer, number(at.path["event"], 0, (1 << 62) - 1, 0))
    if found.group_id != room.group_id:
        raise NotFound(what="event")
    return found, room


@door.raw("GET", "/@{name}/calendar/{event}")
def show(at: At) -> Response:
    """One event: when and where, who comes, and whether oneself does."""
    return _show(at, at.tx, None)


def _show(at: At, tx: Tx, form: AnswerForm | None, why: str = "") -> Response:
    found, room = _event(tx, at)
    coming = answers.told(tx, room, found.id)
    mine = answers.of(tx, at.viewer, [found.id]).get(found.id)
    if form is None:
        form = AnswerForm(guests=str(mine.guests), comment=mine.comment) if mine else AnswerForm()
    return rooms.draw(
        at,
        tx,
        room,
        "event.html",
        title=found.name,
        event=found,
        maker=views.accounts_by_ids(tx, [found.author_id]).get(found.author_id),
        mine=mine,
        coming=coming,
        people=views.accounts_by_ids(tx, [each.account_id for each in coming]),
        may_change=at.viewer.known and room.may_change(found.author_id, at.viewer),
        kinds=Answer,
        dates=dates,
        form=form,
        why=why,
    )


@door.raw("GET", "/e/{event}")
def by_id(at: At) -> Response:
    """An event by its id alone, as notices know it; somebody's own leads to its post, else is theirs alone."""
    id_ = number(at.path["event"], 0, (1 << 62) - 1, 0)
    own = ownevents.see(at.tx, at.viewer, id_)
    if own is None:
        found, room = events.see(at.tx, at.viewer, id_)
        return go(f"/@{room.group.name}/calendar/{found.id}")
    if own.post_id is None:
        return page(at, at.tx, "own-event.html", title=own.name, event=own, dates=dates)
    author = views.account(at.tx, own.author_id)
    return go(f"/@{author.handle}/{own.post_id}")


@door.raw("POST", "/@{name}/calendar/{event}/answer", ask=AnswerForm)
async def answer(at: At, ask: AnswerForm) -> Response:
    """Say whether one comes."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        found, room = _event(tx, at)
        if ask.answer not in ANSWERS:
            raise Invalid("answer", "unknown")
        reply = Reply(ANSWERS[ask.answer], number(ask.guests, 0, 1000, 0), ask.comment.strip())
        said = answers.answer(tx, at.viewer, found.id, reply)
        return go(
            f"/@{room.group.name}/calendar/{found.id}",
            "waiting" if said.kind == Answer.WAITING else "answered",
        )

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _show(at, tx, ask, why), WORDS)


# ── for calendar programs ────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/@{name}/calendar/{event}/event.ics")
def one_file(at: At) -> Response:
    """One event."""
    found, room = _event(at.tx, at)
    return _file(at, room, [found], f"event-{found.id}.ics")


@door.raw("GET", "/@{name}/calendar.ics")
def all_file(at: At) -> Response:
    """The calendar, from a month ago on."""
    room = rooms.enter(at.tx, at, "calendar")
    since = at.house.clock() - PAST_MS
    return _file(
        at, room, events.between(at.tx, Span((room.group_id,), since), None, MOST), f"{room.group.name}.ics"
    )


def _file(at: At, room: Room, found: list[EventView], name: str) -> Response:
    settings, group = at.house.settings, room.group
    meetings = [
        eventmail.meeting_of(settings, eventmail.said_of(each), f"{group.url}/calendar/{each.id}")
        for each in found
    ]
    text = write(
        "PUBLISH", meetings, Person(group.title or group.name, group.address), None, at.house.clock()
    )
    headers = [(b"content-disposition", disposition(name, attachment=True).encode())]
    return Response(200, text.encode(), headers, "text/calendar; charset=utf-8")


# ── making and changing ──────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/@{name}/calendar/new")
def show_new(at: At) -> Response:
    """The form for a new event."""
    at.viewer.required()
    room = rooms.enter(at.tx, at, "calendar")
    zone = str(room.group.settings.get("timezone", "UTC"))
    return _form(at, at.tx, EventForm(zone=zone, asks=True))


def _form(at: At, tx: Tx, form: EventForm, why: str = "", event: EventView | None = None) -> Response:
    room = rooms.enter(tx, at, "calendar").to_write()
    return rooms.draw(
        at,
        tx,
        room,
        "event-form.html",
        title=f"Change {event.name}" if event else "New event",
        event=event,
        form=form,
        again=dates.AGAIN,
        zones=sorted(available_timezones()),
        html=event is not None and _as_text(event) is None,
        why=why,
    )


@door.raw("POST", "/@{name}/calendar/new", ask=EventForm)
async def add(at: At, ask: EventForm) -> Response:
    """Put an event into the calendar."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        room = rooms.enter(tx, at, "calendar")
        new = NewEvent(**_values(ask), description=as_html(ask.description.strip()), rule=dates.rule_of(ask))
        made = events.add(tx, at.viewer, room.group_id, new)
        return go(f"/@{room.group.name}/calendar/{made.id}", "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _form(at, tx, ask, why), WORDS)


def _values(ask: EventForm) -> dict[str, Any]:
    starts_at, ends_at = dates.moments(ask)
    seats = ask.capacity.strip()
    if seats and not (seats.isascii() and seats.isdigit() and len(seats) < 10):
        raise Invalid("capacity", "invalid")
    return {
        "name": ask.called,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "zone": ask.zone.strip() or "UTC",
        "all_day": ask.all_day,
        "place": ask.place,
        "asks": ask.asks,
        "capacity": int(seats or 0),
        "guests": ask.guests,
        "question": ask.question,
        "thanks": ask.thanks,
    }


def _as_text(event: EventView) -> str | None:
    """The description as one would write it without marks; None where that would lose something."""
    marked = _PLAIN.sub("", event.description)
    return None if "<" in marked else html_to_text(event.description).strip()


def _described(event: EventView) -> str:
    text = _as_text(event)
    return event.description if text is None else text


def _rewritten(event: EventView, ask: EventForm) -> str | None:
    """The description that the form asks for, None where it is as it was."""
    text = ask.description.strip().replace("\r\n", "\n")
    if text == _described(event):
        return None
    return as_html(text) if _as_text(event) is not None else text


@door.raw("GET", "/@{name}/calendar/{event}/edit")
def show_edit(at: At) -> Response:
    """The form to change an event."""
    at.viewer.required()
    found, _ = _event(at.tx, at)
    form = EventForm(
        **dates.filled(found),
        called=found.name,
        all_day=bool(found.all_day),
        place=found.place,
        description=_described(found),
        asks=bool(found.asks),
        capacity=str(found.capacity or ""),
        guests=bool(found.guests),
        question=found.question,
        thanks=found.thanks,
        locked=bool(found.locked),
    )
    return _form(at, at.tx, form, event=events.own(at.tx, at.viewer, found.id))


@door.raw("POST", "/@{name}/calendar/{event}/edit", ask=EventForm)
async def change(at: At, ask: EventForm) -> Response:
    """Change one event; the others of its series stay."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        found, room = _event(tx, at)
        wanted = EventChange(**_values(ask), locked=ask.locked, description=_rewritten(found, ask))
        events.change(tx, at.viewer, found.id, wanted)
        return go(f"/@{room.group.name}/calendar/{found.id}", "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _form(at, tx, ask, why, _event(tx, at)[0]), WORDS)


@door.raw("POST", "/@{name}/calendar/{event}/delete", ask=DeleteForm, tx="write")
def delete(at: At, ask: DeleteForm) -> Response:
    """Take an event away, with those after it in its series where that is asked for."""
    at.viewer.required()
    check_form(at, ask.csrf)
    found, room = _event(at.tx, at)
    events.delete(at.tx, at.viewer, found.id, following=ask.following)
    return go(f"/@{room.group.name}/calendar", "removed")
