"""`folkmoot mail outbox`: the mail that waits to go out, or can't."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, moment, open_house, say, table

mail = typer.Typer(help="Mail going out.", no_args_is_help=True)
outbox = typer.Typer()
mail.add_typer(outbox, name="outbox")
State = Literal["waiting", "shunted", "done"]
IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="The mail's id, from the list.")]


@outbox.callback(invoke_without_command=True)
def overview(ctx: typer.Context, json: JsonOption = False) -> None:
    """The mail that waits to go out, or can't. Alone it lists what waits.

    Without a relay (FOLKMOOT_SMTP_RELAY) all mail stays here.
    """
    if ctx.invoked_subcommand is None:
        list_mail(json=json)


@outbox.command("list")
def list_mail(
    state: Annotated[
        State, typer.Option(help="waiting, shunted (given up after many tries), or done.")
    ] = "waiting",
    json: JsonOption = False,
) -> None:
    """List mail of the outbox, the oldest first, at most 500."""
    from folkmoot.domain import backlog
    from folkmoot.domain.access import Viewer

    with open_house() as (_, store, _):
        found = store.read(lambda tx: backlog.mails(tx, Viewer.system(), backlog.STATES[state]))
    rows = [
        {
            "id": m.id,
            "kind": m.kind,
            "to": m.address,
            "created": moment(m.created_at),
            "attempts": m.attempts,
            "next": moment(m.run_at) if state == "waiting" else "-",
            "error": m.error,
        }
        for m in found
    ]
    if json:
        as_json([{**row, "id": str(row["id"])} for row in rows])
    else:
        heads = ("id", "kind", "to", "created", "attempts", "next", "error")
        table(heads, [tuple(row.values()) for row in rows], f"no mail is {state}")


@outbox.command("show")
def show(id: IdArgument) -> None:
    """Show one mail as it goes out, headers first."""
    import sys

    from folkmoot.doors.mail import send

    with open_house() as (settings, store, blobs):
        data = send.rendered(settings, store, blobs, id)
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@outbox.command("send")
def send_now(
    id: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="One mail; without it all.")] = None,
) -> None:
    """Try waiting mail at once, and mail that was given up once more. The worker sends it in a moment."""
    from folkmoot.domain import backlog
    from folkmoot.domain.access import Viewer

    with open_house() as (settings, store, _):
        if not settings.smtp_relay:
            fail("there is no relay to send through: set FOLKMOOT_SMTP_RELAY=host:port")
        count = store.write(lambda tx: backlog.send_now(tx, Viewer.system(), id or 0))
    say(f"{count} to be sent")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(mail, name="mail", rich_help_panel="Look")
