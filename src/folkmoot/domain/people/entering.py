"""Logging in without a password: by a link that was mailed, or because another place vouches for the address."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import quote

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.mail import outbox
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import factors, logins, mailtokens, signups
from folkmoot.domain.people.accounts import LoginState
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.entering import closed_ways, outside_logins
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

WAYS: Final = ("google", "facebook", "apple")
"""Places that may vouch for an address, where the operator has them set up."""
MAX_PATH: Final = 1000

_KNOWN = Query(
    sa.select(outside_logins.c.id, outside_logins.c.account_id).where(
        outside_logins.c.provider == text_p("provider"), outside_logins.c.subject == text_p("subject")
    )
)
_ADDRESS = Query(
    sa.select(addresses.c.account_id, addresses.c.confirmed_at).where(addresses.c.folded == text_p("folded"))
)
_MAIN = Query(
    sa.select(addresses.c.confirmed_at)
    .where(addresses.c.account_id == p("id"))
    .order_by(addresses.c.main.desc(), addresses.c.id)
    .limit(1)
)
_CLOSED = Query(sa.select(closed_ways.c.way).where(closed_ways.c.account_id == p("id")))
_OPEN = Query(
    sa.delete(closed_ways).where(closed_ways.c.account_id == p("id"), closed_ways.c.way == text_p("way"))
)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is in the words of another place: *subject* is its own name for them and never changes; *proven*:
    it says that the address is theirs."""

    provider: str
    subject: str
    address: str
    proven: bool
    name: str = ""


def is_proven(tx: Tx, account_id: int) -> bool:
    """Whether the account's main address was shown to be its owner's."""
    return tx.value(_MAIN, id=account_id) is not None


# ── links by mail ────────────────────────────────────────────────────────────────────────────────────────────


def ask_link(tx: Tx, address: str, path: str = "") -> None:
    """Mail a link that logs in, and then leads to *path*; whether the address is known is not told.

    Raises Invalid("email", "invalid"), Forbidden("disabled" | "suspended") for a login that the staff has closed.
    """
    address = address.strip()
    if not is_valid_address(address):
        raise Invalid("email", "invalid")
    login = logins.find_login(tx, address)
    if login is None:
        return
    if login.suspended or login.state == LoginState.DISABLED:
        raise Forbidden("this account is disabled", code="disabled")
    if login.state == LoginState.ADDRESS_ONLY:
        signups.send_link(tx, login.account_id, "claim", address)
        return
    # A number, as clients of one API read it as one; 18 digits last a quarter of an hour.
    number = str(secrets.randbelow(9 * 10**17) + 10**17)
    if mailtokens.make(tx, login.account_id, "login", address, number) is not None:
        back = f"&next={quote(path, safe='/')}" if path and len(path) <= MAX_PATH else ""
        link = f"{tx.settings.base_url}/login/link?cookie={number}{back}"
        outbox.queue(tx, "login", login.account_id, address, link=link)


class Link(msgspec.Struct, frozen=True):
    """A link that logs in: whose, whether it takes a code of the second factor too, and whether it takes the account
    over from whoever signed up (see by_link)."""

    account_id: int
    guarded: bool
    takes_over: bool


def of_link(tx: Tx, secret: str) -> Link:
    """What a link would do; nothing is used up. Raises NotFound("link")."""
    link = mailtokens.see(tx, secret, "login")
    strange = signups.is_strange(tx, link.account_id, link.address)
    return Link(link.account_id, not strange and factors.is_on(tx, link.account_id), strange)


def by_link(tx: Tx, secret: str) -> int:
    """Who logs in by the link; it is worth nothing from now on, and its address is proven. Raises NotFound("link"),
    Forbidden as logins.check_state.

    Where the address was never proven before, whoever signed up may have been another: their password, sessions,
    tokens and second factor end.
    """
    token = mailtokens.use(tx, secret, "login")
    if signups.is_strange(tx, token.account_id, token.address):
        signups.take_over(tx, token.account_id, None)
    signups.proven(tx, token.account_id, token.address)
    _check(tx, token.account_id)
    return token.account_id


def _check(tx: Tx, account_id: int) -> None:
    login = logins.login_of(tx, account_id)
    if login is None:
        raise NotFound(what="account")
    logins.check_state(login.state, login.suspended)


def _barred(tx: Tx, account_id: int) -> str | None:
    """Why the account may not act, if it may not."""
    try:
        _check(tx, account_id)
    except Forbidden as refusal:
        return refusal.code
    return None


# ── other places ─────────────────────────────────────────────────────────────────────────────────────────────


def closed(tx: Tx, account_id: int) -> set[str]:
    """The ways of WAYS that the person has switched off."""
    return set(tx.column(_CLOSED, id=account_id))


def set_open(tx: Tx, account_id: int, way: str, *, is_open: bool) -> None:
    """Let a place of WAYS vouch for the person, or not. Raises Invalid("way", "unknown")."""
    if way not in WAYS:
        raise Invalid("way", "unknown")
    if is_open:
        tx.run(_OPEN, id=account_id, way=way)
    else:
        tx.insert_new(closed_ways, account_id=account_id, way=way)


def open_by_link(tx: Tx, secret: str) -> str:
    """Switch a way on again by the link that told of it; which one. Raises NotFound("link")."""
    for way in WAYS:
        try:
            token = mailtokens.use(tx, secret, f"allow_{way}")
        except NotFound:
            continue
        set_open(tx, token.account_id, way, is_open=True)
        return way
    raise NotFound(what="link")


class Refused(msgspec.Struct, frozen=True):
    """Why an identity does not log in: way_closed, second_factor, unproven, or a code of logins.check_state. No
    exception, as what was made and mailed because of it stays."""

    why: str


def by_identity(tx: Tx, who: Identity, ip: str = "") -> int | Refused:
    """The account of an identity: known from before, or by its proven address; an unknown one becomes a member.

    Raises Forbidden as signups.sign_up, Invalid("address").
    """
    tx.alone(f"identity {who.provider} {logins.digest(who.subject)}")
    known = tx.one(_KNOWN, provider=who.provider, subject=who.subject)
    if known is None and not (who.proven and is_valid_address(who.address)):
        return Refused("unproven")
    account_id = known[1] if known else None
    if account_id is None:
        row = tx.one(_ADDRESS, folded=fold_address(who.address))
        if row is not None:
            account_id = int(row[0])
            if row[1] is None and people.preferences(tx, account_id).state != LoginState.ADDRESS_ONLY:
                # Whoever made the account has not shown that the address is theirs: it may be another's. The link
                # that goes to the address ends the password that was set before (by_link).
                ask_link(tx, who.address)
                return Refused("unproven")
    if account_id is None or people.preferences(tx, account_id).state == LoginState.ADDRESS_ONLY:
        account_id = signups.vouched(tx, who.address, who.name, ip)
    if (why := _barred(tx, account_id)) is not None:
        return Refused(why)
    if who.provider in closed(tx, account_id):
        _tell_closed(tx, account_id, who)
        return Refused("way_closed")
    if factors.is_on(tx, account_id):
        return Refused("second_factor")
    _remember(tx, account_id, who, known[0] if known else None)
    return account_id


def _remember(tx: Tx, account_id: int, who: Identity, known: int | None) -> None:
    if known is not None:
        tx.update(outside_logins, {"id": known}, last_at=tx.now, address=who.address)
        return
    tx.insert(
        outside_logins,
        id=tx.ids.next(),
        provider=who.provider,
        subject=who.subject,
        account_id=account_id,
        address=who.address,
        created_at=tx.now,
        last_at=tx.now,
    )


def _tell_closed(tx: Tx, account_id: int, who: Identity) -> None:
    """A mail with a link by which the way is opened again."""
    address = people.main_address(tx, account_id)
    secret = mailtokens.make(tx, account_id, f"allow_{who.provider}", address) if address else None
    if secret is not None:
        link = f"{tx.settings.base_url}/login/allow?token={secret}"
        outbox.queue(tx, "allow_way", account_id, address, link=link, way=who.provider.title())
