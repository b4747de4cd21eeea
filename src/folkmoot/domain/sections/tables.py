"""Tables of a group: their columns, and who may see them, add rows, change rows and change the table itself."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from hashlib import sha256
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.sections import cellpictures
from folkmoot.domain.sections.access import Room, enter, room_with
from folkmoot.domain.sections.cells import TYPES, Column
from folkmoot.domain.sections.paging import Keys, after_key, after_values, order_by
from folkmoot.domain.sections.refitting import refit
from folkmoot.store.schema.sections import group_rows, group_tables
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_COLUMNS: Final = 100
MAX_CHOICES: Final = 200
MAX_NAME: Final = 200
MAX_TEXT: Final = 20_000
MAX_TABLES: Final = 500


class Who(IntEnum):
    """For whom something in a table is; moderators may always."""

    ALL = 0
    MODERATORS = 1
    MAKER = 2
    ROW_MAKER = 3


class NewTable(msgspec.Struct, kw_only=True):
    """A table to be. *may_view* ROW_MAKER: each member sees only their own rows."""

    name: str
    columns: list[Column] = []
    short_description: str = ""
    description: str = ""
    may_view: Who = Who.ALL
    may_add: Who = Who.ALL
    may_edit: Who = Who.ALL
    may_design: Who = Who.MAKER
    template: str = ""
    id_hidden: bool = False
    updated_hidden: bool = False


class TableView(msgspec.Struct, frozen=True):
    """A table; *columns* are JSON as it is kept, `described` reads it."""

    id: int
    group_id: int
    author_id: int
    name: str
    folded: str
    short_description: str
    description: str
    may_view: int
    may_add: int
    may_edit: int
    may_design: int
    columns: str
    last_column: int
    last_row: int
    rows_n: int
    template: str
    id_hidden: int
    updated_hidden: int
    created_at: int
    updated_at: int

    @property
    def described(self) -> list[Column]:
        return msgspec.json.decode(self.columns, type=list[Column])

    @property
    def stamp(self) -> str:
        """A word for the columns as they are: a form that was made for others has another one."""
        return sha256(self.columns.encode()).hexdigest()[:16]

    def require_known(self, stamp: str) -> None:
        """Raise Conflict("changed") where the columns are no longer those of a *stamp*, if one is told."""
        if stamp not in ("", self.stamp):
            raise Conflict("somebody changed the columns meanwhile", code="changed")


_COLUMNS = [group_tables.c[name] for name in TableView.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(group_tables.c.id == p("id")))


def visible(group_id: Any, moderates: Any) -> tuple[Any, Any]:
    """In SQL: the tables of a group that the viewer (a parameter) sees, who moderates it or not."""
    mine = sa.and_(group_tables.c.may_view == int(Who.MAKER), group_tables.c.author_id == p("viewer"))
    told = [group_tables.c.may_view == int(who) for who in (Who.ALL, Who.ROW_MAKER)]
    return group_tables.c.group_id == group_id, sa.or_(moderates == 1, *told, mine)


_HERE = visible(p("group_id"), p("moderates"))
_COUNT = Query(sa.select(sa.func.count()).where(*_HERE))
_ALL = Query(sa.select(sa.func.count()).where(group_tables.c.group_id == p("group_id")))
_DELETE = Query(sa.delete(group_tables).where(group_tables.c.id == p("id")))
_EMPTY = Query(sa.delete(group_rows).where(group_rows.c.table_id == p("id")))
SORTS: Final = {
    "id": group_tables.c.id,
    "name": group_tables.c.folded,
    "created": group_tables.c.created_at,
    "updated": group_tables.c.updated_at,
}


def allowed(who: int, room: Room, viewer: Viewer, maker_id: int, row_maker_id: int = 0) -> bool:
    """Whether the viewer is among those whom *who* means, in a section that is open to them."""
    if room.moderates:
        return True
    if who == Who.ALL:
        return True
    if who == Who.MAKER:
        return viewer.known and viewer.account_id == maker_id
    return who == Who.ROW_MAKER and viewer.known and viewer.account_id == row_maker_id


def sees(table: TableView, room: Room, viewer: Viewer) -> bool:
    """Whether the table is there for the viewer at all; of ROW_MAKER tables everybody sees the frame."""
    return table.may_view == Who.ROW_MAKER or allowed(table.may_view, room, viewer, table.author_id)


def see(tx: Tx, viewer: Viewer, table_id: int) -> tuple[TableView, Room]:
    """A table that the viewer may see, and where. Raises NotFound for all others."""
    row = tx.one(_ONE, id=table_id) if 0 < table_id < 1 << 63 else None
    room = room_with(tx, viewer, row[1] if row else 0, "database")
    if row is None or room is None:
        raise NotFound(what="table")
    table = TableView(*row)
    if not room.reads or not sees(table, room, viewer):
        raise NotFound(what="table")
    return table, room


def alone(tx: Tx, table_id: int) -> None:
    """Wait for others who write a table or its rows, before it is read: rows fit the columns they are kept with."""
    if 0 < table_id < 1 << 63:
        tx.alone("table", table_id)


@cache
def _page(sort: str, ascending: bool) -> Query:
    column = SORTS[sort]
    statement = sa.select(*_COLUMNS).where(*_HERE, after_key(column, group_tables.c.id, ascending))
    return Query(statement.order_by(*order_by(column, group_tables.c.id, ascending)).limit(p("limit")))


class Order(msgspec.Struct, frozen=True):
    """How a list of tables or rows is sorted (a key of SORTS), and from where it goes on."""

    sort: str = "id"
    ascending: bool = True
    after: Keys = None
    limit: int = 10


def listing(tx: Tx, viewer: Viewer, room: Room, order: Order) -> list[TableView]:
    """The tables of a section that the viewer may read."""
    more = after_values(order.after, "" if order.sort == "name" else 0)
    named = {"group_id": room.group_id, "moderates": int(room.moderates), "viewer": viewer.account_id}
    rows = tx.all(_page(order.sort, order.ascending), limit=order.limit, **named, **more)
    return [TableView(*row) for row in rows]


def key_of(table: TableView, sort: str) -> list[int | str]:
    """Where a list that is sorted so goes on after the table."""
    fields: dict[str, int | str] = {
        "name": table.folded,
        "created": table.created_at,
        "updated": table.updated_at,
        "id": table.id,
    }
    return [fields[sort], table.id]


def count(tx: Tx, viewer: Viewer, room: Room) -> int:
    """How many tables the viewer sees."""
    named = {"group_id": room.group_id, "moderates": int(room.moderates), "viewer": viewer.account_id}
    return int(tx.value(_COUNT, **named))


def add(tx: Tx, viewer: Viewer, group_id: int, new: NewTable) -> TableView:
    """Make a table. Raises NotFound, Forbidden("manage_database"), Invalid, Conflict("name.taken" | "too_many")."""
    author_id = viewer.required()
    enter(tx, viewer, group_id, "database").to_write()
    if int(tx.value(_ALL, group_id=group_id)) >= MAX_TABLES:
        raise Conflict("the group has too many tables", code="too_many")
    values = _checked({name: getattr(new, name) for name in NewTable.__struct_fields__})
    columns, last = number_columns(new.columns, [], 0)
    id_ = tx.ids.next()
    values |= {"columns": columns, "last_column": last, "created_at": tx.now, "updated_at": tx.now}
    if not tx.insert_new(group_tables, id=id_, group_id=group_id, author_id=author_id, **values):
        raise Conflict("a table of that name is there already", code="name.taken")
    return TableView(*(tx.one(_ONE, id=id_) or ()))


def design(tx: Tx, viewer: Viewer, table_id: int, *, known: str = "", **changes: Any) -> TableView:
    """Change a table: fields of NewTable. Columns that are no longer named go with what stands in them, and rows keep
    the words of their choices, wherever those are now. *known* is the stamp of the columns that were changed.

    Raises NotFound, Forbidden("manage_database"), Invalid, Conflict("name.taken"), Conflict("changed") where the
    columns are others than *known* by now.
    """
    alone(tx, table_id)
    table = own(tx, viewer, table_id)
    table.require_known(known)
    values = _checked(changes)
    if "columns" in changes:
        values["columns"], values["last_column"] = number_columns(
            changes["columns"], table.described, table.last_column
        )
    other = _named(tx, table.group_id, values.get("folded", table.folded))
    if other not in (None, table.id):
        raise Conflict("a table of that name is there already", code="name.taken")
    tx.update(group_tables, {"id": table_id}, updated_at=tx.now, **values)
    changed = see(tx, viewer, table_id)[0]
    refit(tx, table_id, table.described, changed.described)
    return changed


_BY_NAME = Query(
    sa.select(group_tables.c.id).where(
        group_tables.c.group_id == p("group_id"), group_tables.c.folded == p("folded", sa.Text)
    )
)


def _named(tx: Tx, group_id: int, folded: str) -> int | None:
    found: int | None = tx.value(_BY_NAME, group_id=group_id, folded=folded)
    return found


def may_design(table: TableView, room: Room, viewer: Viewer) -> bool:
    """Whether the viewer, who sees the table, may change its columns and rules, and remove it."""
    return viewer.known and room.writes and allowed(table.may_design, room, viewer, table.author_id)


def own(tx: Tx, viewer: Viewer, table_id: int) -> TableView:
    """A table that the viewer may design. Raises NotFound, Forbidden("manage_database")."""
    table, room = see(tx, viewer, table_id)
    if not may_design(table, room, viewer):
        raise Forbidden("you may not change this table", code="manage_database")
    return table


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    out = {name: value for name, value in given.items() if name != "columns"}
    for name in ("name", "short_description", "description", "template"):
        if name in out:
            out[name] = out[name].strip()
            if len(out[name]) > (MAX_NAME if name == "name" else MAX_TEXT) or (
                name == "name" and not out[name]
            ):
                raise Invalid(name, "invalid")
    if "name" in out:
        out["folded"] = out["name"].casefold()
    return {name: int(value) if isinstance(value, (bool, Who)) else value for name, value in out.items()}


def number_columns(wanted: list[Column], now: list[Column], last: int) -> tuple[str, int]:
    """The columns as they are kept, new ones numbered beyond *last*, and the last number. Raises Invalid("columns")."""
    types = {column.id: column.type for column in now}
    names, ids = {column.name.strip().casefold() for column in wanted}, [c.id for c in wanted if c.id]
    if len(wanted) > MAX_COLUMNS or len(names) < len(wanted) or len(set(ids)) < len(ids):
        raise Invalid("columns", "invalid", "columns have different names, and there are not too many")
    kept = []
    for column in wanted:
        choices = [" ".join(choice.split()) for choice in column.choices]
        chooses = column.type in ("multiple_choice", "multi_choice")
        if (
            column.type not in TYPES
            or not 0 < len(column.name.strip()) <= MAX_NAME
            or bool(choices) != chooses
            or len(choices) > MAX_CHOICES
            or not all(0 < len(choice) <= MAX_NAME for choice in choices)
            or (column.id and types.get(column.id) != column.type)
        ):
            raise Invalid("columns", "invalid", f"the column {column.name[:60]!r} can't be so")
        last += not column.id
        changed = {"id": column.id or last, "name": column.name.strip(), "choices": choices}
        kept.append(msgspec.structs.replace(column, **changed))
    return msgspec.json.encode(kept).decode(), last


def delete(tx: Tx, viewer: Viewer, table_id: int) -> None:
    """Remove a table with its rows. Raises NotFound, Forbidden("manage_database")."""
    own(tx, viewer, table_id)
    cellpictures.clear_table(tx, table_id)
    tx.run(_EMPTY, id=table_id)
    tx.run(_DELETE, id=table_id)
