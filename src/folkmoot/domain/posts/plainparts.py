"""Polls and quotes for readers whose door has neither: a line with the quoted post's address, a list of the answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from folkmoot.domain.posts.polls import PollView
from folkmoot.kit.markup.sanitise import escape, escape_text

if TYPE_CHECKING:
    from folkmoot.domain.views import PostView


def quote_line(url: str) -> str:
    """The paragraph above the text that names the quoted post, as readers know it; those who show the quote hide it."""
    return f'<p class="quote-inline">RE: <a href="{escape(url)}">{escape_text(url)}</a></p>'


def _head(poll: PollView) -> str:
    many = "several answers" if poll.multiple else "one answer"
    if poll.expires_at is None:
        return f"Poll ({many})"
    end = datetime.fromtimestamp(poll.expires_at // 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"Poll ({many}, until {end})"


def html_of(post: PostView) -> str:
    """The post's HTML with its quote above and its poll below; counts are left out, since they change."""
    out = post.html
    if post.quote is not None and post.quote.url:
        out = quote_line(post.quote.url) + out
    if post.poll is not None:
        answers = "".join(f"<li>{escape_text(title)}</li>" for title in post.poll.titles)
        out += f"<p>{escape_text(_head(post.poll))}:</p><ul>{answers}</ul>"
    return out


def text_of(post: PostView, text: str | None = None) -> str:
    """The same for plain text; *text* stands in for the post's own where a door has shaped it already."""
    out = post.plain if text is None else text
    if post.quote is not None and post.quote.url:
        out = f"RE: {post.quote.url}\n\n{out}"
    if post.poll is not None:
        answers = "\n".join(f"* {title}" for title in post.poll.titles)
        out = f"{out.rstrip()}\n\n{_head(post.poll)}:\n{answers}\n".lstrip("\n")
    return out
