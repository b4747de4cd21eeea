"""The templates of the web door and the words they may use."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from folkmoot.domain.posts.plainparts import html_of
from folkmoot.domain.posts.reactions import BOOSTED, LIKED
from folkmoot.doors.frame.pages import Pages
from folkmoot.doors.web.drawing import drawn
from folkmoot.doors.web.folding import folded
from folkmoot.doors.web.texts import AUDIENCES, NOTICES

STATIC = Path(__file__).parent / "static"
VERSION = hashlib.sha256((STATIC / "style.css").read_bytes()).hexdigest()[:12]
"""Part of the style sheet's address, so that browsers may keep it for ever."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def iso(ms: int) -> str:
    """A time for machines."""
    return _moment(ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(ms: int) -> str:
    """A time for people: day and hour in UTC."""
    at = _moment(ms)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def ago(ms: int, now: int) -> str:
    """How long ago in one short word, the date after a month."""
    seconds = max(0, (now - ms) // 1000)
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h"
    if seconds < 30 * _DAY:
        return f"{seconds // _DAY} d"
    at = _moment(ms)
    return f"{at.day} {at:%b %Y}"


def some(count: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else many}"


def safe(html: str) -> Markup:
    """HTML that the domain has cleaned (text.render); nothing else may pass here."""
    return Markup(html)  # noqa: S704 - cleaned by the domain when it was written


PAGES = Pages(
    Path(__file__).parent / "templates",
    style=f"/static/style.css?v={VERSION}",
    AUDIENCES=AUDIENCES,
    NOTICES=NOTICES,
    LIKED=LIKED,
    BOOSTED=BOOSTED,
)
for _name, _filter in (
    ("iso", iso),
    ("day", day),
    ("ago", ago),
    ("some", some),
    ("safe_html", safe),
    ("folded", folded),
    ("whole", html_of),
    ("drawn", drawn),
):
    PAGES.filter(_name, _filter)
