"""`folkmoot jobs`: what waits for the worker, and what it has put aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from folkmoot.cli.common import JsonOption, all_pages, as_json, fail, moment, open_house, say, table

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

jobs = typer.Typer()
OneArgument = Annotated[int | None, typer.Argument(metavar="ID", min=1, help="One job.")]
AllOption = Annotated[bool, typer.Option("--all", help="All that were put aside.")]


@jobs.callback(invoke_without_command=True)
def overview(ctx: typer.Context, json: JsonOption = False) -> None:
    """What waits for the worker, and what it put aside after too many tries. Alone it lists the latter."""
    if ctx.invoked_subcommand is None:
        list_jobs(waiting=False, json=json)


@jobs.command("list")
def list_jobs(
    waiting: Annotated[bool, typer.Option("--waiting", help="Those that wait instead.")] = False,
    json: JsonOption = False,
) -> None:
    """List jobs that were put aside, or (--waiting) those still to be done; at most 500, the oldest first."""
    from folkmoot.domain import backlog
    from folkmoot.domain.access import Viewer

    state = backlog.STATES["waiting" if waiting else "shunted"]
    with open_house() as (_, store, _):
        found = store.read(lambda tx: backlog.jobs(tx, Viewer.system(), state))
    rows = [
        {
            "id": job.id,
            "kind": job.kind,
            "subject": str(job.subject_id),
            "attempts": job.attempts,
            "created": moment(job.created_at),
            "next": moment(job.run_at) if waiting else "-",
            "error": job.error,
        }
        for job in found
    ]
    if json:
        as_json(rows)
    else:
        heads = ("id", "kind", "subject", "attempts", "created", "next", "error")
        empty = "nothing waits" if waiting else "nothing was put aside"
        table(heads, [tuple(row.values()) for row in rows], empty)


@jobs.command("replay")
def replay(id: OneArgument = None, every: AllOption = False) -> None:
    """Let the worker try a job anew that was put aside, or --all of them."""
    from folkmoot.domain import jobs as queue

    say(f"{_change(queue.replay, id, every)} to be tried again")


@jobs.command("drop")
def drop(id: OneArgument = None, every: AllOption = False) -> None:
    """Give a job up that was put aside, or --all of them. What it would have done is not done."""
    from folkmoot.domain import jobs as queue

    say(f"{_change(queue.drop, id, every)} dropped")


def _change(verb: Callable[[Tx, list[int]], int], id_: int | None, every: bool) -> int:
    """Do it to the one, or to all that were put aside; how many."""
    from folkmoot.domain import backlog
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.errors import NotFound

    if (id_ is None) == (not every):
        raise typer.BadParameter("give either an ID or --all")
    with open_house() as (_, store, _):
        if id_ is not None:
            try:
                return store.write(lambda tx: verb(tx, [id_]))
            except NotFound:
                fail(f"no job {id_} was put aside")
        shunted = backlog.STATES["shunted"]
        found = all_pages(
            lambda after: store.read(lambda tx: backlog.jobs(tx, Viewer.system(), shunted, after))
        )
        return store.write(lambda tx: verb(tx, [job.id for job in found])) if found else 0


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(jobs, name="jobs")
