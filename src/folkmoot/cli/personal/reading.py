"""`folkmoot timeline`, `thread`, `notifications`, `search` and `stream`: reading in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from folkmoot.cli.common import fail, note
from folkmoot.cli.personal import shown
from folkmoot.cli.personal.common import AsOption, CountOption, JsonOption, dump, mastodon, pages
from folkmoot.cli.personal.lists import known
from folkmoot.cli.personal.posting import PostArgument, found

if TYPE_CHECKING:
    from rich.console import Console

    from folkmoot.client import Mastodon

TIMELINES = "home, public, local, direct, bookmarks, favourites, scheduled, #TAG, @NAME, list:TITLE"
WhichArgument = Annotated[str, typer.Argument(metavar="WHICH", help=f"{TIMELINES}.")]
StreamArgument = Annotated[
    str,
    typer.Argument(metavar="WHICH", help="user (home and notifications), public, local, #TAG, list:TITLE."),
]
PagerOption = Annotated[
    bool, typer.Option("--pager/--no-pager", help="Page by page what is longer than the screen.")
]
PicturesOption = Annotated[
    bool, typer.Option("--images", help="Draw pictures: iTerm2, WezTerm, Kitty; elsewhere blurred.")
]


def timeline(
    which: WhichArgument = "home",
    count: CountOption = 20,
    before: Annotated[str, typer.Option(help="Only posts older than this id.")] = "",
    since: Annotated[str, typer.Option(help="Only posts newer than this id.")] = "",
    pager: PagerOption = True,
    pictures: PicturesOption = False,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Read posts, the newest first: your home, or another timeline.

    For example: folkmoot timeline @ada, or: folkmoot timeline "#tea" -n 50
    """
    client = mastodon(as_)
    span = {"max_id": before or None, "since_id": since or None}
    posts = pages(_first(client, which, min(count, 40), span), client.fetch_next, count)
    if json:
        dump(posts)
        return
    if which == "direct":
        posts = [one.last_status for one in posts if one.last_status]
    show = _waiting if which == "scheduled" else _shower(pictures)
    shown.every(posts, show, "nothing there", pager=pager and not pictures)


def _shower(pictures: bool) -> Any:
    def show(to: Console, status: Any) -> None:
        shown.post(to, status, pictures=pictures)

    return show


def _waiting(to: Console, scheduled: Any) -> None:
    shown.line(to, f"{shown.when(scheduled.scheduled_at)}  {scheduled.id}", "cyan")
    shown.line(to, str(scheduled.params.get("text", "")), "", 2)


def _first(client: Mastodon, which: str, limit: int, span: dict[str, Any]) -> Any:
    kind, _, name = which.partition(":")
    match kind:
        case "home" | "public" | "local":
            return client.timeline(kind, limit=limit, **span)
        case "bookmarks" | "favourites":
            return getattr(client, kind)(limit=limit, **span)
        case "scheduled":
            return client.scheduled_statuses(limit=limit, **span)
        case "direct":
            return client.conversations(limit=limit, **span)
        case "list" if name:
            return client.timeline_list(known(client, name).id, limit=limit, **span)
    if which.startswith("#"):
        return client.timeline_hashtag(which[1:], limit=limit, **span)
    if which.startswith("@"):
        return client.account_statuses(client.account_lookup(which[1:]).id, limit=limit, **span)
    return fail(f"there is no timeline {which!r}; one of: {TIMELINES}")


def thread(
    post: PostArgument,
    pager: PagerOption = True,
    pictures: PicturesOption = False,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Read a whole thread: what a post answers, the post, and its answers, each below what it answers."""
    client = mastodon(as_)
    middle = client.status(found(client, post))
    around = client.status_context(middle.id)
    posts = [*around.ancestors, middle, *around.descendants]
    if json:
        dump(posts)
        return
    depths: dict[str, int] = {}
    for one in posts:
        depths[str(one.id)] = min(depths.get(str(one.in_reply_to_id), -1) + 1, 8)

    def show(to: Console, status: Any) -> None:
        shown.post(to, status, 2 * depths[str(status.id)], pictures=pictures)

    shown.every(posts, show, "nothing there", pager=pager and not pictures)


def notifications(
    count: CountOption = 20,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="mention, follow, favourite, reblog …; several times."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Dismiss all of them afterwards.")] = False,
    pager: PagerOption = True,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Read what concerns you, the newest first."""
    client = mastodon(as_)
    news = pages(client.notifications(limit=min(count, 40), types=only), client.fetch_next, count)
    if json:
        dump(news)
    else:
        shown.every(news, shown.news, "nothing new", pager=pager)
    if clear:
        client.notifications_clear()


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="Words, #TAG, @NAME or an address.")],
    of: Annotated[
        Literal["all", "posts", "people", "tags"], typer.Option("--of", help="What to look for.")
    ] = "all",
    count: CountOption = 20,
    pager: PagerOption = True,
    as_: AsOption = "",
    json: JsonOption = False,
) -> None:
    """Search posts, people and tags."""
    kind = {"all": None, "posts": "statuses", "people": "accounts", "tags": "hashtags"}[of]
    got = mastodon(as_).search_v2(" ".join(words), result_type=kind, limit=min(count, 40))
    if json:
        dump(got)
        return
    found: list[tuple[Any, Any]] = [(shown.person, one) for one in got.accounts]
    found += [(lambda to, tag: shown.line(to, f"#{tag.name}", "blue"), one) for one in got.hashtags]
    found += [(shown.post, one) for one in got.statuses]
    shown.every(found, lambda to, pair: pair[0](to, pair[1]), "nothing found", pager=pager)


def stream(
    which: StreamArgument = "user",
    as_: AsOption = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line: event and payload.")] = False,
    count: Annotated[int, typer.Option("--count", "-n", min=0, help="End after so many; 0: by Ctrl-C.")] = 0,
) -> None:
    """Follow a timeline live, until Ctrl-C."""
    from folkmoot.cli.personal.live import Printer

    client = mastodon(as_)
    printer = Printer(json=json, count=count)
    kind, _, name = which.partition(":")
    if which.startswith("#"):
        handle = client.stream_hashtag(which[1:], printer, run_async=True, reconnect_async=True)
    elif kind == "list" and name:
        handle = client.stream_list(known(client, name).id, printer, run_async=True, reconnect_async=True)
    elif which in ("user", "public", "local"):
        handle = getattr(client, f"stream_{which}")(printer, run_async=True, reconnect_async=True)
    else:
        fail(f"there is no stream {which!r}; one of: user, public, local, #TAG, list:TITLE")
    note("listening; Ctrl-C ends it")
    try:
        printer.wait()
    except KeyboardInterrupt:
        note("")
    finally:
        printer.ended.set()
        if handle is not None:
            handle.close()


def register(app: typer.Typer) -> None:
    """Hang the commands in."""
    for command in (timeline, thread, notifications, search, stream):
        app.command()(command)
