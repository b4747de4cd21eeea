"""Taking a group's archive along: which messages, in their order, once a day for each person; and how many when."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer
from folkmoot.domain.errors import TooMany
from folkmoot.domain.posts.threads import message_id_of
from folkmoot.store.schema.entering import archive_takes
from folkmoot.store.schema.posts import mails, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

AGAIN_MS: Final = 86_400_000
"""A person takes a group's archive along once in so long."""
MINUTE_MS, DAY_MS = 60_000, 86_400_000

_TAKEN = Query(
    sa.select(archive_takes.c.taken_at).where(
        archive_takes.c.account_id == p("account_id"), archive_takes.c.group_id == p("group_id")
    )
)
_PER_DAY = Query(
    sa.select(((posts.c.created_at + p("offset")) // DAY_MS).label("day"), sa.func.count())
    .where(
        posts.c.group_id == p("group_id"),
        posts.c.state == int(PostState.LIVE),
        posts.c.boost_of_id.is_(None),
    )
    .group_by("day")
)


class Raw(msgspec.Struct, frozen=True):
    """The mail that a post came by: where its bytes are, whose it was by its envelope, and when it came."""

    blob: str
    sender: str
    received_at: int


def take(tx: Tx, viewer: Viewer, group_id: int) -> None:
    """Remember that the viewer takes the archive along now (the caller has asked for the right). Raises TooMany where
    that was done within a day."""
    me = viewer.required()
    tx.alone("take archive", me)
    key = {"account_id": me, "group_id": group_id}
    last = tx.value(_TAKEN, **key)
    if last is not None and tx.now - int(last) < AGAIN_MS:
        raise TooMany("once in 24 hours", retry_after=(int(last) + AGAIN_MS - tx.now) // 1000 + 1)
    if not tx.update(archive_takes, key, taken_at=tx.now):
        tx.insert(archive_takes, **key, taken_at=tx.now)


def per_day(tx: Tx, group_id: int, offset_minutes: int) -> dict[int, int]:
    """How many messages a group's archive has of each day since 1970, days cut *offset_minutes* east of UTC."""
    rows = tx.all(_PER_DAY, group_id=group_id, offset=offset_minutes * MINUTE_MS)
    return {int(row[0]): int(row[1]) for row in rows}


_MAILS = Query(
    sa.select(mails.c.post_id, mails.c.blob, mails.c.sender, mails.c.received_at, mails.c.id).where(
        in_list(mails.c.post_id, "ids")
    )
)
_NAMES = Query(sa.select(posts.c.id, posts.c.message_id).where(in_list(posts.c.id, "ids")))


def mails_of(tx: Tx, post_ids: list[int]) -> dict[int, Raw]:
    """The first raw mail behind each of these posts that came by mail."""
    found: dict[int, Raw] = {}
    for row in sorted(tx.all(_MAILS, ids=post_ids), key=lambda row: -int(row[4])):
        found[int(row[0])] = Raw(row[1], row[2], row[3])
    return found


def message_ids(tx: Tx, post_ids: list[int]) -> dict[int, str]:
    """The Message-IDs of posts, without brackets, as answers to them name them."""
    return {int(row[0]): message_id_of(tx, row[0], row[1]) for row in tx.all(_NAMES, ids=post_ids)}
