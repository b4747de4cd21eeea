"""How accounts stand to each other: follow and ask to follow, block, mute."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.notices import notices
from folkmoot.domain.people import blocking
from folkmoot.domain.people.accounts import see_account
from folkmoot.domain.people.bondlists import count_requests as count_requests
from folkmoot.domain.people.bondlists import listing as listing
from folkmoot.domain.people.relations import Relation as Relation
from folkmoot.domain.people.relations import relations as relations
from folkmoot.domain.posts import exchanges
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, circle_members, circles, follows, mutes
from folkmoot.store.schema.people import endorsements
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

REQUESTED, ACCEPTED = 0, 1

_FOLLOW = Query(
    sa.select(follows.c.id, follows.c.state).where(
        follows.c.account_id == p("me"), follows.c.target_id == p("other")
    )
)
_UNFOLLOW = Query(
    sa.delete(follows)
    .where(follows.c.account_id == p("me"), follows.c.target_id == p("other"))
    .returning(follows.c.state)
)
_ACCEPT = Query(
    sa.update(follows).where(follows.c.id == p("id"), follows.c.state == REQUESTED).values(state=ACCEPTED)
)
_UNBLOCK = Query(sa.delete(blocks).where(blocks.c.account_id == p("me"), blocks.c.target_id == p("other")))
_UNMUTE = Query(sa.delete(mutes).where(mutes.c.account_id == p("me"), mutes.c.target_id == p("other")))
_TARGET = Query(
    sa.select(accounts.c.locked, accounts.c.suspended_at, accounts.c.moved_to_id).where(
        accounts.c.id == p("id")
    )
)
_ENDORSE_NO_MORE = Query(
    sa.delete(endorsements).where(
        endorsements.c.account_id == p("me"), endorsements.c.target_id == p("other")
    )
)
_WAITING = Query(
    sa.select(follows.c.account_id)
    .where(follows.c.target_id == p("me"), follows.c.state == REQUESTED)
    .order_by(follows.c.id)
)
_LEAVE_CIRCLES = Query(
    sa.delete(circle_members).where(
        circle_members.c.account_id == p("other"),
        circle_members.c.circle_id.in_(
            sa.select(circles.c.id).where(circles.c.account_id == p("me"), circles.c.hidden == 0)
        ),
    )
)


def alone(tx: Tx, one: int, other: int) -> None:
    """Of two acts between the same two accounts at once the second waits here, so that each sees what the other left:
    nobody follows across a block. For acts of one person; what does many at once would hold too many locks."""
    tx.alone(f"bond {min(one, other)} {max(one, other)}")


def _counting(name: str) -> Query:
    counted = accounts.c[name] + p("by")
    values = {name: sa.case((counted < 0, 0), else_=counted)}
    return Query(sa.update(accounts).where(accounts.c.id == p("id")).values(values))


_FOLLOWERS, _FOLLOWING = _counting("followers_n"), _counting("following_n")


def count_followers(tx: Tx, account_id: int, by: int) -> None:
    """So many followers (of a group: members) more or fewer, never below none."""
    tx.run(_FOLLOWERS, id=account_id, by=by)


def _count(tx: Tx, follower: int, followed: int, by: int) -> None:
    count_followers(tx, followed, by)
    tx.run(_FOLLOWING, id=follower, by=by)


def follow(
    tx: Tx,
    viewer: Viewer,
    target_id: int,
    *,
    boosts: bool | None = None,
    notify: bool | None = None,
    languages: str | None = None,
    quiet: bool = False,
) -> None:
    """Follow an account, or ask to where it is locked; again only changes the options. *quiet*: it is told of those
    alone whom it has to let in.

    Raises NotFound (a suspended account too), Forbidden("self" | "blocked" | "moved": the person is elsewhere now).
    """
    me = viewer.required()
    locked = _is_locked(tx, me, target_id)
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
    state = REQUESTED if locked else ACCEPTED
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
        _accepted(tx, me, target_id, quiet=quiet)
    else:
        notices.add(tx, target_id, "follow_request", me)
        journal.record(tx, journal.FOLLOW_REQUESTED, me, target_id)


def _is_locked(tx: Tx, me: int, target_id: int) -> bool:
    """Whether *me* has to ask to follow. Raises as follow where that can't be."""
    see_account(tx, target_id)
    if me == target_id:
        raise Forbidden("you can't follow yourself", code="self")
    alone(tx, me, target_id)
    target = tx.one(_TARGET, id=target_id)
    assert target is not None
    if target[1] is not None:
        raise NotFound(what="account")
    if target[2] is not None:
        raise Forbidden("this account has moved", code="moved")
    if blocking.are_apart(tx, me, target_id):
        raise Forbidden("there is a block between you", code="blocked")
    return bool(target[0])


def _accepted(tx: Tx, follower: int, followed: int, *, quiet: bool = False) -> None:
    _count(tx, follower, followed, 1)
    if not quiet:
        notices.add(tx, followed, "follow", follower)
    journal.record(tx, journal.FOLLOWED, follower, followed)


def is_waiting(tx: Tx, viewer: Viewer, follower_id: int) -> bool:
    """Whether somebody asked to follow the viewer and has no answer yet."""
    row = tx.one(_FOLLOW, me=follower_id, other=viewer.required())
    return row is not None and row[1] == REQUESTED


def accept(tx: Tx, viewer: Viewer, follower_id: int) -> None:
    """Let a waiting follower in. Raises NotFound where nobody asked."""
    me = viewer.required()
    row = tx.one(_FOLLOW, me=follower_id, other=me)
    if row is None or not tx.run(_ACCEPT, id=row[0]):
        raise NotFound(what="follow request")
    notices.remove(tx, me, "follow_request", follower_id)
    _accepted(tx, follower_id, me)


def reject(tx: Tx, viewer: Viewer, follower_id: int) -> None:
    """Turn a waiting follower down, or end one who follows. Raises NotFound."""
    me = viewer.required()
    row = tx.one(_FOLLOW, me=follower_id, other=me)
    if row is None:
        raise NotFound(what="follow request")
    end(tx, follower_id, me)
    notices.remove(tx, me, "follow_request", follower_id)


def accept_all(tx: Tx, viewer: Viewer) -> None:
    """Let everybody in who waits (the account is no longer locked)."""
    for follower_id in tx.column(_WAITING, me=viewer.required()):
        accept(tx, viewer, follower_id)


def drop_follower(tx: Tx, viewer: Viewer, follower_id: int) -> None:
    """End somebody's follow of the viewer, or their question; nothing there is fine. Raises NotFound."""
    me = viewer.required()
    see_account(tx, follower_id)
    end(tx, follower_id, me)


def unfollow(tx: Tx, viewer: Viewer, target_id: int) -> None:
    """End a follow or take the question back; nothing there is fine. Raises NotFound for an unknown account."""
    me = viewer.required()
    see_account(tx, target_id)
    end(tx, me, target_id)


def end(tx: Tx, follower: int, followed: int) -> None:
    """End a follow or the question, with the place in the follower's circles, for verbs that have asked."""
    state = tx.value(_UNFOLLOW, me=follower, other=followed)
    if state is None:
        return
    notices.remove(tx, followed, "follow", follower)
    notices.remove(tx, followed, "follow_request", follower)
    if state == ACCEPTED:
        _count(tx, follower, followed, -1)
    tx.run(_LEAVE_CIRCLES, me=follower, other=followed)
    tx.run(_ENDORSE_NO_MORE, me=follower, other=followed)
    journal.record(tx, journal.UNFOLLOWED, follower, followed)


def block(tx: Tx, viewer: Viewer, target_id: int) -> None:
    """Block: follows end both ways, notices between the two go. Raises NotFound, Forbidden("self")."""
    me = viewer.required()
    see_account(tx, target_id)
    if me == target_id:
        raise Forbidden("you can't block yourself", code="self")
    alone(tx, me, target_id)
    if tx.insert_new(blocks, id=tx.ids.next(), account_id=me, target_id=target_id, created_at=tx.now):
        end(tx, me, target_id)
        end(tx, target_id, me)
        for one, other in ((me, target_id), (target_id, me)):
            tx.run(_LEAVE_CIRCLES, me=one, other=other)
            tx.run(_ENDORSE_NO_MORE, me=one, other=other)
        notices.forget_actor(tx, me, target_id)
        exchanges.drop_with(tx, me, target_id)
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
