"""How mail to a person fared, for them and for who works with members: the last that arrived, the last try, returns."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import grouprights
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.schema.mail import bounces
from folkmoot.store.schema.posts import posts
from folkmoot.store.schema.work import outbox
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

LOOKED_AT: Final = 100
"""So many of each group's latest posts, and of a person's latest letters, are looked through."""
PAGE: Final = 101
TOP: Final = 1 << 62

_NAMES = ("id", "kind", "group_id", "post_id", "created_at", "sent_at", "attempts", "error")
_COLUMNS = [outbox.c[name] for name in _NAMES]
_LETTERS = (
    sa.select(*_COLUMNS)
    .where(outbox.c.account_id == p("account_id"), outbox.c.kind != sa.literal_column("'post'"))
    .order_by(outbox.c.id.desc())
    .limit(LOOKED_AT)
    .subquery()
)
_OWN = sa.select(addresses.c.address).where(addresses.c.account_id == p("account_id"))
_IN_GROUPS = members.join(groups, groups.c.account_id == members.c.group_id).join(
    posts,
    sa.and_(posts.c.group_id == groups.c.account_id, posts.c.number >= groups.c.next_number - LOOKED_AT),
)
_LOOKED_AT = (
    sa.select(posts.c.id)
    .select_from(_IN_GROUPS)
    .where(
        members.c.account_id == p("account_id"),
        sa.or_(p("group_id") == 0, members.c.group_id == p("group_id")),
    )
)
# Posts are mailed to so many that an index of them by receivers would cost more than all else in the queueing.
_POSTS = sa.select(*_COLUMNS).where(
    outbox.c.post_id.in_(_LOOKED_AT),
    outbox.c.kind == sa.literal_column("'post'"),
    outbox.c.address.in_(_OWN),
    outbox.c.account_id == p("account_id"),
)
_LATEST = sa.union_all(sa.select(_LETTERS), _POSTS).subquery()


def _last(*where: Any) -> Query:
    return Query(
        sa.select(*(_LATEST.c[name] for name in _NAMES))
        .where(sa.or_(p("group_id") == 0, _LATEST.c.group_id == p("group_id")), *where)
        .order_by(_LATEST.c.id.desc())
        .limit(1)
    )


_ARRIVED = _last(_LATEST.c.sent_at.is_not(None))
_TRIED = _last(sa.or_(_LATEST.c.sent_at.is_not(None), _LATEST.c.attempts > 0))
_RETURNS = [bounces.c[name] for name in ("id", "group_id", "post_id", "kind", "source", "hard", "response")]
_WHERE = (
    bounces.c.account_id == p("account_id"),
    sa.or_(p("group_id") == 0, bounces.c.group_id == p("group_id")),
)
_NEWEST = Query(
    sa.select(*_RETURNS, bounces.c.created_at)
    .where(*_WHERE, bounces.c.id < p("key"))
    .order_by(bounces.c.id.desc())
    .limit(PAGE)
)
_OLDEST = Query(
    sa.select(*_RETURNS, bounces.c.created_at)
    .where(*_WHERE, bounces.c.id > p("key"))
    .order_by(bounces.c.id)
    .limit(PAGE)
)
_COUNT = Query(sa.select(sa.func.count()).where(*_WHERE))


class Delivery(msgspec.Struct, frozen=True):
    """One mail on its way to a person; *sent_at* None: not taken yet, and *error* says what was answered last."""

    id: int
    kind: str
    group_id: int | None
    post_id: int | None
    created_at: int
    sent_at: int | None
    attempts: int
    error: str


class Return(msgspec.Struct, frozen=True):
    """One mail that came back, or was complained of."""

    id: int
    group_id: int | None
    post_id: int | None
    kind: str
    source: str
    hard: int
    response: str
    created_at: int


def last(tx: Tx, account_id: int, group_id: int = 0) -> tuple[Delivery | None, Delivery | None]:
    """(the last mail that was taken, the last that was tried) of one group, or of all where *group_id* is 0,
    within outbox.KEPT_MS; for the person and for those that may_know."""
    values = {"account_id": account_id, "group_id": group_id}
    arrived, tried = tx.one(_ARRIVED, **values), tx.one(_TRIED, **values)
    return (Delivery(*arrived) if arrived else None), (Delivery(*tried) if tried else None)


def returns(
    tx: Tx, account_id: int, group_id: int = 0, *, ascending: bool = False, after: int | None = None
) -> list[Return]:
    """What came back, 101 beyond the id *after*; newest first unless *ascending*."""
    key = after if after is not None else (0 if ascending else TOP)
    query = _OLDEST if ascending else _NEWEST
    return [Return(*row) for row in tx.all(query, account_id=account_id, group_id=group_id, key=key)]


def count_returns(tx: Tx, account_id: int) -> int:
    """How many mails to the person came back."""
    return int(tx.value(_COUNT, account_id=account_id, group_id=0))


def require_may_know(tx: Tx, viewer: Viewer, account_id: int, group_id: int) -> None:
    """Raises NotFound, Forbidden("manage_members") where the viewer may not know how mail of the group to somebody
    fares; everybody may know it of themselves."""
    if account_id != viewer.account_id:
        grouprights.require(tx, viewer, group_id, "manage_members")
