"""Making a table of a group, changing its columns and rules, and removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from folkmoot.domain.sections import tables
from folkmoot.domain.sections.cells import Column
from folkmoot.domain.sections.tables import NewTable, TableView, Who
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web import rooms
from folkmoot.doors.web.cells import KINDS
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, TableForm
from folkmoot.doors.web.pages.tables import table_of
from folkmoot.doors.web.show import go, number, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

BLANKS: Final = 6
"""So many lines for new columns a form has."""
MOST: Final = 200
RULES: Final = {
    "view": ("may_view", "Who sees it", {Who.ALL: "members", Who.ROW_MAKER: "each their own rows"}),
    "add": ("may_add", "Who adds rows", {Who.ALL: "members"}),
    "edit": ("may_edit", "Who changes rows", {Who.ALL: "members", Who.ROW_MAKER: "who wrote the row"}),
    "design": ("may_design", "Who changes the table", {Who.ALL: "members"}),
}
"""By field of the form: the rule, what it is called, and who may be named; moderators and the table's maker always."""
WORDS: Final = {
    "name.invalid": "Give the table a name of 200 letters at most.",
    "name.taken": "A table of that name is there already.",
    "columns.invalid": "Columns have different names. One of some words, and any of them, need the words; others none.",
    "changed": "Somebody changed the columns meanwhile. They are below as they are now: change them again.",
    "too_many": "The group has as many tables as it may have.",
    "manage_database": "You may not change this table.",
}


@door.raw("GET", "/@{name}/tables/new")
def show_new(at: At) -> Response:
    """The form for a new table."""
    at.viewer.required()
    return _form(at, at.tx, None, TableForm())


def _form(at: At, tx: Tx, table: TableView | None, form: TableForm, why: str = "") -> Response:
    room = rooms.enter(tx, at, "database").to_write()
    known = table.described if table else []
    return rooms.draw(
        at,
        tx,
        room,
        "table-form.html",
        title=f"Change {table.name}" if table else "New table",
        table=table,
        form=form,
        types={place: known[place].type for place in range(len(known))},
        lines=range(len(known) + BLANKS),
        kinds={kind: word for kind, word in KINDS.items() if kind != "image"},
        all_kinds=KINDS,
        rules=_rules(),
        why=why,
    )


def _rules() -> dict[str, tuple[str, dict[str, str]]]:
    """By field of the form: what it is called, and words by what they send."""
    common = {Who.MAKER: "who made the table", Who.MODERATORS: "moderators"}
    return {
        field: (title, {str(int(who)): word for who, word in {**more, **common}.items()})
        for field, (_, title, more) in RULES.items()
    }


def _values(ask: TableForm, known: list[Column]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": ask.called,
        "short_description": ask.short,
        "description": ask.description,
        "columns": _columns(ask, known),
    }
    for field, (rule, _, more) in RULES.items():
        who = Who(number(getattr(ask, field), 0, max(Who), Who.MAKER))
        values[rule] = who if who in more or who in (Who.MAKER, Who.MODERATORS) else Who.MAKER
    return values


def _columns(ask: TableForm, known: list[Column]) -> list[Column]:
    """The columns that the form describes; a line without a name is none."""
    columns = []
    for place in range(min(len(known) + BLANKS, MOST)):
        sent = {part: ask.column.get(f"{place}.{part}", "") for part in ("name", "kind", "choices", "needed")}
        if not sent["name"].strip():
            continue
        now = known[place] if place < len(known) else Column(name="", type=sent["kind"] or "text")
        choices = dict.fromkeys(choice.strip() for choice in sent["choices"].splitlines() if choice.strip())
        changed = {"name": sent["name"], "choices": list(choices), "required": bool(sent["needed"])}
        columns.append(msgspec.structs.replace(now, **changed))
    return columns


@door.raw("POST", "/@{name}/tables/new", ask=TableForm)
async def add(at: At, ask: TableForm) -> Response:
    """Make a table."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        room = rooms.enter(tx, at, "database")
        made = tables.add(tx, at.viewer, room.group_id, NewTable(**_values(ask, [])))
        return go(f"/@{room.group.name}/tables/{made.id}", "saved")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _form(at, tx, None, ask, why), WORDS)


def _own(tx: Tx, at: At) -> TableView:
    """The table of the address, which the viewer may design. Raises NotFound, Forbidden."""
    return tables.own(tx, at.viewer, table_of(tx, at)[0].id)


def _lines(table: TableView) -> dict[str, str]:
    """What stands in the fields for the columns of a table."""
    return {
        f"{place}.{part}": value
        for place, each in enumerate(table.described)
        for part, value in (
            ("name", each.name),
            ("choices", "\n".join(each.choices)),
            ("needed", "1" if each.required else ""),
        )
    }


@door.raw("GET", "/@{name}/tables/{table}/design")
def show_design(at: At) -> Response:
    """The form to change a table."""
    at.viewer.required()
    table = _own(at.tx, at)
    form = TableForm(
        known=table.stamp,
        called=table.name,
        short=table.short_description,
        description=table.description,
        column=_lines(table),
        **{field: str(getattr(table, rule)) for field, (rule, _, _) in RULES.items()},
    )
    return _form(at, at.tx, table, form)


@door.raw("POST", "/@{name}/tables/{table}/design", ask=TableForm)
async def design(at: At, ask: TableForm) -> Response:
    """Change a table; a column whose name was emptied goes with what stands in it."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        (table, room) = table_of(tx, at)
        tables.design(tx, at.viewer, table.id, known=ask.known, **_values(ask, table.described))
        return go(f"/@{room.group.name}/tables/{table.id}", "saved")

    async def work() -> Response:
        return await at.write(run)

    def again(tx: Tx, why: str) -> Response:
        table, shown = _own(tx, at), ask
        if ask.known not in ("", table.stamp):
            shown = msgspec.structs.replace(ask, known=table.stamp, column=_lines(table))
        return _form(at, tx, table, shown, why)

    return await submit(at, work, again, WORDS)


@door.raw("POST", "/@{name}/tables/{table}/delete", ask=Form, tx="write")
def delete(at: At, ask: Form) -> Response:
    """Remove a table with its rows."""
    at.viewer.required()
    check_form(at, ask.csrf)
    table, room = table_of(at.tx, at)
    tables.delete(at.tx, at.viewer, table.id)
    return go(f"/@{room.group.name}/tables", "removed")
