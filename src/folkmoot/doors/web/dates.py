"""Days and hours of events by the clock of their own zone: in words, in the fields of forms, and as a month."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.domain.sections import repeats
from folkmoot.domain.sections.events import EventView
from folkmoot.doors.web.forms import EventForm

FIRST_YEAR, LAST_YEAR = 1971, 2100
HOUR_MS: Final = 3_600_000
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)")


def _walls(event: EventView) -> tuple[datetime, datetime]:
    zone = repeats.zone_of(event.zone)
    return repeats.to_wall(event.starts_at, zone), repeats.to_wall(event.ends_at, zone)


def days(event: EventView) -> tuple[date, date]:
    """Its first and its last day; one that ends at midnight ends the day before."""
    start, end = _walls(event)
    return start.date(), (max(start, end - timedelta(microseconds=1))).date()


def _day(day: date, *, year: bool = True) -> str:
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if year else "")


def when(event: EventView) -> str:
    """When it is, in words."""
    start, end = _walls(event)
    first, last = days(event)
    if event.all_day:
        return _day(first) if first == last else f"{_day(first, year=False)} to {_day(last)}"
    until = f"{end:%H:%M}" if end.date() == first else f"{_day(end.date())}, {end:%H:%M}"
    ends = "" if start == end else f" to {until}"
    return f"{_day(first)}, {start:%H:%M}{ends} ({event.zone})"


def hour(event: EventView) -> str:
    """When it begins on its first day; nothing for what takes all day."""
    return "" if event.all_day else f"{_walls(event)[0]:%H:%M}"


# ── a month ──────────────────────────────────────────────────────────────────────────────────────────────────


class Month(msgspec.Struct, frozen=True):
    """A month of the calendar."""

    first: date

    @property
    def name(self) -> str:
        return f"{self.first:%B} {self.first.year}"

    @property
    def before(self) -> str:
        """The month before it, as addresses name it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"

    @property
    def span(self) -> tuple[int, int]:
        """From when to when it is this month somewhere on earth, in ms."""
        next_first = (self.first + timedelta(days=31)).replace(day=1)
        edges = [
            datetime.combine(self.first - timedelta(days=1), time(), UTC),
            datetime.combine(next_first + timedelta(days=1), time(), UTC),
        ]
        return int(edges[0].timestamp() * 1000), int(edges[1].timestamp() * 1000)

    def holds(self, event: EventView) -> bool:
        """Whether some of the event is in it."""
        first, last = days(event)
        return any((day.year, day.month) == (self.first.year, self.first.month) for day in (first, last)) or (
            first < self.first < last
        )

    def weeks(self, events: Sequence[EventView]) -> list[list[tuple[date | None, list[EventView]]]]:
        """Its weeks from Monday on: of each day the date, None outside the month, and what is on it."""
        on: dict[date, list[EventView]] = defaultdict(list)
        for event in events:
            day, last = days(event)
            day, last = max(day, self.first), min(last, self.first + timedelta(days=31))
            while day <= last:
                on[day].append(event)
                day += timedelta(days=1)
        grid = calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)
        inside = self.first.month
        return [[(day, on[day]) if day.month == inside else (None, []) for day in week] for week in grid]


def month_of(text: str, today: date) -> Month:
    """The month of an address ("2026-05"); nonsense is the one of *today*."""
    match = _MONTH.fullmatch(text.strip())
    year, month = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        year, month = today.year, today.month
    return Month(date(year, month, 1))


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────


def filled(event: EventView) -> dict[str, str]:
    """What stands in the fields for when an event is."""
    (start, end), (first, last) = _walls(event), days(event)
    timed = {"time": f"{start:%H:%M}", "until": f"{end:%H:%M}"} if not event.all_day else {}
    shown = last if event.all_day else end.date()
    return {"day": f"{first}", "last": f"{shown}" if shown != first else "", "zone": event.zone, **timed}


def moments(form: EventForm) -> tuple[int, int]:
    """(beginning, end) in ms of what the fields say. Without a last day it ends on the first one, without an hour an
    hour after it began. Raises Invalid("zone" | "starts_at" | "ends_at", "invalid"), and Invalid("ends_at", "hour")
    for another last day without an hour."""
    zone = repeats.zone_of(form.zone.strip() or "UTC")
    day = _read("starts_at", form.day)
    last = _read("ends_at", form.last) if form.last.strip() else day
    if form.all_day:
        return repeats.to_ms(_at(day), zone), repeats.to_ms(_at(last) + timedelta(days=1), zone)
    start = repeats.to_ms(_at(day, _hour("starts_at", form.time)), zone)
    if not form.until.strip():
        if last != day:
            raise Invalid("ends_at", "hour")
        return start, start + HOUR_MS
    return start, repeats.to_ms(_at(last, _hour("ends_at", form.until)), zone)


def _at(day: date, hour_: time = time()) -> datetime:
    return datetime.combine(day, hour_)


def _read(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(field, "invalid") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(field, "invalid")
    return day


def _hour(field: str, text: str) -> time:
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise Invalid(field, "invalid") from None


_RULES: Final = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
}
AGAIN: Final = {
    "": "never",
    "daily": "every day",
    "weekly": "every week",
    "fortnightly": "every second week",
    "monthly": "every month, on the same date",
    "weekday": "every month, on the same weekday",
    "yearly": "every year",
}
"""How an event may come again: what the form sends, and what is read."""


def rule_of(form: EventForm) -> str:
    """The rule that the form chooses, as an RRULE; empty for none. Raises Invalid("until", "invalid")."""
    rule = _RULES.get(form.again, "")
    if form.again == "weekday":
        day = _read("starts_at", form.day)
        nth = (day.day - 1) // 7 + 1
        rule = f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{day:%a}".upper()[:-1]
    if rule and form.end.strip():
        rule += f";UNTIL={_read('until', form.end):%Y%m%d}"
    return rule
