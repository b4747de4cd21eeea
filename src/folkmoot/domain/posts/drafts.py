"""What doors hand in: one Draft for a new post, one Change for an edit; every door translates into these."""

from __future__ import annotations

from typing import Any

import msgspec

from folkmoot.domain.media.media import MediaChange, NewMedia
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.text import Markup


class Draft(msgspec.Struct, kw_only=True):
    """A post that somebody wants to make, whatever the door."""

    text: str = ""
    markup: int = Markup.PLAIN
    title: str = ""
    warning: str = ""
    language: str | None = None
    sensitive: bool | None = None
    audience: int | None = None
    """One of access.Audience; None: the parent's group, or the author's default."""
    group_id: int | None = None
    circle_id: int | None = None
    parent_id: int | None = None
    to: list[int] = []
    """Accounts that are addressed beyond those whom the text mentions."""
    closed: bool = False
    """Spoken to those in *to* alone: whom the text names is named, and hears nothing of it."""
    media_ids: list[int] = []
    poll: NewPoll | None = None
    quote_of: int | None = None
    """The post to show inside this one."""
    quote_policy: int | None = None
    """One of quotes.Policy; None is the author's default."""
    files: list[NewMedia] = []
    """Files that came in with the text (mail), stored already; as many as there are."""
    door: str = ""
    app_id: int | None = None
    idempotency: str = ""
    """A word of the client's: within an hour the same word of the same author gives the same post."""
    message_id: str = ""
    """The Message-ID of the mail that this is, without angle brackets."""
    references: list[str] = []
    """Message-IDs of ancestors, nearest last (RFC 5322 3.6.4)."""
    html: str | None = None
    """The HTML that came beside the text (mail with both); the text stays the source."""
    doubts: str = ""
    """Why whoever took this in does not trust it: it waits for a moderator with this reason."""
    aside: bool = False
    """In no list and told to nobody: who comes upon it has its id, or looks into the album that it stands in."""
    extra: dict[str, Any] = {}
    """Small facts to keep with the body (place, source name …)."""
    happened_at: int | None = None
    """For imports: when it was said, in ms; the post gets an id of that time and tells nobody."""


def say_left_out(draft: Draft, files_n: int, why: str) -> None:
    """Say in the post itself, for whoever reads it wherever, that so many of its files are not there."""
    note = f"[{files_n} file{'s' if files_n > 1 else ''} left out: {why}]"
    draft.text = f"{note}\n\n{draft.text}"
    draft.html = f"<p>{note}</p>{draft.html}" if draft.html else draft.html


class Change(msgspec.Struct, kw_only=True):
    """An edit. None stays as it is, an empty value clears."""

    text: str | None = None
    markup: int | None = None
    title: str | None = None
    warning: str | None = None
    language: str | None = None
    sensitive: bool | None = None
    media_ids: list[int] | None = None
    media: dict[int, MediaChange] = {}
    """What becomes different about attached files, by id."""
    poll: NewPoll | None = None
    no_poll: bool = False
    """Take the poll away, where *poll* is None."""
    quote_policy: int | None = None


class Written(msgspec.Struct, frozen=True):
    """What became of a draft: the post's id, and whether it waits for a moderator."""

    id: int
    held: bool = False
    again: bool = False
    """It was there already (idempotency, or the same mail twice)."""
