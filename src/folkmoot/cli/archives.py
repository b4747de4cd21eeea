"""`folkmoot import` and `export`: years of mail in and out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, note, open_house, progress, say

if TYPE_CHECKING:
    from folkmoot.doors.mail.archive import Report
    from folkmoot.store.engine import Store

SHOWN = 20
GroupOption = Annotated[str, typer.Option("--group", metavar="NAME", help="The group's name.")]
OnlyOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="Take only mail whose headers name this list: its address or List-Id."
    ),
]
importing = typer.Typer(help="Bring archives in.", no_args_is_help=True)
exporting = typer.Typer(help="Take archives out.", no_args_is_help=True)


@importing.command("mbox")
def import_mbox(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="mbox files.", exists=True, dir_okay=False, readable=True),
    ],
    group: GroupOption,
    only: OnlyOption = "",
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
            report = archive.import_mbox(store, blobs, group, files, advance, only=only)
    _tell(report, json=json)


@importing.command("zip")
def import_zip(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A zip with mbox files.", exists=True, dir_okay=False, readable=True
        ),
    ],
    group: GroupOption,
    only: OnlyOption = "",
    json: JsonOption = False,
) -> None:
    """Import every mbox in a zip: an archive of Groups.io, a Google Takeout, or what another Folkmoot gave away.

    All else is as with `import mbox`; what in the zip is no mbox is passed over.
    """
    from folkmoot.doors.mail.bundles import BadBundle
    from folkmoot.doors.mail.bundles import import_zip as bring_in

    with open_house() as (_, store, blobs):
        _must_exist(store, group)
        try:
            with progress("importing", octets=True) as advance:
                report = bring_in(store, blobs, group, file, advance, only=only)
        except BadBundle as error:
            fail(str(error))
    _tell(report, json=json)


@importing.command("members")
def import_members(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV, or an address a line.", exists=True, dir_okay=False, readable=True
        ),
    ],
    group: GroupOption,
    invite: Annotated[
        bool, typer.Option("--invite", help="Ask each by mail; who answers is a member.")
    ] = False,
    welcome: Annotated[
        bool, typer.Option("--welcome", help="Mail each the group's text for new members.")
    ] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="Moderators and owners in the file are it here.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring members in from a file: CSV of Groups.io, a roster of Mailman, or any with a column of addresses.

    They are members at once and nobody is mailed, unless --invite or --welcome asks for it. How the mail comes is taken
    from the file where it tells. Who is a member already stays as they are. Lines that can't be used are reported by
    their number, and the rest comes in.
    """
    from folkmoot.domain.groups.rosters import Way
    from folkmoot.doors.mail import rosters

    if invite and welcome:
        raise typer.BadParameter("give either --invite or --welcome")
    way = Way.INVITE if invite else Way.WELCOME if welcome else Way.SILENT
    with open_house() as (_, store, _):
        _must_exist(store, group)
        with progress("importing members") as advance:
            report = rosters.import_members(
                store, group, file.read_bytes(), way, roles=roles, progress=advance
            )
    bad = [{"line": p.line, "text": p.text, "reason": p.reason} for p in report.problems]
    if json:
        as_json({"read": report.read, "added": report.added, "known": report.known, "left_out": bad})
        return
    for problem in bad[:SHOWN]:
        note(f"line {problem['line']}: {problem['text']}: {problem['reason']}")
    if len(bad) > SHOWN:
        note(f"… and {len(bad) - SHOWN} more (--json lists all)")
    done = "invited" if invite else "added"
    say(
        f"{report.read} lines read: {report.added} {done}, {report.known} were there already, {len(bad)} left out"
    )


def _tell(report: Report, *, json: bool) -> None:
    unreadable = [{"file": str(p.file), "number": p.number, "reason": p.reason} for p in report.problems]
    if json:
        counts = {
            "read": report.read,
            "added": report.added,
            "known": report.known,
            "repeated": report.repeated,
            "others": report.others,
        }
        as_json({**counts, "unreadable": unreadable})
        return
    for problem in unreadable[:SHOWN]:
        note(f"{problem['file']}: message {problem['number']}: {problem['reason']}")
    if len(unreadable) > SHOWN:
        note(f"… and {len(unreadable) - SHOWN} more (--json lists all)")
    others = f"{report.others} are of other lists, " if report.others else ""
    say(
        f"{report.read} messages read: {report.added} added, {report.known} were there already, {others}"
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
            done = archive.export_mbox(store, blobs, group, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            # Whole or not at all: a reader never meets half an archive under the final name.
            part = output.with_name(output.name + ".part")
            with open(part, "wb") as out:
                done = archive.export_mbox(store, blobs, group, out)
            part.replace(output)
    note(f"{done.messages} messages")
    if done.remade:
        note(f"{done.remade} of them as they would go out now: their mails are lost")
    if done.gone:
        note(f"{done.gone} left out: deleted meanwhile, or lost")


@exporting.command("members")
def export_members(
    group: GroupOption,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; default: standard output.")
    ] = None,
) -> None:
    """Write a group's members as CSV, which `import members` reads."""
    from folkmoot.doors.mail import rosters

    with open_house() as (_, store, _):
        _must_exist(store, group)
        lines = list(rosters.export_members(store, group))
    if output is None:
        sys.stdout.write("".join(line.replace("\r\n", "\n") for line in lines))
        sys.stdout.flush()
    else:
        part = output.with_name(output.name + ".part")
        part.write_text("".join(lines), "utf-8", newline="")
        part.replace(output)
    note(f"{len(lines) - 1} members")


def _must_exist(store: Store, group: str) -> None:
    """Fails in words where there is no such group."""
    from folkmoot.domain.groups import groups

    if store.read(lambda tx: groups.id_of_address(tx, group)) is None:
        fail(f"there is no group {group!r}; make it: folkmoot group create {group} --owner NAME")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(importing, name="import")
    app.add_typer(exporting, name="export")
