"""Lists of members as files: CSV with or without heads, plain lines of Mailman; read with tolerance, written safely."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from folkmoot.kit.mail.addresses import is_valid_address, parse_address_list

MAX_LINE: Final = 10_000
"""Characters of one row."""
HEADS: Final[dict[str, frozenset[str]]] = {
    "address": frozenset(
        {"email", "address", "emailaddress", "mail", "memberemail", "useremail", "subscriber"}
    ),
    "name": frozenset({"name", "displayname", "fullname", "realname", "membername", "username"}),
    "first": frozenset({"firstname", "givenname", "first"}),
    "last": frozenset({"lastname", "surname", "familyname", "last"}),
    "delivery": frozenset(
        {"delivery", "emaildelivery", "deliverymode", "digest", "subscription", "emailpref"}
    ),
    "role": frozenset({"role", "moderatorstatus", "modstatus", "membertype"}),
    "status": frozenset({"status", "memberstatus", "substatus", "userstatus"}),
}
"""What the head of a column may be, in lower case and letters only."""
_GUARDED: Final = re.compile(r"\A'(?=[=+\-@])")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")


class Row(msgspec.Struct, frozen=True):
    """One line of a roster, *line* counted from 1 in its file. Where there is a *problem*, the address is no address;
    *delivery*, *role* and *status* are the file's own words in lower case."""

    line: int
    address: str
    name: str = ""
    delivery: str = ""
    role: str = ""
    status: str = ""
    problem: str = ""


def read_roster(data: bytes) -> Iterator[Row]:
    """The rows of a file, empty lines and comments (#) left out. Never raises."""
    text = _decoded(data)
    lines = text.splitlines()
    comma = max(",;\t", key="\n".join(lines[:20]).count)
    columns: dict[str, int] | None = None
    for number, cells in _rows(lines, comma):
        if columns is None:
            columns = _columns(cells)
            if columns:
                continue
        yield _row(number, cells, columns)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _rows(lines: list[str], comma: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each line that says something. A cell with a line end in it is not joined: so one broken quote
    spoils one line, not the rest of the file."""
    for number, line in enumerate(lines, 1):
        clean = line.replace("\0", "").strip()
        if not clean or clean.startswith("#"):
            continue
        if len(clean) > MAX_LINE:
            yield number, [clean[:100]]
            continue
        try:
            cells = next(csv.reader([clean], delimiter=comma), [])
        except csv.Error:
            cells = [clean]
        yield number, [_GUARDED.sub("", cell.strip()) for cell in cells]


def _columns(cells: list[str]) -> dict[str, int]:
    """Which column holds what by the heads; nothing where the line is no line of heads."""
    if any("@" in cell for cell in cells):
        return {}
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        head = re.sub(r"[^a-z]", "", cell.lower())
        for field, heads in HEADS.items():
            if head in heads:
                found.setdefault(field, place)
    return found if "address" in found else {}


def _row(number: int, cells: list[str], columns: dict[str, int] | None) -> Row:
    def cell(field: str) -> str:
        place = (columns or {}).get(field, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    if columns:
        written = cell("address")
        name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    else:
        written = next((each for each in cells if "@" in each), "")
        name = next((each for each in cells if each and "@" not in each), "")
    address, own = _address(written)
    if not address:
        shown = written or " ".join(cells)
        return Row(number, shown[:100], problem="no address" if not written else "not an address")
    words = (cell(field).lower()[:100] for field in ("delivery", "role", "status"))
    return Row(number, address, " ".join((name or own).split())[:200], *words)


def _address(written: str) -> tuple[str, str]:
    """(address, name) of `a@b`, `Name <a@b>` or `a@b (Name)`."""
    if is_valid_address(written):
        return written, ""
    found = parse_address_list(written, 2)
    if len(found) != 1 or not is_valid_address(found[0].address):
        return "", ""
    comment = re.search(r"\(([^()]{1,200})\)", written)
    return found[0].address, found[0].name or (comment[1].strip() if comment else "")


def write_roster(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """CSV by RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe, which `read_roster` takes
    off again."""
    for row in (heads, *rows):
        out = io.StringIO()
        csv.writer(out).writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
        yield out.getvalue()
