"""What all commands share: settings and store, output for people and programs, progress, errors."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol, TypeVar

import typer

if TYPE_CHECKING:
    from folkmoot.settings import Settings
    from folkmoot.store.engine import Store
    from folkmoot.store.smallmail import StoredBlobs

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]
Advance = Callable[[int, int], None]
"""(done, of how many): how far a long work has come."""
PLAIN_SECONDS = 5.0


class HasId(Protocol):
    """A row with an id."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=HasId)


class Failed(Exception):
    """The command ends with exit code 1; the text is the one line on standard error."""


def fail(text: str) -> NoReturn:
    """End the command with exit code 1 and this line on standard error."""
    raise Failed(text)


def say(text: str) -> None:
    """A line on standard output."""
    print(text, flush=True)


def note(text: str) -> None:
    """A line on standard error, beside the result that a program may be reading."""
    print(text, file=sys.stderr, flush=True)


def as_json(value: Any) -> None:
    """The value on standard output as JSON, indented, letters as they are."""
    say(json.dumps(value, indent=2, ensure_ascii=False))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """Rows on standard output: a table on a terminal, tab-separated for programs; *empty* is said if none."""
    if not rows:
        note(empty)
        return
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(_one_line(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_one_line(cell)) for cell in row))
    Console().print(shown)


def _one_line(cell: object) -> str:
    return "".join(c if c.isprintable() else " " for c in str(cell))


def moment(ms: int | None) -> str:
    """Milliseconds since 1970 as people read them, in UTC; a dash for never."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(ms / 1000)) if ms else "-"


def load_settings(**overrides: Any) -> Settings:
    """The settings of file and environment, with what the command line says on top."""
    from folkmoot.settings import load

    return load(**overrides)


@contextmanager
def open_house(settings: Settings | None = None) -> Iterator[tuple[Settings, Store, StoredBlobs]]:
    """Settings, store and blobs, the schema made current first; closed at the end."""
    from folkmoot.store import migrate
    from folkmoot.store.engine import open_store
    from folkmoot.store.smallmail import StoredBlobs

    settings = settings or load_settings()
    settings.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    migrate.ensure(settings)
    store = open_store(settings)
    try:
        yield settings, store, StoredBlobs(settings.folder / "blobs", store)
    finally:
        store.close()


@contextmanager
def progress(what: str, *, octets: bool = False) -> Iterator[Advance]:
    """A bar on standard error where that is a terminal, else a plain line every few seconds."""
    if not sys.stderr.isatty():
        yield _plain_progress(what, 1024**2 if octets else 1, " MB" if octets else "")
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    amount = DownloadColumn() if octets else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _plain_progress(what: str, scale: int, unit: str) -> Advance:
    last = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PLAIN_SECONDS:
            last = now
            of = f" of {total // scale}" if total else ""
            note(f"{what}: {done // scale}{of}{unit}")

    return advance


def all_pages(page: Callable[[int], list[Row]]) -> list[Row]:
    """Every row of a list that comes in pages beyond an id."""
    rows: list[Row] = []
    while found := page(rows[-1].id if rows else 0):
        rows += found
    return rows


def read_secret(label: str, given: str | None, from_stdin: bool) -> str | None:
    """A password from the option, standard input's first line, or asked for on a terminal; else None."""
    if given is not None and from_stdin:
        raise typer.BadParameter("give either --password or --password-stdin")
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(typer.prompt(label, hide_input=True, confirmation_prompt=True, err=True))
    return None
