"""`folkmoot groups files`, `upload`, `download`, `calendar` and `rsvp`: what a group keeps beside its messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

import typer

from folkmoot.cli.common import fail, say, table
from folkmoot.cli.personal.common import AsOption, CountOption, JsonOption, bar, dump, groupsio, tell
from folkmoot.cli.personal.plain import clean

GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", help="The group's name.")]
SourcesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE", help="Files of this machine.", exists=True, dir_okay=False)
]
PathArgument = Annotated[str, typer.Argument(metavar="PATH", help="The file's path in the group.")]


def first(items: Iterator[Any], count: int) -> list[Any]:
    """The first *count* of them."""
    return list(islice(items, count))


def whole(one: Any) -> str:
    """A file's path with its name; that of a folder, which ends in a slash."""
    return clean(f"{one.path}/" if one.is_folder else f"{one.path}/{one.name}".lstrip("/"))


def files(
    group: GroupArgument,
    path: Annotated[str, typer.Argument(metavar="FOLDER", help="A folder's path; without it the top.")] = "",
    query: Annotated[
        str, typer.Option("--search", help="Files whose name or description holds this, instead.")
    ] = "",
    count: CountOption = 200,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """List a group's files."""
    with groupsio(as_) as client:
        if query:
            found = first(client.each(client.search_files, query, group_name=group), count)
        else:
            found = first(client.each(client.get_file_directory, group_name=group, path=path), count)
    if json:
        dump(found)
        return
    rows = [(whole(one), one.size or "", one.updated[:10], one.desc) for one in found]
    table(("path", "bytes", "changed", "description"), rows, "no files there")


def upload(
    group: GroupArgument,
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Files of this machine.", exists=True, dir_okay=False),
    ],
    folder: Annotated[
        str, typer.Option("--folder", help="The path of a folder in the group; else the top.")
    ] = "",
    desc: Annotated[str, typer.Option("--desc", help="What the files are.")] = "",
    notify: Annotated[bool, typer.Option("--notify", help="Tell the members by mail.")] = False,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Put files into a group."""
    with groupsio(as_) as client:
        number = client.get_file(folder, group_name=group).id if folder else 0
        put = []
        for source in sources:
            with bar(f"sending {source.name}") as client.progress:
                made = client.add_files(
                    [source], group_name=group, parent_folder_id=number, desc=desc, notify=notify
                )
            put += made.data
    if json:
        dump(put)
    else:
        for one in put:
            say(whole(one))


def download(
    group: GroupArgument,
    path: PathArgument,
    target: Annotated[Path | None, typer.Option("--to", help="The file; else its own name, here.")] = None,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Fetch a file of a group."""
    with groupsio(as_) as client:
        found = client.get_file(path, group_name=group)
        if found.is_folder:
            fail(f"{path} is a folder; see what is in it: folkmoot groups files {group} {path}")
        target = target or Path(PurePosixPath(clean(found.name)).name or "file")
        if target.exists():
            fail(f"{target} is there already; name another with --to")
        with bar(f"fetching {target.name}") as advance:
            client.save(found.download_url, target, progress=advance)
    tell(json, {"file": str(target)}, str(target))


def calendar(
    group: Annotated[
        str, typer.Argument(metavar="GROUP", help="A group's name; without it all of yours.")
    ] = "",
    since: Annotated[
        str, typer.Option("--from", metavar="DAY", help="From this day on (2030-12-24); else today.")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="Up to this day.")] = "",
    count: CountOption = 50,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """List what is on."""
    day = since or f"{datetime.now(UTC):%Y-%m-%d}"
    with groupsio(as_) as client:
        call = client.get_events
        found = first(client.each(call, day, end=until or None, group_name=group or None), count)
    if json:
        dump(found)
        return
    rows = [(one.id, one.start_time[:16].replace("T", " "), one.name, one.location) for one in found]
    table(("event", "begins (UTC)", "name", "place"), rows, "nothing is on")


def rsvp(
    event: Annotated[
        int, typer.Argument(metavar="EVENT", help="The event's number, as the calendar shows it.")
    ],
    answer: Annotated[Literal["yes", "no", "maybe"], typer.Argument(help="Do you come?")],
    guests: Annotated[int, typer.Option(min=0, help="How many come with you.")] = 0,
    comment: Annotated[str, typer.Option(help="What you want to say to it.")] = "",
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Say whether you come to an event."""
    words: dict[str, Any] = {"yes": "rsvp_yes", "no": "rsvp_no", "maybe": "rsvp_maybe"}
    with groupsio(as_) as client:
        made = client.rsvp(event, words[answer], additional_guests=guests, comment=comment)
    tell(json, made, "you are on the waiting list" if made.type == "rsvp_waitlist" else f"you said {answer}")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (files, upload, download, calendar, rsvp):
        app.command()(command)
