"""`folkmoot site` and `announce`: the texts, terms and rules of the place, and what it tells everybody."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, moment, note, open_house, say, table

if TYPE_CHECKING:
    from folkmoot.domain.place.announcements import Wish

site = typer.Typer(help="What the place says: description, privacy, terms, rules.", no_args_is_help=True)
rule = typer.Typer(help="Rules of the place.", no_args_is_help=True)
preset = typer.Typer(help="Texts that moderators warn with.", no_args_is_help=True)
announce = typer.Typer(help="Announcements to everybody.", no_args_is_help=True)
FileOption = Annotated[
    str, typer.Option("--file", metavar="FILE", help="Read the text from a file; - is standard input.")
]
DayArgument = Annotated[str, typer.Argument(metavar="DAY", help="From when they hold, such as 2026-01-31.")]
IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="The id, as the list shows it.")]


def _given(text: str | None, file: str) -> str:
    """The text from the argument or the file."""
    if (text is None) == (not file):
        raise typer.BadParameter("give either TEXT or --file")
    if not file:
        return text or ""
    return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")


@site.command("show")
def show(json: JsonOption = False) -> None:
    """Show all texts, terms and rules as they were written."""
    from folkmoot.domain.place import place

    with open_house() as (_, store, _):
        texts, terms, rules = store.read(
            lambda tx: (
                {name: place.text_of(tx, name) for name in place.TEXTS},
                place.all_terms(tx),
                place.rules(tx),
            )
        )
    found = {
        "texts": {name: text.source for name, text in texts.items() if text is not None},
        "terms": {t.effective_on: t.source for t in terms},
        "rules": [{"id": str(r.id), "text": r.text, "hint": r.hint} for r in rules],
    }
    if json:
        as_json(found)
        return
    for name, text in texts.items():
        say(f"# {name}\n{text.source if text else '(not written)'}\n")
    for t in terms:
        say(f"# terms from {t.effective_on}{' (in force)' if t.effective else ''}\n{t.source}\n")
    table(("id", "rule", "hint"), [(r.id, r.text, r.hint) for r in rules], "there are no rules")


@site.command("text")
def text(
    name: Annotated[str, typer.Argument(metavar="NAME", help="description or privacy")],
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Markdown; empty takes it away.")] = None,
    file: FileOption = "",
) -> None:
    """Write what the place says of itself (description) or what becomes of people's data (privacy)."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import place

    source = _given(text, file)
    with open_house() as (_, store, _):
        store.write(lambda tx: place.set_text(tx, Viewer.system(), name, source))
    say(f"{name} is {'written' if source.strip() else 'taken away'}")


@site.command("terms")
def terms(
    day: DayArgument,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Markdown; empty takes them away.")
    ] = None,
    file: FileOption = "",
) -> None:
    """Write the terms of service that hold from a day on; earlier ones hold until then."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import place

    source = _given(text, file)
    with open_house() as (_, store, _):
        store.write(lambda tx: place.set_terms(tx, Viewer.system(), day, source))
    say(f"the terms from {day} are {'written' if source.strip() else 'taken away'}")


@rule.command("add")
def add_rule(
    text: Annotated[str, typer.Argument(help="The rule, in one sentence.")],
    hint: Annotated[str, typer.Option(help="More about it.")] = "",
) -> None:
    """Add a rule after all others."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import place

    with open_house() as (_, store, _):
        id_ = store.write(lambda tx: place.add_rule(tx, Viewer.system(), text, hint))
    say(f"rule {id_} is added")


@rule.command("change")
def change_rule(
    id: IdArgument,
    text: Annotated[str, typer.Argument(help="The rule anew.")],
    hint: Annotated[str, typer.Option(help="More about it.")] = "",
    language: Annotated[str, typer.Option(help="Write it in this language instead, such as de.")] = "",
) -> None:
    """Write a rule anew, or translate it."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import place
    from folkmoot.store.tx import Tx

    def write(tx: Tx) -> None:
        if language:
            place.translate_rule(tx, Viewer.system(), id, language, text, hint)
        else:
            place.change_rule(tx, Viewer.system(), id, text, hint)

    with open_house() as (_, store, _):
        store.write(write)
    say(f"rule {id} is changed")


@rule.command("move")
def move_rule(
    id: IdArgument, place_: Annotated[int, typer.Argument(metavar="PLACE", min=1, help="1 is the first.")]
) -> None:
    """Put a rule at a place, counted from 1."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import place

    with open_house() as (_, store, _):
        store.write(lambda tx: place.move_rule(tx, Viewer.system(), id, place_))
    say(f"rule {id} is moved")


@rule.command("remove")
def remove_rule(id: IdArgument) -> None:
    """Take a rule away."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import place

    with open_house() as (_, store, _):
        store.write(lambda tx: place.remove_rule(tx, Viewer.system(), id))
    say(f"rule {id} is gone")


@preset.command("add")
def add_preset(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="By which it is found.")],
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What the person is told.")] = None,
    file: FileOption = "",
) -> None:
    """Keep a text that moderators warn with again and again."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.staff import sanctions

    source = _given(text, file)
    with open_house() as (_, store, _):
        id_ = store.write(lambda tx: sanctions.add_preset(tx, Viewer.system(), title, source))
    say(f"preset {id_} is added")


@preset.command("list")
def list_presets(json: JsonOption = False) -> None:
    """List these texts; a moderator's app names them by id (`warning_preset_id`)."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.staff import sanctions

    with open_house() as (_, store, _):
        found = store.read(lambda tx: sanctions.presets(tx, Viewer.system()))
    rows = [{"id": str(p.id), "title": p.title, "text": p.text} for p in found]
    if json:
        as_json(rows)
    else:
        table(("id", "title", "text"), [tuple(row.values()) for row in rows], "there are no presets")


@preset.command("remove")
def remove_preset(id: IdArgument) -> None:
    """Keep such a text no longer."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.staff import sanctions

    with open_house() as (_, store, _):
        store.write(lambda tx: sanctions.remove_preset(tx, Viewer.system(), id))
    say(f"preset {id} is gone")


StartOption = Annotated[str, typer.Option(help="When what it tells of begins, as 2026-01-31T18:00Z.")]
EndOption = Annotated[str, typer.Option(help="When it ends; then nobody is told any more.")]
AtOption = Annotated[str, typer.Option(help="When to tell it; now, if it is not said.")]


def _moment(text: str) -> int | None:
    from folkmoot.wire.codecs import parse_time

    if not text:
        return None
    found = parse_time(text)
    if found is None:
        fail(f"{text!r} is no time such as 2026-01-31T18:00Z")
    return found


def _wish(text: str, start: str, end: str, all_day: bool, at: str, draft: bool) -> Wish:
    from folkmoot.domain.place.announcements import Wish
    from folkmoot.kit.ids import now_ms

    return Wish(
        text=text,
        starts_at=_moment(start),
        ends_at=_moment(end),
        all_day=all_day,
        published_at=None if draft else _moment(at) or now_ms(),
    )


@announce.command("add")
def add(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What to tell.")] = None,
    file: FileOption = "",
    start: StartOption = "",
    end: EndOption = "",
    all_day: Annotated[bool, typer.Option("--all-day", help="Start and end are days, not hours.")] = False,
    at: AtOption = "",
    draft: Annotated[bool, typer.Option("--draft", help="Tell nobody yet.")] = False,
) -> None:
    """Tell everybody something. Names, tags and links in it lead where they lead in posts."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import announcements

    wish = _wish(_given(text, file), start, end, all_day, at, draft)
    with open_house() as (_, store, _):
        id_ = store.write(lambda tx: announcements.announce(tx, Viewer.system(), wish))
    say(f"announcement {id_} is {'kept as a draft' if draft else 'made'}")


@announce.command("list")
def list_all(json: JsonOption = False) -> None:
    """List all announcements, newest first, drafts and past ones too."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import announcements

    with open_house() as (_, store, _):
        found = store.read(lambda tx: announcements.listing(tx, Viewer.system()))
    rows = [
        {
            "id": str(a.id),
            "told": moment(a.published_at),
            "starts": moment(a.starts_at),
            "ends": moment(a.ends_at),
            "text": a.source,
        }
        for a in found
    ]
    if json:
        as_json(rows)
    else:
        heads = ("id", "told", "starts", "ends", "text")
        table(heads, [tuple(row.values()) for row in rows], "nothing was announced")


@announce.command("remove")
def remove(id: IdArgument) -> None:
    """Take an announcement away."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.place import announcements

    with open_house() as (_, store, _):
        store.write(lambda tx: announcements.remove(tx, Viewer.system(), id))
    note(f"announcement {id} is gone")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    site.add_typer(rule, name="rule")
    site.add_typer(preset, name="preset")
    app.add_typer(site, name="site")
    app.add_typer(announce, name="announce")
