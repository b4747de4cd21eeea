"""Who owns a group whose last owner is gone unasked: erased, remembered, or banned from the group above."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Role, Viewer
from folkmoot.domain.groups import groupacts, members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.notices import notices
from folkmoot.domain.rights import held
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

CANDIDATES: Final = 1000
_THERE: Final = (
    accounts.c.suspended_at.is_(None),
    accounts.c.erased_at.is_(None),
    accounts.c.memorial_at.is_(None),
    accounts.c.id != p("gone"),
)
_TRUSTED = Query(
    sa.select(members_t.c.account_id, members_t.c.role, members_t.c.mod_permissions)
    .select_from(members_t.join(accounts, accounts.c.id == members_t.c.account_id))
    .where(
        members_t.c.group_id == p("group_id"),
        members_t.c.status == int(Membership.NORMAL),
        members_t.c.role >= p("role"),
        *_THERE,
    )
    .order_by(members_t.c.created_at, members_t.c.id)
    .limit(CANDIDATES)
)
_SITE = Query(
    sa.select(accounts.c.id)
    .where(accounts.c.role == int(Role.OWNER), accounts.c.domain == "", *_THERE)
    .order_by(accounts.c.id)
    .limit(1)
)
_ABOVE = Query(sa.select(groups.c.parent_id).where(groups.c.account_id == p("id")))


def put_out(tx: Tx, group_id: int, account_id: int, *, banned: bool = False) -> None:
    """End a membership without asking anybody; a group whose last owner goes so is passed on. *banned*: from the
    group above."""
    members.owners_alone(tx, group_id)
    old = members.get(tx, group_id, account_id)
    members.put(tx, group_id, account_id, role=GroupRole.MEMBER, status=Membership.LEFT, mod_permissions="")
    if old is not None and old.status == Membership.NORMAL and old.role == GroupRole.OWNER:
        pass_on(tx, group_id, account_id, banned=banned)


def pass_on(tx: Tx, group_id: int, gone: int, *, banned: bool = False) -> int | None:
    """Give a group that has no owner but *gone* a new one, and tell them: of its moderators the one with the most
    rights, of equal ones who is a member for longest; where it has none the oldest owner of the group above, where
    that has none the server's. No moderator follows who was *banned* above: one of them may have done that to follow.
    The account, None where nobody need be found, or nobody is there."""
    if tx.all(_TRUSTED, group_id=group_id, role=int(GroupRole.OWNER), gone=gone):
        return None
    heir = _heir(tx, group_id, gone, banned)
    if heir is None:
        return None
    parent_id = tx.value(_ABOVE, id=group_id)
    for id_, role in ((parent_id, GroupRole.MEMBER), (group_id, GroupRole.OWNER)):
        if id_ is not None and not (role == GroupRole.MEMBER and members.in_group(tx, id_, heir)):
            _enter(tx, id_, heir, role)
    line = f"made {groupacts.name_of(tx, heir)} the owner, as there was none left"
    groupacts.note(tx, Viewer.system(), group_id, "role", line, target_id=heir)
    notices.add(tx, heir, "group_owner", group_id)
    return heir


def _heir(tx: Tx, group_id: int, gone: int, banned: bool) -> int | None:
    moderator = int(GroupRole.MODERATOR)
    trusted = [] if banned else tx.all(_TRUSTED, group_id=group_id, role=moderator, gone=gone)
    if trusted:
        most = max(trusted, key=lambda row: len(held(row[2], moderator=True, owner=False)))
        return int(most[0])
    parent_id = tx.value(_ABOVE, id=group_id)
    above = (
        []
        if parent_id is None
        else tx.all(_TRUSTED, group_id=parent_id, role=int(GroupRole.OWNER), gone=gone)
    )
    heir = above[0][0] if above else tx.value(_SITE, gone=gone)
    return None if heir is None else int(heir)


def _enter(tx: Tx, group_id: int, account_id: int, role: GroupRole) -> None:
    """Whoever did not ask to be a member gets no mail of it but what is for the owners."""
    old = members.get(tx, group_id, account_id)
    asked = old is not None and old.status == Membership.NORMAL
    options = {} if asked else {"delivery": int(Delivery.SPECIAL)}
    members.put(tx, group_id, account_id, role=role, mod_permissions="", **options)
