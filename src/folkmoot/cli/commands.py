"""All commands of `folkmoot` in one tree."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from folkmoot import __version__

SERVER = (
    "serve",
    "demo",
    "seed",
    "people",
    "apps",
    "groups",
    "webhooks",
    "site",
    "emoji",
    "archives",
    "jobs",
    "mail",
    "routes",
    "settings",
    "doctor",
)
"""The operator's commands, which need the server's packages."""
PERSONAL = ("entering", "posting", "reading", "persons", "grouping")
"""The commands of people, which need the client alone."""
WITH_SERVER = all(find_spec(name) is not None for name in ("sqlalchemy", "starlette", "uvicorn"))
ENDS = """
Exit codes: 0 done, 1 refused or failed (one line on standard error says why), 2 wrong usage.
"""
OPERATOR = """A community server: one thread, answered from any door, seen the same by every door; and its client.

The server's settings come from folkmoot.toml in the data folder and from FOLKMOOT_* variables; `folkmoot settings`
lists them. People begin with `folkmoot login`.
"""
PERSON = """Your communities on the command line: Folkmoot, Mastodon, Groups.io.

Begin with: `folkmoot login https://your.server`. The server itself comes with: pip install 'folkmoot[server]'
"""

app = typer.Typer(
    name="folkmoot",
    help=(OPERATOR if WITH_SERVER else PERSON) + ENDS,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name in SERVER if WITH_SERVER else ():
    import_module(f"folkmoot.cli.{name}").register(app)
for name in PERSONAL:
    import_module(f"folkmoot.cli.personal.{name}").register(app)


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
