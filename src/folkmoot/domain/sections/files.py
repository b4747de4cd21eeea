"""Files of a group in folders: listed, found, added within the group's space, moved, renamed and removed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.sections.access import Room, enter, room_with
from folkmoot.domain.sections.paging import Keys, after_key, after_values, order_by
from folkmoot.store.schema.sections import group_files
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_NAME: Final = 255
MAX_DEPTH: Final = 16
MAX_QUERY: Final = 200
TOP: Final = 0
"""The folder that everything is in."""


class Kind(IntEnum):
    """What an entry is."""

    FILE = 0
    FOLDER = 1
    LINK = 2


class Entry(msgspec.Struct, frozen=True):
    """A file, folder or link. *size* in bytes; *entries_n* is how much a folder holds itself; *link* is what kind of
    place a link leads to ("generic", "dropbox" …)."""

    id: int
    group_id: int
    folder_id: int
    author_id: int
    kind: int
    name: str
    folded: str
    description: str
    link: str
    url: str
    mime: str
    size: int
    blob: str
    entries_n: int
    created_at: int
    updated_at: int

    @property
    def is_folder(self) -> bool:
        return self.kind == Kind.FOLDER


COLUMNS: Final = [group_files.c[name] for name in Entry.__struct_fields__]
_ONE = Query(sa.select(*COLUMNS).where(group_files.c.id == p("id")))
_SOME = Query(sa.select(*COLUMNS).where(in_list(group_files.c.id, "ids")))
_NAMED = Query(
    sa.select(*COLUMNS).where(
        group_files.c.group_id == p("group_id"),
        group_files.c.folder_id == p("folder_id"),
        group_files.c.folded == text_p("folded"),
    )
)
_FOUND = (
    group_files.c.group_id == p("group_id"),
    sa.or_(
        group_files.c.folded.like(text_p("like"), escape="\\"),
        sa.func.lower(group_files.c.description).like(text_p("like"), escape="\\"),
    ),
)
_IN_FOLDER = (group_files.c.group_id == p("group_id"), group_files.c.folder_id == p("folder_id"))
_COUNT_FOUND = Query(sa.select(sa.func.count()).where(*_FOUND))
_COUNT_IN = Query(sa.select(sa.func.count()).where(*_IN_FOLDER))
SORTS: Final = {
    "name": group_files.c.folded,
    "type": group_files.c.mime,
    "size": group_files.c.size,
    "created": group_files.c.created_at,
    "updated": group_files.c.updated_at,
}
TEXTS: Final = frozenset({"name", "type"})


def fold(name: str) -> str:
    """The form in which names are the same: case and composition of letters don't count."""
    return unicodedata.normalize("NFC", name).casefold()


def clean_name(name: str) -> str:
    """A name as it is kept. Raises Invalid("name", "invalid")."""
    text = unicodedata.normalize("NFC", " ".join(name.split()))
    bad = not text or len(text) > MAX_NAME or text in (".", "..") or not text.isprintable()
    if bad or any(sign in text for sign in "/\\"):
        raise Invalid("name", "invalid")
    return text


def enter_files(tx: Tx, viewer: Viewer, group_id: int) -> Room:
    """The files of a group. Raises NotFound, Forbidden("files_visible")."""
    return enter(tx, viewer, group_id, "files").to_read()


def see(tx: Tx, viewer: Viewer, entry_id: int) -> tuple[Entry, Room]:
    """An entry that the viewer may see, and where. Raises NotFound for all others, whether they exist or not."""
    row = tx.one(_ONE, id=entry_id) if 0 < entry_id < 1 << 63 else None
    room = room_with(tx, viewer, row[1] if row else 0, "files")
    if row is None or room is None or not room.reads:
        raise NotFound(what="file")
    return Entry(*row), room


def by_address(tx: Tx, entry_id: int) -> Entry:
    """An entry, without asking who looks: for addresses that prove themselves by a signature. Raises NotFound, where
    the group has no files any more too."""
    return see(tx, Viewer.system(), entry_id)[0]


def folder(tx: Tx, room: Room, folder_id: int) -> Entry | None:
    """A folder of the group; None is the top. Raises NotFound("folder")."""
    if folder_id == TOP:
        return None
    row = tx.one(_ONE, id=folder_id) if 0 < folder_id < 1 << 63 else None
    if row is None or row[1] != room.group_id or row[4] != Kind.FOLDER:
        raise NotFound(what="folder")
    return Entry(*row)


def at_path(tx: Tx, room: Room, path: str) -> Entry | None:
    """What a path ("/Top/Next") leads to; None is the top. Raises NotFound("path")."""
    names = [name for name in path.replace("\\", "/").split("/") if name.strip()]
    found: Entry | None = None
    if len(names) > MAX_DEPTH + 1:
        raise NotFound(what="path")
    for name in names:
        if found is not None and not found.is_folder:
            raise NotFound(what="path")
        inside = found.id if found else TOP
        row = tx.one(_NAMED, group_id=room.group_id, folder_id=inside, folded=fold(name.strip()))
        if row is None:
            raise NotFound(what="path")
        found = Entry(*row)
    return found


def paths(tx: Tx, entries: Sequence[Entry]) -> dict[int, str]:
    """By id of the folder that an entry is in: its path, without a slash at its beginning; "" is the top."""
    known: dict[int, Entry] = {}
    wanted = {entry.folder_id for entry in entries} - {TOP}
    for _ in range(MAX_DEPTH + 1):
        missing = sorted(wanted - known.keys())
        if not missing:
            break
        for row in tx.all(_SOME, ids=missing):
            known[row[0]] = Entry(*row)
        wanted |= {entry.folder_id for entry in known.values()} - {TOP}
    return {entry.folder_id: _path(known, entry.folder_id) for entry in entries}


def path_of(tx: Tx, entry: Entry) -> str:
    """The path of an entry itself."""
    inside = paths(tx, [entry])[entry.folder_id]
    return f"{inside}/{entry.name}" if inside else entry.name


def _path(known: dict[int, Entry], folder_id: int) -> str:
    names: list[str] = []
    while folder_id in known and len(names) <= MAX_DEPTH:
        names.append(known[folder_id].name)
        folder_id = known[folder_id].folder_id
    return "/".join(reversed(names))


@cache
def _page(sort: str, ascending: bool, search: bool) -> Query:
    column = SORTS[sort]
    where = _FOUND if search else _IN_FOLDER
    statement = sa.select(*COLUMNS).where(*where, after_key(column, group_files.c.id, ascending))
    return Query(statement.order_by(*order_by(column, group_files.c.id, ascending)).limit(p("limit")))


class Order(msgspec.Struct, frozen=True):
    """How a list is sorted (a key of SORTS), and from where it goes on."""

    sort: str = "name"
    ascending: bool = True
    after: Keys = None
    limit: int = 10

    def key_of(self, entry: Entry) -> list[int | str]:
        """Where the list goes on after the entry."""
        fields = {"name": "folded", "type": "mime", "created": "created_at", "updated": "updated_at"}
        return [getattr(entry, fields.get(self.sort, self.sort)), entry.id]


def listing(tx: Tx, room: Room, folder_id: int, order: Order) -> list[Entry]:
    """What is in a folder of a section that was entered with enter_files."""
    query = _page(order.sort, order.ascending, False)
    more = after_values(order.after, "" if order.sort in TEXTS else 0)
    return [
        Entry(*row)
        for row in tx.all(query, group_id=room.group_id, folder_id=folder_id, limit=order.limit, **more)
    ]


def search(tx: Tx, room: Room, words: str, order: Order) -> list[Entry]:
    """Entries whose name or description holds the words, whatever folder they are in."""
    query = _page(order.sort, order.ascending, True)
    more = after_values(order.after, "" if order.sort in TEXTS else 0)
    like = _like(words)
    return [
        Entry(*row) for row in tx.all(query, group_id=room.group_id, like=like, limit=order.limit, **more)
    ]


def _like(words: str) -> str:
    """Raises Invalid("query", "blank" | "too_long")."""
    text = fold(words.strip())
    if not text or len(text) > MAX_QUERY:
        raise Invalid("query", "too_long" if text else "blank")
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    return f"%{text}%"


def count(tx: Tx, room: Room, folder_id: int) -> int:
    """How much is in a folder itself."""
    return int(tx.value(_COUNT_IN, group_id=room.group_id, folder_id=folder_id))


def count_found(tx: Tx, room: Room, words: str) -> int:
    """How much a search finds."""
    return int(tx.value(_COUNT_FOUND, group_id=room.group_id, like=_like(words)))


def require_own(room: Room, viewer: Viewer, entries: Sequence[Entry]) -> None:
    """Raises Forbidden("manage_files") where one of them is somebody else's, and the viewer no moderator."""
    if not all(room.may_change(entry.author_id, viewer) for entry in entries):
        raise Forbidden("only their maker and moderators change files", code="manage_files")


def taken(tx: Tx, room: Room, folder_id: int, name: str) -> Entry | None:
    """What has that name in the folder."""
    row = tx.one(_NAMED, group_id=room.group_id, folder_id=folder_id, folded=fold(name))
    return None if row is None else Entry(*row)


def duplicate() -> Conflict:
    """The refusal of a second entry of the same name."""
    return Conflict("something has that name here already", code="duplicate_file")
