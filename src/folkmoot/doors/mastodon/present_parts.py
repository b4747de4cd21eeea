"""Polls, quotes and scheduled posts as this API's entities; asks nothing of the database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET

from folkmoot.domain.posts import quotes
from folkmoot.domain.posts.polls import PollView
from folkmoot.domain.posts.quotes import Policy, QuoteSeen
from folkmoot.domain.posts.scheduled import Scheduled
from folkmoot.doors.frame.links import Links
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.entity import Audience, QuoteState
from folkmoot.wire.mastodon.poll import Poll, PollOption
from folkmoot.wire.mastodon.scheduled import ScheduledStatus, ScheduledStatusParams
from folkmoot.wire.mastodon.status import QuoteApproval, ShallowQuote

STATES: Final[dict[str, QuoteState]] = {
    quotes.SHOWN: "accepted",
    quotes.REVOKED: "revoked",
    quotes.DELETED: "deleted",
    quotes.UNSEEN: "unauthorized",
    quotes.BLOCKED: "blocked_account",
    quotes.MUTED: "muted_account",
}
AUTOMATIC: Final[dict[int, list[Audience]]] = {
    Policy.PUBLIC: ["public"],
    Policy.FOLLOWERS: ["followers"],
    Policy.NOBODY: [],
}
POLICIES: Final = {"public": Policy.PUBLIC, "followers": Policy.FOLLOWERS, "nobody": Policy.NOBODY}
"""Words of quote_approval_policy."""
POLICY_WORDS: Final[dict[int, Literal["public", "followers", "nobody"]]] = {
    Policy.PUBLIC: "public",
    Policy.FOLLOWERS: "followers",
    Policy.NOBODY: "nobody",
}


def poll(view: PollView, *, known: bool, emojis: Sequence[CustomEmoji] = ()) -> Poll:
    """A poll; *known* tells whether a person looks, who has votes of their own, *emojis* what its answers name."""
    options = zip(view.titles, view.votes, strict=True)
    return Poll(
        id=Id(str(view.id)),
        expires_at=None if view.expires_at is None else time(view.expires_at),
        expired=view.expired,
        multiple=view.multiple,
        votes_count=view.votes_n,
        voters_count=view.voters_n,
        options=[PollOption(title=title, votes_count=votes) for title, votes in options],
        voted=view.voted if known else UNSET,
        own_votes=list(view.mine) if known else UNSET,
        emojis=list(emojis),
    )


def shallow_quote(seen: QuoteSeen) -> ShallowQuote:
    """A quote below the first level: the quoted post's id, while it is shown."""
    shown = None if seen.quoted_id is None else Id(str(seen.quoted_id))
    return ShallowQuote(state=STATES[seen.state], quoted_status_id=shown)


def quote_json(seen: QuoteSeen, status: bytes | None) -> bytes:
    """A quote with the quoted post as JSON, or null."""
    return b'{"state":"%b","quoted_status":%b}' % (STATES[seen.state].encode(), status or b"null")


def approval(policy: int, *, may: bool) -> QuoteApproval:
    """Who may quote a post, and whether the reader may."""
    return QuoteApproval(
        automatic=AUTOMATIC[policy], manual=[], current_user="automatic" if may else "denied"
    )


@lru_cache(maxsize=4096)
def approval_json(policy: int, quotes_n: int, may: bool) -> bytes:
    """The keys quotes_count and quote_approval, ready to append."""
    return b',"quotes_count":%d,"quote_approval":%b' % (
        quotes_n,
        msgspec.json.encode(approval(policy, may=may)),
    )


def scheduled(view: Scheduled, links: Links) -> ScheduledStatus:
    """A post to come."""
    from folkmoot.doors.mastodon.present import attachment  # only here: present builds on this module

    params: dict[str, Any] = view.asked
    return ScheduledStatus(
        id=Id(str(view.id)),
        scheduled_at=time(view.due_at),
        params=msgspec.convert(params, ScheduledStatusParams),
        media_attachments=[attachment(file, links, private=True) for file in view.media],
    )
