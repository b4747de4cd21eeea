"""Rules by which an event comes again: a safe part of RFC 5545's RRULE, read by the clock of the event's zone."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

from folkmoot.domain.errors import Invalid

MAX_MADE: Final = 500
"""So many events come of one rule at most."""
DAY_MS: Final = 86_400_000
HORIZON_MS: Final = 400 * DAY_MS
"""So far ahead a rule without an end is followed; the rest comes as time goes on."""
_PARTS: Final[dict[str, dict[str, str]]] = {
    "DAILY": {},
    "WEEKLY": {"BYDAY": r"(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU)){0,6}"},
    "MONTHLY": {"BYDAY": r"(-1|[1-4])?(MO|TU|WE|TH|FR|SA|SU)", "BYMONTHDAY": r"-1|[1-9]|[12]\d|3[01]"},
    "YEARLY": {},
}
"""What may stand in a rule beside FREQ, INTERVAL, COUNT, UNTIL and WKST. All of it comes true again and again, so that
no rule makes us search for ever."""
_ALWAYS: Final = {
    "FREQ": r"[A-Z]+",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "WKST": r"MO|SU",
}


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name. Raises Invalid("zone", "unknown")."""
    try:
        if not re.fullmatch(r"[A-Za-z][\w+/-]{0,60}", name):
            raise ValueError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("zone", "invalid", f"no time zone is called {name[:60]!r}") from None


def check(rule: str) -> str:
    """The rule in its usual form. Raises Invalid("rule", "invalid")."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    also = _PARTS.get(parts.get("FREQ", ""))
    if also is None or len(parts) != len([part for part in text.split(";") if part]):
        raise Invalid("rule", "invalid", "an event comes again DAILY, WEEKLY, MONTHLY or YEARLY")
    for name, value in parts.items():
        pattern = _ALWAYS.get(name) or also.get(name)
        if pattern is None or not re.fullmatch(pattern, value):
            raise Invalid("rule", "invalid", f"{name}={value[:40]} is not understood here")
    if "BYMONTHDAY" in parts and parts.get("BYDAY", "MO")[:-2]:
        raise Invalid("rule", "invalid", "the first Monday and the 31st are seldom one day, or never")
    if "COUNT" in parts and "UNTIL" in parts:
        raise Invalid("rule", "invalid", "a rule ends by COUNT or by UNTIL, not by both")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def moments(rule: str, zone: ZoneInfo, first: datetime, after_ms: int, until_ms: int) -> list[int]:
    """When the event begins again, in ms, by the clock on the wall of *zone*: from *first* (a time there, without zone)
    on, beyond *after_ms* and up to *until_ms*, in order."""
    text, end = _without_until(rule, zone)
    last = min(until_ms, end) if end is not None else until_ms
    found: list[int] = []
    for count, moment in enumerate(rrulestr(text, dtstart=first)):
        ms = to_ms(moment, zone)
        if ms > last or count >= MAX_MADE:
            break
        if ms > after_ms:
            found.append(ms)
    return found


def _without_until(rule: str, zone: ZoneInfo) -> tuple[str, int | None]:
    """UNTIL may be a day, a time in UTC or one on the wall; dateutil wants them all of one kind, so it is ours."""
    match = re.search(r";?UNTIL=(\d{8})(?:T(\d{6})(Z?))?", rule)
    if match is None:
        return rule, None
    text = rule.replace(match[0], "").strip(";")
    moment = datetime.strptime(match[1] + (match[2] or "235959"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - zoned below
    return text, to_ms(moment, ZoneInfo("UTC") if match[3] else zone)


def ending(rule: str, zone: ZoneInfo, last_ms: int) -> str:
    """The rule with another end: the event takes place at that moment (ms) for the last time."""
    kept = [part for part in rule.split(";") if not part.startswith(("UNTIL=", "COUNT="))]
    return ";".join([*kept, f"UNTIL={to_wall(last_ms, zone):%Y%m%dT%H%M%S}"])


def ends(rule: str, made_n: int) -> bool:
    """Whether nothing more can come of the rule after so many."""
    count = re.search(r"COUNT=(\d+)", rule)
    return made_n >= MAX_MADE or (count is not None and made_n >= int(count[1]))


def to_ms(moment: datetime, zone: ZoneInfo) -> int:
    """A time on the wall of the zone in ms since 1970; one that summer time leaves out is moved on by as much."""
    return round(moment.replace(tzinfo=zone).timestamp() * 1000)


def to_wall(ms: int, zone: ZoneInfo) -> datetime:
    """The time on the wall of the zone, without its zone."""
    return datetime.fromtimestamp(ms / 1000, zone).replace(tzinfo=None)
