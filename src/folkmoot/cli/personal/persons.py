"""`folkmoot show`, `follow`, `mute`, `block`, `profile`: people, and how one stands to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from folkmoot.cli.common import fail, say
from folkmoot.cli.personal import shown
from folkmoot.cli.personal.common import AsOption, CountOption, JsonOption, UndoOption, dump, mastodon, pages

if TYPE_CHECKING:
    from folkmoot.client import Mastodon

WhoArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Somebody, as ada, @ada@town.example, or an id.")
]


def person(client: Mastodon, who: str) -> Any:
    """The account that is called *who*; a stranger's is asked for from their server."""
    from folkmoot.client import MastodonNotFoundError

    name = who.lstrip("@")
    try:
        return client.account(name) if name.isdigit() else client.account_lookup(name)
    except MastodonNotFoundError:
        people = client.account_search(who, limit=1, resolve="@" in name)
        if not people or not _is_called(people[0].acct, name):
            fail(f"nobody is called {who}; look for them: folkmoot search {name} --of people")
        return people[0]


def _is_called(acct: str, name: str) -> bool:
    """Whether that account is meant: with its server where the name says one, as somebody else of that name is here."""
    return (acct if "@" in name else acct.partition("@")[0]).lower() == name.lower()


def show(who: WhoArgument, as_: AsOption = "", json: JsonOption = False) -> None:
    """Show somebody's profile, and how you stand to each other."""
    client = mastodon(as_)
    account = person(client, who)
    relation = client.account_relationships(account.id)[0]
    if json:
        dump({"account": account, "relationship": relation})
        return
    to = shown.console()
    shown.person(to, account)
    words = {
        "following": "you follow them",
        "followed_by": "they follow you",
        "requested": "you asked to follow them",
        "muting": "muted",
        "blocking": "blocked",
    }
    shown.line(to, ", ".join(text for key, text in words.items() if relation.get(key)), "yellow")


def following(
    who: Annotated[
        str, typer.Argument(metavar="NAME", help="Somebody; yourself where nobody is named.")
    ] = "",
    followers: Annotated[bool, typer.Option("--followers", help="Those who follow them instead.")] = False,
    count: CountOption = 100,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """List whom somebody follows, or who follows them."""
    from folkmoot.cli.common import table

    client = mastodon(as_)
    account = person(client, who) if who else client.me()
    call = client.account_followers if followers else client.account_following
    people = pages(call(account.id, limit=80), client.fetch_next, count)
    if json:
        dump(people)
    else:
        rows = [(f"@{one.acct}", one.display_name, one.id) for one in people]
        table(("name", "called", "id"), rows, "nobody")


def profile(
    name: Annotated[str | None, typer.Option(help="The name that is shown.")] = None,
    note: Annotated[str | None, typer.Option(help="What you say of yourself.")] = None,
    avatar: Annotated[
        Path | None, typer.Option(help="A picture of you.", exists=True, dir_okay=False)
    ] = None,
    header: Annotated[
        Path | None, typer.Option(help="A picture for the top of your profile.", exists=True, dir_okay=False)
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE, four at most; they take the place of those there are."),
    ] = None,
    locked: Annotated[
        bool | None, typer.Option("--locked/--no-locked", help="Decide yourself who follows you.")
    ] = None,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Change your profile, or show it; what is not said stays.

    For example: folkmoot profile --name "Ada" --field "Home=https://ada.example"
    """
    pairs = [tuple(one.split("=", 1)) for one in field or []]
    if any(len(pair) != 2 for pair in pairs):
        raise typer.BadParameter("write NAME=VALUE", param_hint="--field")
    pictures = {key: str(file) for key, file in (("avatar", avatar), ("header", header)) if file}
    said: dict[str, Any] = {
        "display_name": name,
        "note": note,
        "locked": locked,
        "fields": pairs or None,
        **pictures,
    }
    said = {key: value for key, value in said.items() if value is not None}
    client = mastodon(as_)
    account = client.account_update_credentials(**said) if said else client.me()
    if json:
        dump(account)
    else:
        shown.person(shown.console(), account)


def _act(verb: str, undo: str, done: str, help: str) -> Callable[..., None]:
    def run(
        who: WhoArgument,
        undone: UndoOption = False,
        as_: AsOption = "",
        json: JsonOption = False,
    ) -> None:
        client = mastodon(as_)
        account = person(client, who)
        relation = getattr(client, f"account_{undo if undone else verb}")(account.id)
        if json:
            dump(relation)
        elif verb == "follow" and not undone and relation.get("requested"):
            say(f"asked @{account.acct} to let you follow")
        else:
            say(f"{'no longer ' if undone else ''}{done} @{account.acct}")

    run.__doc__ = help
    return run


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (show, following, profile):
        app.command()(command)
    acts = {
        "follow": ("follow", "unfollow", "following", "Follow somebody."),
        "mute": ("mute", "unmute", "muting", "Hide what somebody says."),
        "block": ("block", "unblock", "blocking", "Have nothing to do with somebody."),
    }
    for name, facts in acts.items():
        app.command(name)(_act(*facts))
