"""The command `folkmoot`: its groups of commands, and how every refusal becomes one line and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from folkmoot import __version__
from folkmoot.cli import archives, demo, doctor, groups, jobs, mail, people, routes, seed, serve, settings
from folkmoot.cli.common import Failed

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
for module in (serve, demo, seed, people, groups, archives, jobs, mail, routes, settings, doctor):
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


def main() -> None:
    """Run a command; what can go wrong without a mistake in the program ends in one line and exit code 1."""
    try:
        app()
    except Failed as error:
        _end(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        _end(_words(error))


def _expected() -> tuple[type[Exception], ...]:
    """Failures of the world and refusals of the domain; imported only once something has gone wrong."""
    from folkmoot.domain.errors import Refusal
    from folkmoot.settings import SettingsError
    from folkmoot.store.errors import SchemaMismatch, StoreUnavailable

    return Refusal, SettingsError, SchemaMismatch, StoreUnavailable, OSError


def _words(error: Any) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _end(text: str) -> None:
    line = " ".join(text.split())
    sys.stderr.write(f"folkmoot: {line}\n")
    sys.exit(1)
