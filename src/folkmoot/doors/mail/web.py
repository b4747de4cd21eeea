"""Pages behind the links of our mail: leaving a list by one click (RFC 8058), mail to an address again, answering an
invitation; a scanner that only looks changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import Forbidden, NotFound, Refusal, Unavailable
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Delivery, Member
from folkmoot.domain.mail import mailhealth, mailproofs
from folkmoot.domain.mail.reach import Health
from folkmoot.domain.sections import answers, events
from folkmoot.domain.sections.answers import Answer
from folkmoot.domain.sections.events import EventView
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At, Caller
from folkmoot.doors.frame.door import Door
from folkmoot.doors.frame.http import Http
from folkmoot.doors.mail import rsvps
from folkmoot.doors.mail.confirmations import PURPOSES, carry_out, group_of
from folkmoot.doors.mail.signs import event_of_rsvp, member_of_leave
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
        members.leave(at.tx, viewer, group.id, via="mail")
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


_ASKED = {
    "subscribe": ("You asked to join {}.", "Join the group"),
    "accept": ("You are invited to {}.", "Join the group"),
    "unsubscribe": ("You asked to leave {}.", "Leave the group"),
    "thread_follow": ("You asked to follow a thread of {}.", "Follow it"),
    "thread_mute": ("You asked for no more mail of a thread of {}.", "Mute it"),
}
_OTHERWISE = ("You asked that the mail of {} comes to you otherwise.", "Change it")


@door.raw("GET", "/mail/confirm/{secret}", auth="none")
def ask_confirmed(at: At) -> Response:
    """What the address that the link was mailed to is asked about, with a button; opening it does nothing."""
    proof = mailproofs.see(at.tx, at.path["secret"], *PURPOSES)
    group = groups.see(at.tx, Viewer.system(), group_of(at.tx, proof))
    said, label = _ASKED.get(proof.purpose, _OTHERWISE)
    button = f'<form method="post"><button type="submit">{label}</button></form>'
    return _page(group.title, f"<p>{said.format(escape_text(group.address))}</p>{button}")


@door.raw("POST", "/mail/confirm/{secret}", auth="none", tx="write")
def confirm(at: At) -> Response:
    """Do it; the link works once."""
    proof = mailproofs.see(at.tx, at.path["secret"], *PURPOSES)
    group = groups.see(at.tx, Viewer.system(), group_of(at.tx, proof))
    proof = mailproofs.use(at.tx, at.path["secret"], address=proof.address, purposes=frozenset(PURPOSES))
    carry_out(at.tx, proof, proof.address)
    return _page(group.title, "<p>Done.</p>")


def _invited(at: At) -> tuple[EventView, Member, tuple[int, int]]:
    """The event and the membership of a link in an invitation. Raises NotFound, Forbidden."""
    found = event_of_rsvp(at.house.secret, at.path["token"])
    if found is None:
        raise NotFound(what="link")
    member = members.see(at.tx, Viewer.system(), found[1])
    event, _ = events.see(at.tx, Viewer(member.account_id), found[0])
    if event.group_id != member.group_id or member.status != Membership.NORMAL:
        raise NotFound(what="link")
    return event, member, found


_SAID = {
    Answer.YES: "You said that you come.",
    Answer.NO: "You said that you do not come.",
    Answer.MAYBE: "You said that you may come.",
    Answer.WAITING: "All seats are taken; you wait for one.",
}


def _event_page(at: At, event: EventView, member: Member) -> Response:
    own = answers.of(at.tx, Viewer(member.account_id), [event.id]).get(event.id)
    said = _SAID[Answer(own.kind)] if own is not None else "You have not answered yet."
    path = f"/mail/event/{escape_text(at.path['token'])}"
    buttons = "".join(
        f'<form method="post" action="{path}/{word}"><button type="submit">{label}</button></form>'
        for word, label in (("yes", "I come"), ("maybe", "Maybe"), ("no", "I do not come"))
    )
    open_ = event.asks and not event.locked
    return _page(event.name, f"<p>{said}</p>{buttons if open_ else '<p>It takes no answers.</p>'}")


@door.raw("GET", "/mail/event/{token}", auth="none")
def ask_event(at: At) -> Response:
    """What the member answered, with buttons."""
    event, member, _ = _invited(at)
    return _event_page(at, event, member)


@door.raw("POST", "/mail/event/{token}/{answer}", auth="none", tx="write")
def answer_event(at: At) -> Response:
    """Answer, as often as one likes."""
    event, member, found = _invited(at)
    rsvps.press(at.tx, found, at.path["answer"])
    return _event_page(at, event, member)
