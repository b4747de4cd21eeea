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
from folkmoot.domain.people.showing import ProfileSight, sight_of
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
_QUERIES: dict[tuple[Kind, Order, bool, bool, bool, bool], Query] = {}
_COUNTS: dict[tuple[Kind, bool, bool], Query] = {}
_SHOWN: Final = sa.or_(members.c.sight <= p("sight"), members.c.id == p("own"))
"""★ Who stands in a list for somebody that isn't a moderator: those who show themselves, and oneself."""
_VALUES: Final = {Order.CREATED: members.c.id, Order.NAME: members.c.shown, Order.ADDRESS: members.c.mail}


def require_sight(tx: Tx, stands: Standing, kind: Kind) -> None:
    """Raises Forbidden(the act of grouprights.ACTS) where the viewer may not see the list."""
    case = grouprights.case_of(tx, stands)
    for act in NEEDS[kind]:
        if not grouprights.may(case, act):
            raise Forbidden("this list is not for you", code=act)


def may_see(tx: Tx, stands: Standing, member: Member, sight: int) -> bool:
    """Whether the viewer may know of somebody else's membership, who shows themselves to *sight*: one that is over, or
    not there yet, is known to those who work with members (the caller has asked require_sight)."""
    now = member.status == Membership.NORMAL and sight <= sight_of(stands)
    return now or grouprights.may(grouprights.case_of(tx, stands), "manage_members")


def _sees_all(stands: Standing) -> bool:
    return sight_of(stands) == ProfileSight.MODERATORS


def _values(stands: Standing, text: str) -> dict[str, Any]:
    values: dict[str, Any] = {"group_id": stands.group_id}
    if text:
        values["like"] = _like(text)
    if not _sees_all(stands):
        values.update(sight=int(sight_of(stands)), own=stands.member_id or 0)
    return values


def _from(kind: Kind) -> Any:
    return members.join(addresses, chosen()) if kind == Kind.BOUNCING else members


def _where(kind: Kind, *, text: bool, everybody: bool) -> list[Any]:
    where: list[Any] = [members.c.group_id == p("group_id"), members.c.status == int(_STATUS[kind])]
    if kind == Kind.MODERATORS:
        where.append(members.c.role >= int(GroupRole.MODERATOR))
    if kind == Kind.BOUNCING:
        bad = mail_health.c.state.between(int(Health.PROBED), int(Health.OFF))
        where.append(sa.exists().where(mail_health.c.address_id == addresses.c.id, bad))
    if text:
        where.append(members.c.shown.like(text_p("like"), escape="\\"))
    if not everybody:
        where.append(_SHOWN)
    return where


def _query(kind: Kind, order: Order, *, ascending: bool, after: bool, text: bool, everybody: bool) -> Query:
    key = (kind, order, ascending, after, text, everybody)
    if key in _QUERIES:
        return _QUERIES[key]
    value: Any = _VALUES[order]
    where = _where(kind, text=text, everybody=everybody)
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
    stands: Standing,
    kind: Kind,
    *,
    order: Order = Order.CREATED,
    ascending: bool = True,
    after: tuple[int | str, int] | None = None,
    limit: int = 100,
    text: str = "",
) -> list[Found]:
    """Members of a kind, whom the viewer sees, beyond (value, id) of the last one shown; the caller has asked
    require_sight."""
    values: dict[str, Any] = {**_values(stands, text), "limit": limit}
    if after is not None:
        values["after"] = after[0]
        if order != Order.CREATED:
            values["after_id"] = after[1]
    query = _query(
        kind,
        order,
        ascending=ascending,
        after=after is not None,
        text=bool(text),
        everybody=_sees_all(stands),
    )
    return [Found(Member(*row[:-1]), row[-1]) for row in tx.all(query, **values)]


_RESERVED = Query(
    sa.select(sa.func.count()).where(
        *_where(Kind.MEMBERS, text=False, everybody=True),
        members.c.sight > sa.literal_column("0"),  # said for the index, which holds no others
        sa.not_(_SHOWN),
    )
)


def count_all(tx: Tx, stands: Standing, members_n: int) -> int:
    """How many of a group's *members_n* members the viewer sees."""
    hidden = 0 if _sees_all(stands) else tx.value(_RESERVED, **_values(stands, ""))
    return members_n - int(hidden)


def count(tx: Tx, stands: Standing, kind: Kind, text: str = "") -> int:
    """How many there are, whom the viewer sees."""
    everybody = _sees_all(stands)
    key = (kind, bool(text), everybody)
    if key not in _COUNTS:
        where = _where(kind, text=bool(text), everybody=everybody)
        _COUNTS[key] = Query(sa.select(sa.func.count()).select_from(_from(kind)).where(*where))
    return int(tx.value(_COUNTS[key], **_values(stands, text)))


_MATCHING = {
    everybody: Query(
        sa.select(members.c.id)
        .where(*_where(Kind.MEMBERS, text=True, everybody=everybody))
        .order_by(members.c.shown, members.c.id)
        .limit(MANY)
    )
    for everybody in (True, False)
}
_ROWS = Query(
    sa.select(*[members.c[name] for name in Member.__struct_fields__], members.c.shown)
    .where(in_list(members.c.id, "ids"))
    .order_by(members.c.shown, members.c.id)
)


def found(tx: Tx, stands: Standing, text: str, limit: int) -> tuple[list[Found], int]:
    """The first members by name that a part of name or address finds, and how many it finds: one walk for both unless
    they are MANY. The caller has asked who may see them."""
    ids = tx.column(_MATCHING[_sees_all(stands)], **_values(stands, text))
    total = len(ids) if len(ids) < MANY else count(tx, stands, Kind.MEMBERS, text)
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
