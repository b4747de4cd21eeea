"""`folkmoot mail`: what waits to go out, how addresses fare, and the key that mail is signed with."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from folkmoot.cli.common import JsonOption, as_json, fail, load_settings, moment, open_house, say, table

mail = typer.Typer(help="Mail going out: what waits, whose comes back, the key.", no_args_is_help=True)
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
    id: Annotated[int | None, typer.Argument(metavar="ID", min=1, help="One mail; without it all.")] = None,
) -> None:
    """Put waiting mail, and mail that was given up, in the front of the line; a domain that said "later" rests on. The
    worker sends it in a moment."""
    from folkmoot.domain import backlog
    from folkmoot.domain.access import Viewer

    with open_house() as (settings, store, _):
        if not settings.smtp_relay:
            fail("there is no relay to send through: set FOLKMOOT_SMTP_RELAY=host:port")
        count = store.write(lambda tx: backlog.send_now(tx, Viewer.system(), id or 0))
    say(f"{count} to be sent")


@mail.command("key")
def key(json: JsonOption = False) -> None:
    """Make the key that mail is signed with (DKIM), once, and print what to write into the DNS.

    With a key there already it only prints the record. To change the key set FOLKMOOT_DKIM_SELECTOR to a new name, make
    the key, and leave the old record in the DNS for a week.
    """
    from folkmoot.doors.mail.signing import key_file, record_name
    from folkmoot.kit.mail.signing import BadKey, Signer, is_selector, make_key

    settings = load_settings()
    if not is_selector(settings.dkim_selector):
        fail(f"FOLKMOOT_DKIM_SELECTOR is {settings.dkim_selector!r}; it must be a word of a-z, 0-9 and -")
    file = key_file(settings)
    try:
        made = not file.exists()
        if made:
            make_key(file)
        signer = Signer(file.read_bytes(), settings.signing_domain, settings.dkim_selector)
    except (OSError, BadKey) as error:
        fail(f"{file}: {error}")
    name = record_name(settings)
    if json:
        as_json({"file": str(file), "made": made, "name": name, "type": "TXT", "value": signer.record})
        return
    say(f"{'made' if made else 'found'} {file}")
    say("Write this into the DNS; until it is there, receivers take the signatures for broken:")
    pieces = [signer.record[at : at + 250] for at in range(0, len(signer.record), 250)]
    say(f"{name}. IN TXT ( " + " ".join(f'"{piece}"' for piece in pieces) + " )")


@mail.command("address")
def address(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Somebody's mail address.")],
    resume: Annotated[bool, typer.Option("--resume", help="Let mail go to it again.")] = False,
    json: JsonOption = False,
) -> None:
    """Show how mail to an address fares and what came back from it, newest first."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.mail import mailhealth
    from folkmoot.domain.mail.reach import Health
    from folkmoot.domain.people import accounts

    with open_house() as (_, store, _):
        if resume:
            store.write(lambda tx: mailhealth.resume(tx, Viewer.system(), address))
        account_id = store.read(lambda tx: accounts.find_by_address(tx, address))
        if account_id is None:
            fail(f"nobody here has the address {address}")
        states = store.read(lambda tx: mailhealth.of_account(tx, account_id))
        history = store.read(lambda tx: mailhealth.history(tx, account_id))
    state = next((s for s in states if s.address.lower() == address.lower()), None)
    rows = [
        {
            "when": moment(b.created_at),
            "mail": b.kind,
            "source": b.source,
            "hard": bool(b.hard),
            "response": b.response,
        }
        for b in history
    ]
    word = Health(state.state if state else 0).name.lower()
    score = state.score if state else 0.0
    if json:
        as_json({"address": address, "state": word, "score": score, "bounces": rows})
        return
    say(f"{address}: {word}, score {score:.1f}")
    table(
        ("when", "mail", "source", "hard", "response"), [tuple(r.values()) for r in rows], "nothing came back"
    )


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(mail, name="mail")
