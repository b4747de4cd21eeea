"""Posts, people and notifications on a terminal: in colour where that is wanted, by pages where they are many."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from folkmoot.cli.common import note, say
from folkmoot.cli.personal import images
from folkmoot.cli.personal.plain import clean, text_of

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 88
MARKS = {"unlisted": "unlisted", "private": "followers", "direct": "direct"}
NEWS = {
    "mention": "mentions you",
    "status": "posts",
    "reblog": "boosts",
    "follow": "follows you",
    "follow_request": "asks to follow you",
    "favourite": "likes",
    "poll": "a poll has ended",
    "update": "changes",
    "quote": "quotes you",
}


def console() -> Console:
    """Where to print: rich obeys NO_COLOR, and no wider than reads well."""
    from rich.console import Console

    made = Console(highlight=False, soft_wrap=False)
    made.width = min(made.width, WIDEST)
    return made


def _paged(to: Console, wanted: bool) -> AbstractContextManager[object]:
    if not wanted or not to.is_terminal or not sys.stdin.isatty():
        return nullcontext()
    os.environ.setdefault("LESS", "-FRX")
    return to.pager(styles=not to.no_color)


def every(
    items: Sequence[Any], show: Callable[[Console, Any], None], empty: str, *, pager: bool = True
) -> None:
    """Show each item; *empty* is said if there are none."""
    if not items:
        note(empty)
        return
    to = console()
    with _paged(to, pager and len(items) > 1):
        for item in items:
            show(to, item)


def line(to: Console, text: str, style: str = "", indent: int = 0) -> None:
    """Text with its line breaks, indented, in a style."""
    from rich.text import Text

    for part in Text(clean(text), style=style).wrap(to, max(20, to.width - indent), overflow="ignore"):
        part.rstrip()
        to.print(Text(" " * indent if part else "").append_text(part), soft_wrap=True)


def post(to: Console, status: Any, indent: int = 0, *, pictures: bool = False) -> None:
    """One post: who, when, which; its words; its poll and files; how many liked, boosted and answered."""
    inner = status.get("reblog") or status
    if inner is not status:
        line(to, f"↻ @{status.account.acct} boosts", "magenta", indent)
    _head(to, inner, indent)
    if inner.get("spoiler_text"):
        line(to, f"⚠ {inner.spoiler_text}", "yellow", indent + 2)
    line(to, text_of(inner.content), "", indent + 2)
    if inner.get("poll"):
        poll(to, inner.poll, indent + 2)
    for media in inner.get("media_attachments") or []:
        line(to, f"▣ {media.get('description') or media.type}: {media.url}", "blue", indent + 2)
        if pictures and media.type == "image":
            _picture(to, media)
    _foot(to, inner, indent)


def _picture(to: Console, media: Any) -> None:
    """As well as the terminal can; not at all where it has no colours."""
    how = images.way()
    drawn = images.escape(images.fetched(str(media.preview_url or media.url)), how) if how else ""
    if drawn:
        say(drawn)
    elif media.get("blurhash") and to.is_terminal and not to.no_color:
        with suppress(ValueError):
            to.print(images.blocks(media.blurhash))


def _head(to: Console, status: Any, indent: int) -> None:
    from rich.text import Text

    who = clean(status.account.get("display_name") or status.account.username)
    head = Text(" " * indent)
    head.append(who, style="bold green").append(f" @{clean(status.account.acct)}", style="green")
    head.append(f"  {when(status.created_at)}", style="dim")
    if status.visibility in MARKS:
        head.append(f"  [{MARKS[status.visibility]}]", style="yellow")
    head.append(f"  {status.id}", style="cyan")
    to.print(head, soft_wrap=True)


def _foot(to: Console, status: Any, indent: int) -> None:
    counts = (
        ("★", "favourites_count", "favourited"),
        ("↻", "reblogs_count", "reblogged"),
        ("↩", "replies_count", ""),
    )
    parts = [
        f"{sign} {status.get(n, 0)}{'*' if status.get(mine) else ''}"
        for sign, n, mine in counts
        if status.get(n)
    ]
    line(to, "  ".join(parts) + "\n" if parts else "", "dim", indent + 2)


def when(moment: Any) -> str:
    """A time as people here read it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if hasattr(moment, "astimezone") else str(moment or "")


def poll(to: Console, asked: Any, indent: int = 0) -> None:
    """A poll with its options numbered from 1, as `folkmoot vote` takes them."""
    total = sum(option.votes_count or 0 for option in asked.options) or 1
    own = asked.get("own_votes") or []
    for number, option in enumerate(asked.options, 1):
        share = round(100 * (option.votes_count or 0) / total)
        mark = "✓" if number - 1 in own else " "
        line(to, f"{mark}{number}. {option.title}  {share}%", "bold" if mark == "✓" else "", indent)


def news(to: Console, notification: Any) -> None:
    """One notification, with its post."""
    who = f"@{clean(notification.account.acct)}" if notification.get("account") else ""
    word = NEWS.get(notification.type, clean(notification.type))
    line(to, f"● {who} {word}  {when(notification.created_at)}", "bold")
    if notification.get("status"):
        post(to, notification.status, 2)
    else:
        to.print()


def person(to: Console, account: Any) -> None:
    """One account: names, counts, what it says of itself."""
    line(to, f"{account.get('display_name') or account.username} @{account.acct}  {account.id}", "bold green")
    line(
        to,
        f"{account.statuses_count} posts, {account.followers_count} followers, follows {account.following_count}",
        "dim",
        2,
    )
    if text := text_of(account.get("note")):
        line(to, text, "", 2)
    for field in account.get("fields") or []:
        line(to, f"{field.name}: {text_of(field.value)}", "blue", 2)
    to.print()
