"""`folkmoot requests`: those who ask to follow one."""

from __future__ import annotations

from typing import Annotated

import typer

from folkmoot.cli.common import say, table
from folkmoot.cli.personal.common import AsOption, CountOption, JsonOption, dump, mastodon, pages
from folkmoot.cli.personal.persons import person

NamesArgument = Annotated[
    list[str], typer.Argument(metavar="NAME", help="People, as ada, @ada@town.example, or an id.")
]
requests = typer.Typer(
    help="Those who ask to follow you: list, accept, reject. Alone it lists them.", no_args_is_help=False
)


@requests.callback(invoke_without_command=True)
def alone(context: typer.Context) -> None:
    """What is done where nothing else is asked for."""
    if context.invoked_subcommand is None:
        listed()


@requests.command("list")
def listed(count: CountOption = 100, as_: AsOption = "", json: JsonOption = False) -> None:
    """List who asks to follow you."""
    client = mastodon(as_)
    people = pages(client.follow_requests(limit=80), client.fetch_next, count)
    if json:
        dump(people)
    else:
        rows = [(f"@{one.acct}", one.display_name, one.id) for one in people]
        table(("name", "called", "id"), rows, "nobody asks")


def _answer(names: list[str], as_: str, json: bool, verb: str, words: str) -> None:
    client = mastodon(as_)
    made = []
    for name in names:
        account = person(client, name)
        made.append(getattr(client, f"follow_request_{verb}")(account.id))
        if not json:
            say(f"@{account.acct} {words}")
    if json:
        dump(made)


@requests.command("accept")
def accept(names: NamesArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Let somebody follow you."""
    _answer(names, as_, json, "authorize", "follows you now")


@requests.command("reject")
def reject(names: NamesArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Let somebody not follow you; they are not told."""
    _answer(names, as_, json, "reject", "was turned down")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(requests, name="requests")
