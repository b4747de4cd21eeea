"""A moderator's work with members: let in, turned down, added, invited, changed, removed and banned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import (
    GroupRole,
    MemberPosting,
    Membership,
    Standing,
    Viewer,
    require_in_group,
    standing,
)
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from folkmoot.domain.groups import groupacts, grouptexts, members, succession
from folkmoot.domain.groups.members import Delivery, Member
from folkmoot.domain.mail import mailhealth, mailproofs, outbox, reach
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds, mailtokens
from folkmoot.domain.rights import EVERY, USUAL, written
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
LETTERS_A_DAY = 20
"""Nobody is invited to whose address groups have written so often since yesterday: an invitation needs no consent."""
_GROUP = Query(
    sa.select(groups.c.parent_id, groups.c.settings, groups.c.title, accounts.c.name)
    .select_from(groups.join(accounts, accounts.c.id == groups.c.account_id))
    .where(groups.c.account_id == p("id"))
)
_ACTS: dict[int, str] = {
    Membership.NORMAL: "approve_members",
    Membership.LEFT: "remove_members",
    Membership.BANNED: "ban_members",
    Membership.PENDING: "approve_members",
    Membership.INVITED: "invite_members",
}


class MemberChange(msgspec.Struct, kw_only=True):
    """What is to be changed of a membership; None stays. *rights*: words of rights.RIGHTS; *settings* are merged."""

    role: GroupRole | None = None
    rights: frozenset[str] | None = None
    posting: MemberPosting | None = None
    delivery: Delivery | None = None
    settings: dict[str, Any] | None = None
    full_name: str | None = None


def _member(tx: Tx, group_id: int, account_id: int, *statuses: Membership) -> Member:
    found = members.get(tx, group_id, account_id)
    if found is None or (statuses and found.status not in statuses):
        raise NotFound(what="member")
    return found


def _above_themselves(tx: Tx, stands: Standing, viewer: Viewer, old: Member) -> None:
    """Only owners touch owners; moderators are touched by who makes them."""
    if old.account_id == viewer.account_id or stands.is_owner:
        return
    if old.role >= GroupRole.OWNER:
        raise Forbidden("only owners do this to an owner", code="set_roles")
    if old.role >= GroupRole.MODERATOR:
        require_in_group(stands, "set_roles")


def set_status(
    tx: Tx,
    viewer: Viewer,
    group_id: int,
    account_id: int,
    status: Membership,
    *,
    among: Sequence[Membership] = (),
    via: str = "",
    reason: str = "",
) -> Member:
    """Approve, turn down, remove, ban or let back a member; what is so already stays, and nobody is told twice.
    *among*: only whoever stands so, all others are not found.
    *reason*: what a moderator has to say about it, for who is not let in or has to go.

    Raises NotFound, Forbidden (the right is missing; "last_owner").
    """
    stands = standing(tx, viewer, group_id)
    bonds.alone(tx, group_id, account_id)
    old = _member(tx, group_id, account_id, *among)
    act = {Membership.PENDING: "approve_members", Membership.BANNED: "ban_members"}.get(
        Membership(old.status)
    )
    require_in_group(stands, act if act and status == Membership.LEFT else _ACTS[status])
    if old.status == Membership.BANNED and status != Membership.BANNED:
        require_in_group(stands, "ban_members")
    if old.status == status:
        return old
    if old.status == Membership.NORMAL:
        _above_themselves(tx, stands, viewer, old)
        members.keep_an_owner(tx, old)
    role = old.role if status == Membership.NORMAL else GroupRole.MEMBER
    kept = {} if status == Membership.NORMAL else {"mod_permissions": ""}
    members.put(tx, group_id, account_id, role=role, status=status, **kept)
    if status == Membership.BANNED:
        for below in members.below(tx, group_id, account_id):
            succession.put_out(tx, below, account_id, banned=True)
            members.answered(tx, below, account_id)
    if old.status == Membership.PENDING:
        members.answered(tx, group_id, account_id)
    _say(tx, viewer, old, status, via, reason)
    return _member(tx, group_id, account_id)


def _say(tx: Tx, viewer: Viewer, old: Member, status: Membership, via: str, reason: str) -> None:
    name = groupacts.name_of(tx, old.account_id)
    act, line, text = {
        (Membership.PENDING, Membership.NORMAL): ("approve", f"approved {name}", "joining"),
        (Membership.PENDING, Membership.LEFT): ("turn_down", f"turned down {name}", "rejected_sub"),
        (Membership.BANNED, Membership.LEFT): ("unban", f"unbanned {name}", ""),
        (Membership.BANNED, Membership.NORMAL): ("unban", f"unbanned {name}", ""),
    }.get((Membership(old.status), status)) or {
        Membership.LEFT: ("remove", f"removed {name}", "removed"),
        Membership.BANNED: ("ban", f"banned {name}", "banned"),
    }.get(status, ("add", f"added {name}", "joining"))
    groupacts.note(tx, viewer, old.group_id, act, line, target_id=old.account_id, via=via)
    if text == "joining":
        grouptexts.welcome(tx, old.group_id, old.account_id)
    elif text:
        grouptexts.tell(tx, old.group_id, old.account_id, text, reason=reason)


def unban(tx: Tx, viewer: Viewer, group_id: int, account_id: int, *, via: str = "") -> Member:
    """Let somebody join again. Raises NotFound, Forbidden, Conflict("not_banned")."""
    require_in_group(standing(tx, viewer, group_id), "ban_members")
    if _member(tx, group_id, account_id).status != Membership.BANNED:
        raise Conflict("user not banned", code="not_banned")
    return set_status(tx, viewer, group_id, account_id, Membership.LEFT, via=via)


def set_role(tx: Tx, viewer: Viewer, group_id: int, account_id: int, role: GroupRole) -> None:
    """Make a member moderator, owner or plain member. Raises NotFound, Forbidden."""
    update(tx, viewer, group_id, account_id, MemberChange(role=role))


def update(
    tx: Tx, viewer: Viewer, group_id: int, account_id: int, change: MemberChange, *, via: str = ""
) -> Member:
    """Change a membership. Members change their own delivery and settings; all else needs the right to it, and
    nobody gives rights that they have not. Raises NotFound, Forbidden."""
    stands = standing(tx, viewer, group_id)
    bonds.alone(tx, group_id, account_id)
    old = _member(tx, group_id, account_id, Membership.NORMAL, Membership.PENDING)
    own = account_id == viewer.account_id
    if not own or change.posting is not None or change.full_name is not None:
        require_in_group(stands, "set_options")
    values: dict[str, Any] = {}
    if change.role is not None or change.rights is not None:
        values.update(_roles(tx, viewer, stands, old, change))
    if change.posting is not None:
        _above_themselves(tx, stands, viewer, old)
        values["posting"] = int(change.posting)
    if change.delivery is not None:
        values["delivery"] = int(members.allowed_delivery(tx, group_id, change.delivery))
    if change.settings is not None:
        merged = {**msgspec.json.decode(old.settings), **change.settings}
        values["settings"] = msgspec.json.encode(merged).decode()
    if values:
        members.put(tx, group_id, account_id, **{"role": old.role, "status": old.status, **values})
    if change.full_name is not None:
        _rename(tx, account_id, change.full_name)
    if not own or "role" in values:
        act = "role" if "role" in values or "mod_permissions" in values else "options"
        line = f"changed the {'role' if act == 'role' else 'options'} of {groupacts.name_of(tx, account_id)}"
        groupacts.note(tx, viewer, group_id, act, line, target_id=account_id, via=via)
    return _member(tx, group_id, account_id)


def _roles(tx: Tx, viewer: Viewer, stands: Standing, old: Member, change: MemberChange) -> dict[str, Any]:
    require_in_group(stands, "set_roles")
    role = old.role if change.role is None else change.role
    if not stands.is_owner and max(role, old.role) >= GroupRole.OWNER:
        raise Forbidden("only owners make owners and unmake them", code="set_roles")
    if role != GroupRole.OWNER and old.status == Membership.NORMAL:
        members.keep_an_owner(tx, old)
    values: dict[str, Any] = {"role": int(role)} if role != old.role else {}
    if change.rights is not None:
        if not change.rights <= stands.rights:
            raise Forbidden("nobody gives rights that they have not", code="set_roles")
        values["mod_permissions"] = written(change.rights & EVERY)
    elif old.role < role == GroupRole.MODERATOR and USUAL - stands.rights:
        values["mod_permissions"] = written(USUAL & stands.rights)
    if role < GroupRole.MODERATOR:
        values["mod_permissions"] = ""
    return values


def _rename(tx: Tx, account_id: int, name: str) -> None:
    """A name for who never logged in here: others name themselves."""
    if people.preferences(tx, account_id).state != people.LoginState.ADDRESS_ONLY:
        return
    tx.update(accounts, {"id": account_id}, display_name=people.clean_display_name(name, ""))
    people.changed(tx, account_id)


# ── adding and inviting ──────────────────────────────────────────────────────────────────────────────────────


def add(tx: Tx, viewer: Viewer, group_id: int, address: str, name: str = "", *, via: str = "") -> Member:
    """Make an address a member at once, and tell it. Raises NotFound, Forbidden, Invalid("address"),
    Conflict("member" | "banned" | "not_in_parent")."""
    require_in_group(standing(tx, viewer, group_id), "invite_members")
    parent_id, settings, _, _ = _facts(tx, group_id)
    account_id = _reachable(tx, group_id, address, name)
    if parent_id is not None and not members.in_group(tx, parent_id, account_id):
        raise Conflict("not in the parent group", code="not_in_parent")
    members.put(tx, group_id, account_id, **members.usual(settings))
    line = f"added {groupacts.name_of(tx, account_id)}"
    groupacts.note(tx, viewer, group_id, "add", line, target_id=account_id, via=via)
    grouptexts.welcome(tx, group_id, account_id, "direct_add")
    return _member(tx, group_id, account_id)


def invite(tx: Tx, viewer: Viewer, group_id: int, address: str, name: str = "", *, via: str = "") -> Member:
    """Invite an address; whoever was invited joins without being approved. Who was invited today is not written to
    again, nor an address that groups write to all day. Raises as add, Conflict("written_to")."""
    require_in_group(standing(tx, viewer, group_id), "invite_members")
    _, _, title, group_name = _facts(tx, group_id)
    account_id = _reachable(tx, group_id, address, name)
    old = members.get(tx, group_id, account_id)
    if old is not None and old.status == Membership.PENDING:
        return set_status(tx, viewer, group_id, account_id, Membership.NORMAL, via=via)
    if old is not None and old.status == Membership.INVITED and tx.now - old.updated_at < DAY_MS:
        return old
    mailed_at = reach.letter_address(tx, group_id, account_id)
    if outbox.count_since(tx, grouptexts.LETTER, mailed_at, tx.now - DAY_MS) >= LETTERS_A_DAY:
        raise Conflict("this address is written to too often", code="written_to")
    members.put(tx, group_id, account_id, status=Membership.INVITED)
    line = f"invited {groupacts.name_of(tx, account_id)}"
    groupacts.note(tx, viewer, group_id, "invite", line, target_id=account_id, via=via)
    way = f"{group_name}+subscribe@{tx.settings.list_domain}"
    secret = mailproofs.make(tx, account_id, "accept", group_id, fold_address(mailed_at))
    link = f"{tx.settings.base_url}/mail/confirm/{secret}"
    text = (
        f"You are invited to {title}.\n\nTo join, open this page within thirty days:\n  {link}\n\n"
        f"or write to\n  {way}\n\nWithout that nothing happens."
    )
    grouptexts.tell(tx, group_id, account_id, "invite", default=(f"You are invited to {title}", text))
    return _member(tx, group_id, account_id)


def require_adding(tx: Tx, viewer: Viewer, group_id: int) -> None:
    """Raises NotFound, Forbidden where the viewer may not bring members along."""
    require_in_group(standing(tx, viewer, group_id), "invite_members")


def _facts(tx: Tx, group_id: int) -> tuple[Any, ...]:
    row = tx.one(_GROUP, id=group_id)
    if row is None:
        raise NotFound(what="group")
    return row


def _reachable(tx: Tx, group_id: int, address: str, name: str) -> int:
    """The account of an address that may become a member."""
    if not is_valid_address(address):
        raise Invalid("address", "invalid")
    account_id = people.person_of_address(tx, address, name)
    bonds.alone(tx, group_id, account_id)
    old = members.get(tx, group_id, account_id)
    if old is not None and old.status == Membership.NORMAL:
        raise Conflict("already a member", code="member")
    if old is not None and old.status == Membership.BANNED:
        raise Conflict("banned", code="banned")
    return account_id


def of_address(tx: Tx, viewer: Viewer, group_id: int, address: str) -> Member:
    """The member with that address, for those who may remove members. Raises NotFound, Forbidden."""
    require_in_group(standing(tx, viewer, group_id), "remove_members")
    account_id = people.find_by_address(tx, address) if is_valid_address(address) else None
    if account_id is None:
        raise NotFound(what="member")
    return _member(tx, group_id, account_id, Membership.NORMAL, Membership.PENDING, Membership.INVITED)


_ROW = Query(sa.select(members_t.c.group_id, members_t.c.account_id).where(members_t.c.id == p("id")))


def by_id(tx: Tx, group_id: int, member_id: int) -> Member:
    """A membership of the group by its id, whatever its status (the verbs ask for rights). Raises NotFound."""
    row = tx.one(_ROW, id=member_id) if 0 < member_id < 1 << 63 else None
    if row is None or row[0] != group_id:
        raise NotFound(what="member")
    return _member(tx, group_id, row[1])


def probe(tx: Tx, viewer: Viewer, member: Member, *, via: str = "") -> None:
    """Ask the member's address once more whether it lives; its answer lets delivery go on. Raises NotFound,
    Forbidden, TooMany within a day of the last time."""
    require_in_group(standing(tx, viewer, member.group_id), "set_options")
    address = reach.address_in(tx, member.group_id, member.account_id)
    if outbox.count_since(tx, mailhealth.PROBE, address, tx.now - DAY_MS):
        raise TooMany("this address was asked today", code="probe", retry_after=DAY_MS // 1000)
    secret = mailtokens.make(tx, member.account_id, "deliver", address)
    if secret is None:
        raise TooMany("this address was asked today", code="probe", retry_after=DAY_MS // 1000)
    link = f"{tx.settings.base_url}/mail/address/{secret}"
    outbox.queue(tx, mailhealth.PROBE, member.account_id, address, group_id=member.group_id, link=link)
    line = f"asked whether the address of {groupacts.name_of(tx, member.account_id)} lives"
    groupacts.note(tx, viewer, member.group_id, "probe", line, target_id=member.account_id, via=via)
