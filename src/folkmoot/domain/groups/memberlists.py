"""Lists of a group's members by kind, in any order, and found by a part of name or address."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Standing
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import grouprights
from folkmoot.domain.groups.members import Member
from folkmoot.domain.mail.reach import Health, chosen
from folkmoot.store.schema.accounts import addresses, logins
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.mail import mail_health
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx


class Kind(StrEnum):
    """Which members."""

    MEMBERS = "members"
    MODERATORS = "moderators"
    PENDING = "pending"
    BANNED = "banned"
    BOUNCING = "bouncing"
    PAST = "past"


class Order(StrEnum):
    """By what; equal ones by age of membership."""

    CREATED = "created"
    NAME = "name"
    ADDRESS = "address"


class Found(msgspec.Struct, frozen=True):
    """A member, and the value that the list is ordered by (the id again where that is the age)."""

    member: Member
    sorted_by: int | str


NEEDS: Final = {
    Kind.MEMBERS: ("see_members",),
    Kind.MODERATORS: ("see_members",),
    Kind.PENDING: ("see_members", "approve_members"),
    Kind.BANNED: ("see_members", "ban_members"),
    Kind.BOUNCING: ("see_members", "manage_members"),
    Kind.PAST: ("see_log",),
}
"""What one needs to see a list: beside the sight of members a right to work with those who are not among them."""
_STATUS: Final = {
    Kind.MEMBERS: Membership.NORMAL,
    Kind.MODERATORS: Membership.NORMAL,
    Kind.PENDING: Membership.PENDING,
    Kind.BANNED: Membership.BANNED,
    Kind.BOUNCING: Membership.NORMAL,
    Kind.PAST: Membership.LEFT,
}
MANY: Final = 2_000
_QUERIES: dict[tuple[Kind, Order, bool, bool, bool], Query] = {}
_COUNTS: dict[tuple[Kind, bool], Query] = {}
_VALUES: Final = {Order.CREATED: members.c.id, Order.NAME: members.c.shown, Order.ADDRESS: members.c.mail}


def require_sight(tx: Tx, stands: Standing, kind: Kind) -> None:
    """Raises Forbidden(the act of grouprights.ACTS) where the viewer may not see the list."""
    case = grouprights.case_of(tx, stands)
    for act in NEEDS[kind]:
        if not grouprights.may(case, act):
            raise Forbidden("this list is not for you", code=act)


def may_see(tx: Tx, stands: Standing, member: Member) -> bool:
    """Whether the viewer may know of somebody else's membership: one that is over, or not there yet, is known to those
    who work with members (the caller has asked require_sight)."""
    now = member.status == Membership.NORMAL
    return now or grouprights.may(grouprights.case_of(tx, stands), "manage_members")


def _from(kind: Kind) -> Any:
    return members.join(addresses, chosen()) if kind == Kind.BOUNCING else members


def _where(kind: Kind, *, text: bool) -> list[Any]:
    where: list[Any] = [members.c.group_id == p("group_id"), members.c.status == int(_STATUS[kind])]
    if kind == Kind.MODERATORS:
        where.append(members.c.role >= int(GroupRole.MODERATOR))
    if kind == Kind.BOUNCING:
        bad = mail_health.c.state.between(int(Health.PROBED), int(Health.OFF))
        where.append(sa.exists().where(mail_health.c.address_id == addresses.c.id, bad))
    if text:
        where.append(members.c.shown.like(text_p("like"), escape="\\"))
    return where


def _query(kind: Kind, order: Order, *, ascending: bool, after: bool, text: bool) -> Query:
    key = (kind, order, ascending, after, text)
    if key in _QUERIES:
        return _QUERIES[key]
    value: Any = _VALUES[order]
    where = _where(kind, text=text)
    if after:
        here: Any = p("after") if order == Order.CREATED else text_p("after")
        beyond = value > here if ascending else value < here
        further = members.c.id > p("after_id") if ascending else members.c.id < p("after_id")
        where.append(beyond if order == Order.CREATED else sa.or_(beyond, sa.and_(value == here, further)))
    columns = [members.c[name] for name in Member.__struct_fields__]
    by = [value] if order == Order.CREATED else [value, members.c.id]
    made = Query(
        sa.select(*columns, value.label("sorted_by"))
        .select_from(_from(kind))
        .where(*where)
        .order_by(*(column if ascending else column.desc() for column in by))
        .limit(p("limit"))
    )
    return _QUERIES.setdefault(key, made)


def _like(text: str) -> str:
    escaped = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def listing(
    tx: Tx,
    group_id: int,
    kind: Kind,
    *,
    order: Order = Order.CREATED,
    ascending: bool = True,
    after: tuple[int | str, int] | None = None,
    limit: int = 100,
    text: str = "",
) -> list[Found]:
    """Members of a kind beyond (value, id) of the last one shown; the caller has asked who may see them."""
    values: dict[str, Any] = {"group_id": group_id, "limit": limit}
    if text:
        values["like"] = _like(text)
    if after is not None:
        values["after"] = after[0]
        if order != Order.CREATED:
            values["after_id"] = after[1]
    query = _query(kind, order, ascending=ascending, after=after is not None, text=bool(text))
    return [Found(Member(*row[:-1]), row[-1]) for row in tx.all(query, **values)]


def count(tx: Tx, group_id: int, kind: Kind, text: str = "") -> int:
    """How many there are."""
    key = (kind, bool(text))
    if key not in _COUNTS:
        where = _where(kind, text=bool(text))
        _COUNTS[key] = Query(sa.select(sa.func.count()).select_from(_from(kind)).where(*where))
    values: dict[str, Any] = {"group_id": group_id, **({"like": _like(text)} if text else {})}
    return int(tx.value(_COUNTS[key], **values))


_MATCHING = Query(
    sa.select(members.c.id)
    .where(*_where(Kind.MEMBERS, text=True))
    .order_by(members.c.shown, members.c.id)
    .limit(MANY)
)
_ROWS = Query(
    sa.select(*[members.c[name] for name in Member.__struct_fields__], members.c.shown)
    .where(in_list(members.c.id, "ids"))
    .order_by(members.c.shown, members.c.id)
)


def found(tx: Tx, group_id: int, text: str, limit: int) -> tuple[list[Found], int]:
    """The first members by name that a part of name or address finds, and how many it finds: one walk for both unless
    they are MANY. The caller has asked who may see them."""
    ids = tx.column(_MATCHING, group_id=group_id, like=_like(text))
    total = len(ids) if len(ids) < MANY else count(tx, group_id, Kind.MEMBERS, text)
    rows = tx.all(_ROWS, ids=ids[:limit]) if ids else []
    return [Found(Member(*row[:-1]), row[-1]) for row in rows], total


_STATES = Query(sa.select(logins.c.account_id, logins.c.state).where(in_list(logins.c.account_id, "ids")))
_HEALTH = Query(
    sa.select(mail_health.c.account_id, sa.func.max(mail_health.c.state))
    .where(in_list(mail_health.c.account_id, "ids"))
    .group_by(mail_health.c.account_id)
)


def states_of(tx: Tx, account_ids: list[int]) -> dict[int, int]:
    """The LoginState of several accounts (the caller has asked)."""
    return {row[0]: row[1] for row in tx.all(_STATES, ids=account_ids)} if account_ids else {}


def health_of(tx: Tx, account_ids: list[int]) -> dict[int, int]:
    """The reach.Health of the address of each that fares worst (the caller has asked)."""
    return {row[0]: row[1] for row in tx.all(_HEALTH, ids=account_ids)} if account_ids else {}
