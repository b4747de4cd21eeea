"""`folkmoot emoji`: the house's own small pictures that stand for :code: in texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, open_house, say, table

emoji = typer.Typer(help="Emoji of the house: add, list, remove.", no_args_is_help=True)


@emoji.command("add")
def add(
    code: Annotated[
        str, typer.Argument(help="What stands between the colons: letters A to Z, digits and _.")
    ],
    file: Annotated[
        Path,
        typer.Argument(
            help="A PNG, GIF, WebP or AVIF picture of at most 256 kB.", exists=True, dir_okay=False
        ),
    ],
    category: Annotated[str, typer.Option(help="Under what it is listed when choosing.")] = "",
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Shown where it is written, but not offered.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of one of the same code.")
    ] = False,
) -> None:
    """Let a code stand for a picture.

    For example: folkmoot emoji add blobcat blobcat.png --category Blobs
    """
    from folkmoot.domain.media import emoji as domain

    if file.stat().st_size > domain.MAX_BYTES:
        fail(f"{file} is larger than {domain.MAX_BYTES // 1024} kB")
    with open_house() as (_, store, blobs):
        new = domain.prepare(blobs, file.read_bytes())
        store.write(lambda tx: domain.add(tx, code, new, category=category, hidden=hidden, replace=replace))
    say(f"{code.strip().strip(':')} is an emoji now: write it between colons")


@emoji.command("list")
def list_emoji(json: JsonOption = False) -> None:
    """List all emoji, the hidden ones too."""
    from folkmoot.domain.media import emoji as domain

    with open_house() as (_, store, _):
        found = store.read(domain.everything)
    if json:
        as_json([{"code": e.code, "category": e.category, "hidden": e.hidden} for e in found])
    else:
        rows = [(e.code, e.category, "hidden" if e.hidden else "") for e in found]
        table(("code", "category", ""), rows, "there are no emoji")


@emoji.command("remove")
def remove(code: Annotated[str, typer.Argument(help="The code of the emoji.")]) -> None:
    """Let a code be text again."""
    from folkmoot.domain.errors import NotFound
    from folkmoot.domain.media import emoji as domain

    with open_house() as (_, store, _):
        try:
            store.write(lambda tx: domain.remove(tx, code))
        except NotFound:
            fail(f"there is no emoji {code!r}")
    say(f"{code.strip().strip(':')} is text again")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(emoji, name="emoji")
