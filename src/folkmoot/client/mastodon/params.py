"""Arguments as the API wants them: nothing for None, 1 and 0 for booleans, `name[]` for lists, ids for results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePath
from typing import IO, Any
from urllib.parse import quote

from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import unpack_id

PathOrFile = str | PurePath | IO[bytes] | bytes
CURSORS = ("max_id", "min_id", "since_id")
VISIBILITIES = ("private", "public", "unlisted", "direct")


def clean(params: dict[str, Any], for_json: bool = False) -> dict[str, Any]:
    """*params* as they are sent. Cursors may be results or datetimes; in JSON, lists keep their names."""
    sent: dict[str, Any] = {}
    for name, value in params.items():
        if value is None:
            continue
        if isinstance(value, bool):
            value = "1" if value else "0"
        elif name in CURSORS:
            value = unpack_id(value, dateconv=True)
        if isinstance(value, list | tuple) and not for_json:
            sent[f"{name}[]"] = list(value)
        else:
            sent[name] = value
    return sent


def when(flag: bool | None) -> bool | None:
    """True, or nothing: for flags that are only sent when they are set."""
    return True if flag else None


def in_path(value: Any) -> str:
    """An id (or the result that has it), or a name, as one piece of a path."""
    return quote(str(unpack_id(value)), safe="@:!$&'()*+,;=~")


def id_list(values: Any, dateconv: bool = False) -> list[Any]:
    """One id or many, of results or bare, as a list of bare ones."""
    if not isinstance(values, list | tuple):
        values = [values]
    return [unpack_id(value, dateconv) for value in values]


def utc(moment: datetime) -> str:
    """`2026-01-02T03:04:05+00:00`; a datetime without a zone is local time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def focus_of(focus: tuple[float, float] | None) -> str | None:
    """The point of interest of a picture: `x,y`, each from -1 to 1."""
    return None if focus is None else f"{focus[0]},{focus[1]}"


def visibility_of(visibility: str | None) -> str | None:
    """In small letters. ValueError if there is no such visibility."""
    if visibility is None:
        return None
    visibility = visibility.lower()
    if visibility not in VISIBILITIES:
        raise ValueError(f"Invalid visibility value! Acceptable values are {list(VISIBILITIES)}")
    return visibility


def bare_tag(tag: str) -> str:
    """A hashtag's name; the # in front is not part of it."""
    if tag.startswith("#"):
        raise MastodonIllegalArgumentError("Hashtag parameter should omit leading #")
    return tag
