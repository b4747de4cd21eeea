"""A group's members: seen, found by name, invited, and by those who may, given a role, removed or banned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from folkmoot.domain import views
from folkmoot.domain.access import GroupRole, Membership, may_in_group
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups, memberlists, membership
from folkmoot.domain.groups.memberlists import Kind
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web import rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Invitation, MembersAsked, Verdict
from folkmoot.doors.web.show import PER_PAGE, cursor, go, number, older, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

MAX_Q: Final = 200
KINDS: Final = {"": Kind.MEMBERS, "moderators": Kind.MODERATORS, "banned": Kind.BANNED}
ROLES: Final = {"member": GroupRole.MEMBER, "moderator": GroupRole.MODERATOR, "owner": GroupRole.OWNER}
ACTS: Final = ("set_roles", "remove_members", "ban_members", "invite_members")
WORDS: Final = {
    "member": "This address is a member already.",
    "banned": "This address is banned from the group. Let it join again first.",
    "not_in_parent": "Only members of the group above can be in this one.",
    "written_to": "Groups have written to this address often enough today. Try again tomorrow.",
    "set_roles": "Only owners do that to an owner or a moderator.",
    "not_banned": "Nobody is banned there any more.",
}


@door.raw("GET", "/@{name}/members", ask=MembersAsked)
def show(at: At, ask: MembersAsked) -> Response:
    """The members, the newest first, for those who may see them."""
    return _page(at, at.tx, ask)


def _page(at: At, tx: Tx, ask: MembersAsked, form: Invitation | None = None, why: str = "") -> Response:
    group, stands = groups.find(tx, at.viewer, at.path["name"])
    kind = KINDS.get(ask.kind, Kind.MEMBERS)
    memberlists.require_sight(tx, stands, kind)
    text, below = ask.q.strip()[:MAX_Q], cursor(ask.before).before
    after = (below, 0) if below else None
    found = memberlists.listing(tx, stands, kind, ascending=False, after=after, limit=PER_PAGE + 1, text=text)
    rows = {entry.member.id: entry.member for entry in found}
    ids, on = older(
        list(rows), **({"q": text} if text else {}), **({"kind": ask.kind} if kind != Kind.MEMBERS else {})
    )
    return page(
        at,
        tx,
        "members.html",
        title=f"Members of {group.title or group.name}",
        group=group,
        sections=rooms.open_to(group, stands),
        members=[rows[id_] for id_ in ids],
        people=views.accounts_by_ids(tx, [rows[id_].account_id for id_ in ids]),
        kind=kind,
        may={act: may_in_group(stands, act) for act in ACTS},
        works=any(may_in_group(stands, act) for act in ACTS[:3]),
        is_owner=stands.is_owner,
        roles=GroupRole,
        query=text,
        older=on,
        form=form or Invitation(),
        why=why,
    )


@door.raw("POST", "/@{name}/members", ask=Verdict)
async def change(at: At, ask: Verdict) -> Response:
    """Give a member a role, remove or ban them, or let somebody banned join again."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        name = await at.write(lambda tx: _do(at, tx, ask))
        return go(f"/@{name}/members", "saved")

    return await submit(at, work, lambda tx, why: _page(at, tx, MembersAsked(), why=why), WORDS)


def _do(at: At, tx: Tx, ask: Verdict) -> str:
    group, _ = groups.find(tx, at.viewer, at.path["name"])
    who, status = number(ask.account, 0, (1 << 62) - 1, 0), Membership.NORMAL
    if ask.value in ROLES:
        membership.set_role(tx, at.viewer, group.id, who, ROLES[ask.value])
    elif ask.value == "unban":
        membership.unban(tx, at.viewer, group.id, who)
    elif ask.value in ("remove", "ban"):
        put = Membership.LEFT if ask.value == "remove" else Membership.BANNED
        membership.set_status(tx, at.viewer, group.id, who, put, among=(status,), reason=ask.reason)
    else:
        raise NotFound(what="act")
    return group.name


@door.raw("POST", "/@{name}/members/invite", ask=Invitation)
async def invite(at: At, ask: Invitation) -> Response:
    """Ask an address by mail whether it wants to join."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        name = await at.write(lambda tx: _invite(at, tx, ask.address.strip()))
        return go(f"/@{name}/members", "invited")

    return await submit(at, work, lambda tx, why: _page(at, tx, MembersAsked(), ask, why), WORDS)


def _invite(at: At, tx: Tx, address: str) -> str:
    group, _ = groups.find(tx, at.viewer, at.path["name"])
    membership.invite(tx, at.viewer, group.id, address)
    return group.name
