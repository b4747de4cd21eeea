"""All commands of `folkmoot` in one tree; a module is loaded when one of its commands is meant."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from folkmoot import __version__

SERVER = {
    "Run": {
        "serve": (
            "serve",
            "Serve the community: web, APIs, mail in, and (unless told otherwise) the worker.",
        ),
        "work": ("serve", "Run the worker alone: deliveries, mail out, notices, retries."),
        "migrate": ("serve", "Bring the database up to what this version needs."),
        "demo": ("demo", "Serve a small demo community, made at the first run and kept after that."),
    },
    "Fill": {
        "seed": (
            "seed",
            "Make the accounts, apps, tokens, groups, members and follows that a TOML file declares.",
        ),
        "import": ("archives", "Bring archives in."),
        "export": ("archives", "Take archives out."),
    },
    "People and groups": {
        "user": ("people", "Accounts of people: make, list, let in, change."),
        "token": ("people", "Access tokens for programs."),
        "app": ("apps", "OAuth applications."),
        "group": ("groups", "Groups: make, list."),
        "member": ("groups", "Members of groups."),
        "webhook": ("webhooks", "Webhooks of groups: add, list, remove."),
        "emoji": ("emoji", "Emoji of the house: add, list, remove."),
    },
    "The place": {
        "site": ("site", "What the place says: description, privacy, terms, rules."),
        "announce": ("site", "Announcements to everybody."),
    },
    "Look": {
        "jobs": ("jobs", "What waits for the worker, and what it put aside after too many tries."),
        "mail": ("mail", "Mail going out: what waits, whose comes back, the key."),
        "routes": ("routes", "List every method and path that is served, door by door."),
        "settings": (
            "settings",
            "Show all settings: what is in force, from which variable it would come, what it means.",
        ),
        "doctor": (
            "doctor",
            "Look at settings, data folder, database, ports, mail and waiting work, and say what to mend.",
        ),
    },
}
"""The operator's commands, which need the server's packages: by panel, the module of each, and what it is."""
PERSONAL = {
    "You": {
        "login": ("entering", "Log in to a server, and mean it from now on."),
        "logout": ("entering", "End a login: the server forgets the token, this machine the login."),
        "whoami": ("entering", "Say which login is meant, and that it works."),
        "accounts": ("entering", "List the logins that are kept here."),
        "use": ("entering", "Mean another login from now on."),
    },
    "Posts": {
        "post": ("posting", "Post: words, files, a poll; now or later; to everybody or to a group."),
        "reply": ("posting", "Answer a post."),
        "edit": ("editing", "Change a post of yours."),
        "delete": ("editing", "Delete a post of yours, or call off one that waits for its time."),
        "vote": ("marking", "Vote in a post's poll."),
        "favourite": ("marking", "Like a post."),
        "boost": ("marking", "Pass a post on to those who follow you."),
        "bookmark": ("marking", "Keep a post for yourself, to find it again."),
        "pin": ("marking", "Put a post of yours at the top of your profile."),
    },
    "Reading": {
        "timeline": ("reading", "Read posts, the newest first: your home, or another timeline."),
        "thread": ("reading", "Read a whole thread: what a post answers, the post, and its answers."),
        "notifications": ("reading", "Read what concerns you, the newest first."),
        "search": ("reading", "Search posts, people and tags."),
        "stream": ("reading", "Follow a timeline live, until Ctrl-C."),
        "lists": ("lists", "Your lists of people: make, fill, remove."),
        "filters": ("filters", "Words that you would rather not read: add, list, remove."),
    },
    "People": {
        "show": ("persons", "Show somebody's profile, and how you stand to each other."),
        "following": ("persons", "List whom somebody follows, or who follows them."),
        "follow": ("persons", "Follow somebody."),
        "mute": ("persons", "Hide what somebody says."),
        "block": ("persons", "Have nothing to do with somebody."),
        "profile": ("persons", "Change your profile, or show it."),
        "requests": ("requests", "Those who ask to follow you: list, accept, reject."),
    },
    "Groups": {"groups": ("grouping", "Groups: join, read, post, files, calendar, wiki, chats.")},
}
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


def _places() -> dict[str, tuple[str, str, str]]:
    """Command → (module, panel, what it is)."""
    found = {}
    for package, panels in (
        ("folkmoot.cli", SERVER if WITH_SERVER else {}),
        ("folkmoot.cli.personal", PERSONAL),
    ):
        for panel, commands in panels.items():
            for name, (module, help) in commands.items():
                found[name] = (f"{package}.{module}", panel, help)
    return found


class Unloaded(TyperCommand):
    """Stands in the list for a command whose module is not loaded yet."""


class Tree(TyperGroup):
    """Knows all commands by name, and loads the module of one that is run, completed or asked for its help."""

    places = _places()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, (_, panel, help) in self.places.items():
            self.commands[name] = Unloaded(name, help=help, rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As click does it, with the command loaded."""
        self.load(args[0])
        return super().resolve_command(ctx, args)

    def load(self, name: str) -> None:
        """Import the module of a command, and take what it offers."""
        if not isinstance(self.commands.get(name), Unloaded):
            return
        own = typer.Typer(rich_markup_mode="markdown")
        own.callback()(lambda: None)  # a group, even if it has one command
        import_module(self.places[name][0]).register(own)
        self.commands.update(typer.main.get_group(own).commands)


app = typer.Typer(
    cls=Tree,
    name="folkmoot",
    help=(OPERATOR if WITH_SERVER else PERSON) + ENDS,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
