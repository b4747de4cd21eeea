"""Members brought along from elsewhere, and taken away: many at once, by whoever runs the place or the group."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.errors import Conflict, NotFound
from folkmoot.domain.groups import groupacts, members, membership
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail.reach import chosen
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds
from folkmoot.store.schema.accounts import accounts, addresses
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

PAGE: Final = 500


class Way(StrEnum):
    """How somebody becomes a member who is brought along."""

    SILENT = "silent"
    """At once, and no mail tells them."""
    WELCOME = "welcome"
    """At once, and they get the group's text for those who were added."""
    INVITE = "invite"
    """They are asked, and are members when they say so."""


class Entry(msgspec.Struct, frozen=True):
    """Who is brought along; None: as the group gives it to whoever joins."""

    address: str
    name: str = ""
    delivery: Delivery | None = None
    role: GroupRole = GroupRole.MEMBER


class Line(msgspec.Struct, frozen=True):
    """A member as they are taken away; joined in ms."""

    id: int
    address: str
    display_name: str
    name: str
    role: int
    delivery: int
    created_at: int


_PARENT = Query(sa.select(groups.c.parent_id, groups.c.settings).where(groups.c.account_id == p("id")))
_LINES = Query(
    sa.select(
        members_t.c.id,
        sa.func.coalesce(addresses.c.address, ""),
        accounts.c.display_name,
        accounts.c.name,
        members_t.c.role,
        members_t.c.delivery,
        members_t.c.created_at,
    )
    .select_from(
        members_t.join(accounts, accounts.c.id == members_t.c.account_id).outerjoin(addresses, chosen())
    )
    .where(
        members_t.c.group_id == p("group_id"),
        members_t.c.status == int(Membership.NORMAL),
        members_t.c.id > p("after"),
    )
    .order_by(members_t.c.id)
    .limit(PAGE)
)


def take_in(tx: Tx, viewer: Viewer, group_id: int, entry: Entry, way: Way) -> bool:
    """Bring one along. False where they are a member, or invited, already: twice is the same as once, and what they
    chose since stays. Raises NotFound, Forbidden, Invalid("address"), Conflict("banned" | "not_in_parent")."""
    known = people.find_by_address(tx, entry.address)
    old = members.get(tx, group_id, known) if known is not None else None
    if old is not None and old.status == Membership.NORMAL:
        return False
    if way == Way.INVITE:
        if old is not None and old.status == Membership.INVITED:
            return False
        membership.invite(tx, viewer, group_id, entry.address, entry.name, via="import")
        return True
    if way == Way.WELCOME:
        account_id = membership.add(tx, viewer, group_id, entry.address, entry.name, via="import").account_id
    else:
        account_id = _silently(tx, viewer, group_id, entry)
    options = {} if entry.delivery is None else {
        "delivery": int(members.allowed_delivery(tx, group_id, entry.delivery))
    }  # fmt: skip
    if options or entry.role != GroupRole.MEMBER:
        members.put(tx, group_id, account_id, role=entry.role, **options)
    return True


def _silently(tx: Tx, viewer: Viewer, group_id: int, entry: Entry) -> int:
    membership.require_adding(tx, viewer, group_id)
    row = tx.one(_PARENT, id=group_id)
    if row is None:
        raise NotFound(what="group")
    account_id = people.person_of_address(tx, entry.address, entry.name)
    bonds.alone(tx, group_id, account_id)
    old = members.get(tx, group_id, account_id)
    if old is not None and old.status == Membership.BANNED:
        raise Conflict("banned", code="banned")
    if row[0] is not None and not members.in_group(tx, row[0], account_id):
        raise Conflict("not in the parent group", code="not_in_parent")
    members.put(tx, group_id, account_id, **members.usual(row[1]))
    if old is not None and old.status == Membership.PENDING:
        members.answered(tx, group_id, account_id)
    line = f"added {groupacts.name_of(tx, account_id)}"
    groupacts.note(tx, viewer, group_id, "add", line, target_id=account_id, via="import")
    return account_id


def lines(tx: Tx, group_id: int, after: int = 0) -> list[Line]:
    """The members of a group beyond the id *after*, PAGE at a time (the caller has asked who may take them away)."""
    return [Line(*row) for row in tx.all(_LINES, group_id=group_id, after=after)]
