"""`folkmoot serve`, `work` and `migrate`: the processes that run, and the step before them."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from folkmoot.cli.common import load_settings, say


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default: the setting `host`.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; default: the setting `port`.")
    ] = None,
    worker: Annotated[
        bool | None,
        typer.Option(
            "--worker/--no-worker", help="Run the worker in this process, too; default: the setting."
        ),
    ] = None,
) -> None:
    """Serve the community: web, APIs, mail in, and (unless told otherwise) the worker.

    Brings the database up to date first. Ends cleanly on SIGTERM and Ctrl-C: what was answered is on disk.
    """
    settings = load_settings(host=host, port=port, worker=worker)
    gc.disable()  # what is loaded now stays: looking for rubbish in it costs a tenth of the start
    from folkmoot.app import serve as run

    run(settings)


def work() -> None:
    """Run the worker alone: deliveries, mail out, notices, retries.

    For installations where `serve --no-worker` answers in other processes. Several may run; each job is done
    by one.
    """
    settings = load_settings()
    from folkmoot.app import work as run

    run(settings)


def migrate() -> None:
    """Bring the database up to what this version needs.

    `serve` does this by itself; the command is for those who want to see it happen before they switch over.
    """
    settings = load_settings()
    from folkmoot.store import migrate as migrations

    before = migrations.current(settings)
    if migrations.ensure(settings):
        say(f"migrated from {before or 'nothing'} to {migrations.HEAD}")
    else:
        say(f"the database is at {migrations.HEAD} already")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (serve, work, migrate):
        app.command()(command)
