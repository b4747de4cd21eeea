"""Each API's dates and ids as field types, with the functions that make and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NewType, TypeAlias

Id = NewType("Id", str)
"""A Mastodon id: decimal digits in a string."""
GivenId: TypeAlias = str
"""A Mastodon id in a request: whatever somebody sends (`read_id` reads it); so that callers need no cast."""
Time = NewType("Time", str)
"""A Mastodon time: 2024-05-01T12:34:56.789Z, always UTC, always three decimals."""
Day = NewType("Day", str)
"""A Mastodon date: 2024-05-01."""
TwitterTime = NewType("TwitterTime", str)
"""A Twitter 1.x / Friendica time: Wed May 23 06:01:13 +0000 2007."""
PlainTime = NewType("PlainTime", str)
"""A Friendica time of photos, notifications and events: 2017-12-17 08:51:57, in UTC."""
Rfc3339 = NewType("Rfc3339", str)
"""A Groups.io time: RFC 3339 in UTC, seconds; unset is 0001-01-01T00:00:00Z."""

NEVER = Rfc3339("0001-01-01T00:00:00Z")
NO_TIME = PlainTime("0001-01-01 00:00:00")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def utc(ms: int) -> datetime:
    """Milliseconds since 1970 as an aware datetime."""
    return datetime.fromtimestamp(ms / 1000, UTC)


@lru_cache(maxsize=8192)
def time(ms: int) -> Time:
    """Milliseconds since 1970 in Mastodon's form."""
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return Time(f"{moment.isoformat()[:19]}.{ms % 1000:03d}Z")


def midnight(ms: int) -> Time:
    """The day of *ms* in Mastodon's form, as accounts' created_at wants it."""
    return time(ms - ms % 86_400_000)


def day(ms: int) -> Day:
    """The date of *ms*."""
    return Day(utc(ms).date().isoformat())


@lru_cache(maxsize=8192)
def twitter_time(ms: int) -> TwitterTime:
    """Milliseconds since 1970 in the form of Twitter 1.x, always English."""
    t = utc(ms)
    return TwitterTime(
        f"{_DAYS[t.weekday()]} {_MONTHS[t.month - 1]} {t.day:02d} {t:%H:%M:%S} +0000 {t.year:04d}"
    )


@lru_cache(maxsize=8192)
def rfc3339(ms: int | None) -> Rfc3339:
    """Milliseconds since 1970 in Groups.io's form; None is the zero time."""
    return NEVER if ms is None else Rfc3339(f"{utc(ms):%Y-%m-%dT%H:%M:%SZ}")


def plain_time(ms: int | None) -> PlainTime:
    """Milliseconds since 1970 in the form of Friendica's photos and notifications; None is the zero time."""
    return NO_TIME if ms is None else PlainTime(f"{utc(ms):%Y-%m-%d %H:%M:%S}")


def parse_time(text: str) -> int | None:
    """Any ISO 8601 time, also with a blank before its zone, or the time of a mail header (RFC 5322) as milliseconds
    since 1970, None where it is neither. A time without zone is UTC."""
    text = text.strip()
    if re.fullmatch(r"\d{9,11}", text):
        return int(text) * 1000
    try:
        if text[3:4] == ",":
            moment = parsedate_to_datetime(text)
        else:
            moment = datetime.fromisoformat(re.sub(r"(?<=:\d\d) (?:UTC|([+-]\d\d:?\d\d))$", r"\1", text))
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def read_id(text: object) -> int | None:
    """An id as clients send it (digits, or a number) as an integer below 2^63; None where it is not one."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return text if 0 <= text < 1 << 63 else None
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    return None
