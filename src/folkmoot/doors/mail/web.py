"""The page and the one click by which a member leaves a list (RFC 8058): a scanner that only looks changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import Forbidden, NotFound, Refusal, Unavailable
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Delivery, Member
from folkmoot.domain.mail import mailhealth
from folkmoot.domain.mail.reach import Health
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At, Caller
from folkmoot.doors.frame.door import Door
from folkmoot.doors.frame.http import Http
from folkmoot.doors.mail.signs import member_of_leave
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.request import Endpoint

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_STATUS: dict[type[Refusal], int] = {NotFound: 404, Unavailable: 503, Forbidden: 403}


def _nobody(tx: Tx, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    return Viewer.anonymous(), None


def _refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(refusal, kind)), 400)
    text = "This link is not valid (any more)." if status == 404 else refusal.message
    return _page("Mail", f"<p>{escape_text(text)}</p>", status)


def _encode(answer: Any, at: At) -> Response:
    return Response.json(answer)


door = Door("mail", authenticate=_nobody, refuse=_refuse, encode=_encode, prefixes=("/mail/",))


def _page(title: str, body: str, status: int = 200) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape_text(title)}</title></head><body><main><h1>{escape_text(title)}</h1>{body}</main></body></html>"
    )
    return Response.html(
        html, status, [(b"cache-control", b"no-store"), (b"referrer-policy", b"no-referrer")]
    )


def _membership(at: At) -> tuple[Member, GroupView]:
    member_id = member_of_leave(at.house.secret, at.path["token"])
    if member_id is None:
        raise NotFound(what="link")
    member = members.see(at.tx, Viewer.system(), member_id)
    return member, groups.see(at.tx, Viewer.system(), member.group_id)


@door.raw("GET", "/mail/unsubscribe/{token}", auth="none")
def ask(at: At) -> Response:
    """What would happen, with a button."""
    member, group = _membership(at)
    if member.status != Membership.NORMAL:
        return _page(group.title, "<p>You are not a member of this group.</p>")
    button = '<form method="post"><button type="submit">Leave the group</button></form>'
    return _page(
        group.title, f"<p>You get no more mail from {escape_text(group.address)} when you leave.</p>{button}"
    )


@door.raw("POST", "/mail/unsubscribe/{token}", auth="none")
def leave(at: At) -> Response:
    """Leave; the last owner stays and only gets no more mail."""
    member, group = _membership(at)
    viewer = Viewer(member.account_id)
    try:
        members.leave(at.tx, viewer, group.id)
    except Forbidden:
        members.set_delivery(at.tx, viewer, group.id, Delivery.NONE)
        return _page(group.title, "<p>As the last owner you stay a member, but get no more mail.</p>")
    return _page(group.title, "<p>You have left the group and get no more mail from it.</p>")


@door.raw("GET", "/mail/address/{secret}", auth="none")
def ask_address(at: At) -> Response:
    """Whether mail goes to the address of a mailed link, with a button to start it again."""
    address, state = mailhealth.asked(at.tx, at.path["secret"])
    if state < Health.OFF:
        return _page("Mail", f"<p>Mail goes to {escape_text(address)}; there is nothing to do.</p>")
    button = '<form method="post"><button type="submit">Send me mail again</button></form>'
    return _page("Mail", f"<p>Mail of your groups to {escape_text(address)} pauses.</p>{button}")


@door.raw("POST", "/mail/address/{secret}", auth="none")
def resume_address(at: At) -> Response:
    """Start mail to the address again; the link works once."""
    address = mailhealth.resume_by_link(at.tx, at.path["secret"])
    return _page("Mail", f"<p>Mail of your groups goes to {escape_text(address)} again.</p>")
