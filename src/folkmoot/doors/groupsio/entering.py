"""Logging in by a mailed link, and becoming a member."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts, entering, passwords, signups
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.people.signups import Outcome, SignUp
from folkmoot.doors.frame.at import Answered, At
from folkmoot.doors.frame.pages import safe_next
from folkmoot.doors.frame.passwords import check_code, evenly
from folkmoot.doors.groupsio.calls import METHODS
from folkmoot.doors.groupsio.door import Refused, door
from folkmoot.doors.groupsio.load import own_user
from folkmoot.doors.groupsio.session import entered
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.groupsio.entering_requests import AuthenticateLoginLink, RegisterUser, SendLoginLink
from folkmoot.wire.groupsio.user import Login

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.on(SendLoginLink, tx="none", methods=METHODS)
async def send_login_link(at: At, ask: SendLoginLink) -> None:
    """The same for addresses that nobody has; only a closed login is told, as the contract has it."""
    path = safe_next(ask.redir) if ask.redir else ""
    with worded({"disabled": "inactive user", "email.invalid": "invalid email"}):
        await evenly(at, lambda tx: entering.ask_link(tx, ask.email[:320], "" if path == "/" else path))


@door.on(AuthenticateLoginLink, tx="none", methods=METHODS)
async def authenticate_login_link(at: At, ask: AuthenticateLoginLink) -> Answered[Login]:
    """The second factor first: without it the link stays good."""
    with worded({"no link": "invalid cookie"}):
        link = await at.read(lambda tx: entering.of_link(tx, ask.cookie.strip()))
        if link.guarded:
            await check_code(at, link.account_id, ask.twofactor or "")
        return await at.write(lambda tx: entered(tx, at, entering.by_link(tx, ask.cookie.strip())))


@door.on(RegisterUser, tx="none", methods=METHODS)
async def register_user(at: At, ask: RegisterUser) -> Answered[Login]:
    """The name is made from the address; a session only for who may act at once."""
    await at.read(signups.require_open)
    hashed = await asyncio.to_thread(passwords.hash_password, ask.password)
    wish = SignUp(
        name="", address=ask.email.strip(), password_hash=hashed, display_name=ask.full_name, ip=at.http.ip
    )
    outcome = await at.write(lambda tx: _sign_up(tx, wish))
    if outcome.account_id is None:
        raise Refused("email exists")  # known from mail: whoever reads it has a link now
    return await at.write(lambda tx: _registered(tx, at, outcome))


def _sign_up(tx: Tx, wish: SignUp) -> Outcome:
    """The mail that asks to confirm the address leaves also where the operator lets people in without that."""
    wish.name = accounts.free_name(tx, wish.address.partition("@")[0])
    outcome = signups.sign_up(tx, wish)
    if outcome.account_id is not None and outcome.state != LoginState.UNCONFIRMED:
        signups.send_link(tx, outcome.account_id, "confirm", wish.address)
    return outcome


def _registered(tx: Tx, at: At, outcome: Outcome) -> Answered[Login]:
    if outcome.account_id is None:
        raise NotFound(what="account")
    if outcome.state == LoginState.ACTIVE:
        return entered(tx, at, outcome.account_id)
    user = own_user(tx, at, "", outcome.account_id)
    return Answered(Login(user=user), headers=[(b"cache-control", b"no-store")])
