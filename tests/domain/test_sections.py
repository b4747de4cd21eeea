"""Events that come again by the clock on the wall, and reminders that come once."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from folkmoot.domain.errors import Invalid
from folkmoot.domain.sections import repeats

BERLIN = ZoneInfo("Europe/Berlin")


def walls(rule: str, first: str, until: str) -> list[str]:
    start = datetime.fromisoformat(first)
    end = repeats.to_ms(datetime.fromisoformat(until), BERLIN)
    found = repeats.moments(repeats.check(rule), BERLIN, start, 0, end)
    return [repeats.to_wall(ms, BERLIN).isoformat() for ms in found]


def test_the_clock_on_the_wall_counts() -> None:
    found = repeats.moments("FREQ=DAILY;COUNT=3", BERLIN, datetime(2030, 3, 30, 9), 0, 1 << 42)
    assert [after - before for before, after in pairwise(found)] == [
        23 * 3_600_000,
        24 * 3_600_000,
    ]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("RRULE:freq=weekly;byday=mo,we", ["01-02", "01-07", "01-09", "01-14", "01-16"]),
        ("FREQ=DAILY;INTERVAL=5;COUNT=3", ["01-02", "01-07", "01-12"]),
        ("FREQ=WEEKLY;UNTIL=20300109", ["01-02", "01-09"]),
        ("FREQ=WEEKLY;UNTIL=20300109T080000Z", ["01-02"]),
    ],
)
def test_rules(rule: str, days: list[str]) -> None:
    assert walls(rule, "2030-01-02T10:00:00", "2030-01-17T00:00:00") == [
        f"2030-{day}T10:00:00" for day in days
    ]


def test_the_last_friday() -> None:
    found = walls("FREQ=MONTHLY;BYDAY=-1FR", "2030-01-01T10:00:00", "2030-04-01T00:00:00")
    assert [wall[5:10] for wall in found] == ["01-25", "02-22", "03-29"]


def test_friday_the_thirteenth() -> None:
    found = walls("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2030-01-01T10:00:00", "2031-01-01T00:00:00")
    assert [wall[5:10] for wall in found] == ["09-13", "12-13"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "daily",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=1;UNTIL=20300101",
        "FREQ=DAILY;X=1",
        "FREQ=YEARLY;BYWEEKNO=99",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=-1MO",
    ],
)
def test_rules_that_are_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        repeats.check(rule)
