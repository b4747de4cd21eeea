"""Coming in and going out: log in, sign up, take over an address, log out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from folkmoot.domain.errors import Forbidden, Invalid
from folkmoot.domain.people import accounts, factors, logins, mailtokens, passwords, signups
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.people.signups import Outcome
from folkmoot.domain.staff import appeals, barriers
from folkmoot.doors.frame import Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form, end_session_cookie, read_session, session_cookie
from folkmoot.doors.frame.outside import offered
from folkmoot.doors.frame.pages import safe_next
from folkmoot.doors.frame.passwords import check_password
from folkmoot.doors.frame.tickets import ticket
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, Login, SignUp
from folkmoot.doors.web.show import go, page, submit

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@door.raw("GET", "/login", ask=Login)
def show_login(at: At, ask: Login) -> Response:
    """The log-in form; who is in already goes on."""
    if at.viewer.known and not ask.again:
        return redirect(safe_next(ask.next))
    return _login(at, at.tx, ask)


def _login(at: At, tx: Tx, ask: Login, why: str = "") -> Response:
    return page(
        at,
        tx,
        "login.html",
        title="Log in",
        form=ask,
        next=safe_next(ask.next),
        why=why,
        ways=offered(at.house.settings),
    )


@door.raw("POST", "/login", ask=Login)
async def login(at: At, ask: Login) -> Response:
    """Log in with a name or an address and the password."""
    check_form(at, ask.csrf)

    async def work() -> Response:
        try:
            account_id = await check_password(at, ask.who, ask.password, second_factor=False)
        except Forbidden as refusal:
            return await _shut_out(at, ask, refusal)
        return await enter(at, account_id, safe_next(ask.next))

    def again(tx: Tx, why: str) -> Response:
        return _login(at, tx, ask, why)

    return await submit(at, work, again)


async def _shut_out(at: At, ask: Login, refusal: Forbidden) -> Response:
    """Who has shown the password of a login that the staff has closed: the second factor is asked for here too."""
    login = await at.read(lambda tx: logins.find_login(tx, ask.who[:320]))
    if login is None or refusal.code not in ("suspended", "disabled"):
        raise refusal
    if login.second_factor:
        return await enter(at, login.account_id, safe_next(ask.next))
    return await _to_appeal(at, login.account_id, refusal)


async def _to_appeal(at: At, account_id: int, refusal: Forbidden) -> Response:
    """Whose login the staff has closed is led to what they may say against that, and nowhere else."""
    secret = await at.write(lambda tx: appeals.way_in(tx, account_id))
    if secret is None:
        raise refusal
    return redirect(f"/strikes?token={secret}", 303)


async def after_code(at: At, account_id: int, path: str) -> Response:
    """Let in who has shown the password and the code, unless the login is closed. Raises Forbidden."""
    login = await at.read(lambda tx: logins.login_of(tx, account_id))
    assert login is not None
    try:
        logins.check_state(login.state, login.suspended)
    except Forbidden as refusal:
        return await _to_appeal(at, account_id, refusal)
    return await open_session(at, account_id, path)


async def enter(at: At, account_id: int, path: str, said: str = "") -> Response:
    """Log in who has shown the password, or ask for the second factor first."""
    if await at.read(lambda tx: factors.is_on(tx, account_id)):
        return await at.read(lambda tx: code_page(at, tx, path, ticket=ticket(at, account_id)))
    return await open_session(at, account_id, path, said)


def code_page(at: At, tx: Tx, path: str, why: str = "", *, ticket: str = "", cookie: str = "") -> Response:
    """The form that asks for a code: for who holds a ticket, or the number of a mailed link."""
    return page(
        at,
        tx,
        "code.html",
        title="Second factor",
        why=why,
        action="/login/link" if cookie else "/login/code",
        next=path,
        ticket=ticket,
        cookie=cookie,
    )


async def open_session(at: At, account_id: int, path: str, said: str = "") -> Response:
    """A new session always: one from before logging in is worth nothing after it."""
    old = read_session(at.http)

    def change(tx: Tx) -> str:
        if old:
            logins.close_session(tx, old)
        return logins.open_session(tx, account_id)[0]

    secret = await at.write(change)
    return go(path, said, [session_cookie(at.http, secret)])


@door.raw("POST", "/logout", ask=Form, tx="write")
def logout(at: At, ask: Form) -> Response:
    """Log this browser out."""
    check_form(at, ask.csrf)
    logins.close_session(at.tx, read_session(at.http))
    return go("/", "bye", [end_session_cookie(at.http)])


@door.raw("GET", "/sign-up", ask=SignUp)
def show_sign_up(at: At, ask: SignUp) -> Response:
    """The form for new members, or why there is none."""
    if at.viewer.known:
        return redirect("/")
    return _sign_up(at, at.tx, ask)


def _sign_up(at: At, tx: Tx, ask: SignUp, why: str = "") -> Response:
    return page(at, tx, "sign-up.html", title="Sign up", form=ask, why=why, claim=False)


@door.raw("POST", "/sign-up", ask=SignUp)
async def sign_up(at: At, ask: SignUp) -> Response:
    """Become a member of the community, by the operator's rule."""
    check_form(at, ask.csrf)

    async def work() -> Response:
        await at.read(signups.require_open)
        accounts.check_name(ask.name, self_chosen=True)
        hashed = await asyncio.to_thread(passwords.hash_password, ask.password)
        wish = signups.SignUp(name=ask.name, address=ask.address.strip(), password_hash=hashed, ip=at.http.ip)
        return await _outcome(at, await _join(at, wish), ask.address)

    def again(tx: Tx, why: str) -> Response:
        return _sign_up(at, tx, ask, why)

    taken = "There is an account with this address. Log in, or ask for a new password."
    return await submit(at, work, again, {"address.taken": taken})


async def _join(at: At, wish: signups.SignUp) -> Outcome:
    try:
        return await at.write(lambda tx: signups.sign_up(tx, wish))
    except Invalid as refusal:
        if refusal.code == "address.blocked":
            await at.write(lambda tx: barriers.tried(tx, wish.address, wish.ip))
        raise


async def _outcome(at: At, outcome: Outcome, address: str) -> Response:
    if outcome.account_id is not None and outcome.state == LoginState.ACTIVE:
        return await enter(at, outcome.account_id, "/", "welcome")
    waits = outcome.state == LoginState.PENDING
    return await at.read(
        lambda tx: page(at, tx, "sent.html", title="Almost there", waits=waits, address=address)
    )


@door.raw("GET", "/claim", ask=SignUp)
def show_claim(at: At, ask: SignUp) -> Response:
    """Behind the link for those who wrote by mail before: choose a name and a password."""
    return _claim(at, at.tx, ask)


def _claim(at: At, tx: Tx, ask: SignUp, why: str = "") -> Response:
    token = mailtokens.see(tx, ask.token, "claim")
    ask.address = token.address
    return page(at, tx, "sign-up.html", title="Finish signing up", form=ask, why=why, claim=True)


@door.raw("POST", "/claim", ask=SignUp)
async def claim(at: At, ask: SignUp) -> Response:
    """Take over what was said from the proven address."""
    check_form(at, ask.csrf)

    async def work() -> Response:
        await at.read(lambda tx: mailtokens.see(tx, ask.token, "claim"))
        hashed = await asyncio.to_thread(passwords.hash_password, ask.password)
        outcome = await at.write(lambda tx: signups.claim(tx, ask.token, ask.name, hashed, at.http.ip))
        return await _outcome(at, outcome, ask.address)

    def again(tx: Tx, why: str) -> Response:
        return _claim(at, tx, ask, why)

    return await submit(at, work, again)
