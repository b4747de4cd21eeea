"""How accounts stand to each other: follow and ask to follow, block, mute."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal, notices
from folkmoot.domain.access import Viewer
from folkmoot.domain.accounts import see_account
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, circle_members, circles, follows, mutes
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

REQUESTED, ACCEPTED = 0, 1

_FOLLOW = Query(
    sa.select(follows.c.id, follows.c.state).where(
        follows.c.account_id == p("me"), follows.c.target_id == p("other")
    )
)
_UNFOLLOW = Query(
    sa.delete(follows).where(follows.c.account_id == p("me"), follows.c.target_id == p("other"))
)
_BLOCKED = Query(
    sa.select(blocks.c.id).where(blocks.c.account_id == p("me"), blocks.c.target_id == p("other"))
)
_UNBLOCK = Query(sa.delete(blocks).where(blocks.c.account_id == p("me"), blocks.c.target_id == p("other")))
_UNMUTE = Query(sa.delete(mutes).where(mutes.c.account_id == p("me"), mutes.c.target_id == p("other")))
_TARGET = Query(
    sa.select(accounts.c.locked, accounts.c.kind, accounts.c.suspended_at).where(accounts.c.id == p("id"))
)
_LEAVE_CIRCLES = Query(
    sa.delete(circle_members).where(
        circle_members.c.account_id == p("other"),
        circle_members.c.circle_id.in_(sa.select(circles.c.id).where(circles.c.account_id == p("me"))),
    )
)


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
    muting: bool = False
    muting_notices: bool = False
    mute_expires_at: int | None = None
    member: bool = False


def _count(tx: Tx, follower: int, followed: int, by: int) -> None:
    text = (
        "UPDATE accounts SET {0} = CASE WHEN {0} + {1} < 0 THEN 0 ELSE {0} + {1} END WHERE id = {2}",
        "UPDATE accounts SET {0} = GREATEST(0, {0} + {1}) WHERE id = {2}",
    )
    for column, id_ in (("followers_n", followed), ("following_n", follower)):
        tx.text_sql(*(t.format(column, int(by), int(id_)) for t in text))


def follow(
    tx: Tx,
    viewer: Viewer,
    target_id: int,
    *,
    boosts: bool | None = None,
    notify: bool | None = None,
    languages: str | None = None,
) -> None:
    """Follow an account, or ask to where it is locked; again only changes the options.

    Raises NotFound, Forbidden("self" | "blocked").
    """
    me = viewer.required()
    see_account(tx, target_id)
    if me == target_id:
        raise Forbidden("you can't follow yourself", code="self")
    if tx.one(_BLOCKED, me=target_id, other=me) or tx.one(_BLOCKED, me=me, other=target_id):
        raise Forbidden("there is a block between you", code="blocked")
    target = tx.one(_TARGET, id=target_id)
    assert target is not None
    options = {
        k: v
        for k, v in (
            ("boosts", None if boosts is None else int(boosts)),
            ("notify", None if notify is None else int(notify)),
            ("languages", languages),
        )
        if v is not None
    }
    known = tx.one(_FOLLOW, me=me, other=target_id)
    if known is not None:
        if options:
            tx.update(follows, {"id": known[0]}, **options)
            journal.record(
                tx, journal.FOLLOWED if known[1] else journal.FOLLOW_REQUESTED, me, target_id, again=True
            )
        return
    state = REQUESTED if target[0] else ACCEPTED
    new = tx.insert_new(
        follows,
        id=tx.ids.next(),
        account_id=me,
        target_id=target_id,
        state=state,
        created_at=tx.now,
        **options,
    )
    if not new:
        return
    if state == ACCEPTED:
        _accepted(tx, me, target_id)
    else:
        notices.add(tx, target_id, "follow_request", me)
        journal.record(tx, journal.FOLLOW_REQUESTED, me, target_id)


def _accepted(tx: Tx, follower: int, followed: int) -> None:
    _count(tx, follower, followed, 1)
    notices.add(tx, followed, "follow", follower)
    journal.record(tx, journal.FOLLOWED, follower, followed)


def accept(tx: Tx, viewer: Viewer, follower_id: int) -> None:
    """Let a waiting follower in. Raises NotFound where nobody asked."""
    me = viewer.required()
    row = tx.one(_FOLLOW, me=follower_id, other=me)
    if row is None or row[1] != REQUESTED:
        raise NotFound(what="follow request")
    tx.update(follows, {"id": row[0]}, state=ACCEPTED)
    notices.remove(tx, me, "follow_request", follower_id)
    _accepted(tx, follower_id, me)


def reject(tx: Tx, viewer: Viewer, follower_id: int) -> None:
    """Turn a waiting follower down, or end one who follows. Raises NotFound."""
    me = viewer.required()
    row = tx.one(_FOLLOW, me=follower_id, other=me)
    if row is None:
        raise NotFound(what="follow request")
    _end(tx, follower_id, me)
    notices.remove(tx, me, "follow_request", follower_id)


def unfollow(tx: Tx, viewer: Viewer, target_id: int) -> None:
    """End a follow or take the question back; nothing there is fine. Raises NotFound for an unknown account."""
    me = viewer.required()
    see_account(tx, target_id)
    _end(tx, me, target_id)


def _end(tx: Tx, follower: int, followed: int) -> None:
    row = tx.one(_FOLLOW, me=follower, other=followed)
    if row is None:
        return
    tx.run(_UNFOLLOW, me=follower, other=followed)
    notices.remove(tx, followed, "follow", follower)
    notices.remove(tx, followed, "follow_request", follower)
    if row[1] == ACCEPTED:
        _count(tx, follower, followed, -1)
    tx.run(_LEAVE_CIRCLES, me=follower, other=followed)
    journal.record(tx, journal.UNFOLLOWED, follower, followed)


def block(tx: Tx, viewer: Viewer, target_id: int) -> None:
    """Block: follows end both ways, notices between the two go. Raises NotFound, Forbidden("self")."""
    me = viewer.required()
    see_account(tx, target_id)
    if me == target_id:
        raise Forbidden("you can't block yourself", code="self")
    if tx.insert_new(blocks, id=tx.ids.next(), account_id=me, target_id=target_id, created_at=tx.now):
        _end(tx, me, target_id)
        _end(tx, target_id, me)
        tx.run(_LEAVE_CIRCLES, me=target_id, other=me)
        notices.forget_actor(tx, me, target_id)
        journal.record(tx, journal.BLOCKED, me, target_id)


def unblock(tx: Tx, viewer: Viewer, target_id: int) -> None:
    """End a block; nothing there is fine. Raises NotFound for an unknown account."""
    me = viewer.required()
    see_account(tx, target_id)
    if tx.run(_UNBLOCK, me=me, other=target_id):
        journal.record(tx, journal.UNBLOCKED, me, target_id)


def mute(tx: Tx, viewer: Viewer, target_id: int, *, notices_too: bool = True, duration_ms: int = 0) -> None:
    """Hide an account from one's lists, for a time or for good. Raises NotFound, Forbidden("self")."""
    me = viewer.required()
    see_account(tx, target_id)
    if me == target_id:
        raise Forbidden("you can't mute yourself", code="self")
    expires = tx.now + duration_ms if duration_ms > 0 else None
    tx.insert(
        mutes,
        "ON CONFLICT (account_id, target_id) DO UPDATE "
        "SET notices = excluded.notices, expires_at = excluded.expires_at",
        id=tx.ids.next(),
        account_id=me,
        target_id=target_id,
        notices=int(notices_too),
        expires_at=expires,
        created_at=tx.now,
    )
    journal.record(tx, journal.MUTED, me, target_id)


def unmute(tx: Tx, viewer: Viewer, target_id: int) -> None:
    """End a mute; nothing there is fine. Raises NotFound for an unknown account."""
    me = viewer.required()
    see_account(tx, target_id)
    if tx.run(_UNMUTE, me=me, other=target_id):
        journal.record(tx, journal.UNMUTED, me, target_id)


_OUT = Query(
    sa.select(
        follows.c.target_id, follows.c.state, follows.c.boosts, follows.c.notify, follows.c.languages
    ).where(follows.c.account_id == p("me"), in_list(follows.c.target_id, "ids"))
)
_IN = Query(
    sa.select(follows.c.account_id, follows.c.state).where(
        follows.c.target_id == p("me"), in_list(follows.c.account_id, "ids")
    )
)
_BLOCKING = Query(
    sa.select(blocks.c.target_id).where(blocks.c.account_id == p("me"), in_list(blocks.c.target_id, "ids"))
)
_BLOCKED_BY = Query(
    sa.select(blocks.c.account_id).where(blocks.c.target_id == p("me"), in_list(blocks.c.account_id, "ids"))
)
_MUTING = Query(
    sa.select(mutes.c.target_id, mutes.c.notices, mutes.c.expires_at).where(
        mutes.c.account_id == p("me"),
        in_list(mutes.c.target_id, "ids"),
        sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now")),
    )
)
_MEMBER = Query(
    sa.select(members.c.group_id, members.c.status).where(
        members.c.account_id == p("me"), in_list(members.c.group_id, "ids")
    )
)
_KNOWN = Query(sa.select(accounts.c.id).where(in_list(accounts.c.id, "ids")))


def relations(tx: Tx, viewer: Viewer, ids: list[int]) -> list[Relation]:
    """How the viewer stands to each of these accounts, in the order asked for; unknown ids are left out."""
    me = viewer.required()
    known = set(tx.column(_KNOWN, ids=ids))
    out = {i: Relation(id=i) for i in ids if i in known}
    for target, state, boosts, notify, languages in tx.all(_OUT, me=me, ids=ids):
        r = out[target]
        r.following, r.requested = state == ACCEPTED, state == REQUESTED
        r.boosts, r.notify, r.languages = bool(boosts) and r.following, bool(notify), languages
    for other, state in tx.all(_IN, me=me, ids=ids):
        out[other].followed_by, out[other].requested_by = state == ACCEPTED, state == REQUESTED
    for target in tx.column(_BLOCKING, me=me, ids=ids):
        out[target].blocking = True
    for other in tx.column(_BLOCKED_BY, me=me, ids=ids):
        out[other].blocked_by = True
    for target, quiet, expires in tx.all(_MUTING, me=me, ids=ids, now=tx.now):
        out[target].muting, out[target].muting_notices, out[target].mute_expires_at = (
            True,
            bool(quiet),
            expires,
        )
    for group_id, status in tx.all(_MEMBER, me=me, ids=ids):
        r = out[group_id]
        r.member = status == 0
        r.following, r.requested = r.following or status == 0, r.requested or status == 1
        r.boosts = r.boosts or r.member
    return [out[i] for i in dict.fromkeys(ids) if i in out]


_FOLLOWERS = Query(
    sa.select(follows.c.id, follows.c.account_id)
    .where(
        follows.c.target_id == p("id"),
        follows.c.state == ACCEPTED,
        follows.c.id < p("before"),
        follows.c.id > p("after"),
    )
    .order_by(follows.c.id.desc())
    .limit(80)
)
_FOLLOWING = Query(
    sa.select(follows.c.id, follows.c.target_id)
    .where(
        follows.c.account_id == p("id"),
        follows.c.state == ACCEPTED,
        follows.c.id < p("before"),
        follows.c.id > p("after"),
    )
    .order_by(follows.c.id.desc())
    .limit(80)
)
_REQUESTS = Query(
    sa.select(follows.c.id, follows.c.account_id)
    .where(
        follows.c.target_id == p("id"),
        follows.c.state == REQUESTED,
        follows.c.id < p("before"),
        follows.c.id > p("after"),
    )
    .order_by(follows.c.id.desc())
    .limit(80)
)
_BLOCKS = Query(
    sa.select(blocks.c.id, blocks.c.target_id)
    .where(blocks.c.account_id == p("id"), blocks.c.id < p("before"), blocks.c.id > p("after"))
    .order_by(blocks.c.id.desc())
    .limit(80)
)
_MUTES = Query(
    sa.select(mutes.c.id, mutes.c.target_id)
    .where(mutes.c.account_id == p("id"), mutes.c.id < p("before"), mutes.c.id > p("after"))
    .order_by(mutes.c.id.desc())
    .limit(80)
)
_HIDES = Query(sa.select(accounts.c.hide_collections).where(accounts.c.id == p("id")))
LISTS = {
    "followers": _FOLLOWERS,
    "following": _FOLLOWING,
    "requests": _REQUESTS,
    "blocks": _BLOCKS,
    "mutes": _MUTES,
}


def listing(
    tx: Tx, viewer: Viewer, which: str, account_id: int, *, limit: int, before: int, after: int
) -> list[tuple[int, int]]:
    """(cursor, account id) of a list in LISTS, newest first; the cursor is the bond's id, never the account's.

    Followers and follows of an account that hides them are empty for others; the other lists are the viewer's own.
    """
    see_account(tx, account_id)
    if viewer.account_id != account_id:
        if which not in ("followers", "following"):
            raise Forbidden("only your own", code="own")
        if tx.value(_HIDES, id=account_id) or tx.one(_BLOCKED, me=account_id, other=viewer.account_id):
            return []
    return [(r[0], r[1]) for r in tx.all(LISTS[which], id=account_id, before=before, after=after)[:limit]]


_REQUESTS_N = Query(
    sa.select(sa.func.count()).where(follows.c.target_id == p("id"), follows.c.state == REQUESTED)
)


def count_requests(tx: Tx, account_id: int) -> int:
    """How many ask to follow the account."""
    return int(tx.value(_REQUESTS_N, id=account_id))
