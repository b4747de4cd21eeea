"""`folkmoot user` and `token`: who may come in, and with what."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

import typer

from folkmoot.cli.common import (
    JsonOption,
    all_pages,
    as_json,
    fail,
    moment,
    open_house,
    read_secret,
    say,
    table,
)

RoleName = Literal["owner", "admin", "moderator", "user"]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]
PasswordOption = Annotated[
    str | None, typer.Option(help="The password; visible to others on this machine while the command runs.")
]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
SCOPES = "read write follow push"

user = typer.Typer(help="Accounts of people: make, list, let in, change.", no_args_is_help=True)
token = typer.Typer(help="Access tokens for programs.", no_args_is_help=True)
client = typer.Typer(help="OAuth applications.", no_args_is_help=True)


@user.command("create")
def create(
    name: NameArgument,
    email: Annotated[str, typer.Option(help="The address that mail goes to and that may log in.")] = "",
    role: Annotated[RoleName, typer.Option(help="What the account may do on this server.")] = "user",
    display_name: Annotated[str, typer.Option(help="The name that is shown.")] = "",
    password: PasswordOption = None,
    password_stdin: StdinOption = False,
    locale: Annotated[str, typer.Option(help="Language of pages and mail.")] = "en",
    json: JsonOption = False,
) -> None:
    """Make an account that can log in at once.

    Without a password one is asked for on a terminal; elsewhere one is made and printed.
    """
    from folkmoot.domain.access import Role
    from folkmoot.domain.people import accounts, passwords

    given = read_secret("Password", password, password_stdin)
    made = "" if given is not None else secrets.token_urlsafe(12)
    new = accounts.NewPerson(
        name=name,
        address=email,
        display_name=display_name,
        password_hash=passwords.hash_password(made or given or ""),
        role=Role[role.upper()],
        locale=locale,
        confirmed=True,
    )
    with open_house() as (settings, store, _):
        account_id = store.write(lambda tx: accounts.add_person(tx, new))
    if json:
        password_made = {"password": made} if made else {}
        as_json({"id": str(account_id), "name": name, "email": email, "role": role, **password_made})
        return
    say(f"made @{name}@{settings.domain} ({role})")
    if made:
        say(f"password: {made}")


@user.command("approve")
def approve(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Names of those who are let in.")],
) -> None:
    """Let people in who signed up while FOLKMOOT_REGISTRATION is "approval"; they are told by mail.

    Who waits: folkmoot user list --pending
    """
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.errors import Forbidden
    from folkmoot.domain.people import accounts
    from folkmoot.domain.staff import dossiers, sanctions
    from folkmoot.store.tx import Tx

    def approve(tx: Tx, account_id: int) -> bool:
        try:
            sanctions.approve(tx, Viewer.system(), account_id)
        except Forbidden as refusal:
            if refusal.code != "approved":
                raise
            if not dossiers.see(tx, Viewer.system(), account_id).confirmed:
                fail("the address is not confirmed yet: its owner has to open the link")
            return False
        return True

    def write(tx: Tx) -> list[tuple[str, bool]]:
        done = []
        for name in names:
            found = accounts.find_by_handle(tx, name)
            if found is None:
                fail(f"there is no account {name!r}")
            done.append((name, approve(tx, found)))
        return done

    with open_house() as (_, store, _):
        for name, changed in store.write(write):
            say(f"@{name} may log in now" if changed else f"@{name} was let in before")


@user.command("list")
def list_users(
    pending: Annotated[bool, typer.Option("--pending", help="Only those who wait for approval.")] = False,
    json: JsonOption = False,
) -> None:
    """List everybody who has a login here, oldest first."""
    from folkmoot.domain.access import Role, Viewer
    from folkmoot.domain.people.accounts import LoginState
    from folkmoot.domain.staff import staff

    with open_house() as (_, store, _):
        people = all_pages(lambda after: store.read(lambda tx: staff.listing(tx, Viewer.system(), after)))
    if pending:
        people = [p for p in people if p.state == LoginState.PENDING]
    rows = [
        {
            "id": str(p.id),
            "name": p.name,
            "email": p.address or "",
            "role": Role(p.role).name.lower(),
            "state": "suspended" if p.suspended_at else LoginState(p.state).name.lower(),
            "created": moment(p.created_at),
            "display_name": p.display_name,
        }
        for p in people
    ]
    if json:
        as_json(rows)
    else:
        heads = ("id", "name", "email", "role", "state", "created", "display_name")
        table(
            heads,
            [tuple(row.values()) for row in rows],
            "nobody waits" if pending else "there are no accounts; make one: folkmoot user create NAME",
        )


@user.command("password")
def set_password(
    name: NameArgument, password: PasswordOption = None, password_stdin: StdinOption = False
) -> None:
    """Set an account's password; all its sessions and tokens end."""
    from folkmoot.domain.people import accounts, logins, passwords
    from folkmoot.store.tx import Tx

    given = read_secret("New password", password, password_stdin)
    if given is None:
        fail("no password: give --password or --password-stdin, or run this on a terminal")
    hashed = passwords.hash_password(given)

    def write(tx: Tx) -> None:
        found = accounts.find_by_handle(tx, name)
        if found is None:
            fail(f"there is no account {name!r}")
        logins.set_password(tx, found, hashed)

    with open_house() as (_, store, _):
        store.write(write)
    say(f"@{name} has a new password; all sessions and tokens have ended")


@user.command("second-factor-off")
def second_factor_off(name: NameArgument) -> None:
    """Let somebody log in with the password alone again, who has lost app and recovery codes."""
    from folkmoot.domain.people import accounts, factors
    from folkmoot.store.tx import Tx

    def write(tx: Tx) -> bool:
        found = accounts.find_by_handle(tx, name)
        if found is None:
            fail(f"there is no account {name!r}")
        return factors.switch_off(tx, found)

    with open_house() as (_, store, _):
        done = store.write(write)
    say(f"@{name} logs in with the password alone" if done else f"@{name} has no second factor")


@user.command("role")
def set_role(name: NameArgument, role: Annotated[RoleName, typer.Argument(help="The new role.")]) -> None:
    """Give an account a role on this server: owner, admin, moderator or user."""
    from folkmoot.domain.access import Role, Viewer
    from folkmoot.domain.people import accounts
    from folkmoot.domain.staff import staff
    from folkmoot.store.tx import Tx

    def write(tx: Tx) -> bool:
        found = accounts.find_by_handle(tx, name)
        if found is None:
            fail(f"there is no account {name!r}")
        return staff.set_role(tx, Viewer.system(), found, Role[role.upper()])

    with open_house() as (_, store, _):
        changed = store.write(write)
    say(f"@{name} is {role} now" if changed else f"@{name} was {role} already")


@user.command("memorial")
def memorial(
    name: NameArgument,
    back: Annotated[
        bool, typer.Option("--undo", help="Take it back: the login is as it was before.")
    ] = False,
) -> None:
    """Let the account of somebody who has died be a memorial: its posts stay, nobody logs in, no mail goes there."""
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.people import accounts
    from folkmoot.domain.staff import memorials
    from folkmoot.store.tx import Tx

    def write(tx: Tx) -> None:
        found = accounts.find_by_handle(tx, name)
        if found is None:
            fail(f"there is no account {name!r}")
        (memorials.live if back else memorials.remember)(tx, Viewer.system(), found)

    with open_house() as (_, store, _):
        store.write(write)
    say(f"@{name} is no memorial" if back else f"@{name} is a memorial now")


@token.command("create")
def create_token(
    account: Annotated[
        str, typer.Option(help="Whose token; without it the token is an application's own.")
    ] = "",
    app: Annotated[str, typer.Option(help="client_id of the application it belongs to.")] = "",
    scopes: Annotated[str, typer.Option(help="OAuth scopes with spaces between.")] = SCOPES,
    name: Annotated[str, typer.Option(help="What its owner sees it called.")] = "",
    days: Annotated[int, typer.Option(min=0, help="How long it is good for; 0: until it is ended.")] = 0,
    json: JsonOption = False,
) -> None:
    """Make an access token and print it. It is shown only now: the server keeps its hash."""
    from folkmoot.domain.people import accounts, apps, logins
    from folkmoot.store.tx import Tx

    if not account and not app:
        raise typer.BadParameter("give --account, --app or both")

    def write(tx: Tx) -> str:
        account_id = accounts.find_by_handle(tx, account) if account else None
        if account and account_id is None:
            fail(f"there is no account {account!r}")
        found = apps.find(tx, app) if app else None
        if app and found is None:
            fail(f"there is no app with the client_id {app!r}")
        app_id = None if found is None else found.id
        _, made = logins.issue_token(
            tx,
            account_id=account_id,
            app_id=app_id,
            scopes=" ".join(scopes.split()),
            secret=secrets.token_hex(32),
            name=name,
            lasts_ms=days * 86_400_000,
        )
        return made

    with open_house() as (_, store, _):
        secret = store.write(write)
    if json:
        as_json(
            {"access_token": secret, "token_type": "Bearer", "scope": scopes, "account": account, "app": app}
        )
    else:
        say(secret)


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    app.add_typer(user, name="user")
    app.add_typer(token, name="token")
