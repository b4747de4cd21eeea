"""All commands of `folkmoot` in one tree."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from folkmoot import __version__
from folkmoot.cli import (
    archives,
    demo,
    doctor,
    emoji,
    groups,
    jobs,
    mail,
    people,
    routes,
    seed,
    serve,
    settings,
    site,
)

HELP = """A community server: one thread, answered from any door, seen the same by every door.

Settings come from folkmoot.toml in the data folder and from FOLKMOOT_* variables; `folkmoot settings`
lists them.

Exit codes: 0 done, 1 refused or failed (one line on standard error says why), 2 wrong usage.
"""

app = typer.Typer(
    name="folkmoot",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    serve,
    demo,
    seed,
    people,
    groups,
    site,
    emoji,
    archives,
    jobs,
    mail,
    routes,
    settings,
    doctor,
):
    module.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"folkmoot {__version__}")
        raise typer.Exit


@app.callback()
def options(
    data: Annotated[
        str, typer.Option("--data", metavar="FOLDER", help="The data folder, instead of FOLKMOOT_DATA.")
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Options that stand before any command."""
    if data:
        os.environ["FOLKMOOT_DATA"] = data
