"""The client's pages that are made: one of reference for each class, from its docstrings, and the cookbook."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

from folkmoot.client import AsyncSession, Friendica, GroupsIO, Mastodon, Session, errors

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MADE = "<!-- Made by `make docs` from the docstrings; change those. -->\n\n"
RECIPES = {
    "welcome": "A welcome",
    "feed": "A feed as posts",
    "poll": "A poll every week",
    "reminders": "Posts for later",
    "mirror": "A mailing list as mbox",
    "digest": "The day in one mail",
    "moderate": "A moderator's helper",
    "log": "A log of what is said",
    "backup": "A copy of everything",
    "events": "A calendar for a group",
}
INTRO = """# Cookbook

Ten bots, each whole: copy one, change it, run it. All take the server from `MOOT_URL` and the token from `MOOT_TOKEN`,
and need nothing but `pip install folkmoot`. The files are in [examples](../examples); a test runs each of them.

**A token.** `folkmoot login https://town.example` (`pip install 'folkmoot[cli]'`) makes one and keeps it in
`~/.config/folkmoot/logins.json`; on a server of your own `folkmoot token create --account NAME` prints one. A token is
a password: keep it out of the code.

**When a bot runs.** Most do one round and end, so that cron or a systemd timer can start them; what they have to
remember is in a file that they are given, or on the server. A round that breaks off and starts again does nothing
twice.

**When something is refused.** Friendica raises `FriendicaError`, Groups.io `GroupsIOError`, Mastodon
`MastodonAPIError`, each with the server's own words; a server that can't be reached is `ConnectionFailed`, or
`MastodonNetworkError`.
"""


def pages() -> dict[Path, str]:
    """All made pages with their text."""
    folder = DOCS / "client"
    return {
        folder / "README.md": contents(),
        folder / "mastodon.md": page("Mastodon", Mastodon),
        folder / "friendica.md": page("Friendica", Friendica),
        folder / "groupsio.md": page("GroupsIO", GroupsIO),
        folder / "sessions.md": sessions(),
        DOCS / "cookbook.md": cookbook(),
    }


def contents() -> str:
    """The page that leads to the others."""
    return (
        "# The Python client\n\n"
        + MADE
        + "`pip install folkmoot` brings the client, `pip install 'folkmoot[cli]'` the command `folkmoot` too; "
        "nothing of the server.\n\n"
        "| page | what for |\n|---|---|\n"
        "| [Mastodon](mastodon.md) | the class with Mastodon.py's names, for Folkmoot and every Mastodon server |\n"
        "| [Friendica](friendica.md) | Friendica's API: all its calls, typed |\n"
        "| [GroupsIO](groupsio.md) | the API of Groups.io: all its calls, typed |\n"
        "| [Sessions and errors](sessions.md) | the typed layer below, blocking and awaited |\n"
        "| [The command](../command.md) | `folkmoot` in the terminal and in scripts |\n"
        "| [Cookbook](../cookbook.md) | ten whole bots |\n"
        "| [Coming from Mastodon.py](../from-mastodon-py.md) | what changes: one line |\n"
    )


def page(name: str, cls: type[Any]) -> str:
    """One class with its methods, by the part of the class that holds them."""
    parts = [f"# {name}\n\n{MADE}{prose(cls)}\n\n```python\n{signature(name, cls.__init__)}\n```\n"]
    for base in cls.__mro__:
        if base is object:
            continue
        own = [(n, m) for n, m in vars(base).items() if inspect.isfunction(m) and not n.startswith("_")]
        shown = [(n, m) for n, m in own if n == m.__name__ or base is cls]
        if not shown:
            continue
        title = (inspect.getdoc(base) or base.__name__).split("\n")[0] if base is not cls else "Of its own"
        parts.append(f"\n## {title.rstrip('.')}\n")
        parts += [entry(n, m) for n, m in shown]
    return "".join(parts)


def entry(name: str, method: Any) -> str:
    """One method."""
    return f"\n### {name}\n\n```python\n{signature(name, inspect.unwrap(method))}\n```\n\n{prose(method)}\n"


def prose(thing: Any) -> str:
    """A docstring; *name* is how docstrings mark parameters, which Markdown shows in italics."""
    return inspect.getdoc(thing) or ""


def signature(name: str, method: Any) -> str:
    """How it is called, as it stands in the source, one parameter a line where they are many."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(method)))
    made = tree.body[0]
    assert isinstance(made, ast.FunctionDef)
    arguments = made.args
    arguments.args = [one for one in arguments.args if one.arg != "self"]
    back = f" -> {ast.unparse(made.returns)}" if made.returns and made.name != "__init__" else ""
    text = f"{name}({ast.unparse(arguments)}){back}"
    if len(text) <= 100:
        return text
    inner = ",\n    ".join(_split(ast.unparse(arguments)))
    return f"{name}(\n    {inner},\n){back}"


def _split(text: str) -> list[str]:
    """Parameters, cut at commas outside brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def sessions() -> str:
    """The typed layer and all errors."""
    text = [
        f"# Sessions and errors\n\n{MADE}",
        "Below the classes is one layer: an endpoint is a class of `folkmoot.wire`, a session sends its instances.\n\n",
        "```python\nfrom folkmoot.client import AsyncSession, api\n\n"
        'async with AsyncSession("https://town.example", token=token) as session:\n'
        '    status = await session.send(api.PostStatus(status="Hello"))\n```\n\n'
        "`AsyncFriendica` and `AsyncGroupsIO` are the same for the other two APIs.\n",
    ]
    for cls in (Session, AsyncSession):
        text.append(f"\n## {cls.__name__}\n\n{prose(cls)}\n")
        for name, method in vars(cls).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                text.append(f"\n### {cls.__name__}.{name}\n\n{prose(method)}\n")
    text.append("\n## Errors\n\n| exception | when |\n|---|---|\n")
    for name in errors.__all__:
        kind = getattr(errors, name)
        text.append(f"| `{name}` | {(kind.__doc__ or '').strip().splitlines()[0]} |\n")
    return "".join(text)


def cookbook() -> str:
    """The cookbook: what each example says of itself, and its code."""
    text = [INTRO.replace("\n\n", f"\n\n{MADE}", 1), "\n"]
    for title in RECIPES.values():
        text.append(f"- [{title}](#{title.lower().replace(' ', '-').replace(chr(39), '')})\n")
    for name, title in RECIPES.items():
        source = (ROOT / "examples" / f"{name}.py").read_text()
        text.append(
            f"\n## {title}\n\n[examples/{name}.py](../examples/{name}.py)\n\n```python\n{source.strip()}\n```\n"
        )
    return "".join(text)
