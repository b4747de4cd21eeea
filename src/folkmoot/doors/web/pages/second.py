"""The second step of logging in, and links that log in or allow a way of logging in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain.people import entering
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.pages import safe_next
from folkmoot.doors.frame.passwords import check_code
from folkmoot.doors.frame.tickets import read_ticket
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Code, Key
from folkmoot.doors.web.pages.entering import after_code, code_page, open_session
from folkmoot.doors.web.show import go, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.raw("POST", "/login/code", ask=Code)
async def give_code(at: At, ask: Code) -> Response:
    """The password was right: now the code."""
    check_form(at, ask.csrf)
    account_id = read_ticket(at, ask.ticket)

    async def work() -> Response:
        await check_code(at, account_id, ask.code)
        return await after_code(at, account_id, safe_next(ask.next))

    def again(tx: Tx, why: str) -> Response:
        return code_page(at, tx, safe_next(ask.next), why, ticket=ask.ticket)

    return await submit(at, work, again)


@door.raw("GET", "/login/link", ask=Code)
def show_link(at: At, ask: Code) -> Response:
    """A button: mail programs that look at links in advance must not press it."""
    entering.of_link(at.tx, ask.cookie)
    return _button(at, at.tx, ask)


def _button(at: At, tx: Tx, ask: Code, why: str = "") -> Response:
    return page(
        at,
        tx,
        "link.html",
        title="Log in",
        why=why,
        text="This link logs you in in this browser.",
        action="/login/link",
        next=safe_next(ask.next),
        cookie=ask.cookie,
        token="",
        word="Log in",
    )


@door.raw("POST", "/login/link", ask=Code)
async def use_link(at: At, ask: Code) -> Response:
    """Log in by the link; where there is a second factor the link stays good until its code is right."""
    check_form(at, ask.csrf)
    path = safe_next(ask.next)
    link = await at.read(lambda tx: entering.of_link(tx, ask.cookie))
    if link.guarded and not ask.code:
        return await at.read(lambda tx: code_page(at, tx, path, cookie=ask.cookie))

    async def work() -> Response:
        if link.guarded:
            await check_code(at, link.account_id, ask.code)
        account_id = await at.write(lambda tx: entering.by_link(tx, ask.cookie))
        return await open_session(at, account_id, path, "taken-over" if link.takes_over else "")

    def again(tx: Tx, why: str) -> Response:
        return code_page(at, tx, path, why, cookie=ask.cookie) if link.guarded else _button(at, tx, ask, why)

    return await submit(at, work, again)


@door.raw("GET", "/login/allow", ask=Key)
def show_allow(at: At, ask: Key) -> Response:
    """A button behind the link that allows a way of logging in again."""
    text = "You had switched a way of logging in off. This allows it again."
    return page(
        at,
        at.tx,
        "link.html",
        title="Allow a way to log in",
        why="",
        text=text,
        action="/login/allow",
        next="/login",
        cookie="",
        token=ask.token,
        word="Allow it",
    )


@door.raw("POST", "/login/allow", ask=Key, tx="write")
def allow(at: At, ask: Key) -> Response:
    """The way is open again."""
    check_form(at, ask.csrf)
    entering.open_by_link(at.tx, ask.token)
    return go("/login", "allowed")
