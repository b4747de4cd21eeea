"""A group's files in their folders: looked through, found, fetched; put in, renamed, moved and taken away by forms."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import msgspec

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.sections import files, filing
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.files import Entry, Kind, Order
from folkmoot.domain.sections.filing import Move, NewFile
from folkmoot.doors.frame import FileAnswer, Response
from folkmoot.doors.frame.answers import Answer
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.web import rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import FileForm, Folder, Form
from folkmoot.doors.web.show import go, number, submit
from folkmoot.kit.media.filetypes import type_of

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

A_PAGE: Final = 100
TOP_ID: Final = (1 << 62) - 1
WORDS: Final = {
    "name.invalid": "A name has no slashes, and 255 letters at most.",
    "desc.too_long": "The description is too long: 2000 letters at most.",
    "url.invalid": "That is no web address.",
    "duplicate_file": "Something has that name in this folder already.",
    "images_not_allowed": "This group takes no pictures among its files.",
    "no_space": "The group has no space left for that.",
    "manage_files": "You may not change this.",
    "folder.too_deep": "Folders go no deeper than sixteen.",
    "folder.inside": "A folder does not go into itself.",
    "file.too_large": "The file is too large.",
    "file.blank": "Choose a file first.",
}


@door.raw("GET", "/@{name}/files", ask=Folder)
def listing(at: At, ask: Folder) -> Response:
    """What is in a folder, or what is found."""
    return _list(at, at.tx, ask, FileForm())


def _list(at: At, tx: Tx, ask: Folder, form: FileForm, why: str = "") -> Response:
    room = rooms.enter(tx, at, "files")
    folder = files.folder(tx, room, number(ask.folder, 0, TOP_ID, 0))
    inside, words = folder.id if folder else files.TOP, ask.q.strip()[: files.MAX_QUERY]
    last = number(ask.last, 0, TOP_ID, 0)
    order = Order(after=[ask.after[:1000], last] if last else None, limit=A_PAGE + 1)
    found = files.search(tx, room, words, order) if words else files.listing(tx, room, inside, order)
    shown, end = found[:A_PAGE], found[A_PAGE - 1 : A_PAGE]
    asked = {"q": words} if words else {"folder": str(inside)}
    on = {**asked, "after": str(order.key_of(end[0])[0]), "last": str(end[0].id)} if found[A_PAGE:] else {}
    return rooms.draw(
        at,
        tx,
        room,
        "files.html",
        title=f"Files of {room.group.title or room.group.name}",
        folder=folder,
        inside=inside,
        above=_around(tx, room, folder),
        entries=shown,
        where=files.paths(tx, shown) if words else {},
        people=views.accounts_by_ids(tx, list({each.author_id for each in shown})),
        changeable={
            each.id for each in shown if at.viewer.known and room.may_change(each.author_id, at.viewer)
        },
        space=filing.space(tx, room),
        kinds=Kind,
        query=words,
        older=f"?{urlencode(on)}" if on else "",
        form=form,
        why=why,
    )


def _around(tx: Tx, room: Room, folder: Entry | None) -> list[Entry]:
    """The folders that a folder is in, outermost first."""
    around: list[Entry] = []
    while folder is not None and folder.folder_id != files.TOP and len(around) <= files.MAX_DEPTH:
        folder = files.folder(tx, room, folder.folder_id)
        if folder is not None:
            around.insert(0, folder)
    return around


def _entry(tx: Tx, at: At) -> tuple[Entry, Room]:
    """The file, folder or link of the address. Raises NotFound."""
    room = rooms.enter(tx, at, "files")
    found, _ = files.see(tx, at.viewer, number(at.path["entry"], 0, TOP_ID, 0))
    if found.group_id != room.group_id:
        raise NotFound(what="file")
    return found, room


@door.raw("GET", "/@{name}/files/{entry}")
def fetch(at: At) -> Answer:
    """The bytes of a file; a folder's address leads into it, a link is shown in its folder."""
    found, room = _entry(at.tx, at)
    if found.kind != Kind.FILE:
        return go(_path(room, found.id if found.is_folder else found.folder_id))
    path = at.house.blobs.path(found.blob)
    if path is None:
        raise NotFound(what="file")
    headers = [(b"cache-control", b"private, no-cache")]
    return FileAnswer(path, content_type=found.mime, filename=found.name, etag=found.blob, headers=headers)


def _path(room: Room, folder_id: int) -> str:
    return f"/@{room.group.name}/files" + (f"?folder={folder_id}" if folder_id != files.TOP else "")


# ── putting in ───────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("POST", "/@{name}/files/upload", ask=FileForm, large=True)
async def upload(at: At, ask: FileForm) -> Response:
    """Put files into a folder."""
    at.viewer.required()
    check_form(at, ask.csrf)
    folder_id = number(ask.folder, 0, TOP_ID, 0)

    async def work() -> Response:
        room = await at.read(lambda tx: filing.may_add(tx, at.viewer, _group_id(tx, at), folder_id))
        sent = _sent(at, ask)
        async with sweeping(at) as blobs:
            keys = await asyncio.to_thread(lambda: [blobs.put(each.data) for each in ask.file if each.data])
            new = [msgspec.structs.replace(each, blob=key) for each, key in zip(sent, keys, strict=True)]
            await at.write(lambda tx: filing.add(tx, at.viewer, room.group_id, folder_id, new, tell=ask.tell))
        return go(_path(room, folder_id), "saved")

    return await submit(at, work, lambda tx, why: _again(at, tx, ask, why), WORDS)


def _group_id(tx: Tx, at: At) -> int:
    return rooms.enter(tx, at, "files").group_id


def _sent(at: At, ask: FileForm) -> list[NewFile]:
    """The files, bytes not yet kept. Raises Invalid("file", "blank" | "too_large")."""
    given = [each for each in ask.file if each.data]
    if not given:
        raise Invalid("file", "blank")
    if any(len(each.data) > at.house.settings.media_max_bytes for each in given):
        raise Invalid("file", "too_large")
    return [
        NewFile(
            name=name,
            blob="",
            size=len(each.data),
            mime=type_of(each.data, each.content_type, name),
            description=ask.description,
        )
        for each in given
        for name in (each.filename.replace("\\", "/").rpartition("/")[2],)
    ]


def _again(at: At, tx: Tx, ask: FileForm, why: str) -> Response:
    return _list(at, tx, Folder(folder=ask.folder), ask, why)


@door.raw("POST", "/@{name}/files/folder", ask=FileForm)
async def make_folder(at: At, ask: FileForm) -> Response:
    """Make a folder within one."""
    at.viewer.required()
    check_form(at, ask.csrf)
    inside = number(ask.folder, 0, TOP_ID, 0)

    def run(tx: Tx) -> Response:
        room = rooms.enter(tx, at, "files")
        made = filing.add_folder(tx, at.viewer, room.group_id, inside, ask.called, ask.description)
        return go(_path(room, made.id), "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _again(at, tx, ask, why), WORDS)


@door.raw("POST", "/@{name}/files/link", ask=FileForm)
async def make_link(at: At, ask: FileForm) -> Response:
    """Put a link into a folder."""
    at.viewer.required()
    check_form(at, ask.csrf)
    inside = number(ask.folder, 0, TOP_ID, 0)
    link = {"name": ask.called, "url": ask.url, "link": "generic", "description": ask.description}

    def run(tx: Tx) -> Response:
        room = rooms.enter(tx, at, "files")
        filing.add_link(tx, at.viewer, room.group_id, inside, link, tell=ask.tell)
        return go(_path(room, inside), "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _again(at, tx, ask, why), WORDS)


# ── changing and taking away ─────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/@{name}/files/{entry}/edit")
def show_edit(at: At) -> Response:
    """The form to rename, describe, move or remove something."""
    at.viewer.required()
    return _edit(at, at.tx, None)


def _edit(at: At, tx: Tx, form: FileForm | None, why: str = "") -> Response:
    found, room = _entry(tx, at)
    files.require_own(room, at.viewer, [found])
    here = files.paths(tx, [found])[found.folder_id]
    now = FileForm(called=found.name, description=found.description, folder=f"/{here}")
    return rooms.draw(
        at, tx, room, "file-form.html", title=f"Change {found.name}", entry=found, form=form or now, why=why
    )


@door.raw("POST", "/@{name}/files/{entry}/edit", ask=FileForm)
async def change(at: At, ask: FileForm) -> Response:
    """Rename, describe or move something."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        found, room = _entry(tx, at)
        target = files.at_path(tx, room, ask.folder)
        move = Move(ask.called, target.id if target else files.TOP, ask.description)
        return go(_path(room, filing.change(tx, at.viewer, found.id, move).folder_id), "saved")

    async def work() -> Response:
        try:
            return await at.write(run)
        except NotFound as refusal:
            if refusal.what not in ("path", "folder"):
                raise
            raise Invalid("folder", "unknown") from None

    words = {**WORDS, "folder.unknown": "There is no such folder."}
    return await submit(at, work, lambda tx, why: _edit(at, tx, ask, why), words)


@door.raw("POST", "/@{name}/files/{entry}/delete", ask=Form, tx="write")
def delete(at: At, ask: Form) -> Response:
    """Take something away; a folder goes with all that is in it."""
    at.viewer.required()
    check_form(at, ask.csrf)
    found, room = _entry(at.tx, at)
    filing.delete(at.tx, at.viewer, room.group_id, found.id)
    return go(_path(room, found.folder_id), "removed")
