"""`folkmoot settings`: every setting with variable, value and meaning, also as the page in docs/."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from folkmoot.cli.common import JsonOption, as_json, load_settings, say, table

INTRO = """# Settings

Made by `make docs` from `src/folkmoot/settings.py`; edit there.

A setting is looked for in the environment, then in `folkmoot.toml` in the data folder (`port = 3000`), then
here. Switches are `on` or `off` in the environment, `true` or `false` in the file. `folkmoot settings` shows
what is in force.

| Setting | Variable | Default | Meaning |
|---|---|---|---|
"""


def markdown() -> str:
    """The page docs/settings.md."""
    from folkmoot.settings import table as rows

    lines = [
        f"| `{name}` | `{variable}` | {'' if default == '—' else f'`{default}`'} | {meaning} |"
        for name, variable, default, meaning in rows()
    ]
    return INTRO + "\n".join(lines) + "\n"


def shown(name: str, value: object) -> object:
    """A value as it may be shown: passwords are hidden."""
    if "password" in name and name != "password_grant":
        return "********" if value else ""
    if name == "database":
        return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:********@", str(value))
    return value


def settings(
    json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/settings.md.")] = False,
) -> None:
    """Show all settings: what is in force, from which variable it would come, what it means."""
    from folkmoot.settings import table as rows

    if as_markdown:
        print(markdown(), end="")
        return
    now = load_settings()
    found = [
        {"name": name, "variable": variable, "value": shown(name, getattr(now, name)), "meaning": meaning}
        for name, variable, _, meaning in rows()
    ]
    if json:
        as_json(found)
        return
    on_off = {True: "on", False: "off"}
    table(
        ("setting", "value", "meaning"),
        [
            (row["name"], on_off[v] if isinstance(v := row["value"], bool) else v, row["meaning"])
            for row in found
        ],
        "",
    )
    say(f"From {now.folder / 'folkmoot.toml'} and the environment (FOLKMOOT_PORT and so on).")


def register(app: typer.Typer) -> None:
    """Hang the command in."""
    app.command()(settings)
