"""Direct posts as a mailbox: what one got, what one sent, what was seen, and one's own list of them."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.paging import Page
from folkmoot.domain.posts.exchanges import take_out
from folkmoot.store.schema.notices import exchanges, mailbox
from folkmoot.store.schema.posts import addressed, bodies, posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

PAGE_MAX: Final = 100
FOUND_MAX: Final = 100
LOOKED_THROUGH: Final = 5000
"""So many messages, the newest ones, are looked through for a text."""


class Box(IntEnum):
    """Which messages: those one got, those one sent, or both."""

    GOT = 0
    SENT = 1
    ALL = 2


class Message(msgspec.Struct, frozen=True, gc=False):
    """One side of a direct post: whose it is, with whom it is shared, and whether it was seen."""

    id: int
    thread_id: int
    others: tuple[int, ...]
    """Ids of those it is had with besides oneself; empty for notes to self."""
    own: bool
    seen: bool


_here = mailbox.c
_MINE = _here.account_id == p("me")
_SOURCE = mailbox.join(posts, posts.c.id == _here.post_id)


@lru_cache(maxsize=64)
def _listing(box: Box, of_thread: bool, with_other: bool) -> Query:
    def statement() -> Any:
        where: list[Any] = [_MINE, _here.post_id > p("low"), _here.post_id < p("high"), may_see(p("me"))]
        if box != Box.ALL:
            where.append(_here.own == sa.literal_column(str(int(box))))
        if of_thread:
            where.append(_here.thread_id == p("thread_id"))
        if with_other:
            to = addressed.c
            spoken_to = sa.exists().where(to.post_id == posts.c.id, to.account_id == p("other"))
            where.append(sa.or_(posts.c.author_id == p("other"), spoken_to))
        return (
            sa.select(_here.post_id)
            .select_from(_SOURCE)
            .where(*where)
            .order_by(_here.post_id.desc())
            .limit(p("limit"))
            .offset(p("offset"))
        )

    return Query(statement)


def listing(
    tx: Tx, viewer: Viewer, box: Box, page: Page, *, thread_id: int | None = None, other: int | None = None
) -> list[int]:
    """Ids of the viewer's messages, newest first, 100 at most: of one thread or with one person where that is asked.

    What the viewer's rules of notices set aside is among them.
    """
    query = _listing(box, thread_id is not None, other is not None)
    return tx.column(
        query,
        me=viewer.required(),
        low=page.low,
        high=page.high,
        limit=min(page.limit, PAGE_MAX),
        offset=page.offset,
        **({"thread_id": thread_id} if thread_id is not None else {}),
        **({"other": other} if other is not None else {}),
    )


_FACTS = Query(
    lambda: (
        sa.select(_here.post_id, _here.thread_id, _here.others, _here.own, _here.seen)
        .select_from(_SOURCE)
        .where(_MINE, in_list(_here.post_id, "ids"), may_see(p("me")))
    )
)


def facts(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, Message]:
    """The viewer's messages among these posts, by id; all else is left out."""
    rows = tx.all(_FACTS, me=viewer.required(), ids=ids) if ids else []
    return {row[0]: _read(row) for row in rows}


def _read(row: tuple[Any, ...]) -> Message:
    others = tuple(int(part) for part in row[2].split(",") if part)
    return Message(row[0], row[1], others, bool(row[3]), bool(row[4]))


def see(tx: Tx, viewer: Viewer, post_id: int) -> Message:
    """One of the viewer's messages. Raises NotFound for all other posts, whether they exist or not."""
    found = facts(tx, viewer, [post_id]) if 0 < post_id < 1 << 63 else {}
    if post_id not in found:
        raise NotFound(what="message")
    return found[post_id]


_ANY_UNSEEN = Query(
    sa.select(_here.post_id)
    .where(_MINE, _here.thread_id == p("thread_id"), _here.others == text_p("others"), _here.seen == 0)
    .limit(1)
)


def set_seen(tx: Tx, viewer: Viewer, post_id: int) -> None:
    """Mark a message as seen; an exchange of which all is seen is read. Raises NotFound."""
    found = see(tx, viewer, post_id)
    tx.update(mailbox, {"account_id": viewer.account_id, "post_id": found.id}, seen=1)
    _read_if_seen(tx, viewer, found)


def _read_if_seen(tx: Tx, viewer: Viewer, message: Message) -> None:
    which = {"thread_id": message.thread_id, "others": ",".join(map(str, message.others))}
    if tx.one(_ANY_UNSEEN, me=viewer.account_id, **which) is None:
        tx.update(exchanges, {"account_id": viewer.account_id, **which}, unread=0)


def drop(tx: Tx, viewer: Viewer, post_id: int) -> None:
    """Take a message off the viewer's own list; the post stays for everybody else. Raises NotFound."""
    found = see(tx, viewer, post_id)
    take_out(tx, viewer.account_id, found.id)
    _read_if_seen(tx, viewer, found)


_newest = (
    sa.select(_here.post_id).where(_MINE).order_by(_here.post_id.desc()).limit(LOOKED_THROUGH).subquery()
)
_FIND = Query(
    lambda: (
        sa.select(_newest.c.post_id)
        .select_from(
            _newest.join(posts, posts.c.id == _newest.c.post_id).join(
                bodies, bodies.c.post_id == _newest.c.post_id
            )
        )
        .where(
            may_see(p("me")),
            sa.or_(
                bodies.c.plain.like(text_p("exact"), escape="\\"),
                sa.func.lower(bodies.c.plain).like(text_p("pattern"), escape="\\"),
            ),
        )
        .order_by(_newest.c.post_id.desc())
        .limit(FOUND_MAX)
    )
)


def find(tx: Tx, viewer: Viewer, text: str) -> list[int]:
    """Ids of the viewer's messages whose text holds *text*, newest first, 100 at most of the newest 5000; titles are
    not searched.

    Great and small letters are alike, as far as the database knows them (SQLite: those of ASCII).
    """
    escaped = text[:500].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return tx.column(_FIND, me=viewer.required(), exact=f"%{escaped}%", pattern=f"%{escaped.lower()}%")
