"""One's own membership in a group: what of it comes by mail, how, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.access import Membership
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups, memberaddresses, members, membership
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Delivery, Member
from folkmoot.domain.groups.membership import MemberChange
from folkmoot.domain.mail import readers, wishes
from folkmoot.domain.people import ownaddresses
from folkmoot.domain.sections.repeats import zone_of
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import MembershipForm
from folkmoot.doors.web.show import go, number, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

DELIVERIES: Final = {
    Delivery.SINGLE: "every message",
    Delivery.HTML_DIGEST: "a digest",
    Delivery.DIGEST: "a digest in plain text",
    Delivery.SUMMARY: "a daily summary",
    Delivery.SPECIAL: "announcements only",
    Delivery.NONE: "no mail",
}
SELECTIONS: Final = {
    wishes.ALL: "all threads",
    wishes.FOLLOWED_AND_FIRST: "threads that I follow, and the first message of each",
    wishes.FOLLOWED: "threads and tags that I follow",
}
ATTACHED: Final = {
    "unlimited": "all",
    "large": "up to 5 MB",
    "medium": "up to 1 MB",
    "small": "up to 250 kB",
    "none": "none",
}
HOURS: Final = {str(hour): f"{hour}:00" for hour in range(24)}


def _own(at: At, tx: Tx) -> tuple[GroupView, Member]:
    group, _ = groups.find(tx, at.viewer, at.path["name"])
    member = members.get(tx, group.id, at.viewer.required())
    if member is None or member.status != Membership.NORMAL:
        raise NotFound(what="member")
    return group, member


def _show(at: At, tx: Tx, ask: MembershipForm | None = None, why: str = "") -> Response:
    group, member = _own(at, tx)
    told = readers.told(member.settings)
    now = MembershipForm(
        delivery=str(int(members.allowed_delivery(tx, group.id, Delivery(member.delivery)))),
        selection=wishes.selection_of(told),
        follow_replies=bool(told.get("follow_replies")),
        attached=str(told.get("max_attachment", "unlimited")).removeprefix("max_attachment_size_"),
        plain_text=bool(told.get("plain_text")),
        zone=str(told.get("timezone", "")),
        hour=str(told.get("digest_hour", "")),
        address=members.own_addresses(tx, at.viewer, [group.id]).get(group.id, ""),
    )
    return page(
        at,
        tx,
        "membership.html",
        title=f"Your mail from {group.title or group.name}",
        group=group,
        form=ask or now,
        why=why,
        deliveries={
            each: word
            for each, word in DELIVERIES.items()
            if members.allowed_delivery(tx, group.id, each) == each
        },
        selections=SELECTIONS,
        sizes=ATTACHED,
        hours=HOURS,
        addresses=ownaddresses.of(tx, at.viewer),
    )


@door.raw("GET", "/@{name}/membership")
def show(at: At) -> Response:
    """What the member chose."""
    at.viewer.required()
    return _show(at, at.tx)


@door.raw("POST", "/@{name}/membership", ask=MembershipForm)
async def change(at: At, ask: MembershipForm) -> Response:
    """Choose otherwise."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        def run(tx: Tx) -> Response:
            (group, member), wanted = _own(at, tx), _wanted(ask)
            now = membership.update(tx, at.viewer, group.id, member.account_id, wanted)
            if ask.address:
                memberaddresses.choose(tx, at.viewer, group.id, ask.address)
            path = f"/@{group.name}"
            if now.delivery != wanted.delivery:
                return go(f"{path}/membership", "mail-kept")
            return go(path, "saved")

        return await at.write(run)

    def again(tx: Tx, why: str) -> Response:
        return _show(at, tx, ask, why)

    return await submit(at, work, again)


def _wanted(ask: MembershipForm) -> MemberChange:
    """Raises Invalid("zone")."""
    settings: dict[str, Any] = {
        "selection": ask.selection if ask.selection in SELECTIONS else wishes.ALL,
        "follow_replies": ask.follow_replies,
        "max_attachment": ask.attached if ask.attached in ATTACHED else "unlimited",
        "plain_text": ask.plain_text,
        "timezone": zone_of(ask.zone.strip()).key if ask.zone.strip() else "",
        "digest_hour": int(ask.hour) if ask.hour in HOURS else "",
    }
    delivery = Delivery(number(ask.delivery, 0, max(DELIVERIES), Delivery.SINGLE))
    return MemberChange(delivery=delivery, settings=settings)
