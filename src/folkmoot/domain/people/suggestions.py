"""Whom somebody may want to follow, and the directory of those who want to be found."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.people.accounts import Kind, see_account
from folkmoot.domain.reading.interest import unwanted
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.schema.place import dismissed_suggestions as dismissed
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

Reason = Literal["friends", "followed"]
MOST = 80
NEAR = 200
"""So many of one's own follows, the newest, are asked whom they follow."""
CHOOSY = 500
"""Whoever follows more than so many recommends nobody by it."""


class Suggestion(msgspec.Struct, frozen=True):
    """Somebody to follow: because people whom one follows do ("friends"), or because many do ("followed")."""

    id: int
    reasons: tuple[Reason, ...]


def _fitting() -> list[Any]:
    """Who may be suggested to the viewer: wants to be found, is new to them, and neither side avoids the other."""
    f, b, d, m = follows.alias(), blocks.alias(), dismissed.alias(), members.alias()
    me, them = p("me"), accounts.c.id
    return [
        accounts.c.discoverable == 1,
        accounts.c.suspended_at.is_(None),
        accounts.c.silenced_at.is_(None),
        accounts.c.moved_to_id.is_(None),
        accounts.c.memorial_at.is_(None),
        accounts.c.kind != int(Kind.GROUP),
        them != me,
        ~sa.exists().where(f.c.account_id == me, f.c.target_id == them),
        ~sa.exists().where(b.c.account_id == them, b.c.target_id == me),
        ~sa.exists().where(d.c.account_id == me, d.c.target_id == them),
        ~sa.exists().where(m.c.account_id == me, m.c.group_id == them),
        ~unwanted(me, them),
    ]


def _friends() -> Any:
    mine, theirs, friend = follows.alias("mine"), follows.alias("theirs"), accounts.alias("friend")
    near = (
        sa.select(mine.c.target_id)
        .where(mine.c.account_id == p("me"), mine.c.state == 1)
        .order_by(mine.c.id.desc())
        .limit(NEAR)
        .subquery()
    )
    return (
        sa.select(accounts.c.id)
        .select_from(
            near.join(friend, friend.c.id == near.c.target_id)
            .join(theirs, theirs.c.account_id == near.c.target_id)
            .join(accounts, accounts.c.id == theirs.c.target_id)
        )
        .where(
            theirs.c.state == 1,
            friend.c.hide_collections == 0,
            friend.c.following_n <= CHOOSY,
            *_fitting(),
        )
        .group_by(accounts.c.id)
        .order_by(sa.func.count().desc(), accounts.c.id)
        .limit(MOST)
    )


_FRIENDS = Query(_friends)
_FOLLOWED = Query(
    lambda: (
        sa.select(accounts.c.id)
        .where(*_fitting())
        .order_by(accounts.c.followers_n.desc(), accounts.c.id.desc())
        .limit(MOST)
    )
)


def suggest(tx: Tx, viewer: Viewer, limit: int) -> list[Suggestion]:
    """Whom the viewer may want to follow, the nearest first; at most 80."""
    me = viewer.required()
    friends = tx.column(_FRIENDS, me=me, now=tx.now)
    followed = tx.column(_FOLLOWED, me=me, now=tx.now)
    reasons: dict[int, list[Reason]] = {}
    for id_ in friends:
        reasons.setdefault(id_, []).append("friends")
    for id_ in followed:
        reasons.setdefault(id_, []).append("followed")
    return [Suggestion(id_, tuple(why)) for id_, why in reasons.items()][: max(0, limit)]


def dismiss(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Never suggest that account to the viewer again. Raises NotFound for an unknown account."""
    me = viewer.required()
    see_account(tx, account_id)
    tx.insert_new(dismissed, account_id=me, target_id=account_id, created_at=tx.now)


@lru_cache(maxsize=4)
def _directory(newest: bool, local: bool) -> Query:
    listed = groups.alias()
    where = [
        sa.or_(
            accounts.c.discoverable == 1,
            sa.exists().where(listed.c.account_id == accounts.c.id, listed.c.listed == 1),
        ),
        accounts.c.suspended_at.is_(None),
        accounts.c.silenced_at.is_(None),
        accounts.c.moved_to_id.is_(None),
        ~unwanted(p("viewer"), accounts.c.id),
    ]
    if local:
        where.append(accounts.c.domain == "")
    spoke = sa.func.coalesce(accounts.c.last_post_at, sa.literal_column("0")).desc()
    by = (accounts.c.id.desc(),) if newest else (spoke, accounts.c.id.desc())
    return Query(sa.select(accounts.c.id).where(*where).order_by(*by).limit(MOST).offset(p("offset")))


def directory(tx: Tx, viewer: Viewer, *, newest: bool, local: bool, limit: int, offset: int) -> list[int]:
    """Those who want to be found, and listed groups: who spoke last first, or the newest accounts first."""
    if limit <= 0:
        return []
    values = {"viewer": viewer.account_id, "now": tx.now, "offset": max(0, min(offset, 100_000))}
    return tx.column(_directory(newest, local), **values)[:limit]
