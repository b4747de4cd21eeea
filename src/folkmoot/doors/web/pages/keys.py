"""Links that came by mail: confirm an address, set a new password. Looking at the page uses nothing up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from folkmoot.domain.errors import Invalid
from folkmoot.domain.people import mailtokens, passwords, signups
from folkmoot.domain.people.accounts import LoginState
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.passwords import evenly
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Key
from folkmoot.doors.web.show import go, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.raw("GET", "/confirm", ask=Key)
def show_confirm(at: At, ask: Key) -> Response:
    """A button: mail programs that look at links in advance must not press it."""
    token = mailtokens.see(at.tx, ask.token, "confirm")
    return page(at, at.tx, "confirm.html", title="Confirm your address", form=ask, address=token.address)


@door.raw("POST", "/confirm", ask=Key, tx="write")
def confirm(at: At, ask: Key) -> Response:
    """The address is proven."""
    check_form(at, ask.csrf)
    state = signups.confirm(at.tx, ask.token)
    return go("/login", "confirmed" if state == LoginState.ACTIVE else "waits")


@door.raw("GET", "/reset", ask=Key)
def show_reset(at: At, ask: Key) -> Response:
    """Ask for a link, or, behind one, for the new password."""
    return _reset(at, at.tx, ask)


def _reset(at: At, tx: Tx, ask: Key, why: str = "") -> Response:
    if ask.token:
        mailtokens.see(tx, ask.token, "reset")
    return page(at, tx, "reset.html", title="New password", form=ask, why=why)


@door.raw("POST", "/reset", ask=Key)
async def reset(at: At, ask: Key) -> Response:
    """Send a link, or set the password. Whether there is such an account is not told."""
    check_form(at, ask.csrf)
    if not ask.token:
        await evenly(at, lambda tx: signups.ask_reset(tx, ask.who[:320]))
        return await at.read(
            lambda tx: page(at, tx, "sent.html", title="Look into your mail", waits=False, address="")
        )

    async def work() -> Response:
        if ask.password != ask.repeat:
            raise Invalid("password", "repeat")
        await at.read(lambda tx: mailtokens.see(tx, ask.token, "reset"))
        hashed = await asyncio.to_thread(passwords.hash_password, ask.password)
        await at.write(lambda tx: signups.reset(tx, ask.token, hashed))
        return go("/login", "password")

    def again(tx: Tx, why: str) -> Response:
        return _reset(at, tx, ask, why)

    return await submit(at, work, again)
