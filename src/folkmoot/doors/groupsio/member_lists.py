"""Members of a group: lists by kind, one by one, and found by name or address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import memberlists, members, membership
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.memberlists import Found, Kind, Order
from folkmoot.domain.groups.members import Member
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import load
from folkmoot.doors.groupsio.calls import (
    Listed,
    Walk,
    call,
    cut,
    direction,
    group_of,
    listing,
    sorted_by,
)
from folkmoot.doors.groupsio.door import Refused
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.member_requests import (
    GetMember,
    GetMembers,
    GetPastMembers,
    GetSub,
    SearchMembers,
)
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

KINDS: Final = {
    "members": Kind.MEMBERS,
    "mods": Kind.MODERATORS,
    "pending": Kind.PENDING,
    "banned": Kind.BANNED,
    "bouncing": Kind.BOUNCING,
}
ORDERS: Final = {"created": Order.CREATED, "full_name": Order.NAME, "email": Order.ADDRESS}
MAX_Q: Final = 200


def member_of(tx: Tx, view: GroupView, *given: int | None) -> Member:
    """The membership that a call names by the first id that is given. Raises Refused("invalid member_info_id")."""
    id_ = next((number for number in given if number is not None), None)
    try:
        if id_ is not None:
            return membership.by_id(tx, view.id, id_)
    except NotFound:
        pass
    raise Refused("invalid member_info_id")


@call(GetMember)
def get_member(at: At, ask: GetMember) -> MemberInfo:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    row = members.get(at.tx, view.id, at.viewer.account_id)
    if row is None or row.id not in (ask.member_info_id, ask.sub_id):
        memberlists.require_sight(at.tx, stands, Kind.MEMBERS)
        row = member_of(at.tx, view, ask.member_info_id, ask.sub_id)
        person = views.account(at.tx, row.account_id)
        if not memberlists.may_see(at.tx, stands, row, person.profile_sight):
            raise Refused("invalid member_info_id")
    return load.membership(at.tx, at, view, stands, row)


@call(GetSub)
def get_sub(at: At, ask: GetSub) -> MemberInfo:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    row = members.get(at.tx, view.id, at.viewer.required())
    if row is None or row.status in (Membership.LEFT, Membership.BANNED):
        raise Refused("", "not_subscribed")
    return load.membership(at.tx, at, view, stands, row)


@listing(GetMembers)
def get_members(tx: Tx, at: At, ask: GetMembers, walk: Walk) -> Listed[GetMembers]:
    kind = KINDS[ask.type]
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    memberlists.require_sight(tx, stands, kind)
    return _page(tx, at, ask, walk, view, stands, kind)


@listing(SearchMembers)
def search_members(tx: Tx, at: At, ask: SearchMembers, walk: Walk) -> Listed[SearchMembers]:
    text = ask.q.strip()
    if not text or len(text) > MAX_Q:
        raise Refused("invalid q")
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    memberlists.require_sight(tx, stands, Kind.MEMBERS)
    return _page(tx, at, ask, walk, view, stands, Kind.MEMBERS, text)


@listing(GetPastMembers)
def get_past_members(tx: Tx, at: At, ask: GetPastMembers, walk: Walk) -> Listed[GetPastMembers]:
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    memberlists.require_sight(tx, stands, Kind.PAST)
    return _page(tx, at, ask, walk, view, stands, Kind.PAST)


def _page(
    tx: Tx,
    at: At,
    ask: Any,
    walk: Walk,
    view: GroupView,
    stands: Standing,
    kind: Kind,
    text: str = "",
) -> Listed[Any]:
    # A search walks the index by name, which holds all that is looked at.
    field, ascending = sorted_by(ask, ORDERS, "full_name" if text else "created", "asc")
    after = (walk.key[0], int(walk.key[1])) if walk.key else None
    total = walk.total
    if text and after is None and ascending and ORDERS[field] == Order.NAME:
        found, total = memberlists.found(tx, stands, text, ask.limit + 1)
    else:
        found = memberlists.listing(
            tx,
            stands,
            kind,
            order=ORDERS[field],
            ascending=ascending,
            after=after,
            limit=ask.limit + 1,
            text=text,
        )
    page, more = cut(found, ask.limit)
    infos = load.memberships(tx, at, view, stands, [entry.member for entry in page])
    if total is None:
        total = _total(tx, view, stands, kind, text) if more else len(page)
    envelope = ListEnvelope[MemberInfo](data=infos, query=text)
    return Listed(envelope, total, _key(page[-1]) if more else None, field, direction(ascending))


def _total(tx: Tx, view: GroupView, stands: Standing, kind: Kind, text: str) -> int:
    if kind == Kind.MEMBERS and not text:
        return memberlists.count_all(tx, stands, view.members_n)
    return memberlists.count(tx, stands, kind, text)


def _key(entry: Found) -> list[int | str]:
    return [entry.sorted_by, entry.member.id]
