"""The file that `folkmoot seed` reads: its tables, and errors that name the file, the table and the entry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from folkmoot.cli.common import fail

T = TypeVar("T")


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """[[accounts]]"""

    name: str
    email: str = ""
    password: str = ""
    role: Literal["owner", "admin", "moderator", "user"] | None = None
    display_name: str | None = None
    note: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    locale: str | None = None


class Application(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """[[apps]]"""

    name: str
    client_id: str
    client_secret: str
    redirect_uris: list[str] | str = "urn:ietf:wg:oauth:2.0:oob"
    scopes: list[str] | str = "read write follow push"
    website: str = ""


class Token(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """[[tokens]]"""

    token: str
    account: str = ""
    app: str = ""
    scopes: list[str] | str = "read write follow push"


class Group(msgspec.Struct, kw_only=True):
    """[[groups]]; *settings* are all further keys, by their Groups.io names."""

    name: str
    owner: str
    title: str | None = None
    settings: dict[str, Any] = {}


class Member(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """[[members]]"""

    group: str
    account: str = ""
    email: str = ""
    role: Literal["member", "moderator", "owner"] | None = None
    email_delivery: str | None = None


class Follow(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """[[follows]]"""

    who: str
    whom: str


class Entry(msgspec.Struct, frozen=True):
    """One entry and the words by which an error names it."""

    place: str
    value: Any


class SeedFile(msgspec.Struct, kw_only=True):
    """All entries in the order of the file."""

    path: str
    accounts: list[Entry]
    apps: list[Entry]
    tokens: list[Entry]
    groups: list[Entry]
    members: list[Entry]
    follows: list[Entry]

    def __len__(self) -> int:
        return sum(len(getattr(self, table)) for table in TABLES)


TABLES: dict[str, type[msgspec.Struct]] = {
    "accounts": Account,
    "apps": Application,
    "tokens": Token,
    "groups": Group,
    "members": Member,
    "follows": Follow,
}
_LABELS = ("name", "token", "group", "who")
_WHERE = re.compile(r"^(.*?)(?: - at `\$\.?(.*?)`)?$", re.DOTALL)


def read(path: Path) -> SeedFile:
    """The file's entries. Fails with file, table and entry where something can't be read."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fail(f"{path}: {error}")
    return parse(content, str(path))


def parse(content: dict[str, Any], path: str) -> SeedFile:
    """Entries of a decoded file; *path* is what errors call it."""
    unknown = sorted(set(content) - set(TABLES))
    if unknown:
        fail(f"{path}: no table is called {', '.join(unknown)}; there are {', '.join(TABLES)}")
    entries: dict[str, list[Entry]] = {}
    for table, kind in TABLES.items():
        rows = content.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            fail(f"{path}: {table} must be written as [[{table}]]")
        entries[table] = [_entry(path, table, number, row, kind) for number, row in enumerate(rows, 1)]
    return SeedFile(path=path, **entries)


def _entry(path: str, table: str, number: int, row: dict[str, Any], kind: type[msgspec.Struct]) -> Entry:
    label = next((str(row[key]) for key in _LABELS if key in row and table != "tokens"), "")
    place = f"{path}: [[{table}]] entry {number}" + (f" ({label[:60]})" if label else "")
    if kind is Group:
        own: dict[str, Any] = {key: row[key] for key in ("name", "owner", "title") if key in row}
        row = {**own, "settings": {key: value for key, value in row.items() if key not in own}}
    try:
        return Entry(place, msgspec.convert(row, kind))
    except msgspec.ValidationError as error:
        fail(f"{place}: {reason(error)}")


def reason(error: msgspec.ValidationError) -> str:
    """A validation error with the key in front."""
    match = _WHERE.match(str(error))
    assert match
    text, key = match[1], match[2]
    text = text.replace("Object ", "the entry ").replace("`", '"')
    return f"{key}: {text}" if key else text


def words(value: list[str] | str) -> list[str]:
    """A list that may be written as one text with spaces between."""
    return value.split() if isinstance(value, str) else [part for item in value for part in item.split()]
