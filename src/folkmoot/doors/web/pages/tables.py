"""A group's tables: the list, one with its rows, the same as a file, and forms to write, change and remove a row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import msgspec

from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.media import pictures
from folkmoot.domain.posts import draftfiles
from folkmoot.domain.sections import cells as cells_
from folkmoot.domain.sections import rows, tables
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.paging import Keys
from folkmoot.domain.sections.rows import RowView
from folkmoot.domain.sections.tables import Order, TableView
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.answers import StreamResponse, disposition
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.web import cells, rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, RowForm, Rows
from folkmoot.doors.web.show import go, number, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

A_PAGE: Final = 100
MAX_ID: Final = (1 << 62) - 1
MAX_PICTURES: Final = 10
"""So many come in with one row."""
WORDS: Final = {
    "changed": "Somebody changed the columns meanwhile. They are below as they are now: look at your choices again."
}


@door.raw("GET", "/@{name}/tables")
def listing(at: At) -> Response:
    """The tables of a group, by name."""
    room = rooms.enter(at.tx, at, "database")
    found = tables.listing(at.tx, at.viewer, room, Order("name", limit=tables.MAX_TABLES))
    title = f"Tables of {room.group.title or room.group.name}"
    return rooms.draw(at, at.tx, room, "tables.html", title=title, tables=found)


def table_of(tx: Tx, at: At) -> tuple[TableView, Room]:
    """The table of the address. Raises NotFound."""
    room = rooms.enter(tx, at, "database")
    found, _ = tables.see(tx, at.viewer, number(at.path["table"], 0, MAX_ID, 0))
    if found.group_id != room.group_id:
        raise NotFound(what="table")
    return found, room


@door.raw("GET", "/@{name}/tables/{table}", ask=Rows)
def show(at: At, ask: Rows) -> Response:
    """A table with its rows, or those that hold some words."""
    seen = found, room = table_of(at.tx, at)
    words = ask.q.strip()[:200]
    last = number(ask.last, 0, MAX_ID, 0)
    order = Order(after=[number(ask.after, 0, MAX_ID, 0), last] if last else None, limit=A_PAGE + 1)
    page = rows.listing(at.tx, at.viewer, seen, order, words)
    shown, columns = page[:A_PAGE], found.described
    on = {"q": words, "after": str(shown[-1].number), "last": str(shown[-1].id)} if page[A_PAGE:] else {}
    return rooms.draw(
        at,
        at.tx,
        room,
        "table.html",
        title=found.name,
        table=found,
        columns=columns,
        rows=[(row, {cell.column_id: cell for cell in row.filled}) for row in shown],
        changeable={row.id for row in shown if rows.may_change(found, room, at.viewer, row)},
        may_add=rows.may_add(found, room, at.viewer),
        may_design=tables.may_design(found, room, at.viewer),
        words=cells_.words,
        picture=at.house.links.media,
        query=words,
        older=f"?{urlencode(on)}" if on else "",
    )


@door.raw("GET", "/@{name}/tables/{table}/rows.csv")
def as_file(at: At) -> StreamResponse:
    """The table for other programs, read page by page."""
    found, _ = table_of(at.tx, at)
    named = disposition(f"{found.name}.csv", attachment=True).encode()
    return StreamResponse(
        _lines(at, found.id),
        headers=[(b"content-disposition", named)],
        content_type="text/csv; charset=utf-8",
    )


async def _lines(at: At, table_id: int) -> AsyncIterator[bytes]:
    after: Keys = None

    def read(tx: Tx) -> tuple[str, Keys]:
        return rows.as_csv(tx, at.viewer, table_id, after)

    while True:
        text, after = await at.house.store.aread(read)
        yield text.encode()
        if after is None:
            return


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────


@door.raw("GET", "/@{name}/tables/{table}/new")
def show_new(at: At) -> Response:
    """The form for a new row."""
    at.viewer.required()
    return _form(at, at.tx, None, None)


def _form(at: At, tx: Tx, row: RowView | None, form: RowForm | None, why: str = "") -> Response:
    found, room = table_of(tx, at)
    if row is None and not rows.may_add(found, room, at.viewer):
        raise Forbidden("you may not add rows", code="manage_database")
    columns = found.described
    if form is not None and form.known not in ("", found.stamp):
        # Places in a list of choices may be other words now.
        still = {key: sent for key, sent in form.cell.items() if not key.endswith(".chosen")}
        form = msgspec.structs.replace(form, cell=still)
    return rooms.draw(
        at,
        tx,
        room,
        "row-form.html",
        title=f"Row {row.number} of {found.name}" if row else f"New row of {found.name}",
        table=found,
        columns=columns,
        row=row,
        pictures={cell.column_id: cell.image for cell in (row.filled if row else []) if cell.image},
        picture=at.house.links.media,
        form=form or cells.filled(row.filled if row else [], columns),
        places=cells_.PLACE,
        why=why,
    )


@door.raw("POST", "/@{name}/tables/{table}/new", ask=RowForm)
async def add(at: At, ask: RowForm) -> Response:
    """Write a row."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx, sent: Sent) -> Response:
        found, room = table_of(tx, at)
        found.require_known(ask.known)
        rows.add(tx, at.viewer, found.id, cells.read(ask, found.described, sent.keys), sent.sizes)
        return go(f"/@{room.group.name}/tables/{found.id}", "saved")

    def may(tx: Tx) -> None:
        if not rows.may_add(*table_of(tx, at), at.viewer):
            raise Forbidden("you may not add rows", code="manage_database")

    async def work() -> Response:
        return await _with_pictures(at, ask, may, run)

    return await submit(at, work, lambda tx, why: _form(at, tx, None, ask, why), WORDS)


class Sent(msgspec.Struct):
    """Pictures that came in with a row: their keys by column, their bytes by key."""

    keys: dict[int, str] = {}
    sizes: dict[str, int] = {}


async def _with_pictures(
    at: At, ask: RowForm, may: Callable[[Tx], object], write: Callable[[Tx, Sent], Response]
) -> Response:
    """Keep the pictures of the form, then write. Nothing is decoded for somebody who *may* not write."""
    side = await at.read(lambda tx: (may(tx), _side(tx, at))[1])
    files = {number(column, 0, MAX_ID, 0): each for column, each in ask.picture.items() if each.data}
    async with sweeping(at) as blobs:

        def keep() -> Sent:
            most, sent = at.house.settings.media_max_bytes, Sent()
            for column, file in list(files.items())[:MAX_PICTURES]:
                made = pictures.prepare(
                    file.data, file.content_type, file.filename, max_bytes=most, side=side
                )
                sent.keys[column] = blobs.put(made.data)
                sent.sizes[sent.keys[column]] = len(made.data)
            return sent

        sent = await asyncio.to_thread(keep)
        return await at.write(lambda tx: write(tx, sent))


def _side(tx: Tx, at: At) -> int:
    """To how many pixels the group brings the pictures of its tables."""
    return draftfiles.longest_side(table_of(tx, at)[1].group.settings, "databases")


def _row(tx: Tx, at: At) -> RowView:
    """The row of the address, which the viewer may change. Raises NotFound, Forbidden."""
    found, _ = table_of(tx, at)
    return rows.own(tx, at.viewer, found.id, number(at.path["row"], 0, MAX_ID, 0))


@door.raw("GET", "/@{name}/tables/{table}/{row}/edit")
def show_edit(at: At) -> Response:
    """The form to change a row."""
    at.viewer.required()
    return _form(at, at.tx, _row(at.tx, at), None)


@door.raw("POST", "/@{name}/tables/{table}/{row}/edit", ask=RowForm)
async def change(at: At, ask: RowForm) -> Response:
    """Change a row."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx, sent: Sent) -> Response:
        (found, room), row = table_of(tx, at), _row(tx, at)
        found.require_known(ask.known)
        given = cells.read(ask, found.described, sent.keys, row.filled)
        rows.change(tx, at.viewer, found.id, row.id, given, sent.sizes)
        return go(f"/@{room.group.name}/tables/{found.id}", "saved")

    async def work() -> Response:
        return await _with_pictures(at, ask, lambda tx: _row(tx, at), run)

    return await submit(at, work, lambda tx, why: _form(at, tx, _row(tx, at), ask, why), WORDS)


@door.raw("POST", "/@{name}/tables/{table}/{row}/delete", ask=Form, tx="write")
def delete(at: At, ask: Form) -> Response:
    """Take a row away."""
    at.viewer.required()
    check_form(at, ask.csrf)
    (found, room), row = table_of(at.tx, at), _row(at.tx, at)
    rows.delete(at.tx, at.viewer, found.id, row.id)
    return go(f"/@{room.group.name}/tables/{found.id}", "removed")
