"""Groups found in numbers: those that may be known of, one person's, with the viewer's place in each."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Standing, Viewer, hidden_groups
from folkmoot.domain.groups import grouprights, groups, members
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.paging import Page
from folkmoot.domain.people.showing import sight_of
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups as groups_t
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

_ADMINS = Query(
    sa.select(members_t.c.group_id, sa.func.count())
    .where(
        in_list(members_t.c.group_id, "ids"),
        members_t.c.status == int(Membership.NORMAL),
        members_t.c.role >= int(GroupRole.MODERATOR),
    )
    .group_by(members_t.c.group_id)
)
_mine = sa.exists().where(
    members_t.c.group_id == groups_t.c.account_id,
    members_t.c.account_id == p("viewer"),
    members_t.c.status == int(Membership.NORMAL),
)
_ALL = Query(
    sa.select(groups_t.c.account_id)
    .where(
        sa.or_(groups_t.c.listed == 1, _mine),
        groups_t.c.deleted_at.is_(None),
        groups_t.c.account_id < p("before"),
        groups_t.c.account_id > p("after"),
    )
    .order_by(groups_t.c.account_id.desc())
    .limit(p("limit"))
    .offset(p("offset"))
)


_SIGHT = Query(sa.select(accounts.c.profile_sight).where(accounts.c.id == p("id")))


class Found(msgspec.Struct, frozen=True):
    """A group, how many moderate it, and the viewer's membership of it, whatever its status."""

    view: GroupView
    admins_n: int
    own: Member | None

    @property
    def is_member(self) -> bool:
        return self.own is not None and self.own.status == Membership.NORMAL

    @property
    def is_banned(self) -> bool:
        return self.own is not None and self.own.status == Membership.BANNED

    @property
    def stands(self) -> Standing:
        """How the viewer stands to the group."""
        return groups.stands(self.view, self.own)


def found(tx: Tx, viewer: Viewer, ids: list[int]) -> list[Found]:
    """Groups in the order of *ids*, without those of which the viewer may not know."""
    hidden = hidden_groups(tx, viewer, ids)
    views = {id_: view for id_, view in groups.by_ids(tx, ids).items() if id_ not in hidden}
    shown = [views[id_] for id_ in ids if id_ in views]
    admins = {row[0]: int(row[1]) for row in tx.all(_ADMINS, ids=list(views))} if views else {}
    own = members.in_groups(tx, viewer.account_id, list(views)) if viewer.known else {}
    return [Found(view, admins.get(view.id, 0), own.get(view.id)) for view in shown]


def listed(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """Ids of the groups that are listed, or the viewer's own, the newest first."""
    bounds = {"before": page.high, "after": page.low, "limit": page.limit, "offset": page.offset}
    return tx.column(_ALL, viewer=viewer.account_id, **bounds)


def of_person(tx: Tx, viewer: Viewer, account_id: int, page: Page) -> list[Found]:
    """The groups that somebody is a member of, the newest first; of another's only those where the viewer may see
    them in the list of members."""
    joined = [m.group_id for m in members.of_account(tx, account_id) if page.low < m.group_id < page.high]
    groups_found = found(tx, viewer, sorted(joined, reverse=True))
    if account_id != viewer.account_id:
        sight = tx.value(_SIGHT, id=account_id)
        shown = [each for each in groups_found if sight <= sight_of(each.stands)]
        groups_found = [each for each in shown if tells_members(each)]
    return groups_found[page.offset : page.offset + page.limit]


def tells_members(each: Found) -> bool:
    """Whether the viewer may see who is in the group."""
    case = grouprights.Case(each.stands, each.view.settings)
    return grouprights.may(case, "see_members")
