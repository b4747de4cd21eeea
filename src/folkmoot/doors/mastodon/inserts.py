"""What stands inside a post's JSON for one reader alone and changes without the post: poll and quote."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.hot import HotRow
from folkmoot.domain.media import emoji
from folkmoot.domain.posts import polls as polls_
from folkmoot.domain.posts import quotes as quotes_
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present_card, present_parts
from folkmoot.store.tx import Tx

POLL, QUOTE, ASIDE = polls_.PART, quotes_.PART, quotes_.ASIDE
"""Bits of a post's parts (posts.parts)."""
Show = Callable[[list[int]], dict[int, bytes]]
"""Makes the JSON of posts that the viewer was found to see."""


def polls(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """The Poll entity of each of these posts, as the viewer sees it."""
    found = polls_.of_posts(tx, viewer, ids)
    named = emoji.of_each(tx, {id_: emoji.codes_in(*poll.titles) for id_, poll in found.items()})
    drawn = {id_: present_card.emojis(emojis, house.links) for id_, emojis in named.items()}
    return {
        id_: msgspec.json.encode(present_parts.poll(poll, known=viewer.known, emojis=drawn.get(id_, ())))
        for id_, poll in found.items()
    }


def quotes(tx: Tx, viewer: Viewer, ids: list[int], show: Show | None) -> dict[int, bytes]:
    """The Quote entity of each of these posts, as the viewer sees it; ShallowQuote where there is no *show*."""
    seen = quotes_.of_posts(tx, viewer, ids)
    if show is None:
        return {id_: msgspec.json.encode(present_parts.shallow_quote(q)) for id_, q in seen.items()}
    wanted = list({q.quoted_id for q in seen.values() if q.quoted_id is not None})
    shown = show(wanted) if wanted else {}
    return {id_: present_parts.quote_json(q, shown.get(q.quoted_id or 0)) for id_, q in seen.items()}


def approvals(tx: Tx, viewer: Viewer, rows: list[HotRow]) -> dict[int, bytes]:
    """The keys quotes_count and quote_approval of each shown post, ready to append."""
    asked = [row.shown.id for row in rows if row.shown.parts & ASIDE]
    groups = {row.shown.group_id for row in rows if row.shown.audience == Audience.GROUP}
    open_ = quotes_.open_groups(tx, [g for g in groups if g is not None]) if groups else set()
    rules = quotes_.rules(tx, viewer, asked)
    out = {}
    for row in rows:
        post = row.shown
        rule = rules.get(post.id)
        if rule is None:
            # A boost says of its author's own post what it says to all, so that equal looks stay equal bytes.
            own = row.post.boost_of_id is None and post.author_id == viewer.account_id
            wide = post.audience <= Audience.UNLISTED or post.group_id in open_
            rule = quotes_.usual(wide=wide, own=own and post.audience != Audience.DIRECT, known=viewer.known)
        out[row.post.id] = present_parts.approval_json(rule.policy, rule.quotes_n, rule.may)
    return out
