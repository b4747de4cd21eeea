"""`folkmoot app`: applications that people or the staff made, and their end."""

from __future__ import annotations

from typing import Annotated

import typer

from folkmoot.cli.common import JsonOption, all_pages, as_json, fail, moment, note, open_house, say, table
from folkmoot.cli.people import SCOPES, client


@client.command("create")
def create_app(
    name: Annotated[str, typer.Argument(help="The name that people see when they are asked to allow it.")],
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="Where people are sent back to; may be given several times.")
    ] = None,
    scopes: Annotated[str, typer.Option(help="OAuth scopes with spaces between.")] = SCOPES,
    website: Annotated[str, typer.Option(help="The application's page.")] = "",
    account: Annotated[str, typer.Option(help="Who finds it among their own; without it nobody does.")] = "",
    json: JsonOption = False,
) -> None:
    """Register an application, for OAuth 2 and 1.0a alike, and print its client_id and client_secret.

    Without --redirect-uri the code is shown to the person, who carries it over by hand.
    """
    from folkmoot.domain.people import accounts, apps
    from folkmoot.store.tx import Tx

    uris = redirect_uri or ["urn:ietf:wg:oauth:2.0:oob"]

    def write(tx: Tx) -> apps.App:
        owner = accounts.find_by_handle(tx, account) if account else None
        if account and owner is None:
            fail(f"there is no account {account!r}")
        return apps.register(tx, name, uris, " ".join(scopes.split()), website, account_id=owner)

    with open_house() as (_, store, _):
        made = store.write(write)
    if json:
        as_json(
            {
                "name": made.name,
                "client_id": made.client_id,
                "client_secret": made.client_secret,
                "redirect_uris": uris,
            }
        )
    else:
        note(f"registered {made.name}")
        say(f"client_id: {made.client_id}")
        say(f"client_secret: {made.client_secret}")


@client.command("list")
def list_apps(
    account: Annotated[str, typer.Option(help="Only those that this account made.")] = "",
    json: JsonOption = False,
) -> None:
    """List applications, oldest first; secrets are not shown."""
    from folkmoot.domain.people import accounts, apps

    with open_house() as (_, store, _):
        owner = store.read(lambda tx: accounts.find_by_handle(tx, account)) if account else None
        if account and owner is None:
            fail(f"there is no account {account!r}")
        found = all_pages(lambda after: store.read(lambda tx: apps.listing(tx, after)))
    rows = [
        {
            "client_id": app.client_id,
            "name": app.name,
            "made_by": str(app.account_id or ""),
            "created": moment(app.created_at),
            "redirect_uris": " ".join(app.redirects),
        }
        for app in found
        if owner is None or app.account_id == owner
    ]
    if json:
        as_json(rows)
    else:
        heads = ("client_id", "name", "made_by", "created", "redirect_uris")
        table(heads, [tuple(row.values()) for row in rows], "there are no applications")


@client.command("delete")
def delete_app(client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID", help="Its client_id.")]) -> None:
    """End an application: all tokens that it was given end with it."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.people import apps, ownapps
    from folkmoot.store.tx import Tx

    def write(tx: Tx) -> str:
        found = apps.find(tx, client_id)
        if found is None:
            fail(f"there is no app with the client_id {client_id!r}")
        ownapps.remove(tx, Viewer.system(), found.id)
        return found.name

    with open_house() as (_, store, _):
        name = store.write(write)
    say(f"{name} is gone, and may act for nobody any more")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(client, name="app")
