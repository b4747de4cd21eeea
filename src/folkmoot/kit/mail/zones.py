"""Time zones as calendars in mail describe them (RFC 5545, 3.6.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone

_STEP: Final = timedelta(days=7)
"""No zone keeps an offset for less than that and takes it back."""


@lru_cache(32)
def timezone(name: str, first: int, last: int) -> Timezone:
    """The VTIMEZONE of a zone from the year *first* to the end of *last*."""
    from icalendar import Timezone

    zone, found = ZoneInfo(name), Timezone()
    found.add("tzid", name)
    begin, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    groups: dict[tuple[Any, ...], list[datetime]] = {}
    for moment, before in [(begin, _offset(begin, zone)), *_changes(zone, begin, end)]:
        # When an offset begins is told by the clock as it went before.
        told = (moment + before).replace(tzinfo=None)
        there = moment.astimezone(zone)
        summer = (there.dst() or timedelta()) > timedelta()
        groups.setdefault((summer, before, there.utcoffset(), there.tzname()), []).append(told)
    for (summer, before, after, word), dates in groups.items():
        found.add_component(_observance(before, after, word, dates, summer=summer))
    return found


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> list[tuple[datetime, timedelta]]:
    """When the zone's offset changes, in UTC, each with what it was before."""
    found, early = [], begin
    while early < end:
        late, before = early + _STEP, _offset(early, zone)
        if _offset(late, zone) != before:
            same = early
            moment = late
            while moment - same > timedelta(seconds=1):
                middle = (same + (moment - same) / 2).replace(microsecond=0)
                same, moment = (middle, moment) if _offset(middle, zone) == before else (same, middle)
            found.append((moment, before))
        early = late
    return found


def _observance(
    before: timedelta, after: timedelta, word: str, dates: list[datetime], *, summer: bool
) -> Any:
    from icalendar import TimezoneDaylight, TimezoneStandard

    made = TimezoneDaylight() if summer else TimezoneStandard()
    made.add("dtstart", dates[0])
    if dates[1:]:
        made.add("rdate", dates[1:])
    made.add("tzname", word)
    made.add("tzoffsetfrom", before)
    made.add("tzoffsetto", after)
    return made
