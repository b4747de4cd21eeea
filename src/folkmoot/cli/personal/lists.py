"""`folkmoot lists`: one's own lists of people, each of which is a timeline too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from folkmoot.cli.common import fail, table
from folkmoot.cli.personal.common import AsOption, CountOption, JsonOption, dump, mastodon, pages, tell
from folkmoot.cli.personal.persons import person

if TYPE_CHECKING:
    from folkmoot.client import Mastodon

ListArgument = Annotated[str, typer.Argument(metavar="LIST", help="The list's title, or its id.")]
NamesArgument = Annotated[
    list[str],
    typer.Argument(metavar="NAME", help="People whom you follow, as ada, @ada@town.example, or an id."),
]
lists = typer.Typer(
    help="Your lists of people: make, fill, remove. To read one: folkmoot timeline list:TITLE",
    no_args_is_help=True,
)


def known(client: Mastodon, which: str) -> Any:
    """The list of this id or title."""
    own = client.lists()
    found = [one for one in own if str(one.id) == which] or [one for one in own if one.title == which]
    if not found:
        fail(f"you have no list {which!r}; see: folkmoot lists list")
    if len(found) > 1:
        fail(f"{len(found)} lists are called {which!r}; name one by its id: folkmoot lists list")
    return found[0]


@lists.command("list")
def listed(as_: AsOption = "", json: JsonOption = False) -> None:
    """List your lists."""
    found = mastodon(as_).lists()
    if json:
        dump(found)
    else:
        rows = [(one.title, one.id) for one in found]
        table(("title", "id"), rows, "no lists; make one: folkmoot lists create TITLE")


@lists.command("create")
def create(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What it is called.")],
    exclusive: Annotated[
        bool, typer.Option("--exclusive", help="What these people say is left out of your home.")
    ] = False,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Make a list."""
    made = mastodon(as_).list_create(title, exclusive=exclusive)
    tell(json, made, f"made {made.title}; put people in: folkmoot lists add {made.id} NAME")


@lists.command("delete")
def delete(which: ListArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Delete a list; you go on following those who are in it."""
    client = mastodon(as_)
    gone = known(client, which)
    client.list_delete(gone.id)
    tell(json, gone, f"deleted {gone.title}")


@lists.command("people")
def people(
    which: ListArgument, count: CountOption = 100, as_: AsOption = "", json: JsonOption = False
) -> None:
    """List who is in a list."""
    client = mastodon(as_)
    found = pages(client.list_accounts(known(client, which).id, limit=80), client.fetch_next, count)
    if json:
        dump(found)
    else:
        table(
            ("name", "called", "id"), [(f"@{one.acct}", one.display_name, one.id) for one in found], "nobody"
        )


@lists.command("add")
def add(which: ListArgument, names: NamesArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Put people into a list."""
    client = mastodon(as_)
    chosen = known(client, which)
    people = [person(client, name) for name in names]
    client.list_accounts_add(chosen.id, people)
    tell(json, people, f"{', '.join(names)}: in {chosen.title}")


@lists.command("remove")
def remove(which: ListArgument, names: NamesArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Take people out of a list."""
    client = mastodon(as_)
    chosen = known(client, which)
    people = [person(client, name) for name in names]
    client.list_accounts_delete(chosen.id, people)
    tell(json, people, f"{', '.join(names)}: no longer in {chosen.title}")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(lists, name="lists")
