"""`folkmoot demo`: a small community that one can use at once, by each of the doors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from folkmoot.cli.common import fail, load_settings, open_house, say
from folkmoot.domain.people.demo import GROUP, TOKEN

if TYPE_CHECKING:
    from folkmoot.cli.seedfile import SeedFile
    from folkmoot.settings import Settings
    from folkmoot.store.tx import Tx

LMTP_PORT = 3024
SMTP_PORT = 3025
CLIENT_ID = "demo"
POSTS = (
    (
        "anna",
        "Beans before or after the frost?",
        "Last year I sowed on the **first of May** and lost half of them.",
        None,
    ),
    ("bruno", "", "After. Mine go out with the elder in bloom, and never before.", 0),
    (
        "chiara",
        "",
        "I start them on the window sill, two to a pot, and move them out in the middle of May.",
        1,
    ),
    (
        "anna",
        "Seed swap on Saturday",
        "Bring what you have too much of. I have *far* too many tomatoes.",
        None,
    ),
)
"""(author, title, Markdown, which of these it answers)."""


def demo(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the web and API server.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Make the community, say how to log in, and end.")
    ] = False,
) -> None:
    """Serve a small demo community, made at the first run and kept after that.

    Data is kept in the data folder (./data). LMTP and SMTP listen on high ports, mail out waits in the
    outbox. The passwords are known to everybody: never on a public address.
    """
    settings = demo_settings(port)
    fill(settings)
    if check:
        say(welcome(settings))
        return
    from folkmoot.app import serve

    serve(settings, ready=lambda: say(welcome(settings)))


def fill(settings: Settings) -> None:
    """Make the community where there is nobody yet; what became of it since then is kept.

    Fails where another community lives: its people must not get passwords that everybody knows.
    """
    from folkmoot.cli import sower
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.people import apps
    from folkmoot.domain.staff import staff

    with open_house(settings) as (_, store, _):
        if store.read(lambda tx: apps.find(tx, CLIENT_ID)) is not None:
            return
        if store.read(lambda tx: staff.listing(tx, Viewer.system())):
            fail(f"{settings.data} holds another community; name another folder: folkmoot --data FOLDER demo")
        sower.sow(store, demo_file())
        store.write(_talk)


def demo_settings(port: int | None) -> Settings:
    """The operator's settings with mail switched on, on high ports, where nothing is said of it."""
    from folkmoot.settings import in_file, variable

    plain = load_settings()

    def own(name: str, usual: int) -> int:
        said = variable(name) in os.environ or name in in_file(plain.data)
        return int(getattr(plain, name)) or (0 if said else usual)

    return load_settings(
        port=port,
        lmtp_port=own("lmtp_port", LMTP_PORT),
        smtp_port=own("smtp_port", SMTP_PORT),
        demo=True,
        title="Folkmoot demo" if plain.title == "Folkmoot" else None,
        confirm_email=False,
    )


def demo_file() -> SeedFile:
    """The seed that ships with the package."""
    import tomllib
    from importlib import resources

    from folkmoot.cli import seedfile

    text = resources.files("folkmoot.cli").joinpath("demo.toml").read_text(encoding="utf-8")
    return seedfile.parse(tomllib.loads(text), "demo.toml")


def _talk(tx: Tx) -> None:
    """A first conversation, so that there is something to answer."""
    from folkmoot.domain.groups import groups
    from folkmoot.domain.people import accounts
    from folkmoot.domain.posts import posts
    from folkmoot.domain.posts.drafts import Draft
    from folkmoot.domain.text import Markup

    group_id = groups.id_of_address(tx, GROUP)
    made: list[int] = []
    for author, title, text, parent in POSTS:
        account_id = accounts.find_by_name(tx, author)
        assert account_id is not None
        draft = Draft(text=text, markup=Markup.MARKDOWN, title=title, language="en", door="demo")
        draft.group_id = group_id
        draft.parent_id = None if parent is None else made[parent]
        made.append(posts.write(tx, accounts.viewer_of(tx, account_id), draft).id)


WELCOME = """
{title} is at {url}

  people     anna (owner), bruno, chiara; the password is the name twice: anna-anna
  web        {url}/login as anna
  Mastodon   any Mastodon app, server {domain}; or
             curl -H 'Authorization: Bearer {token}' {url}/api/v1/timelines/home
  Friendica  curl -u anna:anna-anna {url}/api/statuses/home_timeline.json
  Groups.io  curl -d email=anna@example.org -d password=anna-anna {url}/api/v1/login
{mail}
All data is in {data}; Ctrl-C ends the server and keeps it.
"""


MAIL = """\
  mail       swaks --server {mail_host}:{smtp_port} --from bruno@example.org --to {group} \\
                   --header 'Subject: Hello' --body 'By mail.'
             LMTP on {mail_host}:{lmtp_port}; what goes out: folkmoot --data {data} mail outbox
"""


def welcome(settings: Settings) -> str:
    """Where it is and how one gets in, door by door."""
    mail = MAIL.format(
        mail_host=settings.mail_host,
        smtp_port=settings.smtp_port,
        lmtp_port=settings.lmtp_port,
        group=f"{GROUP}@{settings.list_domain}",
        data=settings.data,
    )
    return WELCOME.format(
        title=settings.title,
        url=settings.base_url,
        domain=settings.domain,
        mail=mail if settings.smtp_port and settings.lmtp_port else "",
        data=settings.data,
        token=TOKEN,
    )


def register(app: typer.Typer) -> None:
    """Hang the command in."""
    app.command()(demo)
