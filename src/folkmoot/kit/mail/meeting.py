"""Invitations to meetings as iCalendar for mail (RFC 5545, RFC 5546), and what calendar programs answer to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from folkmoot.kit.mail.zones import timezone

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT: Final = "-//Folkmoot//Calendar//EN"
MAX_READ: Final = 256 * 1024
"""Octets of a calendar that are read."""
MAX_EVENTS: Final = 50
"""So many events of one answer are looked at."""
_ANSWERS: Final = frozenset({"ACCEPTED", "DECLINED", "TENTATIVE"})


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """One event as an invitation shows it; times in ms. *recurrence*: which one of its series it is, by the moment at
    which it was to begin; *rule*: an RRULE for the whole series, *skipped*: when it does not take place against that;
    *description* is plain text."""

    uid: str
    name: str
    starts_at: int
    ends_at: int
    zone: str = "UTC"
    all_day: bool = False
    place: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    recurrence: int | None = None
    rule: str = ""
    skipped: tuple[int, ...] = ()


class Person(msgspec.Struct, frozen=True):
    """Who invites or is invited; *answer*: a PARTSTAT, empty where nothing was said."""

    name: str
    address: str
    answer: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What one attendee said to one event. *stamped_at* and *recurrence* in ms; the latter None for all of a series."""

    uid: str
    attendee: str
    answer: str
    sequence: int
    stamped_at: int
    recurrence: int | None = None


def write(
    method: Method, meetings: Sequence[Meeting], organiser: Person, guest: Person | None, stamp: int
) -> str:
    """A calendar with these events, CRLF line ends; *stamp* in ms. Control characters in any value are dropped."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for meeting in meetings:
        calendar.add_component(_event(method, meeting, organiser, guest, stamp))
    years = [datetime.fromtimestamp(m.starts_at / 1000, UTC).year for m in meetings]
    for name in sorted({m.zone for m in meetings if not m.all_day and _zone(m.zone).key != "UTC"}):
        calendar.subcomponents.insert(0, timezone(name, min(years) - 1, max(years) + 5))
    return bytes(calendar.to_ical()).decode("utf-8")


def _event(method: Method, meeting: Meeting, organiser: Person, guest: Person | None, stamp: int) -> Any:
    from icalendar import Event, vCalAddress, vText

    event = Event()
    event.add("uid", _clean(meeting.uid))
    event.add("dtstamp", datetime.fromtimestamp(stamp // 1000, UTC))
    event.add("sequence", meeting.sequence)
    event.add("summary", _clean(meeting.name))
    event.add("dtstart", _moment(meeting, meeting.starts_at))
    event.add("dtend", _end(meeting))
    if meeting.recurrence is not None:
        event.add("recurrence-id", _moment(meeting, meeting.recurrence))
    if meeting.rule and method != "CANCEL":
        event.add("rrule", _rule(meeting))
    if meeting.skipped:
        event.add("exdate", [_moment(meeting, ms) for ms in meeting.skipped])
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    for name, value in (("location", meeting.place), ("description", meeting.description)):
        if value:
            event.add(name, _clean(value, lines=name == "description"))
    if meeting.url:
        event.add("url", _clean(meeting.url))
    host = vCalAddress(f"mailto:{_clean(organiser.address)}")
    host.params["CN"] = vText(_parameter(organiser.name))
    event.add("organizer", host)
    if guest is not None:
        attendee = vCalAddress(f"mailto:{_clean(guest.address)}")
        attendee.params["CN"] = vText(_parameter(guest.name or guest.address))
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText(guest.answer or "NEEDS-ACTION")
        if method == "REQUEST":
            attendee.params["RSVP"] = vText("TRUE")
        event.add("attendee", attendee)
    return event


def _clean(text: str, *, lines: bool = False) -> str:
    kept = "\n" if lines else ""
    return "".join(char if char.isprintable() or char in kept else " " for char in text.replace("\r\n", "\n"))


def _parameter(text: str) -> str:
    return _clean(text).replace('"', "'")[:200]


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _moment(meeting: Meeting, ms: int) -> datetime | date:
    zone = _zone(meeting.zone)
    if zone.key == "UTC" and not meeting.all_day:
        return datetime.fromtimestamp(ms // 1000, UTC)
    moment = datetime.fromtimestamp(ms // 1000, zone)
    return moment.date() if meeting.all_day else moment


def _end(meeting: Meeting) -> datetime | date:
    end = _moment(meeting, meeting.ends_at)
    if not meeting.all_day:
        return end
    # DTEND is the day after the last one (RFC 5545, 3.6.1).
    zone = _zone(meeting.zone)
    last = datetime.fromtimestamp(max(meeting.starts_at, meeting.ends_at - 1) // 1000, zone).date()
    return last + timedelta(days=1)


def _rule(meeting: Meeting) -> dict[str, Any]:
    from icalendar import vRecur

    rule = vRecur.from_ical(meeting.rule)
    until = rule.get("UNTIL")
    if until:
        last = until[0] if isinstance(until, list) else until
        if meeting.all_day:
            last = last.date() if isinstance(last, datetime) else last
        else:
            if not isinstance(last, datetime):
                last = datetime(last.year, last.month, last.day, 23, 59, 59)  # noqa: DTZ001 - zoned below
            last = (last if last.tzinfo else last.replace(tzinfo=_zone(meeting.zone))).astimezone(UTC)
        rule["UNTIL"] = [last]
    return dict(rule)


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────────


def read_answers(data: bytes) -> list[Answer]:
    """The answers in a calendar with METHOD:REPLY, up to MAX_EVENTS; none for anything else. Never raises."""
    if len(data) > MAX_READ or not re.search(rb"(?im)^METHOD:REPLY\s*$", data):
        return []
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data)
        found = [_answers(event) for event in calendar.walk("VEVENT")[:MAX_EVENTS]]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        return []
    return [answer for answers in found for answer in answers]


def _answers(event: Any) -> list[Answer]:
    people = event.get("attendee", [])
    people = people if isinstance(people, list) else [people]
    stamp, recurrence = event.get("dtstamp"), event.get("recurrence-id")
    out = []
    for person in people[:10]:
        said = str(getattr(person, "params", {}).get("PARTSTAT", "")).upper()
        address = re.sub(r"(?i)^mailto:", "", str(person)).strip()
        if said in _ANSWERS and "@" in address:
            out.append(
                Answer(
                    uid=str(event.get("uid", ""))[:255],
                    attendee=address[:320],
                    answer=said,
                    sequence=max(0, min(int(event.get("sequence", 0)), 1 << 31)),
                    stamped_at=_ms(stamp.dt) if stamp is not None else 0,
                    recurrence=None if recurrence is None else _ms(recurrence.dt),
                )
            )
    return out


def _ms(moment: date | datetime) -> int:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)
