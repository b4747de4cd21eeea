"""`folkmoot login`, `logout`, `whoami`, `accounts` and `use`: which server, as whom."""

from __future__ import annotations

import secrets
import sys
import webbrowser
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

import typer

from folkmoot.cli.common import as_json, fail, note, say, table
from folkmoot.cli.personal import stash
from folkmoot.cli.personal.common import AGENT, AsOption, JsonOption, dump, mastodon, tell

if TYPE_CHECKING:
    from folkmoot.client import Mastodon

SCOPES = ["read", "write", "follow"]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
PATIENCE = 300


def login(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The server, as https://town.example or town.example.")
    ],
    api: Annotated[
        Literal["mastodon", "groupsio"],
        typer.Option(
            help="mastodon: Folkmoot and whatever speaks Mastodon's API; groupsio: groups alone, by a key."
        ),
    ] = "mastodon",
    user: Annotated[
        str, typer.Option(help="Log in by this address and a password, where the server lets one.")
    ] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read a token (or a key of Groups.io) from standard input.")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="Show a code in the browser to be pasted here, as from afar.")
    ] = False,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="Keep the token in the system's keyring instead of a file.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Log in to a server, and mean it from now on.

    A browser opens and asks whether you let this program in. Where there is none (over ssh), give --paste. The login is
    kept in ~/.config/folkmoot/logins.json, which only you can read. Any number of logins may be kept: `folkmoot use`
    changes between them.

    For example: folkmoot login town.example

    A script needs no login: it may set MOOT_URL and MOOT_TOKEN instead.
    """
    url = (url if "://" in url else f"https://{url}").rstrip("/")
    if in_the_clear(url):
        note("beware: what is said to this server can be read on the way, the password too; better https://")
    if api == "groupsio":
        made = _by_key(url)
    elif token_stdin:
        made = _named(url, sys.stdin.readline().strip())
    elif user:
        made = _by_password(url, user, password_stdin)
    else:
        made = _by_browser(url, paste)
    stash.add(made, keyring=keyring)
    tell(json, _facts(made, current=True), f"logged in as {made.name}")


def in_the_clear(url: str) -> bool:
    """Does somebody's network lie between here and there, and nothing hides what is said?"""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1")


def _by_key(url: str) -> stash.Login:
    from folkmoot.client import GroupsIO

    key = (
        sys.stdin.readline().strip()
        if not sys.stdin.isatty()
        else typer.prompt("Key", hide_input=True, err=True)
    )
    with GroupsIO(url, key=key, user_agent=AGENT) as client:
        name = f"{client.get_user().email}@{url.partition('://')[2]}"
    return stash.Login(name=name, url=url, token=key, api="groupsio")


def _register(url: str, redirect: str) -> tuple[Mastodon, str, str]:
    """An application of ours on the server; each login makes its own, as a loopback address has its own port."""
    from folkmoot.client import Mastodon

    key, secret = Mastodon.create_app(
        "Folkmoot on the command line",
        SCOPES,
        redirect,
        api_base_url=url,
        request_timeout=30,
        user_agent=AGENT,
    )
    made = Mastodon(
        key, secret, api_base_url=url, request_timeout=60, user_agent=AGENT, ratelimit_method="throw"
    )
    return made, key, secret


def _by_password(url: str, user: str, password_stdin: bool) -> stash.Login:
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, err=True)
    else:
        fail("no password: give --password-stdin, or run this on a terminal")
    client, key, secret = _register(url, OUT_OF_BAND)
    token = client.log_in(user, password, scopes=SCOPES, allow_http=True)
    return _named(url, token, key, secret)


def _by_browser(url: str, paste: bool) -> stash.Login:
    from folkmoot.cli.personal.loopback import Loopback

    state = secrets.token_urlsafe(24)
    if paste:
        client, key, secret = _register(url, OUT_OF_BAND)
        note(f"Open this address, and paste the code that is shown:\n{_ask(client, OUT_OF_BAND, state)}")
        code = typer.prompt("Code", err=True) if sys.stdin.isatty() else sys.stdin.readline()
        redirect = OUT_OF_BAND
    else:
        with Loopback(state) as waiting:
            redirect = waiting.url
            client, key, secret = _register(url, redirect)
            address = _ask(client, redirect, state)
            note(f"Your browser opens; if it does not, open this address yourself:\n{address}")
            webbrowser.open(address)
            code = waiting.code(PATIENCE)
    token = client.log_in(code=code.strip(), redirect_uri=redirect, scopes=SCOPES, allow_http=True)
    return _named(url, token, key, secret)


def _ask(client: Mastodon, redirect: str, state: str) -> str:
    return client.auth_request_url(redirect_uris=redirect, scopes=SCOPES, state=state, allow_http=True)


def _named(url: str, token: str, key: str = "", secret: str = "") -> stash.Login:
    """The login under the name that the server gives: ada@town.example."""
    from folkmoot.client import Mastodon

    client = Mastodon(access_token=token, api_base_url=url, user_agent=AGENT, request_timeout=60)
    name = f"{client.me().username}@{url.partition('://')[2]}"
    return stash.Login(name=name, url=url, token=token, client_id=key, client_secret=secret)


def _facts(login: stash.Login, *, current: bool) -> dict[str, Any]:
    """A login as programs are told of it."""
    return {"name": login.name, "server": login.url, "api": login.api, "current": current}


def logout(as_: AsOption = "", json: JsonOption = False) -> None:
    """End a login: the server forgets the token, this machine the login."""
    from folkmoot.client import MastodonError

    login = stash.find(as_)
    if login.client_id:
        try:
            mastodon(login.name).revoke_access_token(allow_http=True)
        except MastodonError as error:
            note(f"the server did not take the token back ({error}); it may be ended on its web pages")
    stash.drop(login)
    tell(json, _facts(login, current=False), f"logged out {login.name}")


def whoami(as_: AsOption = "", json: JsonOption = False) -> None:
    """Say which login is meant, and that it works."""
    from folkmoot.cli.personal import shown
    from folkmoot.cli.personal.common import groupsio

    login = stash.find(as_)
    if login.api == "groupsio":
        user = groupsio(as_).get_user()
        dump(user) if json else say(f"{login.name}: {user.full_name} <{user.email}>")
        return
    me = mastodon(as_).me()
    if json:
        dump(me)
    else:
        say(login.name)
        shown.person(shown.console(), me)


def accounts(json: JsonOption = False) -> None:
    """List the logins that are kept here; * is the one that is meant."""
    kept = stash.load()
    rows = [_facts(one, current=one.name == kept.current) for one in kept.logins.values()]
    if json:
        as_json(rows)
    else:
        shown = [("*" if row["current"] else "", row["name"], row["server"], row["api"]) for row in rows]
        table(("", "name", "server", "api"), shown, "no logins; make one: folkmoot login https://your.server")


def use(
    name: Annotated[str, typer.Argument(help="A login's name, or its beginning.")], json: JsonOption = False
) -> None:
    """Mean another login from now on."""
    found = stash.find(name)
    kept = stash.load()
    kept.current = found.name
    stash.save(kept)
    tell(json, _facts(found, current=True), f"commands now speak for {found.name}")


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (login, logout, whoami, accounts, use):
        app.command()(command)
