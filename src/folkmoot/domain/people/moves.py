"""People who move from one account to another: what is theirs too, the move, and who comes along."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds, circles
from folkmoot.domain.people.accounts import Kind
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.schema.people import account_aliases
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_ALIASES: Final = 20
PAUSE_MS: Final = 30 * 86_400_000
"""So long nobody moves again (as Mastodon has it), whether the move was taken back or not."""
AT_ONCE: Final = 50
"""So many come along in one transaction, as others wait for it."""

_ALIASES = Query(
    sa.select(account_aliases.c.alias_id)
    .where(account_aliases.c.account_id == p("me"))
    .order_by(account_aliases.c.created_at, account_aliases.c.alias_id)
)
_NO_ALIAS = Query(
    sa.delete(account_aliases).where(
        account_aliases.c.account_id == p("me"), account_aliases.c.alias_id == p("other")
    )
)
_STATE = Query(
    sa.select(accounts.c.kind, accounts.c.suspended_at, accounts.c.moved_to_id, accounts.c.moved_at).where(
        accounts.c.id == p("id")
    )
)


def aliases(tx: Tx, viewer: Viewer) -> list[int]:
    """Accounts that the viewer says are theirs too, in the order in which they said so."""
    return tx.column(_ALIASES, me=viewer.required())


def add_alias(tx: Tx, viewer: Viewer, handle: str) -> None:
    """Say that another account is the viewer's too, so that it may move to theirs; again is fine.

    Raises Invalid("account", "unknown"), Forbidden("self" | "aliases.too_many").
    """
    me = viewer.required()
    other = _person(tx, me, handle)
    tx.alone("aliases", me)
    known = aliases(tx, viewer)
    if other in known:
        return
    if len(known) >= MAX_ALIASES:
        raise Forbidden("you name as many accounts as one may", code="aliases.too_many")
    tx.insert_new(account_aliases, account_id=me, alias_id=other, created_at=tx.now)


def remove_alias(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Say so no longer; what has moved stays moved."""
    tx.run(_NO_ALIAS, me=viewer.required(), other=account_id)


def _person(tx: Tx, me: int, handle: str) -> int:
    found = people.find_by_handle(tx, handle)
    row = None if found is None else tx.one(_STATE, id=found)
    if found is None or row is None or row[0] == Kind.GROUP or row[1] is not None:
        raise Invalid("account", "unknown")
    if found == me:
        raise Forbidden("that is you", code="self")
    return found


def move(tx: Tx, viewer: Viewer, handle: str) -> None:
    """Let the viewer's account lead to another one, which names it as an alias; who follows it comes along.
    Again to the same one brings along who was left behind.

    The caller has asked for the password. Raises Invalid("account", "unknown" | "no_alias"), Forbidden("self"; "moved":
    the other account has moved on itself; "moved.soon": less than PAUSE_MS after the last time).
    """
    me = viewer.required()
    target_id = _person(tx, me, handle)
    tx.alone("move")  # for all: two may move to each other
    own, target = tx.one(_STATE, id=me), tx.one(_STATE, id=target_id)
    assert own is not None
    assert target is not None
    if me not in tx.column(_ALIASES, me=target_id):
        raise Invalid("account", "no_alias")
    if target[2] is not None:
        raise Forbidden("that account has moved on", code="moved")
    if own[2] != target_id:
        if own[3] is not None and own[3] > tx.now - PAUSE_MS:
            raise Forbidden("you moved within the last 30 days", code="moved.soon")
        tx.update(accounts, {"id": me}, moved_to_id=target_id, moved_at=tx.now)
        people.changed(tx, me)
    journal.record(tx, journal.ACCOUNT_MOVED, me, target_id, step=0, after=0)


_LED_HERE = Query(sa.select(accounts.c.id).where(accounts.c.moved_to_id == p("id")).order_by(accounts.c.id))


def bring_the_rest(tx: Tx, account_id: int) -> None:
    """Who follows accounts that lead to this one comes along, where that stopped as it was not to be followed."""
    for old in tx.column(_LED_HERE, id=account_id):
        journal.record(tx, journal.ACCOUNT_MOVED, old, account_id, step=0, after=0)


def stay(tx: Tx, viewer: Viewer) -> None:
    """Lead nowhere any more; who has come along stays there."""
    me = viewer.required()
    row = tx.one(_STATE, id=me)
    if row is not None and row[2] is not None:
        tx.update(accounts, {"id": me}, moved_to_id=None)
        bring_the_rest(tx, me)
        people.changed(tx, me)


# ── who comes along ──────────────────────────────────────────────────────────────────────────────────────────────────


def _here(table: sa.Table, *columns: Any, only: tuple[Any, ...] = ()) -> Query:
    """People of this server who stand so to the account *old*; those of others are told by their own servers."""
    return Query(
        sa.select(table.c.id, table.c.account_id, *columns)
        .select_from(table.join(accounts, accounts.c.id == table.c.account_id))
        .where(table.c.target_id == p("old"), table.c.id > p("after"), accounts.c.domain == "", *only)
        .order_by(table.c.id)
        .limit(AT_ONCE)
    )


_FOLLOWERS = _here(
    follows,
    follows.c.boosts,
    follows.c.notify,
    follows.c.languages,
    only=(follows.c.state == bonds.ACCEPTED,),
)
"""Who asked to follow goes on waiting at the old account."""
_BLOCKERS = _here(blocks)
_MUTERS = _here(mutes, mutes.c.notices, mutes.c.expires_at)
_FOLLOWS = Query(
    sa.select(follows.c.id).where(follows.c.account_id == p("me"), follows.c.target_id == p("other"))
)
_MUTES = Query(sa.select(mutes.c.id).where(mutes.c.account_id == p("me"), mutes.c.target_id == p("other")))


def _follower(tx: Tx, row: tuple[Any, ...], old: int, new: int) -> None:
    """Somebody follows the new account in place of the old one, or asks to; across a block nobody follows."""
    _, who, boosts, notify, languages = row
    me = Viewer(who)
    if who != new and tx.one(_FOLLOWS, me=who, other=new) is None:
        with contextlib.suppress(Forbidden):
            options = {"boosts": bool(boosts), "notify": bool(notify), "quiet": True}
            bonds.follow(tx, me, new, languages=languages or None, **options)
            for circle in circles.holding(tx, me, old):
                if not circles.present(tx, me, circle.id, [new]):
                    circles.add(tx, me, circle.id, [new])
    bonds.end(tx, who, old)


def _blocker(tx: Tx, row: tuple[Any, ...], old: int, new: int) -> None:
    """Whoever blocked the old account blocks the new one, unless it is their own or they follow it."""
    if row[1] != new and tx.one(_FOLLOWS, me=row[1], other=new) is None:
        bonds.block(tx, Viewer(row[1]), new)


def _muter(tx: Tx, row: tuple[Any, ...], old: int, new: int) -> None:
    """As with blocks; a mute of the new account stays as it is."""
    _, who, notices_too, expires = row
    over = expires is not None and expires <= tx.now
    known = {"me": who, "other": new}
    if over or who == new or tx.one(_FOLLOWS, **known) is not None or tx.one(_MUTES, **known) is not None:
        return
    lasts = 0 if expires is None else expires - tx.now
    bonds.mute(tx, Viewer(who), new, notices_too=bool(notices_too), duration_ms=lasts)


_STEPS: Final = ((_FOLLOWERS, _follower), (_BLOCKERS, _blocker), (_MUTERS, _muter))


def bring_more(tx: Tx, old: int, new: int, step: int, after: int) -> None:
    """Let AT_ONCE more of those who follow, block or mute the account *old* come along to *new*, beyond the row *after*
    of this *step*, and record where to go on. Nothing happens once the move is taken back, or *new* is not to be
    followed any more."""
    row, target = tx.one(_STATE, id=old), tx.one(_STATE, id=new)
    if row is None or row[2] != new or target is None or target[1] is not None or target[2] is not None:
        return
    query, bring = _STEPS[step]
    found = tx.all(query, old=old, after=after)
    for who in sorted(row[1] for row in found):
        # Before any counter is changed: who acts holds their bond first, and then waits for the counters.
        bonds.alone(tx, who, new)
    for each in found:
        bring(tx, each, old, new)
    if len(found) == AT_ONCE:
        journal.record(tx, journal.ACCOUNT_MOVED, old, new, step=step, after=found[-1][0])
    elif step + 1 < len(_STEPS):
        journal.record(tx, journal.ACCOUNT_MOVED, old, new, step=step + 1, after=0)
    else:
        people.changed(tx, old)  # its counters, and those of the new account beside it, are others now
