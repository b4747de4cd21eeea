"""What the commands of people share: the login's clients, JSON, texts, bars."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from folkmoot.cli.common import fail, progress, say
from folkmoot.cli.personal import stash

if TYPE_CHECKING:
    from folkmoot.client import Friendica, GroupsIO, Mastodon

AsOption = Annotated[
    str,
    typer.Option("--as", metavar="LOGIN", help="Which login, as `folkmoot accounts` names it; or MOOT_AS."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print what the server sent, as JSON.")]
CountOption = Annotated[int, typer.Option("--count", "-n", min=1, max=1000, help="How many at most.")]
WordsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="TEXT", help="The words; - reads them from standard input.")
]
UndoOption = Annotated[bool, typer.Option("--undo", help="Take it back.")]
AGENT = "folkmoot-cli"


def mastodon(as_: str) -> Mastodon:
    """The login's Mastodon API."""
    from folkmoot.cli.personal.watching import Watching
    from folkmoot.client import Mastodon

    login = stash.find(as_)
    if login.api != "mastodon":
        fail(f"{login.name} is a login for groups alone; use the commands of: folkmoot groups")
    return Mastodon(
        access_token=login.token,
        api_base_url=login.url,
        client_id=login.client_id or None,
        client_secret=login.client_secret or None,
        user_agent=AGENT,
        request_timeout=60,
        ratelimit_method="throw",
        session=Watching(),
    )


def groupsio(as_: str) -> GroupsIO:
    """The login's API of Groups.io, which a Folkmoot server has under the same token."""
    from folkmoot.client import GroupsIO

    login = stash.find(as_)
    return GroupsIO(login.url, key=login.token, user_agent=AGENT)


def friendica(as_: str) -> Friendica:
    """The login's Friendica API."""
    from folkmoot.client import Friendica

    login = stash.find(as_)
    if login.api != "mastodon":
        fail("this server lets nobody join or leave by its API; use its web pages")
    return Friendica(login.url, token=login.token, user_agent=AGENT)


def dump(value: Any) -> None:
    """Anything that a client gave, as JSON; times as ISO 8601."""
    import msgspec

    plain = msgspec.json.encode(value, enc_hook=_plain)
    say(msgspec.json.format(plain, indent=2).decode())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, dict) else str(value)


def tell(json: bool, value: Any, text: str) -> None:
    """What came of a command: *value* for programs, or a line for people."""
    if json:
        dump(value)
    else:
        say(text)


def text_of(given: list[str] | None, prompt: str) -> str:
    """The words of the command line; "-" or nothing reads standard input, or asks where that is a terminal."""
    text = " ".join(given or [])
    if text and text != "-":
        return text
    if sys.stdin.isatty() and not text:
        return str(typer.prompt(prompt, err=True))
    return sys.stdin.read().rstrip("\n")


def moment(text: str) -> datetime:
    """A time that somebody wrote: ISO 8601 in local time, or +90m, +2h, +3d from now."""
    from datetime import UTC, timedelta

    units = {"m": "minutes", "h": "hours", "d": "days"}
    if text[:1] == "+" and text[1:-1].isdigit() and text[-1:] in units:
        return datetime.now(UTC) + timedelta(**{units[text[-1]]: int(text[1:-1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{text!r} is no time; write 2030-12-24T18:00, or +90m, +2h, +3d")
    return found.astimezone()


def seconds(text: str, option: str) -> int:
    """A span that somebody wrote: 30m, 6h, 3d. *option* is named where it is none."""
    units = {"m": 60, "h": 3600, "d": 86_400}
    if not text[:-1].isdigit() or text[-1:] not in units:
        raise typer.BadParameter("write 30m, 6h or 3d", param_hint=option)
    return int(text[:-1]) * units[text[-1]]


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes on standard error while something is sent or fetched."""
    with progress(what, octets=True) as advance:
        yield advance


def pages(first: Any, following: Callable[[Any], Any], count: int) -> list[Any]:
    """*count* items of a listing at most, page by page."""
    items: list[Any] = []
    page = first
    while page:
        items += page
        if len(items) >= count:
            break
        page = following(page)
    return items[:count]
