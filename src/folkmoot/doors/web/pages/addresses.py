"""One's own further mail addresses: asked for, proven behind a mailed link, made the main one, given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain.people import ownaddresses
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.passwords import check_own
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Assured, Choice, Key
from folkmoot.doors.web.pages.settings import settings_page
from folkmoot.doors.web.show import go, page, submit

if TYPE_CHECKING:
    from folkmoot.domain.access import Viewer
    from folkmoot.store.tx import Tx


@door.raw("POST", "/settings/addresses", ask=Choice)
async def add(at: At, ask: Choice) -> Response:
    """Mail a link to a new address."""
    at.viewer.required()
    check_form(at, ask.csrf)
    address = ask.value.strip()

    def run(tx: Tx) -> Response:
        ownaddresses.ask(tx, at.viewer, address)
        return page(at, tx, "sent.html", title="Look into your mail", waits=False, address=address)

    return await submit(at, lambda: at.write(run), _again(at))


@door.raw("POST", "/settings/addresses/drop", ask=Assured)
async def drop(at: At, ask: Assured) -> Response:
    """Give one up."""
    return await _with_password(at, ask, ownaddresses.drop)


@door.raw("POST", "/settings/addresses/main", ask=Assured)
async def make_main(at: At, ask: Assured) -> Response:
    """Let it be the main one; the old one is told."""
    return await _with_password(at, ask, ownaddresses.make_main)


async def _with_password(at: At, ask: Assured, act: Callable[[Tx, Viewer, str], None]) -> Response:
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        await check_own(at, ask.password)
        await at.write(lambda tx: act(tx, at.viewer, ask.value))
        return go("/settings", "saved")

    return await submit(at, work, _again(at), {"password.wrong": "The password is wrong."})


def _again(at: At) -> Callable[[Tx, str], Response]:
    return lambda tx, why: settings_page(at, tx, unfit=why)


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
