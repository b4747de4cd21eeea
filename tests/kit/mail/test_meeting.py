"""Invitations as calendar programs read them, and their answers, whatever strangers make of these."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from folkmoot.kit.mail.meeting import MAX_READ, Answer, Meeting, Method, Person, read_answers, write
from folkmoot.kit.mail.zones import timezone

START = 1_800_619_200_000
"""2027-01-22 12:00 UTC."""
HOST = Person('The "Moot"', "events+rsvp-1@lists.test")
GUEST = Person("", "bob@example.org")


def meeting(**changes: object) -> Meeting:
    told = {
        "uid": "event-1@lists.test",
        "name": "Tea",
        "starts_at": START,
        "ends_at": START + 3_600_000,
        **changes,
    }
    return Meeting(**told)  # type: ignore[arg-type]  # fields by name


def event_of(method: Method, **changes: object) -> object:
    text = write(method, [meeting(**changes)], HOST, GUEST, START)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def test_a_day_is_a_day_and_ends_on_the_next() -> None:
    event = event_of("REQUEST", all_day=True, zone="Asia/Tokyo")
    assert (str(event["DTSTART"].dt), str(event["DTEND"].dt)) == ("2027-01-22", "2027-01-23")  # type: ignore[index]


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("FREQ=DAILY;UNTIL=20270201", "2027-02-01 22:59:59+00:00"),
        ("FREQ=DAILY;UNTIL=20270201T100000", "2027-02-01 09:00:00+00:00"),
        ("FREQ=DAILY;UNTIL=20270201T100000Z", "2027-02-01 10:00:00+00:00"),
    ],
)
def test_the_end_of_a_rule_is_in_utc(rule: str, until: str) -> None:
    event = event_of("REQUEST", rule=rule, zone="Europe/Berlin")
    assert str(event["RRULE"]["UNTIL"][0]) == until  # type: ignore[index]


@pytest.mark.parametrize(
    "evil", ["a\r\nATTENDEE:mailto:x@y", "b\nEND:VEVENT", 'c;,\\:"', "\u2028x\u202e", "ü" * 200]
)
def test_no_value_becomes_a_line(evil: str) -> None:
    event = event_of("REQUEST", name=evil, place=evil, description=evil, url="http://x/\r\nX:y")
    assert event["ATTENDEE"] == "mailto:bob@example.org"  # type: ignore[index]
    assert "X" not in event  # type: ignore[operator]


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo"]
)
def test_a_zone_is_described_as_it_is(name: str) -> None:
    """An offset begins at a time of the clock as it went before (RFC 5545, 3.6.5), and holds until the next one."""
    described, zone, begins = timezone(name, 2026, 2029), ZoneInfo(name), []
    for each in described.subcomponents:
        before, after = each["TZOFFSETFROM"].td, each["TZOFFSETTO"].td
        for told in [each["DTSTART"], *(each["RDATE"].dts if "RDATE" in each else ())]:
            begins.append((told.dt.replace(tzinfo=UTC) - before, after))
    assert len({moment for moment, _ in begins}) == len(begins)
    for hours in range(0, 4 * 365 * 24, 7):
        moment = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=hours)
        at = moment.astimezone(zone)
        assert max(begin for begin in begins if begin[0] <= moment)[1] == at.utcoffset(), at
    for moment, after in begins:
        assert (moment.astimezone(zone).utcoffset(), moment.second) == (after, 0)


def test_an_unknown_zone_is_utc() -> None:
    assert str(event_of("CANCEL", zone="No/Where")["DTSTART"].dt) == "2027-01-22 12:00:00+00:00"  # type: ignore[index]


REPLY = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20270115T120000Z\r\n"
    "SEQUENCE:2\r\nATTENDEE;PARTSTAT=DECLINED:MAILTO:Bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_answer_is_read() -> None:
    assert read_answers(REPLY.encode()) == [Answer("u", "Bob@example.org", "DECLINED", 2, 1_800_014_400_000)]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"METHOD:REPLY", b"\xff\xfe\x00METHOD:REPLY\r\n", REPLY.replace("REPLY", "CANCEL").encode(),
        REPLY.replace("DECLINED", "DELEGATED").encode(), REPLY.replace("SEQUENCE:2", "SEQUENCE:x").encode(),
        REPLY.replace("20270115T120000Z", "99999999T999999Z").encode(), REPLY.replace("END:VEVENT\r\n", "").encode(),
        (REPLY + "X" * MAX_READ).encode(), (REPLY.partition("END:VEVENT")[0] + "BEGIN:VEVENT\r\n" * 3000).encode(),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_none_is_none(data: bytes) -> None:
    assert [answer.answer for answer in read_answers(data)] in ([], ["DECLINED"])
