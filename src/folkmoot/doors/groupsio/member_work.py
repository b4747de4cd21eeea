"""What moderators do to memberships: let in, put out, change, add, invite, and ask whether an address lives."""

from __future__ import annotations

from typing import Any, Final

from folkmoot.domain.access import GroupRole, MemberPosting, Membership, Standing
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.groups import memberlists, membership
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.groups.membership import MemberChange
from folkmoot.domain.mail.reach import Health
from folkmoot.domain.people import accounts, signups
from folkmoot.domain.people.accounts import LoginState
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import load, perms, settings
from folkmoot.doors.groupsio.calls import call, group_of, require_act
from folkmoot.doors.groupsio.door import Refused
from folkmoot.doors.groupsio.member_lists import member_of
from folkmoot.doors.groupsio.present import MOD_STATUS, POST_STATUS
from folkmoot.doors.groupsio.wording import worded
from folkmoot.kit.mail.addresses import BadAddress, parse_mailbox
from folkmoot.wire.groupsio.member import (
    AddError,
    BulkRemoveResults,
    DirectAddResults,
    InviteResults,
    MemberInfo,
)
from folkmoot.wire.groupsio.member_requests import (
    ApproveMember,
    BanMember,
    BulkRemoveMembers,
    DirectAdd,
    Invite,
    RemoveMember,
    SendBounceProbe,
    SendConfirmation,
    UnbanMember,
    UpdateMember,
)

VIA: Final = "api"
MAX_ADDRESSES: Final = 500
"""So many addresses may one call name."""
_ROLES: Final = {theirs: GroupRole(ours) for ours, theirs in MOD_STATUS.items()}
_POSTING: Final = {
    **{theirs: MemberPosting(ours) for ours, theirs in POST_STATUS.items()},
    "sub_poststatus_newusermoderated": MemberPosting.DEFAULT,
}
_WHY: Final = {
    "member": "already subscribed",
    "banned": "banned",
    "not_in_parent": "not a member of the parent group",
    "written_to": "written to too often today",
    "last_owner": "last owner",
    "set_roles": "owner or moderator",
}


def _named(at: At, ask: Any, act: str) -> tuple[GroupView, Standing, Member]:
    """The group and the membership that a call names, once the caller may do that at all."""
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, act)
    return view, stands, member_of(at.tx, view, ask.member_info_id, getattr(ask, "sub_id", None))


def _set(at: At, ask: Any, act: str, status: Membership, *sensible: Membership) -> MemberInfo:
    view, stands, row = _named(at, ask, act)
    with worded({"no member": "invalid member_info_id"}):
        now = membership.set_status(
            at.tx, at.viewer, view.id, row.account_id, status, among=sensible, via=VIA
        )
    return load.membership(at.tx, at, view, stands, now)


@call(ApproveMember)
def approve_member(at: At, ask: ApproveMember) -> MemberInfo:
    sensible = (Membership.PENDING, Membership.NORMAL)
    return _set(at, ask, "approve_members", Membership.NORMAL, *sensible)


@call(BanMember)
def ban_member(at: At, ask: BanMember) -> MemberInfo:
    return _set(at, ask, "ban_members", Membership.BANNED, *Membership)


@call(RemoveMember)
def remove_member(at: At, ask: RemoveMember) -> MemberInfo:
    sensible = (Membership.NORMAL, Membership.PENDING, Membership.INVITED)
    return _set(at, ask, "remove_members", Membership.LEFT, *sensible)


@call(UnbanMember)
def unban_member(at: At, ask: UnbanMember) -> MemberInfo:
    view, stands, row = _named(at, ask, "ban_members")
    now = membership.unban(at.tx, at.viewer, view.id, row.account_id, via=VIA)
    return load.membership(at.tx, at, view, stands, now)


@call(UpdateMember)
def update_member(at: At, ask: UpdateMember) -> MemberInfo:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    change = _change(ask)
    if stands.member_id != ask.member_info_id:
        require_act(at.tx, stands, "set_options")
    row = member_of(at.tx, view, ask.member_info_id)
    now = membership.update(at.tx, at.viewer, view.id, row.account_id, change, via=VIA)
    return load.membership(at.tx, at, view, stands, now)


def _change(ask: UpdateMember) -> MemberChange:
    kept = {
        key: value
        for key, value in (
            ("selection", ask.message_selection),
            ("max_attachment", ask.max_attachment_size),
            ("follow_replies", ask.auto_follow_replies),
        )
        if isinstance(value, (str, bool))
    }
    change = MemberChange(settings=kept or None)
    if isinstance(ask.mod_status, str):
        change.role = _ROLES[ask.mod_status]
    if isinstance(ask.mod_permissions, str):
        change.rights = perms.ours(ask.mod_permissions)
        if change.rights is None:
            raise Invalid("mod_permissions", "unknown")
    if isinstance(ask.post_status, str):
        change.posting = _POSTING[ask.post_status]
    if isinstance(ask.email_delivery, str):
        change.delivery = settings.delivery(ask.email_delivery)
    change.full_name = ask.full_name if isinstance(ask.full_name, str) else None
    return change


# ── by address ───────────────────────────────────────────────────────────────────────────────────────────────


def _lines(emails: str) -> list[str]:
    """The lines that say something. Raises Refused("invalid emails")."""
    lines = [line.strip() for line in emails.splitlines() if line.strip()]
    if not lines or len(lines) > MAX_ADDRESSES:
        raise Refused("invalid emails")
    return lines


def split_address(line: str) -> tuple[str, str]:
    """(name, address) of `address` or `Name <address>`; a comma list is one bad address, as the service has it."""
    try:
        box = parse_mailbox(line)
    except BadAddress:
        return "", ""
    return box.name, box.address


def _error(group_id: int, line: str, status: str) -> AddError:
    return AddError(email=line[:320], status=status, group_id=group_id)


def _tried(at: At, verb: Any, group_id: int, line: str) -> Member | AddError:
    """Add or invite what a line says."""
    name, address = split_address(line)
    try:
        member: Member = verb(at.tx, at.viewer, group_id, address, name, via=VIA)
    except Invalid:
        return _error(group_id, line, "invalid email address")
    except Conflict as refusal:
        return _error(group_id, line, _WHY.get(refusal.code, refusal.message))
    return member


@call(DirectAdd)
def direct_add(at: At, ask: DirectAdd) -> DirectAddResults:
    lines = _lines(ask.emails)
    places = [group_of(at.tx, at, ask.group_id, ask.group_name), *_below(at, ask)]
    for _, stands in places:
        require_act(at.tx, stands, "invite_members")
    errors: list[AddError] = []
    added: list[MemberInfo] = []
    for view, stands in places:
        tried = [_tried(at, membership.add, view.id, line) for line in lines]
        errors += [entry for entry in tried if isinstance(entry, AddError)]
        rows = [entry for entry in tried if isinstance(entry, Member)]
        added += load.memberships(at.tx, at, view, stands, rows)
    return DirectAddResults(total_emails=len(lines), errors=errors or None, added_members=added or None)


def _below(at: At, ask: DirectAdd) -> list[tuple[GroupView, Standing]]:
    """The subgroups that are named, by id and by name. Raises Refused where one is none of this group."""
    parent = group_of(at.tx, at, ask.group_id, ask.group_name)[0]
    found = []
    for name, text in (("subgroupids", ask.subgroupids), ("subgroupnames", ask.subgroupnames)):
        for part in (part.strip() for part in text.split(",") if part.strip()):
            number = int(part) if part.isascii() and part.isdigit() and len(part) < 19 else None
            try:
                by_id = name == "subgroupids"
                place = group_of(at.tx, at, (number or 0) if by_id else None, None if by_id else part)
            except NotFound:
                raise Refused(f"invalid {name}") from None
            if place[0].parent_id != parent.id:
                raise Refused(f"invalid {name}")
            found.append(place)
    return found


@call(Invite)
def invite(at: At, ask: Invite) -> InviteResults:
    lines = _lines(ask.emails)
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "invite_members")
    tried = [(line, _tried(at, membership.invite, view.id, line)) for line in lines]
    errors = [entry for _, entry in tried if isinstance(entry, AddError)]
    invited = [split_address(line)[1] for line, entry in tried if isinstance(entry, Member)]
    return InviteResults(total_emails=len(lines), errors=errors or None, invited=invited or None)


@call(BulkRemoveMembers)
def bulk_remove_members(at: At, ask: BulkRemoveMembers) -> BulkRemoveResults:
    lines = _lines(ask.emails)
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "remove_members")
    errors = []
    for line in lines:
        try:
            row = membership.of_address(at.tx, at.viewer, view.id, split_address(line)[1])
            membership.set_status(at.tx, at.viewer, view.id, row.account_id, Membership.LEFT, via=VIA)
        except NotFound:
            errors.append(_error(view.id, line, "not subscribed"))
        except Forbidden as refusal:
            errors.append(_error(view.id, line, _WHY.get(refusal.code, refusal.message)))
    done = len(lines) - len(errors)
    return BulkRemoveResults(removed=done, total_emails=len(lines), errors=errors or None)


# ── asking an address ────────────────────────────────────────────────────────────────────────────────────────


@call(SendBounceProbe)
def send_bounce_probe(at: At, ask: SendBounceProbe) -> MemberInfo:
    view, stands, row = _named(at, ask, "set_options")
    if memberlists.health_of(at.tx, [row.account_id]).get(row.account_id, 0) not in (
        Health.PROBED,
        Health.OFF,
    ):
        raise Refused("user not bouncing")
    membership.probe(at.tx, at.viewer, row, via=VIA)
    return load.membership(at.tx, at, view, stands, row)


@call(SendConfirmation)
def send_confirmation(at: At, ask: SendConfirmation) -> MemberInfo:
    view, stands, row = _named(at, ask, "set_options")
    state = accounts.preferences(at.tx, row.account_id).state
    address = accounts.main_address(at.tx, row.account_id)
    if state != LoginState.UNCONFIRMED or not address:
        raise Refused("user already confirmed")
    signups.send_link(at.tx, row.account_id, "confirm", address)
    return load.membership(at.tx, at, view, stands, row)
