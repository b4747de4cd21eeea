"""Who is told of a new or changed post: some with the act itself, so that they know at once, the rest by the worker."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, PostState, who_may_see
from folkmoot.domain.notices import notices
from folkmoot.domain.notices.notices import Told
from folkmoot.domain.posts import exchanges, postfacts
from folkmoot.domain.posts.quotes import State
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.posting import quotes
from folkmoot.store.schema.posts import notices as notices_t
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

PAGE: Final = 50
"""So many of a kind are told in one transaction."""
LAST: Final = 1 << 62
_ATTENTIVE = Query(
    sa.select(follows.c.account_id, follows.c.account_id, sa.literal_column("0"))
    .where(
        follows.c.target_id == p("author_id"),
        follows.c.notify == 1,
        follows.c.state == 1,
        follows.c.account_id < p("below"),
    )
    .order_by(follows.c.account_id.desc())
    .limit(PAGE)
)
_BOOSTERS = Query(
    sa.select(posts.c.id, posts.c.author_id, posts.c.boost_of_id)
    .where(posts.c.boost_of_id == p("post_id"), posts.c.state == int(PostState.LIVE), posts.c.id < p("below"))
    .order_by(posts.c.id.desc())
    .limit(PAGE)
)
_QUOTERS = Query(
    sa.select(quotes.c.id, quotes.c.account_id, quotes.c.post_id)
    .where(
        quotes.c.quoted_id == p("post_id"), quotes.c.state == int(State.ACCEPTED), quotes.c.id < p("below")
    )
    .order_by(quotes.c.id.desc())
    .limit(PAGE)
)
_TOLD = Query(
    sa.select(notices_t.c.account_id, notices_t.c.post_id).where(
        in_list(notices_t.c.post_id, "ids"),
        notices_t.c.kind == text_p("kind"),
        notices_t.c.actor_id == p("author_id"),
        notices_t.c.created_at >= p("since"),
    )
)
_PAGES: Final = {"post": _ATTENTIVE, "edit": _BOOSTERS, "quoted_edit": _QUOTERS}
"""By kind of notice a page of (place in the order, who is told, of which post), from the last on."""


def of_post(tx: Tx, post_id: int, what: dict[str, Any]) -> None:
    """Tell those whom a new live post concerns; *what* are its facts as the journal has them.

    A mention tells more than "has posted", so nobody gets both. Answers to others and direct posts are no news.
    """
    author_id = what["author_id"]
    reached, got = [author_id], [author_id]
    for account_id in what["addressed"]:
        told = notices.add(tx, account_id, "mention", author_id, post_id)
        if told != Told.DROPPED:
            got.append(account_id)
        if told in (Told.TOLD, Told.QUIET):
            reached.append(account_id)
    if what["audience"] == Audience.DIRECT:
        exchanges.arrived(tx, post_id, got)
        exchanges.said(tx, post_id, reached)
        return
    if what["parent_id"] is None or what["parent_author_id"] == author_id:
        _begin(tx, "post", author_id, post_id)


def of_edit(tx: Tx, author_id: int, post_id: int) -> None:
    """Those who passed a post on or quoted it hear of its edit, the latest first, and once for each edit."""
    _begin(tx, "edit", author_id, post_id)
    _begin(tx, "quoted_edit", author_id, post_id)


def _begin(tx: Tx, kind: str, author_id: int, post_id: int) -> None:
    below = page(tx, kind, author_id, post_id)
    if below is not None:
        journal.record(tx, journal.TIDINGS_OWED, author_id, post_id, notice_kind=kind, below=below)


def page(tx: Tx, kind: str, author_id: int, post_id: int, below: int = LAST, since: int = LAST) -> int | None:
    """Tell the next ones of that kind; where to go on, None at the end. Who was told of it since *since* is not told
    again."""
    rows = tx.all(_PAGES[kind], author_id=author_id, post_id=post_id, below=below)
    ids = {row[1] for row in rows}
    if kind == "post" and ids:
        ids = who_may_see(tx, post_id, list(ids - set(postfacts.addressed_to(tx, post_id))))
        told = set[tuple[int, int]]()  # such a notice never comes twice
    else:
        told = _told(tx, kind, author_id, list({row[2] for row in rows}), since)
    for _, account_id, about_id in rows:
        if account_id in ids and (account_id, about_id) not in told:
            notices.add(tx, account_id, kind, author_id, about_id or post_id)
    return rows[-1][0] if len(rows) == PAGE else None


def _told(tx: Tx, kind: str, author_id: int, post_ids: list[int], since: int) -> set[tuple[int, int]]:
    rows = tx.all(_TOLD, kind=kind, author_id=author_id, ids=post_ids, since=since) if post_ids else []
    return {(row[0], row[1]) for row in rows}
