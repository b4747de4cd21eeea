"""Accounts of people who have died: they are remembered, and nobody speaks from them any more."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import members, succession
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import logins
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import sanctions, stafflog
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.accounts import logins as logins_t
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_IS_ONE = Query(
    sa.select(sa.literal_column("1")).where(accounts.c.id == p("id"), accounts.c.memorial_at.is_not(None))
)
_ALL = Query(
    sa.select(accounts.c.id)
    .where(accounts.c.memorial_at.is_not(None))
    .order_by(accounts.c.id.desc())
    .limit(100)
)
_OWNED = Query(
    sa.select(members_t.c.group_id)
    .where(
        members_t.c.account_id == p("id"),
        members_t.c.role == int(GroupRole.OWNER),
        members_t.c.status == int(Membership.NORMAL),
    )
    .order_by(members_t.c.group_id)
)


def is_one(tx: Tx, account_id: int) -> bool:
    """Whether the account is a memorial."""
    return tx.one(_IS_ONE, id=account_id) is not None


def listing(tx: Tx, viewer: Viewer) -> list[int]:
    """Accounts of those who are remembered, the newest first, a hundred at most. Raises Forbidden("role")."""
    require_power(viewer, "erase_people")
    return tx.column(_ALL)


def remember(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Let an account be a memorial: what it said stays, its login is closed for good, sessions and tokens end, and it
    gets neither mail nor notices; groups that have no other owner get one. Again is fine.

    Raises Forbidden("role" | "group" | "no_login"), NotFound.
    """
    require_power(viewer, "erase_people")
    target = sanctions.aimed_at(tx, viewer, account_id)
    if not target.has_login:
        raise Forbidden("nobody of this server logs in there", code="no_login")
    if target.account.memorial:
        return
    sanctions.disable(tx, target)
    logins.end_everything(tx, account_id)
    tx.update(accounts, {"id": account_id}, memorial_at=tx.now)
    for group_id in tx.column(_OWNED, id=account_id):
        members.owners_alone(tx, group_id)
        succession.pass_on(tx, group_id, account_id)
    people.changed(tx, account_id)
    stafflog.note(tx, viewer, "memorialize", "account", account_id, target.account.handle)


def live(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Take that back, as it was an error: the login is as it was before, closed where the staff had
    closed it. Nothing there is fine.

    Raises Forbidden("role" | "group"), NotFound.
    """
    require_power(viewer, "erase_people")
    target = sanctions.aimed_at(tx, viewer, account_id)
    if not target.account.memorial:
        return
    tx.update(accounts, {"id": account_id}, memorial_at=None)
    if not tx.update(logins_t, {"account_id": account_id, "disabled_twice": 1}, disabled_twice=0):
        sanctions.lift(tx, viewer, account_id, "disable")
    people.changed(tx, account_id)
    stafflog.note(tx, viewer, "unmemorialize", "account", account_id, target.account.handle)
