"""`folkmoot webhook`: programs elsewhere that are told what happens in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, moment, open_house, say, table

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", help="The group's name.")]
webhook = typer.Typer(help="Webhooks of groups: add, list, remove.", no_args_is_help=True)


def _group(tx: Tx, name: str) -> int:
    from folkmoot.domain.groups import groups

    found = groups.id_of_address(tx, name)
    if found is None:
        fail(f"there is no group {name!r}")
    return found


@webhook.command("add")
def add(
    group: GroupArgument,
    url: Annotated[str, typer.Argument(help="The address that is POSTed to.")],
    secret: Annotated[str, typer.Option(help="What POSTs are signed with; without it one is made.")] = "",
    json: JsonOption = False,
) -> None:
    """Let an address be told what happens in a group, and print the secret.

    The body is JSON; the header x-groupsio-signature holds its HMAC-SHA1 with the secret, in base64.
    """
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.groups import callbacks

    with open_house() as (_, store, _):
        made = store.write(lambda tx: callbacks.add(tx, Viewer.system(), _group(tx, group), url, secret))
    if json:
        as_json({"id": str(made.id), "group": group, "url": made.url, "secret": made.secret})
    else:
        say(f"{made.id} {made.url}")
        say(f"secret: {made.secret}")


@webhook.command("list")
def list_webhooks(group: GroupArgument, json: JsonOption = False) -> None:
    """List a group's webhooks and how they fare."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.groups import callbacks

    with open_house() as (_, store, _):
        found = store.read(lambda tx: callbacks.of_group(tx, Viewer.system(), _group(tx, group)))
    rows = [
        {
            "id": str(each.id),
            "url": each.url,
            "state": "off" if each.off_at else "failing" if each.failing_since else "on",
            "last": moment(each.last_at) if each.last_at else "",
            "error": each.error,
        }
        for each in found
    ]
    if json:
        as_json(rows)
    else:
        heads = ("id", "url", "state", "last", "error")
        table(heads, [tuple(row.values()) for row in rows], "the group has no webhooks")


@webhook.command("remove")
def remove(webhook_id: Annotated[int, typer.Argument(metavar="ID", help="As `list` shows it.")]) -> None:
    """Take a webhook away."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.errors import NotFound
    from folkmoot.domain.groups import callbacks

    with open_house() as (_, store, _):
        try:
            store.write(lambda tx: callbacks.remove(tx, Viewer.system(), webhook_id))
        except NotFound:
            fail(f"there is no webhook {webhook_id}")
    say(f"webhook {webhook_id} is gone")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(webhook, name="webhook")
