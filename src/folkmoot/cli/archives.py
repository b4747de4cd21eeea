"""`folkmoot import` and `export`: years of mail in and out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, note, open_house, progress, say

if TYPE_CHECKING:
    from folkmoot.store.engine import Store

SHOWN = 20
GroupOption = Annotated[str, typer.Option("--group", metavar="NAME", help="The group's name.")]
importing = typer.Typer(help="Bring archives in.", no_args_is_help=True)
exporting = typer.Typer(help="Take archives out.", no_args_is_help=True)


@importing.command("mbox")
def import_mbox(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="mbox files.", exists=True, dir_okay=False, readable=True),
    ],
    group: GroupOption,
    json: JsonOption = False,
) -> None:
    """Import mbox files into a group: each message once, in its thread, at its date, nobody is mailed.

    Importing a file again, or the same month as another subscriber saw it, adds only what was missing.
    Authors become accounts that are known by their address only. A message that can't be read is reported by
    its number and kept raw.
    """
    from folkmoot.doors.mail import archive

    with open_house() as (_, store, blobs):
        _must_exist(store, group)
        with progress("importing", octets=True) as advance:
            report = archive.import_mbox(store, blobs, group, files, advance)
    unreadable = [{"file": str(p.file), "number": p.number, "reason": p.reason} for p in report.problems]
    if json:
        counts = {
            "read": report.read,
            "added": report.added,
            "known": report.known,
            "repeated": report.repeated,
        }
        as_json({**counts, "unreadable": unreadable})
        return
    for problem in unreadable[:SHOWN]:
        note(f"{problem['file']}: message {problem['number']}: {problem['reason']}")
    if len(unreadable) > SHOWN:
        note(f"… and {len(unreadable) - SHOWN} more (--json lists all)")
    say(
        f"{report.read} messages read: {report.added} added, {report.known} were there already, "
        f"{report.repeated} came twice in one file, {len(unreadable)} could not be read and are kept raw"
    )


@exporting.command("mbox")
def export_mbox(
    group: GroupOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; default: standard output.")
    ] = None,
) -> None:
    """Write a group's archive as mbox: what came by mail byte for byte, the rest as it went out."""
    from folkmoot.doors.mail import archive

    if output is None and sys.stdout.isatty():
        fail("an mbox is nothing to read on a terminal: name a file with -o, or redirect")
    with open_house() as (_, store, blobs):
        _must_exist(store, group)
        if output is None:
            count = archive.export_mbox(store, blobs, group, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            # Whole or not at all: a reader never meets half an archive under the final name.
            part = output.with_name(output.name + ".part")
            with open(part, "wb") as out:
                count = archive.export_mbox(store, blobs, group, out)
            part.replace(output)
    note(f"{count} messages")


def _must_exist(store: Store, group: str) -> None:
    """Fails in words where there is no such group."""
    from folkmoot.domain.groups import groups

    if store.read(lambda tx: groups.id_of_address(tx, group)) is None:
        fail(f"there is no group {group!r}; make it: folkmoot group create {group} --owner NAME")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(importing, name="import", rich_help_panel="Fill")
    app.add_typer(exporting, name="export", rich_help_panel="Fill")
