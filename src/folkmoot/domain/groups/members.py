"""Membership of groups: joining, leaving, roles and how each member gets the mail."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import GroupRole, Membership, Viewer, standing
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import groupacts
from folkmoot.domain.mail.reach import chosen
from folkmoot.domain.notices import notices
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds
from folkmoot.domain.people.account_words import listed_as
from folkmoot.store.schema.accounts import accounts, addresses
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

APPROVED_BY_DEFAULT = 1
"""So many approved posts make a new member of a group with moderation NEW_MEMBERS a trusted one."""


class Delivery(IntEnum):
    """How a member gets a group's mail."""

    SINGLE = 0
    DIGEST = 1
    SUMMARY = 2
    SPECIAL = 3
    NONE = 4
    HTML_DIGEST = 5


class Member(msgspec.Struct, frozen=True):
    """One account's membership of one group."""

    id: int
    group_id: int
    account_id: int
    role: int
    status: int
    delivery: int
    posting: int
    approved_n: int
    mod_permissions: str
    settings: str
    created_at: int
    updated_at: int


_COLUMNS = (
    members.c.id, members.c.group_id, members.c.account_id, members.c.role, members.c.status, members.c.delivery,
    members.c.posting, members.c.approved_n,
    members.c.mod_permissions, members.c.settings, members.c.created_at, members.c.updated_at,
)  # fmt: skip
_ONE = Query(
    sa.select(*_COLUMNS).where(members.c.group_id == p("group_id"), members.c.account_id == p("account_id"))
)
_BY_ID = Query(sa.select(*_COLUMNS).where(members.c.id == p("id")))
_NAMES = Query(
    sa.select(
        accounts.c.display_name,
        accounts.c.name,
        sa.func.coalesce(addresses.c.folded, ""),
        accounts.c.profile_sight,
    )
    .select_from(
        accounts.outerjoin(addresses, sa.and_(addresses.c.account_id == accounts.c.id, addresses.c.main == 1))
    )
    .where(accounts.c.id == p("id"))
)
_OF = Query(
    sa.select(*_COLUMNS)
    .where(members.c.account_id == p("account_id"), members.c.status == int(Membership.NORMAL))
    .order_by(members.c.group_id)
)
_IN_GROUPS = Query(
    sa.select(*_COLUMNS).where(
        members.c.account_id == p("account_id"), in_list(members.c.group_id, "group_ids")
    )
)
_MODERATORS = Query(
    sa.select(members.c.account_id).where(
        members.c.group_id == p("group_id"),
        members.c.status == int(Membership.NORMAL),
        members.c.role >= int(GroupRole.MODERATOR),
    )
)
_COUNT = Query(
    sa.update(groups).where(groups.c.account_id == p("id")).values(members_n=groups.c.members_n + p("by"))
)
_JOINING = Query(
    sa.select(groups.c.joining, groups.c.parent_id, groups.c.settings).where(groups.c.account_id == p("id"))
)
_BELOW = Query(
    sa.select(members.c.group_id)
    .where(
        members.c.account_id == p("me"),
        members.c.group_id.in_(sa.select(groups.c.account_id).where(groups.c.parent_id == p("id"))),
        members.c.status <= int(Membership.INVITED),
    )
    .order_by(members.c.group_id)
)
_OTHER_OWNERS = Query(
    sa.select(sa.func.count())
    .select_from(members.join(accounts, accounts.c.id == members.c.account_id))
    .where(
        members.c.group_id == p("group_id"),
        members.c.role == int(GroupRole.OWNER),
        members.c.status == int(Membership.NORMAL),
        members.c.account_id != p("but"),
        accounts.c.memorial_at.is_(None),
    )
)
"""Who is remembered owns nothing any more."""


def get(tx: Tx, group_id: int, account_id: int) -> Member | None:
    """The membership row, whatever its status, or None."""
    row = tx.one(_ONE, group_id=group_id, account_id=account_id)
    return None if row is None else Member(*row)


def find(tx: Tx, member_id: int) -> Member | None:
    """The membership of that id, whoever looks: the caller asks what they may know of it."""
    row = tx.one(_BY_ID, id=member_id) if 0 < member_id < 1 << 62 else None
    return None if row is None else Member(*row)


def see(tx: Tx, viewer: Viewer, member_id: int) -> Member:
    """A membership that the viewer may see: the own one, or as a moderator. Raises NotFound."""
    row = tx.one(_BY_ID, id=member_id)
    member = None if row is None else Member(*row)
    if member is None or (
        member.account_id != viewer.account_id and not standing(tx, viewer, member.group_id).is_moderator
    ):
        raise NotFound(what="member")
    return member


def put(
    tx: Tx,
    group_id: int,
    account_id: int,
    *,
    role: int = GroupRole.MEMBER,
    status: int = Membership.NORMAL,
    **options: Any,
) -> int:
    """Make the membership so, whatever it was, without asking anybody (for verbs that have asked). Returns its id."""
    old = get(tx, group_id, account_id)
    values = {"role": int(role), "status": int(status), "updated_at": tx.now, **options}
    if old is None:
        id_ = tx.ids.next()
        display_name, name, mail, sight = tx.one(_NAMES, id=account_id) or ("", "", "", 0)
        values.update(shown=listed_as(display_name, name) + mail, mail=mail, sight=sight, created_at=tx.now)
        tx.insert(members, id=id_, group_id=group_id, account_id=account_id, **values)
    else:
        id_ = old.id
        tx.update(members, {"id": id_}, **values)
        if options.get("delivery", old.delivery) != old.delivery:
            from folkmoot.domain.mail import digests

            digests.turned(tx, id_, old.delivery, int(options["delivery"]))
    was, is_ = old is not None and old.status == Membership.NORMAL, status == Membership.NORMAL
    if was != is_:
        tx.run(_COUNT, id=group_id, by=1 if is_ else -1)
        bonds.count_followers(tx, group_id, 1 if is_ else -1)
        if was:
            from folkmoot.domain.sections import answers

            answers.freed(tx, group_id, account_id)
        journal.record(tx, journal.MEMBER_JOINED if is_ else journal.MEMBER_LEFT, account_id, group_id)
    else:
        journal.record(tx, journal.MEMBER_CHANGED, account_id, group_id)
    return id_


def join(tx: Tx, viewer: Viewer, group_id: int, *, via: str = "") -> Member:
    """Join, or ask to, by the group's rule; *via* as groupacts.note. Raises NotFound,
    Forbidden("banned" | "invited_only")."""
    me = viewer.required()
    standing(tx, viewer, group_id)
    bonds.alone(tx, group_id, me)
    old = get(tx, group_id, me)
    if old is not None and old.status == Membership.BANNED:
        raise Forbidden("you are banned from this group", code="banned")
    if old is None or old.status not in (Membership.NORMAL, Membership.PENDING):
        _enter(tx, viewer, group_id, invited=old is not None and old.status == Membership.INVITED, via=via)
    found = get(tx, group_id, me)
    assert found is not None
    return found


def _enter(tx: Tx, viewer: Viewer, group_id: int, *, invited: bool, via: str) -> None:
    from folkmoot.domain.groups import grouptexts
    from folkmoot.domain.mail import asking

    me = viewer.account_id
    joining, parent_id, settings = tx.one(_JOINING, id=group_id) or (0, None, "{}")
    if parent_id is not None and not in_group(tx, parent_id, me):
        raise Forbidden("first join the group above this one", code="not_in_parent")
    if joining == 2 and not invited:
        raise Forbidden("one joins this group by invitation", code="invited_only")
    waits = joining == 1 and not invited
    put(tx, group_id, me, status=Membership.PENDING if waits else Membership.NORMAL, **usual(settings))
    if waits:
        groupacts.note(tx, viewer, group_id, "apply", "asked to join", target_id=me, via=via)
        grouptexts.tell(tx, group_id, me, "pending")
        asking.about_member(tx, group_id, me)
        for moderator in tx.column(_MODERATORS, group_id=group_id):
            notices.add(tx, moderator, "member_request", me)
    else:
        groupacts.note(tx, viewer, group_id, "join", "joined", target_id=me, via=via)
        grouptexts.welcome(tx, group_id, me)


def in_group(tx: Tx, group_id: int, account_id: int) -> bool:
    """Whether the account is a member in good standing."""
    found = get(tx, group_id, account_id)
    return found is not None and found.status == Membership.NORMAL


def usual(settings: str) -> dict[str, Any]:
    """The options that a group's settings (JSON) give to whoever joins."""
    told = msgspec.json.decode(settings)
    kind = str(told.get("delivery", "")).upper()
    own = {name: told[name] for name in ("selection", "follow_replies", "max_attachment") if name in told}
    options: dict[str, Any] = {"delivery": int(Delivery[kind])} if kind in Delivery.__members__ else {}
    return {**options, "settings": msgspec.json.encode(own).decode()} if own else options


def leave(tx: Tx, viewer: Viewer, group_id: int, *, via: str = "") -> None:
    """Leave, and the groups below too; not being a member is fine; *via* as groupacts.note. Raises
    NotFound, Forbidden("last_owner")."""
    me = viewer.required()
    bonds.alone(tx, group_id, me)
    old = get(tx, group_id, me)
    if old is None or old.status not in (Membership.NORMAL, Membership.PENDING):
        return
    from folkmoot.domain.groups import grouptexts

    keep_an_owner(tx, old)
    for id_ in below(tx, group_id, me):
        leave(tx, viewer, id_, via=via)
    put(tx, group_id, me, role=GroupRole.MEMBER, status=Membership.LEFT, mod_permissions="")
    groupacts.note(tx, viewer, group_id, "leave", "left", target_id=me, via=via)
    if old.status == Membership.PENDING:
        answered(tx, group_id, me)
    else:
        grouptexts.tell(tx, group_id, me, "goodbye")


def below(tx: Tx, group_id: int, account_id: int) -> list[int]:
    """The groups below one that the account is in, or asked to be."""
    return tx.column(_BELOW, me=account_id, id=group_id)


def owners_alone(tx: Tx, group_id: int) -> None:
    """Of two owners who go at once the second waits here, and sees that the first is gone. Asked for before any row of
    the group is changed, and for a group above before those below it, so that no two wait for each other."""
    tx.alone("owners", group_id)


def keep_an_owner(tx: Tx, member: Member) -> None:
    """Raises Forbidden("last_owner") where the group would have none without this member."""
    if member.role != GroupRole.OWNER:
        return
    owners_alone(tx, member.group_id)
    if not tx.value(_OTHER_OWNERS, group_id=member.group_id, but=member.account_id):
        raise Forbidden("a group needs an owner: make somebody else one first", code="last_owner")


def answered(tx: Tx, group_id: int, account_id: int) -> None:
    """Nobody need be told any more that somebody wants to join."""
    for moderator in tx.column(_MODERATORS, group_id=group_id):
        notices.remove(tx, moderator, "member_request", account_id)


def set_delivery(tx: Tx, viewer: Viewer, group_id: int, delivery: Delivery) -> Delivery:
    """Choose how the viewer gets the group's mail; how they get it now, by the group's rules. Raises NotFound."""
    old = get(tx, group_id, viewer.required())
    if old is None or old.status != Membership.NORMAL:
        raise NotFound(what="member")
    wanted = allowed_delivery(tx, group_id, delivery)
    put(tx, group_id, viewer.account_id, role=old.role, status=old.status, delivery=int(wanted))
    return wanted


def allowed_delivery(tx: Tx, group_id: int, wanted: Delivery) -> Delivery:
    """What the wish becomes by the group's rules: where mail is needed, none of it is special notices only; where
    mail is HTML, a digest is too."""
    row = tx.one(_JOINING, id=group_id)
    told = msgspec.json.decode(row[2]) if row else {}
    if wanted == Delivery.NONE and told.get("mail_needed"):
        return Delivery.SPECIAL
    if wanted == Delivery.DIGEST and told.get("force_html"):
        return Delivery.HTML_DIGEST
    return wanted


def invite_address(tx: Tx, group_id: int, address: str, name: str = "", **options: Any) -> int:
    """Make an address a member at once (operator, seed, import of members): returns the account id."""
    if not address:
        raise Invalid("address", "blank")
    account_id = people.person_of_address(tx, address, name)
    put(tx, group_id, account_id, **options)
    return account_id


def of_account(tx: Tx, account_id: int) -> list[Member]:
    """All groups that the account is a member of."""
    return [Member(*row) for row in tx.all(_OF, account_id=account_id)]


def in_groups(tx: Tx, account_id: int, group_ids: list[int]) -> dict[int, Member]:
    """The account's memberships of several groups, by group, whatever their status."""
    rows = tx.all(_IN_GROUPS, account_id=account_id, group_ids=group_ids) if group_ids else []
    return {row[1]: Member(*row) for row in rows}


def moderators(tx: Tx, group_id: int) -> list[int]:
    """Accounts that moderate the group."""
    return tx.column(_MODERATORS, group_id=group_id)


_OF_PEOPLE = Query(
    sa.select(*_COLUMNS).where(
        members.c.group_id == p("group_id"), in_list(members.c.account_id, "account_ids")
    )
)
_ADDRESSES = Query(
    sa.select(addresses.c.account_id, addresses.c.address).where(
        in_list(addresses.c.account_id, "account_ids"), addresses.c.main == 1
    )
)
_CHOSEN = Query(
    sa.select(members.c.account_id, addresses.c.address)
    .select_from(members.join(addresses, chosen()))
    .where(members.c.group_id == p("group_id"), in_list(members.c.account_id, "account_ids"))
)
_CHOSEN_IN = Query(
    sa.select(members.c.group_id, addresses.c.address)
    .select_from(members.join(addresses, chosen()))
    .where(in_list(members.c.group_id, "group_ids"), members.c.account_id == p("account_id"))
)


def of_people(tx: Tx, group_id: int, account_ids: list[int]) -> dict[int, Member]:
    """The memberships of several accounts in one group, by account, whatever their status."""
    rows = tx.all(_OF_PEOPLE, group_id=group_id, account_ids=account_ids) if account_ids else []
    return {row[2]: Member(*row) for row in rows}


def addresses_of(tx: Tx, account_ids: list[int]) -> dict[int, str]:
    """The main addresses of several accounts, for those who may see them (the caller has asked)."""
    rows = tx.all(_ADDRESSES, account_ids=account_ids) if account_ids else []
    return {row[0]: row[1] for row in rows}


def addresses_in(tx: Tx, group_id: int, account_ids: list[int]) -> dict[int, str]:
    """The addresses that the group's mail to several members goes to, for those who may see them (as above)."""
    if not account_ids:
        return {}
    rows = tx.all(_CHOSEN, group_id=group_id, account_ids=account_ids)
    return {row[0]: row[1] for row in rows}


def own_addresses(tx: Tx, viewer: Viewer, group_ids: list[int]) -> dict[int, str]:
    """The addresses that the mail of these groups to the viewer goes to, by group."""
    rows = tx.all(_CHOSEN_IN, group_ids=group_ids, account_id=viewer.required()) if group_ids else []
    return {row[0]: row[1] for row in rows}


def fellow(tx: Tx, viewer: Viewer, group_id: int, member_id: int) -> Member:
    """Another member of a group that the viewer is a member of. Raises NotFound."""
    row = tx.one(_BY_ID, id=member_id) if 0 < member_id < 1 << 63 else None
    found = None if row is None else Member(*row)
    if (
        found is None
        or found.group_id != group_id
        or found.status != Membership.NORMAL
        or not standing(tx, viewer, group_id).is_member
    ):
        raise NotFound(what="member")
    return found
