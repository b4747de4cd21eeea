"""Cells of tables in forms and pages: what the fields of a column send, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from folkmoot.domain.sections.cells import PLACE, Cell, Column
from folkmoot.domain.sections.tables import MAX_CHOICES
from folkmoot.doors.web.forms import RowForm
from folkmoot.doors.web.show import number

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text",),
    "paragraph": ("text",),
    "html_paragraph": ("html",),
    "date": ("date",),
    "time": ("time",),
    "number": ("number",),
    "address": PLACE,
    "link": ("url", "title"),
    "image": ("description",),
}
"""By type of column: the fields of a cell that are written as they are."""
KINDS: Final = {
    "text": "a line of text",
    "paragraph": "text",
    "html_paragraph": "text in HTML",
    "checkbox": "yes or no",
    "multiple_choice": "one of some words",
    "multi_choice": "any of some words",
    "date": "a day",
    "time": "an hour",
    "address": "a postal address",
    "link": "a link",
    "number": "a number",
    "image": "a picture",
}
"""Types of columns in words."""


def read(
    form: RowForm, columns: list[Column], pictures: Mapping[int, str], old: Sequence[Cell] = ()
) -> list[Cell]:
    """The cells that a form fills. *pictures*: keys of those that came in, by column; of the *old* cells a picture
    stays that is neither replaced nor taken out."""
    there = {cell.column_id: cell.image for cell in old}
    found = []
    for column in columns:
        cell = _cell(form, column)
        if column.type == "image":
            out = (form.cell.get(f"{column.id}.out") or [""])[-1]
            cell.image = pictures.get(column.id) or ("" if out else there.get(column.id, ""))
            cell.description = cell.description if cell.image else ""
        found.append(cell)
    return found


def _cell(form: RowForm, column: Column) -> Cell:
    def sent(part: str) -> list[str]:
        return form.cell.get(f"{column.id}.{part}") or [""]

    values: dict[str, Any] = {part: sent(part)[-1] for part in PARTS.get(column.type, ())}
    if column.type == "checkbox":
        values["checked"] = bool(sent("checked")[-1])
    elif column.type in ("multiple_choice", "multi_choice"):
        values["chosen"] = [number(place, 0, MAX_CHOICES + 1, 0) for place in sent("chosen") if place]
    return Cell(column_id=column.id, **values)


def filled(cells: list[Cell], columns: list[Column]) -> RowForm:
    """What stands in the fields for these cells."""
    kinds = {column.id: column.type for column in columns}
    sent: dict[str, list[str]] = {}
    for cell in cells:
        for part in PARTS.get(kinds.get(cell.column_id, ""), ()):
            sent[f"{cell.column_id}.{part}"] = [getattr(cell, part)]
        sent[f"{cell.column_id}.chosen"] = [str(place) for place in cell.chosen]
        sent[f"{cell.column_id}.checked"] = ["1" if cell.checked else ""]
    return RowForm(cell=sent)
