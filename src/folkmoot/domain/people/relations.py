"""How one account stands to others, both ways: for pages that show many at once."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Membership, Viewer
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.people import account_notes, endorsements, server_blocks
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Row, Tx


class Relation(msgspec.Struct, kw_only=True):
    """How the viewer stands to another account, both ways."""

    id: int
    following: bool = False
    requested: bool = False
    requested_by: bool = False
    followed_by: bool = False
    boosts: bool = False
    notify: bool = False
    languages: str = ""
    blocking: bool = False
    blocked_by: bool = False
    blocking_server: bool = False
    muting: bool = False
    muting_notices: bool = False
    mute_expires_at: int | None = None
    member: bool = False
    endorsed: bool = False
    note: str = ""


_0: Any = sa.literal_column("0")
_EMPTY: Any = sa.literal_column("''")
OUT, IN, BLOCKING, BLOCKED_BY, MUTING, MEMBER, NOTE, ENDORSED = range(8)


def _arm(kind: int, other: Any, one: Any, two: Any, text: Any, *where: Any) -> Any:
    return sa.select(sa.literal_column(str(kind)), other, one, two, text).where(*where, in_list(other, "ids"))


def _toward(kind: int, bonds: sa.Table, one: Any) -> Any:
    """What the others hold toward the viewer; no account where nothing. The outer join makes SQLite look each of them
    up, where it would otherwise walk through all who follow the viewer."""
    theirs = sa.and_(bonds.c.account_id == accounts.c.id, bonds.c.target_id == p("me"))
    return (
        sa.select(sa.literal_column(str(kind)), bonds.c.account_id, one, _0, _EMPTY)
        .select_from(accounts.outerjoin(bonds, theirs))
        .where(in_list(accounts.c.id, "ids"))
    )


_BONDS = Query(
    lambda: sa.union_all(
        _arm(
            OUT,
            follows.c.target_id,
            follows.c.state,
            follows.c.boosts + 2 * follows.c.notify,
            follows.c.languages,
            follows.c.account_id == p("me"),
        ),
        _toward(IN, follows, follows.c.state),
        _arm(BLOCKING, blocks.c.target_id, _0, _0, _EMPTY, blocks.c.account_id == p("me")),
        _toward(BLOCKED_BY, blocks, _0),
        _arm(
            MUTING,
            mutes.c.target_id,
            mutes.c.notices,
            sa.func.coalesce(mutes.c.expires_at, 0),
            _EMPTY,
            mutes.c.account_id == p("me"),
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now")),
        ),
        _arm(MEMBER, members.c.group_id, members.c.status, _0, _EMPTY, members.c.account_id == p("me")),
        _arm(
            NOTE,
            account_notes.c.target_id,
            _0,
            _0,
            account_notes.c.text,
            account_notes.c.account_id == p("me"),
        ),
        _arm(ENDORSED, endorsements.c.target_id, _0, _0, _EMPTY, endorsements.c.account_id == p("me")),
    )
)
_KNOWN = Query(
    lambda: (
        sa.select(accounts.c.id, accounts.c.suspended_at, sa.case((server_blocks.c.id.is_(None), 0), else_=1))
        .select_from(
            accounts.outerjoin(
                server_blocks,
                sa.and_(server_blocks.c.account_id == p("me"), server_blocks.c.domain == accounts.c.domain),
            )
        )
        .where(in_list(accounts.c.id, "ids"))
    )
)


def relations(tx: Tx, viewer: Viewer, ids: list[int], *, suspended: bool = True) -> list[Relation]:
    """How the viewer stands to each of these accounts, in the order asked for; unknown ids are left out.

    *suspended*: whether suspended accounts are told of.
    """
    me = viewer.required()
    known = {row[0]: row for row in tx.all(_KNOWN, me=me, ids=ids)}
    if not suspended:
        known = {id_: row for id_, row in known.items() if row[1] is None}
    out = {id_: Relation(id=id_, blocking_server=bool(row[2])) for id_, row in known.items()}
    for row in tx.all(_BONDS, me=me, ids=list(out), now=tx.now) if out else []:
        if row[1] is not None:
            _fill(out[row[1]], row)
    return [out[i] for i in dict.fromkeys(ids) if i in out]


def _fill(r: Relation, row: Row) -> None:
    kind, _, one, two, text = row
    if kind == OUT:
        r.following, r.requested = r.following or one == 1, r.requested or one == 0
        r.boosts, r.notify, r.languages = r.boosts or bool(two & 1), bool(two & 2), text
    elif kind == IN:
        r.followed_by, r.requested_by = one == 1, one == 0
    elif kind == BLOCKING:
        r.blocking = True
    elif kind == BLOCKED_BY:
        r.blocked_by = True
    elif kind == MUTING:
        r.muting, r.muting_notices, r.mute_expires_at = True, bool(one), two or None
    elif kind == MEMBER:
        r.member = one == Membership.NORMAL
        r.following, r.requested = r.following or r.member, r.requested or one == Membership.PENDING
        r.boosts = r.boosts or r.member
    elif kind == NOTE:
        r.note = text
    else:
        r.endorsed = True
