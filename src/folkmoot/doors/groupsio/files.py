"""Files and folders: seen, found, sent, linked, removed, and fetched by addresses that hold for a day."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.sections import files, filing
from folkmoot.domain.sections.access import Room, told_addresses
from folkmoot.domain.sections.files import Entry, Kind, Order
from folkmoot.domain.sections.filing import NewFile
from folkmoot.doors.frame.answers import Answer, FileAnswer, Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.groupsio import present_sections as present
from folkmoot.doors.groupsio.calls import (
    METHODS,
    Listed,
    Walk,
    call,
    check_csrf,
    cut,
    direction,
    group_of,
    listing,
    sorted_by,
)
from folkmoot.doors.groupsio.door import PROVEN, Refused, door
from folkmoot.doors.groupsio.wording import worded
from folkmoot.kit.media.filetypes import type_of
from folkmoot.wire.groupsio.files import File, FileListEnvelope
from folkmoot.wire.groupsio.section_requests import (
    AddFileLink,
    AddFiles,
    DeleteFile,
    GetFile,
    GetFileDirectory,
    SearchFiles,
)
from folkmoot.wire.request import Upload

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

HOUR_MS: Final = 3_600_000
VALID_HOURS: Final = 25
"""An address for fetching a file holds so long at most, an hour less at least."""
ADD_WORDS: Final = {
    "no folder": "invalid folder_id",
    "folder.too_deep": "invalid folder_id",
    "name.invalid": "invalid file_name",
    "desc.too_long": "invalid desc",
    "no_space": "no space",
    "images_not_allowed": "images not allowed",
    "duplicate_file": "duplicate file",
}
LINK_WORDS: Final = {
    **ADD_WORDS,
    "no folder": "invalid parent_folder_id",
    "folder.too_deep": "invalid parent_folder_id",
    "url.invalid": "invalid url",
}


def shown(tx: Tx, at: At, room: Room, entries: list[Entry]) -> list[File]:
    """Entries as the caller sees them, in a handful of queries; addresses are told, shortened, to members."""
    ids = list({entry.author_id for entry in entries})
    makers, inside = views.accounts_by_ids(tx, ids), files.paths(tx, entries)
    told = told_addresses(tx, room, ids)
    return [
        present.file(
            entry,
            path=inside[entry.folder_id],
            maker=makers.get(entry.author_id),
            address=told.get(entry.author_id, ""),
            url=address_of(at, entry),
            links=at.house.links,
        )
        for entry in entries
    ]


# ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────


class Proof(msgspec.Struct):
    """What an address for fetching carries: until when it holds (in hours since 1970), and our signature."""

    e: int = 0
    s: str = ""


def _signed(entry: Entry, until: int) -> str:
    return f"group file {entry.id} {entry.blob} {until}"


def address_of(at: At, entry: Entry) -> str:
    """Where the bytes are fetched; a link's own address; "" for folders."""
    if entry.kind != Kind.FILE:
        return entry.url
    until = at.house.clock() // HOUR_MS + VALID_HOURS
    signature = at.house.links.signature(_signed(entry, until))
    name = quote(entry.name, safe="")
    return f"{at.house.links.base}/v1/files/{entry.id}/{name}?e={until}&s={signature}"


@door.raw("GET HEAD", "/v1/files/{id}/{name}", ask=Proof, tx="read")
def fetch(at: At, ask: Proof) -> Answer:
    """The bytes, for whoever holds an address that still holds or may see the file; all others hear the same."""
    try:
        entry = _fetched(at, ask)
    except NotFound:
        return Response.text("404 page not found\n", 404)
    if entry.kind == Kind.LINK:
        return redirect(entry.url)
    path = at.house.blobs.path(entry.blob) if entry.blob else None
    if path is None:
        return Response.text("404 page not found\n", 404)
    headers = [(b"cache-control", b"private, max-age=3600")]
    return FileAnswer(path, content_type=entry.mime, filename=entry.name, etag=entry.blob, headers=headers)


def _fetched(at: At, ask: Proof) -> Entry:
    text = at.path["id"]
    id_ = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    entry = files.by_address(at.tx, id_)
    if ask.e * HOUR_MS > at.house.clock() and at.house.links.is_signed(_signed(entry, ask.e), ask.s):
        return entry
    return files.see(at.tx, at.viewer, id_)[0]


# ── seeing ───────────────────────────────────────────────────────────────────────────────────────────────────


def _room(tx: Tx, at: At, ask: Any) -> Room:
    view, _ = group_of(tx, at, ask.group_id, ask.group_name)
    return files.enter_files(tx, at.viewer, view.id)


def _envelope(tx: Tx, at: At, room: Room, entries: list[Entry], path: str = "") -> FileListEnvelope:
    space = filing.space(tx, room)
    return FileListEnvelope(
        files_percentage=space.percent,
        files_gigs=f"{space.used / 1024**3:.2f}",
        data=shown(tx, at, room, entries),
        path=path,
    )


@listing(GetFileDirectory)
def get_directory(tx: Tx, at: At, ask: GetFileDirectory, walk: Walk) -> Listed[GetFileDirectory]:
    room = _room(tx, at, ask)
    folder = files.at_path(tx, room, ask.path)
    if folder is not None and not folder.is_folder:
        raise NotFound(what="path")
    inside = folder.id if folder else files.TOP
    field, ascending = sorted_by(ask, files.SORTS, "name", "asc")
    order = Order(field, ascending, walk.key, ask.limit + 1)
    page, more = cut(files.listing(tx, room, inside, order), ask.limit)
    envelope = _envelope(tx, at, room, page, path=files.path_of(tx, folder) if folder else "")
    total = walk.total if walk.total is not None else files.count(tx, room, inside)
    return Listed(envelope, total, order.key_of(page[-1]) if more else None, field, direction(ascending))


@listing(SearchFiles)
def search_files(tx: Tx, at: At, ask: SearchFiles, walk: Walk) -> Listed[SearchFiles]:
    room = _room(tx, at, ask)
    field, ascending = sorted_by(ask, files.SORTS, "name", "asc")
    order = Order(field, ascending, walk.key, ask.limit + 1)
    page, more = cut(files.search(tx, room, ask.q, order), ask.limit)
    total = walk.total if walk.total is not None else files.count_found(tx, room, ask.q)
    envelope = _envelope(tx, at, room, page)
    envelope.query = ask.q
    return Listed(envelope, total, order.key_of(page[-1]) if more else None, field, direction(ascending))


@call(GetFile)
def get_file(at: At, ask: GetFile) -> File:
    room = _room(at.tx, at, ask)
    entry = files.at_path(at.tx, room, ask.path)
    if entry is None:
        raise NotFound(what="path")
    return shown(at.tx, at, room, [entry])[0]


# ── adding and removing ──────────────────────────────────────────────────────────────────────────────────────


PROVEN.add(AddFiles.endpoint.path)


@door.on(AddFiles, methods=METHODS, large=True)
async def add_files(at: At, ask: AddFiles) -> FileListEnvelope:
    with worded(ADD_WORDS):
        group_id, folder_id = await at.read(lambda tx: _place(tx, at, ask))
        sent = _sent(at, ask)
        async with sweeping(at) as blobs:
            keys = await asyncio.to_thread(lambda: [blobs.put(each.data) for each in ask.fileupload])
            new = [msgspec.structs.replace(each, blob=key) for each, key in zip(sent, keys, strict=True)]
            return await at.write(lambda tx: _added(tx, at, group_id, folder_id, new, tell=ask.notify))


def _place(tx: Tx, at: At, ask: AddFiles) -> tuple[int, int]:
    """(group, folder) that files are for; asked before their bytes are kept."""
    check_csrf(tx, at, ask.csrf)
    folder_id = ask.parent_folder_id if ask.parent_folder_id is not None else ask.folder_id
    view, _ = group_of(tx, at, ask.group_id, ask.group_name)
    if folder_id is None:
        raise Invalid("folder_id", "missing")
    filing.may_add(tx, at.viewer, view.id, folder_id)
    return view.id, folder_id


def _added(
    tx: Tx, at: At, group_id: int, folder_id: int, new: list[NewFile], *, tell: bool
) -> FileListEnvelope:
    entries = filing.add(tx, at.viewer, group_id, folder_id, new, tell=tell)
    room = files.enter_files(tx, at.viewer, group_id)
    folder = files.folder(tx, room, folder_id)
    path = files.path_of(tx, folder) if folder else ""
    envelope = _envelope(tx, at, room, entries, path=path)
    envelope.total_count = envelope.end_item = len(entries)
    envelope.start_item = 1
    return envelope


def _sent(at: At, ask: AddFiles) -> list[NewFile]:
    """The files, each with the folders of its own path where a folder is sent. Raises Invalid, Refused."""
    if not ask.fileupload:
        raise Invalid("fileupload", "missing")
    if ask.is_folder and len(ask.file_path) != len(ask.fileupload):
        raise Invalid("file_path", "invalid")
    if any(len(each.data) > at.house.settings.media_max_bytes for each in ask.fileupload):
        raise Refused("file too big")
    paths = ask.file_path if ask.is_folder else [each.filename for each in ask.fileupload]
    return [_new(each, path, ask) for each, path in zip(ask.fileupload, paths, strict=True)]


def _new(sent: Upload, path: str, ask: AddFiles) -> NewFile:
    names = [name for name in path.replace("\\", "/").split("/") if name]
    if not names or len(names) > files.MAX_DEPTH:
        raise Refused("invalid file_path" if ask.is_folder else "invalid file_name")
    folders = tuple(names[:-1]) if ask.is_folder else ()
    kind = type_of(sent.data, sent.content_type, names[-1])
    return NewFile(
        name=names[-1], blob="", size=len(sent.data), mime=kind, description=ask.desc, folders=folders
    )


@call(AddFileLink)
def add_link(at: At, ask: AddFileLink) -> File:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    link = {"name": ask.file_name, "url": ask.url, "link": ask.link_type, "description": ask.desc}
    with worded(LINK_WORDS):
        entry = filing.add_link(at.tx, at.viewer, view.id, ask.parent_folder_id, link, tell=ask.notify)
    return shown(at.tx, at, files.enter_files(at.tx, at.viewer, view.id), [entry])[0]


@call(DeleteFile)
def delete_file(at: At, ask: DeleteFile) -> None:
    view, _ = group_of(at.tx, at, ask.group_id, ask.group_name)
    with worded({"no file": "invalid file_id"}):
        filing.delete(at.tx, at.viewer, view.id, ask.file_id, tell=ask.notify)
