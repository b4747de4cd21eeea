"""One's own further mail addresses: asked for, proven behind a mailed link, made the main one, given up."""

from __future__ import annotations

from folkmoot.domain.people import ownaddresses
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.passwords import check_own
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Assured, Choice, Key
from folkmoot.doors.web.show import go, page


@door.raw("POST", "/settings/addresses", ask=Choice, tx="write")
def add(at: At, ask: Choice) -> Response:
    """Mail a link to a new address."""
    at.viewer.required()
    check_form(at, ask.csrf)
    address = ask.value.strip()
    ownaddresses.ask(at.tx, at.viewer, address)
    return page(at, at.tx, "sent.html", title="Look into your mail", waits=False, address=address)


@door.raw("POST", "/settings/addresses/drop", ask=Assured)
async def drop(at: At, ask: Assured) -> Response:
    """Give one up."""
    at.viewer.required()
    check_form(at, ask.csrf)
    await check_own(at, ask.password)
    await at.write(lambda tx: ownaddresses.drop(tx, at.viewer, ask.value))
    return go("/settings", "saved")


@door.raw("POST", "/settings/addresses/main", ask=Assured)
async def make_main(at: At, ask: Assured) -> Response:
    """Let it be the main one; the old one is told."""
    at.viewer.required()
    check_form(at, ask.csrf)
    await check_own(at, ask.password)
    await at.write(lambda tx: ownaddresses.make_main(tx, at.viewer, ask.value))
    return go("/settings", "saved")


@door.raw("GET", "/settings/address", ask=Key)
def show(at: At, ask: Key) -> Response:
    """A button: mail programs that look at links in advance must not press it."""
    at.viewer.required()
    address = ownaddresses.asked(at.tx, at.viewer, ask.token)
    title, action = "Confirm your address", "/settings/address"
    return page(at, at.tx, "confirm.html", title=title, form=ask, address=address, action=action)


@door.raw("POST", "/settings/address", ask=Key, tx="write")
def confirm(at: At, ask: Key) -> Response:
    """The address is proven."""
    at.viewer.required()
    check_form(at, ask.csrf)
    ownaddresses.confirm(at.tx, at.viewer, ask.token)
    return go("/settings", "saved")
