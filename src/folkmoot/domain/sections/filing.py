"""Putting files, folders and links into a group, moving and removing them, within the space that the group has."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.groups import space as space_
from folkmoot.domain.media import litter
from folkmoot.domain.sections import announcing
from folkmoot.domain.sections.access import Room, enter
from folkmoot.domain.sections.files import (
    COLUMNS,
    MAX_DEPTH,
    TOP,
    Entry,
    Kind,
    clean_name,
    duplicate,
    fold,
    folder,
    require_own,
    see,
    taken,
)
from folkmoot.store.schema.sections import group_files
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_DESCRIPTION: Final = 2000
MAX_URL: Final = 2000
LINKS: Final = frozenset({"generic", "google_drive", "dropbox", "box", "onedrive"})

_INSIDE = Query(sa.select(*COLUMNS).where(in_list(group_files.c.folder_id, "ids")).limit(space_.MAX_ENTRIES))
_DELETE = Query(sa.delete(group_files).where(in_list(group_files.c.id, "ids")))
_COUNT = Query(
    sa.update(group_files)
    .where(group_files.c.id == p("id"))
    .values(entries_n=group_files.c.entries_n + p("by"), updated_at=p("now"))
)


class NewFile(msgspec.Struct, kw_only=True):
    """A file whose bytes are stored already. *folders* are the names of the folders below the chosen one that it goes
    into, made where they are not there."""

    name: str
    blob: str
    size: int
    mime: str
    description: str = ""
    folders: tuple[str, ...] = ()


class Space(msgspec.Struct, frozen=True):
    """How many bytes a group's files take, and how many they may."""

    used: int
    quota: int

    @property
    def percent(self) -> int:
        return min(100, self.used * 100 // self.quota) if self.quota else 100


def space(tx: Tx, room: Room) -> Space:
    """The space of a group: what is in its folders, and beside its posts."""
    return Space(space_.used(tx, room.group_id), space_.quota(room.group.settings))


def may_add(tx: Tx, viewer: Viewer, group_id: int, folder_id: int) -> Room:
    """The section, where the viewer may add to that folder. Raises NotFound("group" | "folder"), Forbidden."""
    viewer.required()
    room = enter(tx, viewer, group_id, "files").to_write()
    folder(tx, room, folder_id)
    return room


def add(
    tx: Tx, viewer: Viewer, group_id: int, folder_id: int, files: list[NewFile], *, tell: bool = False
) -> list[Entry]:
    """Put files into a folder, all or none; *tell*: the group is told by a message.

    Raises NotFound("group" | "folder"), Forbidden, Invalid("name"), Conflict("duplicate_file" | "no_space" |
    "images_not_allowed"), and where the group is told what posts.write raises.
    """
    room = may_add(tx, viewer, group_id, folder_id)
    added = []
    for new in files:
        if new.mime.startswith("image/") and not room.group.settings.get("photos_in_files", False):
            raise Conflict("this group takes no pictures among its files", code="images_not_allowed")
        inside = _folders(tx, viewer, room, folder_id, new.folders)
        values = {"mime": new.mime, "size": new.size, "blob": new.blob, "kind": int(Kind.FILE)}
        added.append(_insert(tx, viewer, room, inside, new.name, description=new.description, **values))
    if tell and added:
        announcing.tell_of_files(tx, viewer, room, added)
    return added


def add_folder(
    tx: Tx, viewer: Viewer, group_id: int, folder_id: int, name: str, description: str = ""
) -> Entry:
    """Make a folder. Raises as add."""
    room = may_add(tx, viewer, group_id, folder_id)
    _may_fold(room)
    return _insert(tx, viewer, room, folder_id, name, description=description, kind=int(Kind.FOLDER))


def add_link(
    tx: Tx, viewer: Viewer, group_id: int, folder_id: int, link: dict[str, str], *, tell: bool = False
) -> Entry:
    """Put a link (its name, url, link and description) into a folder. Raises as add, and Invalid("url" | "link")."""
    room = may_add(tx, viewer, group_id, folder_id)
    url, kind = link["url"].strip(), link["link"]
    parts = urlsplit(url) if len(url) <= MAX_URL and url.isprintable() and " " not in url else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid("url", "invalid")
    if kind not in LINKS:
        raise Invalid("link", "unknown")
    values = {"kind": int(Kind.LINK), "url": url, "link": kind, "description": link["description"]}
    made = _insert(tx, viewer, room, folder_id, link["name"], **values)
    if tell:
        announcing.tell_of_files(tx, viewer, room, [made])
    return made


def _may_fold(room: Room) -> None:
    if not room.makes_folders:
        raise Forbidden("only moderators make folders here", code="manage_files")


def _folders(tx: Tx, viewer: Viewer, room: Room, folder_id: int, names: tuple[str, ...]) -> int:
    """The folder at the end of these, made where it is not there."""
    for name in names:
        found = taken(tx, room, folder_id, clean_name(name))
        if found is None:
            _may_fold(room)
            found = _insert(tx, viewer, room, folder_id, name, kind=int(Kind.FOLDER))
        elif not found.is_folder:
            raise duplicate()
        folder_id = found.id
    return folder_id


def _insert(tx: Tx, viewer: Viewer, room: Room, folder_id: int, name: str, **values: Any) -> Entry:
    kept = clean_name(name)
    description = values.pop("description", "").strip()
    if len(description) > MAX_DESCRIPTION:
        raise Invalid("desc", "too_long")
    _depth(tx, room, folder_id)
    space_.take(tx, room.group_id, room.group.settings, int(values.get("size", 0)))
    entry = {
        "id": tx.ids.next(),
        "group_id": room.group_id,
        "folder_id": folder_id,
        "author_id": viewer.account_id,
        "kind": int(Kind.FILE),
        "name": kept,
        "folded": fold(kept),
        "description": description,
        "link": "",
        "url": "",
        "mime": "",
        "size": 0,
        "blob": "",
        "entries_n": 0,
        "created_at": tx.now,
        "updated_at": tx.now,
        **values,
    }
    if not tx.insert_new(group_files, **entry):
        raise duplicate()
    if folder_id != TOP:
        tx.run(_COUNT, id=folder_id, by=1, now=tx.now)
    return Entry(**entry)


def _depth(tx: Tx, room: Room, folder_id: int) -> list[int]:
    """The folders around, innermost first. Raises Invalid("folder", "too_deep")."""
    around: list[int] = []
    while folder_id != TOP:
        if len(around) >= MAX_DEPTH:
            raise Invalid("folder", "too_deep")
        around.append(folder_id)
        found = folder(tx, room, folder_id)
        folder_id = found.folder_id if found else TOP
    return around


class Move(msgspec.Struct, frozen=True):
    """Changes of an entry; what is None stays."""

    name: str | None = None
    folder_id: int | None = None
    description: str | None = None


def change(tx: Tx, viewer: Viewer, entry_id: int, wanted: Move) -> Entry:
    """Rename, describe or move an entry. Raises NotFound, Forbidden, Invalid, Conflict("duplicate_file")."""
    entry, room = see(tx, viewer, entry_id)
    require_own(room, viewer, [entry])
    name = entry.name if wanted.name is None else clean_name(wanted.name)
    target = entry.folder_id if wanted.folder_id is None else wanted.folder_id
    description = entry.description if wanted.description is None else wanted.description.strip()
    if len(description) > MAX_DESCRIPTION:
        raise Invalid("desc", "too_long")
    if target != entry.folder_id:
        _may_move(tx, room, entry, target)
    other = taken(tx, room, target, name)
    if other is not None and other.id != entry.id:
        raise duplicate()
    values = {"name": name, "folded": fold(name), "folder_id": target, "description": description}
    tx.update(group_files, {"id": entry.id}, updated_at=tx.now, **values)
    if target != entry.folder_id:
        tx.run(_COUNT, id=entry.folder_id, by=-1, now=tx.now)
        tx.run(_COUNT, id=target, by=1, now=tx.now)
    return see(tx, viewer, entry_id)[0]


def _may_move(tx: Tx, room: Room, entry: Entry, target: int) -> None:
    folder(tx, room, target)
    around = _depth(tx, room, target)
    if entry.id in around:
        raise Invalid("folder", "inside", "a folder does not go into itself")
    below = max((depth for _, depth in _tree(tx, entry)), default=0) if entry.is_folder else 0
    if len(around) + below > MAX_DEPTH:
        raise Invalid("folder", "too_deep")


def _tree(tx: Tx, entry: Entry) -> list[tuple[Entry, int]]:
    """The entry and everything below it, with how far below."""
    found = [(entry, 0)]
    level = [entry.id] if entry.is_folder else []
    depth = 0
    while level:
        depth += 1
        below = [Entry(*row) for row in tx.all(_INSIDE, ids=level)]
        found += [(each, depth) for each in below]
        level = [each.id for each in below if each.is_folder]
    return found


def delete(tx: Tx, viewer: Viewer, group_id: int, entry_id: int, *, tell: bool = False) -> None:
    """Remove an entry of the group, a folder with everything in it.

    Raises NotFound, Forbidden("manage_files"), and where the group is told of it what posts.write raises.
    """
    entry, room = see(tx, viewer, entry_id)
    if entry.group_id != group_id:
        raise NotFound(what="file")
    gone = [each for each, _ in _tree(tx, entry)]
    require_own(room, viewer, gone)
    tx.run(_DELETE, ids=[each.id for each in gone])
    space_.count(tx, room.group_id, -sum(each.size for each in gone), -len(gone))
    if entry.folder_id != TOP:
        tx.run(_COUNT, id=entry.folder_id, by=-1, now=tx.now)
    litter.drop(tx, *(each.blob for each in gone if each.blob))
    if tell:
        announcing.tell_of_removal(tx, viewer, room, entry)
