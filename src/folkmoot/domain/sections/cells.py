"""Cells of tables: each of the type of its column, checked before it is kept, and read as words for searching."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.domain.text import Markup, render
from folkmoot.kit.markup.plain import clean_to_text
from folkmoot.store.tx import Tx

TYPES: Final = (
    "text", "paragraph", "html_paragraph", "checkbox", "multiple_choice", "multi_choice", "date", "time", "address",
    "link", "image", "number",
)  # fmt: skip
"""Of multiple_choice one is chosen, of multi_choice any number."""
MAX_LINE: Final = 1000
MAX_TEXT: Final = 20_000
MAX_WORDS: Final = 4000
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
PLACE: Final = ("street", "street2", "city", "region", "code", "country")


class Column(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A column of a table; *id* is 0 for a new one."""

    id: int = 0
    name: str
    type: str
    required: bool = False
    colour: str = ""
    choices: list[str] = []
    width: int = 0
    hidden: bool = False
    description: str = ""


class Cell(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What stands in one column of a row; only what belongs to the column's type is filled. *chosen* are places in the
    column's choices, from 1; *date* is 2024-05-01, *time* 18:30, *number* a decimal, *image* the key of a blob."""

    column_id: int
    text: str = ""
    html: str = ""
    date: str = ""
    time: str = ""
    checked: bool = False
    chosen: list[int] = []
    street: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    code: str = ""
    country: str = ""
    lat: str = ""
    lng: str = ""
    title: str = ""
    url: str = ""
    description: str = ""
    image: str = ""
    number: str = ""


def check(tx: Tx, column: Column, given: Cell | None) -> Cell | None:
    """The cell as it is kept; None for an empty one. Raises Invalid(the column's name, "missing" | "invalid")."""
    kept = _CHECKS[column.type](tx, column, given) if given is not None else None
    if kept == Cell(column_id=column.id):
        kept = None
    if kept is None and column.required:
        raise Invalid(column.name, "missing")
    return kept


def _line(column: Column, value: str, most: int = MAX_LINE) -> str:
    text = value.strip()
    if len(text) > most or "\x00" in text:
        raise Invalid(column.name, "too_long")
    return text


def _text(tx: Tx, column: Column, given: Cell) -> Cell:
    text = _line(column, given.text, MAX_LINE if column.type == "text" else MAX_TEXT)
    return Cell(column_id=column.id, text=" ".join(text.split()) if column.type == "text" else text)


def _html(tx: Tx, column: Column, given: Cell) -> Cell:
    source = _line(column, given.html, MAX_TEXT)
    settings = tx.settings
    there = {"base_url": settings.base_url, "local_domain": settings.domain}
    html = render(source, Markup.HTML, people={}, **there).html if source else ""
    return Cell(column_id=column.id, html=html)


def _checkbox(tx: Tx, column: Column, given: Cell) -> Cell:
    return Cell(column_id=column.id, checked=given.checked)


def _choice(tx: Tx, column: Column, given: Cell) -> Cell:
    chosen = sorted(set(given.chosen))
    most = 1 if column.type == "multiple_choice" else len(column.choices)
    if len(chosen) > most or any(not 1 <= place <= len(column.choices) for place in chosen):
        raise Invalid(column.name, "invalid")
    return Cell(column_id=column.id, chosen=chosen)


def _date(tx: Tx, column: Column, given: Cell) -> Cell:
    try:
        return Cell(
            column_id=column.id, date=date.fromisoformat(given.date).isoformat() if given.date else ""
        )
    except ValueError:
        raise Invalid(column.name, "invalid") from None


def _time(tx: Tx, column: Column, given: Cell) -> Cell:
    try:
        told = time.fromisoformat(given.time) if given.time else None
    except ValueError:
        raise Invalid(column.name, "invalid") from None
    return Cell(column_id=column.id, time=f"{told:%H:%M:%S}" if told else "")


def _address(tx: Tx, column: Column, given: Cell) -> Cell:
    cell = Cell(
        column_id=column.id, lat=_degrees(column, given.lat, 90), lng=_degrees(column, given.lng, 180)
    )
    for name in PLACE:
        setattr(cell, name, _line(column, getattr(given, name)))
    return cell


def _degrees(column: Column, value: str, most: int) -> str:
    text = value.strip()
    if text and (not re.fullmatch(r"-?\d{1,3}(\.\d{1,10})?", text) or abs(Decimal(text)) > most):
        raise Invalid(column.name, "invalid")
    return text


def _link(tx: Tx, column: Column, given: Cell) -> Cell:
    url = _line(column, given.url, 2000)
    try:
        parts = urlsplit(url)
        good = not url or (parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable())
    except ValueError:
        good = False
    if not good:
        raise Invalid(column.name, "invalid")
    title, description = _line(column, given.title), _line(column, given.description)
    return Cell(column_id=column.id, url=url, title=title, description=description)


def _image(tx: Tx, column: Column, given: Cell) -> Cell:
    if given.image and not re.fullmatch(r"[0-9a-f]{64}", given.image):
        raise Invalid(column.name, "invalid")
    title, description = _line(column, given.title), _line(column, given.description)
    return Cell(column_id=column.id, image=given.image, title=title, description=description)


def _number(tx: Tx, column: Column, given: Cell) -> Cell:
    text = given.number.strip()
    if len(text) > 40:
        raise Invalid(column.name, "invalid")
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        raise Invalid(column.name, "invalid") from None
    if value is not None and (not value.is_finite() or abs(value.adjusted()) > 40):
        raise Invalid(column.name, "invalid")
    return Cell(column_id=column.id, number=f"{value:f}" if value is not None else "")


_CHECKS: Final[dict[str, Any]] = {
    "text": _text, "paragraph": _text, "html_paragraph": _html, "checkbox": _checkbox, "multiple_choice": _choice,
    "multi_choice": _choice, "date": _date, "time": _time, "address": _address, "link": _link, "image": _image,
    "number": _number,
}  # fmt: skip


def words(column: Column, cell: Cell) -> str:
    """The cell as one line of plain text: for searching, sorting and tables in other programs."""
    if column.type == "html_paragraph":
        return " ".join(clean_to_text(cell.html).split())
    if column.type == "checkbox":
        return "yes" if cell.checked else ""
    if column.type in ("multiple_choice", "multi_choice"):
        return ", ".join(column.choices[place - 1] for place in cell.chosen if place <= len(column.choices))
    if column.type == "address":
        return ", ".join(part for part in (getattr(cell, name) for name in PLACE) if part)
    parts = (cell.text, cell.date, cell.time, cell.title, cell.url, cell.description, cell.number)
    return " ".join(" ".join(part for part in parts if part).split())


def line(columns: list[Column], filled: list[Cell]) -> str:
    """All cells of a row in the order of the columns, as they are searched and sorted by: folded, and not too long."""
    by_column = {cell.column_id: cell for cell in filled}
    said = (words(column, by_column[column.id]) for column in columns if column.id in by_column)
    return " ".join(said).casefold()[:MAX_WORDS]
