"""The operators that people write among the words of a search: from:, has:, is:, in:, language:, before:, after:."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import accounts as people
from folkmoot.domain.reading.narrowing import Narrow
from folkmoot.store.tx import Tx

_OPERATOR: Final = re.compile(
    r"(?<!\S)([-+]?)(from|has|is|in|language|before|after|during):(\"[^\"]{1,100}\"|\S{1,320})", re.IGNORECASE
)
_HAS: Final = {
    "media": "media",
    "image": "image",
    "video": "video",
    "audio": "audio",
    "poll": "poll",
    "link": "link",
    "embed": "link",
    "quote": "quote",
}
_IS: Final = {"reply": "reply", "sensitive": "sensitive", "quote": "quote"}
_IN: Final = {"library": "library", "public": "public"}
DAY_MS: Final = 86_400_000
MAX_OPERATORS: Final = 16


class Unknown(Exception):
    """An operator names somebody or something that is not there, so nothing can be found."""


def parse(tx: Tx, viewer: Viewer, text: str) -> tuple[str, Narrow]:
    """(the words alone, what else is asked for). Raises Unknown."""
    found: dict[str, Any] = {}
    seen = 0

    def take(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        if seen > MAX_OPERATORS:
            return " "
        said = _meaning(tx, viewer, match[2].lower(), match[3].strip('"'), match[1] != "-")
        if said is None:
            return match[0]
        found.update(said)
        return " "

    words = _OPERATOR.sub(take, text[:1000])
    return " ".join(words.split()), msgspec.convert(found, Narrow)


def _meaning(tx: Tx, viewer: Viewer, name: str, value: str, wanted: bool) -> dict[str, Any] | None:
    """What an operator asks for; None where it is none, so that it stays a word."""
    for operator, known in (("has", _HAS), ("is", _IS), ("in", _IN)):
        if name == operator:
            if operator == "in" and value.lower() == "all":
                return {}
            field = known.get(value.lower())
            return None if field is None else {field: wanted}
    if name == "from":
        return {"author_id" if wanted else "not_author_id": _author(tx, viewer, value)}
    if name == "language":
        return {"language": value.lower()[:35]} if wanted else None
    return _days(name, value) if wanted else None


def _author(tx: Tx, viewer: Viewer, who: str) -> int:
    if who.lower() == "me" and viewer.known:
        return viewer.account_id
    found = people.find_by_handle(tx, who)
    if found is None:
        raise Unknown(who)
    return found


def _days(name: str, value: str) -> dict[str, Any] | None:
    """before: and after: leave out the day itself, during: is just that day (UTC)."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
    if name == "before":
        return {"before": max(0, start)}
    if name == "after":
        return {"after": max(0, start + DAY_MS)}
    return {"after": max(0, start), "before": max(0, start + DAY_MS)}
