"""`folkmoot filters`: words that one would rather not read."""

from __future__ import annotations

from typing import Annotated

import typer

from folkmoot.cli.common import fail, table
from folkmoot.cli.personal.common import AsOption, JsonOption, dump, mastodon, seconds, tell

EVERYWHERE = ["home", "notifications", "public", "thread", "account"]
filters = typer.Typer(help="Words that you would rather not read: add, list, remove.", no_args_is_help=True)


@filters.command("list")
def listed(as_: AsOption = "", json: JsonOption = False) -> None:
    """List your filters."""
    found = mastodon(as_).filters_v2()
    if json:
        dump(found)
        return
    rows = [
        (one.title, ", ".join(word.keyword for word in one.keywords or []), " ".join(one.context), one.filter_action,
         one.id)
        for one in found
    ]  # fmt: skip
    table(("title", "words", "where", "action", "id"), rows, "no filters")


@filters.command("add")
def add(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="Each a word, or words in quotes.")],
    title: Annotated[str, typer.Option(help="What the filter is called; else as its first word.")] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--in", help="home, notifications, public, thread, account; several times. Else everywhere."
        ),
    ] = None,
    hide: Annotated[bool, typer.Option("--hide", help="Leave such posts out, instead of a warning.")] = False,
    part: Annotated[bool, typer.Option("--part", help="Parts of words count too.")] = False,
    lasts: Annotated[str, typer.Option("--for", help="How long: 30m, 6h, 3d; else for good.")] = "",
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Make a filter.

    For example: folkmoot filters add spoiler "season finale" --for 7d
    """
    if odd := set(where or ()) - set(EVERYWHERE):
        raise typer.BadParameter(f"{odd.pop()!r} is none of: {', '.join(EVERYWHERE)}", param_hint="--in")
    made = mastodon(as_).create_filter_v2(
        title or words[0],
        where or EVERYWHERE,
        "hide" if hide else "warn",
        expires_in=seconds(lasts, "--for") if lasts else None,
        keywords_attributes=[{"keyword": word, "whole_word": not part} for word in words],
    )
    tell(json, made, f"made {made.title}  {made.id}")


@filters.command("remove")
def remove(
    which: Annotated[str, typer.Argument(metavar="FILTER", help="The filter's title, or its id.")],
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Remove a filter."""
    client = mastodon(as_)
    found = [one for one in client.filters_v2() if which in (str(one.id), one.title)]
    if len(found) != 1:
        fail(f"you have {'several filters' if found else 'no filter'} {which!r}; see: folkmoot filters list")
    client.delete_filter_v2(found[0].id)
    tell(json, found[0], f"removed {found[0].title}")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(filters, name="filters")
