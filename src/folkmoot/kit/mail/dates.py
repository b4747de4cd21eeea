"""Dates of mail headers and mbox envelopes, read tolerantly into UTC and written by RFC 5322."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# RFC 822 section 5.1; other names are ambiguous and count as UTC, as RFC 5322 section 4.3 asks.
_ZONES = {"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
          "pdt": -420,
          "cet": 60, "cest": 120, "met": 60, "bst": 60}  # fmt: skip
_RFC = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]{1,9}([A-Za-z]{3})[A-Za-z]{0,6}\.?,?[\s-]{1,9}(\d{4}|\d{2,3}),?\s{1,9}"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d{1,9})?\s{0,9}([+-]\d{4}\b|[+-]\d{2}:\d{2}\b|[A-Za-z]{1,5}\b)?"
)
_ASCTIME = re.compile(
    r"(?:[A-Za-z]{3},?\s{1,9})?([A-Za-z]{3})\s{1,9}(\d{1,2})\s{1,9}(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:\s{1,9}([+-]\d{4}|[A-Za-z]{3,5}))?\s{1,9}(\d{4})(?:\s{1,9}([+-]\d{4}))?"
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?")


def parse_date(text: str) -> datetime | None:
    """The moment a Date header tells, in UTC, or None if it is unreadable or outside 1970 to 2106."""
    text = text[:200].strip()
    match = _RFC.match(text)
    if match:
        day, month, year, hour, minute, second, zone = match.groups()
        return _moment(_year(year), month, int(day), int(hour), int(minute), int(second or 0), _offset(zone))
    match = _ASCTIME.match(text)
    if match:
        return _from_asctime(match)
    match = _ISO.match(text)
    if match:
        return _from_iso(match.group())
    return _from_library(text)


def _from_asctime(match: re.Match[str]) -> datetime | None:
    month, day, hour, minute, second, zone, year, late = match.groups()
    return _moment(
        int(year), month, int(day), int(hour), int(minute), int(second or 0), _offset(zone or late)
    )


def _from_iso(text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _sane(value if value.tzinfo else value.replace(tzinfo=UTC))


def _from_library(text: str) -> datetime | None:
    try:
        fields = parsedate_tz(text)
        if fields is None:
            return None
        shift = fields[9] or 0
        return (
            _sane(datetime(*fields[:6], tzinfo=UTC) - timedelta(seconds=shift))
            if abs(shift) < 86_400
            else None
        )
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if len(text) == 2 and year < 50 else 1900)  # RFC 5322 section 4.3


def _offset(zone: str | None) -> int | None:
    """Minutes east of UTC; None for an impossible offset."""
    if not zone:
        return 0
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if int(digits[:2]) > 15 or int(digits[2:]) > 59:
            return None
        return -minutes if zone[0] == "-" else minutes
    return _ZONES.get(zone.lower(), 0)


def _moment(
    year: int, month: str, day: int, hour: int, minute: int, second: int, offset: int | None
) -> datetime | None:
    number = _MONTHS.get(month.lower())
    if number is None or offset is None:
        return None
    try:
        value = datetime(year, number, day, hour, minute, min(second, 59), tzinfo=UTC) - timedelta(
            minutes=offset
        )
    except (ValueError, OverflowError):
        return None
    return _sane(value)


def _sane(value: datetime) -> datetime | None:
    try:
        value = value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return value if 1970 <= value.year <= 2106 else None


def format_date(moment: datetime) -> str:
    """`moment` (aware) as a Date header in UTC, such as `Sun, 22 Nov 2026 00:03:17 +0000`."""
    utc = moment.astimezone(UTC)
    return (
        f"{_DAYS[utc.weekday()]}, {utc.day:02d} {_NAMES[utc.month - 1]} {utc.year:04d} "
        f"{utc.hour:02d}:{utc.minute:02d}:{utc.second:02d} +0000"
    )
