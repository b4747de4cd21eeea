"""`folkmoot seed FILE`: makes what a file declares; a second run finds it made and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from folkmoot.cli.common import open_house, say


def seed(
    file: Annotated[Path, typer.Argument(help="A TOML file.", exists=True, dir_okay=False, readable=True)],
) -> None:
    """Make the accounts, apps, tokens, groups, members and follows that a TOML file declares.

    All or nothing, in one transaction; running it twice is the same as once. What is there already is brought
    to what the file says; what the file does not name stays. The first account of an empty server gets the
    lowest id.

    [[accounts]]  name, email, password, role (owner, admin, moderator, user), display_name, note, locked,
    bot, discoverable, locale

    [[apps]]      name, client_id, client_secret, redirect_uris, scopes

    [[tokens]]    account, app, scopes, token (a fixed value)

    [[groups]]    name, owner, title, desc, privacy and any other setting by its Groups.io name

    [[members]]   group, account or email, role (member, moderator, owner), email_delivery

    [[follows]]   who, whom
    """
    from folkmoot.cli import seedfile, sower

    content = seedfile.read(file)
    with open_house() as (_, store, _):
        changes = sower.sow(store, content)
    say(
        f"{file}: {len(content)} entries, "
        + (f"{changes} changed something" if changes else "all as they were")
    )


def register(app: typer.Typer) -> None:
    """Hang the command in."""
    app.command()(seed)
