"""Rows of a group's tables: checked against the columns, listed, searched, changed by whom the table allows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.sections import cellpictures, cells, tables
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.cells import Cell
from folkmoot.domain.sections.paging import Keys, after_key, after_values, order_by
from folkmoot.domain.sections.tables import Order, TableView, Who, allowed
from folkmoot.store.schema.sections import group_rows, group_tables
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MAX_ROWS: Final = 100_000
CSV_PAGE: Final = 500
NONE: Final[Mapping[str, int]] = {}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class RowView(msgspec.Struct, frozen=True):
    """A row; *cells* are JSON as it is kept, `filled` reads it. *number* counts from 1 and is never given again."""

    id: int
    table_id: int
    author_id: int
    number: int
    cells: str
    words: str
    created_at: int
    updated_at: int

    @property
    def filled(self) -> list[Cell]:
        return msgspec.json.decode(self.cells, type=list[Cell])


_COLUMNS = [group_rows.c[name] for name in RowView.__struct_fields__]
_SEEN = (
    group_rows.c.table_id == p("table_id"),
    sa.or_(p("whole_table") == 1, group_rows.c.author_id == p("viewer")),
    sa.or_(text_p("like") == "", group_rows.c.words.like(text_p("like"), escape="\\")),
)
_ONE = Query(sa.select(*_COLUMNS).where(group_rows.c.table_id == p("table_id"), group_rows.c.id == p("id")))
_COUNT = Query(sa.select(sa.func.count()).where(*_SEEN))
_DELETE = Query(sa.delete(group_rows).where(group_rows.c.id == p("id")))
_COUNTED = Query(
    sa.update(group_tables)
    .where(group_tables.c.id == p("id"), group_tables.c.rows_n + p("by") <= MAX_ROWS)
    .values(
        rows_n=group_tables.c.rows_n + p("by"),
        last_row=group_tables.c.last_row + p("numbers"),
        updated_at=p("now"),
    )
)
_LAST = Query(sa.select(group_tables.c.last_row).where(group_tables.c.id == p("id")))
SORTS: Final = {
    "id": group_rows.c.number,
    "name": group_rows.c.words,
    "created": group_rows.c.created_at,
    "updated": group_rows.c.updated_at,
}


def add(tx: Tx, viewer: Viewer, table_id: int, given: list[Cell], sizes: Mapping[str, int] = NONE) -> RowView:
    """Put a row into a table. *sizes*: bytes of the pictures that came in with it, by key. Raises NotFound,
    Forbidden("manage_database"), Invalid(a column's name), Conflict."""
    me = viewer.required()
    tables.alone(tx, table_id)
    table, room = tables.see(tx, viewer, table_id)
    _require(may_add(table, room, viewer))
    kept = _checked(tx, table, given)
    if not tx.run(_COUNTED, id=table_id, by=1, numbers=1, now=tx.now):
        raise Conflict("the table is full", code="too_many")
    id_, number = tx.ids.next(), int(tx.value(_LAST, id=table_id))
    named = {"table_id": table_id, "author_id": me, "number": number, **_texts(table, kept)}
    tx.insert(group_rows, id=id_, created_at=tx.now, updated_at=tx.now, **named)
    cellpictures.settle(tx, room.group_id, room.group.settings, id_, kept, sizes)
    return _read(tx, table_id, id_)


def change(
    tx: Tx, viewer: Viewer, table_id: int, row_id: int, given: list[Cell], sizes: Mapping[str, int] = NONE
) -> RowView:
    """Put other cells into a row; columns that are not named keep theirs. Raises as add."""
    tables.alone(tx, table_id)
    table, room, old = _own(tx, viewer, table_id, row_id)
    named = {cell.column_id for cell in given}
    stay = {column.id for column in table.described} - named
    kept = _checked(tx, table, given + [cell for cell in old.filled if cell.column_id in stay])
    tx.update(group_rows, {"id": row_id}, **_texts(table, kept), updated_at=tx.now)
    cellpictures.settle(tx, room.group_id, room.group.settings, row_id, kept, sizes)
    return _read(tx, table_id, row_id)


def delete(tx: Tx, viewer: Viewer, table_id: int, row_id: int) -> None:
    """Take a row away. Raises NotFound, Forbidden("manage_database")."""
    _own(tx, viewer, table_id, row_id)
    cellpictures.clear(tx, [row_id])
    if tx.run(_DELETE, id=row_id):
        tx.run(_COUNTED, id=table_id, by=-1, numbers=0, now=tx.now)


def _own(tx: Tx, viewer: Viewer, table_id: int, row_id: int) -> tuple[TableView, Room, RowView]:
    table, room = tables.see(tx, viewer, table_id)
    row = _read(tx, table_id, row_id)
    if not _whole(table, room, viewer) and row.author_id != viewer.account_id:
        raise NotFound(what="row")
    _require(may_change(table, room, viewer, row))
    return table, room, row


def may_add(table: TableView, room: Room, viewer: Viewer) -> bool:
    """Whether the viewer, who sees the table, may put rows into it."""
    return viewer.known and room.writes and allowed(table.may_add, room, viewer, table.author_id)


def may_change(table: TableView, room: Room, viewer: Viewer, row: RowView) -> bool:
    """Whether the viewer, who sees the row, may change it or take it away."""
    mine = allowed(table.may_edit, room, viewer, table.author_id, row.author_id)
    return viewer.known and room.writes and mine


def own(tx: Tx, viewer: Viewer, table_id: int, row_id: int) -> RowView:
    """A row that the viewer may change. Raises as change."""
    return _own(tx, viewer, table_id, row_id)[2]


def _require(may: bool) -> None:
    if not may:
        raise Forbidden("you may not change the rows of this table", code="manage_database")


def _read(tx: Tx, table_id: int, row_id: int) -> RowView:
    row = tx.one(_ONE, table_id=table_id, id=row_id) if 0 < row_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="row")
    return RowView(*row)


def _checked(tx: Tx, table: TableView, given: list[Cell]) -> list[Cell]:
    """The cells as they are kept, in the order of the columns. Raises Invalid."""
    columns = table.described
    told = {cell.column_id: cell for cell in given}
    if len(told) < len(given) or told.keys() - {column.id for column in columns}:
        raise Invalid("column", "unknown")
    checked = (cells.check(tx, column, told.get(column.id)) for column in columns)
    return [cell for cell in checked if cell is not None]


def _texts(table: TableView, kept: list[Cell]) -> dict[str, str]:
    return {"cells": msgspec.json.encode(kept).decode(), "words": cells.line(table.described, kept)}


def _whole(table: TableView, room: Room, viewer: Viewer) -> bool:
    return room.moderates or table.may_view != Who.ROW_MAKER


@cache
def _page(sort: str, ascending: bool) -> Query:
    column = SORTS[sort]
    statement = sa.select(*_COLUMNS).where(*_SEEN, after_key(column, group_rows.c.id, ascending))
    return Query(statement.order_by(*order_by(column, group_rows.c.id, ascending)).limit(p("limit")))


def _named(table: TableView, room: Room, viewer: Viewer, words: str) -> dict[str, int | str]:
    text = words.strip().casefold()[:200]
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    whole = int(_whole(table, room, viewer))
    like = f"%{text}%" if text else ""
    return {"table_id": table.id, "whole_table": whole, "viewer": viewer.account_id, "like": like}


def listing(
    tx: Tx, viewer: Viewer, seen: tuple[TableView, Room], order: Order, words: str = ""
) -> list[RowView]:
    """Rows of a table (of tables.see) that the viewer may see, those that hold *words* where there are any."""
    more = after_values(order.after, "" if order.sort == "name" else 0)
    named = _named(*seen, viewer, words)
    rows = tx.all(_page(order.sort, order.ascending), limit=order.limit, **named, **more)
    return [RowView(*row) for row in rows]


def key_of(row: RowView, sort: str) -> list[int | str]:
    """Where a list that is sorted so goes on after the row."""
    fields: dict[str, int | str] = {
        "name": row.words,
        "created": row.created_at,
        "updated": row.updated_at,
        "id": row.number,
    }
    return [fields[sort], row.id]


def count(tx: Tx, viewer: Viewer, seen: tuple[TableView, Room], words: str = "") -> int:
    """How many rows the viewer sees."""
    return int(tx.value(_COUNT, **_named(*seen, viewer, words)))


def as_csv(tx: Tx, viewer: Viewer, table_id: int, after: Keys) -> tuple[str, Keys]:
    """(some lines of the table for other programs, the columns' names first; where to go on, None at the end). What a
    spreadsheet would take for a formula is made text. Raises NotFound."""
    seen = tables.see(tx, viewer, table_id)
    columns = seen[0].described
    lines = [] if after else [_csv_line(["#", *(column.name for column in columns)])]
    page = listing(tx, viewer, seen, Order(limit=CSV_PAGE, after=after))
    for row in page:
        filled = {cell.column_id: cell for cell in row.filled}
        values = [cells.words(c, filled[c.id]) if c.id in filled else "" for c in columns]
        lines.append(_csv_line([str(row.number), *values]))
    return "".join(lines), key_of(page[-1], "id") if len(page) == CSV_PAGE else None


def _csv_line(values: list[str]) -> str:
    out = io.StringIO()
    number = cells.NUMBER.fullmatch
    csv.writer(out).writerow(
        [f"'{value}" if value.startswith(_FORMULA) and not number(value) else value for value in values]
    )
    return out.getvalue()
