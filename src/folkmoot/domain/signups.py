"""Becoming a member of the community, proving an address, and getting back in when the password is forgotten."""

from __future__ import annotations

import msgspec

from folkmoot.domain import accounts as people
from folkmoot.domain import logins, mailtokens, outbox
from folkmoot.domain.accounts import LoginState, NewPerson
from folkmoot.domain.errors import Forbidden, Invalid
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.accounts import logins as logins_t
from folkmoot.store.tx import Tx

PATHS = {"confirm": "/confirm", "claim": "/claim", "reset": "/reset"}
"""The page of each kind of link."""


class SignUp(msgspec.Struct, kw_only=True):
    """What somebody tells who wants to join. The password is hashed already, since that is slow."""

    name: str
    address: str
    password_hash: str
    display_name: str = ""
    locale: str = "en"


class Outcome(msgspec.Struct, frozen=True):
    """What became of a sign-up: the account (None: a mail must be answered first) and whether it may log in."""

    account_id: int | None
    state: int


def require_open(tx: Tx) -> None:
    """Raises Forbidden("registration_closed") where nobody may sign up."""
    if tx.settings.registration == "closed":
        raise Forbidden("this community takes no new accounts now", code="registration_closed")


def _state(tx: Tx) -> LoginState:
    return LoginState.PENDING if tx.settings.registration == "approval" else LoginState.ACTIVE


def sign_up(tx: Tx, wish: SignUp) -> Outcome:
    """Make an account by the operator's rule of registration.

    An address that is known only from mail belongs to whoever reads it: they get a link and choose name and password
    behind it, so the outcome has no account yet. Raises Forbidden("registration_closed"), Invalid("name" | "address"),
    Conflict("name.taken" | "address.taken").
    """
    require_open(tx)
    name = people.check_name(wish.name, self_chosen=True)
    if not is_valid_address(wish.address):
        raise Invalid("address", "invalid")
    known = people.find_by_address(tx, wish.address)
    if known is not None and people.preferences(tx, known).state == LoginState.ADDRESS_ONLY:
        send_link(tx, known, "claim", wish.address)
        return Outcome(None, LoginState.UNCONFIRMED)
    state = LoginState.UNCONFIRMED if tx.settings.confirm_email else _state(tx)
    account_id = people.add_person(
        tx,
        NewPerson(
            name=name,
            address=wish.address,
            display_name=wish.display_name,
            password_hash=wish.password_hash,
            state=state,
            locale=wish.locale,
        ),
    )
    if state == LoginState.UNCONFIRMED:
        send_link(tx, account_id, "confirm", wish.address)
    return Outcome(account_id, state)


def send_link(tx: Tx, account_id: int, purpose: str, address: str) -> None:
    """Ask for a mail with a link of that purpose; silently none where too many were asked for."""
    secret = mailtokens.make(tx, account_id, purpose, address)
    if secret is not None:
        kind = "confirm" if purpose == "claim" else purpose
        link = f"{tx.settings.base_url}{PATHS[purpose]}?token={secret}"
        # In the outbox, not in the journal: the outbox forgets the link when the mail has left.
        outbox.queue(tx, kind, account_id, address, link=link)


def confirm(tx: Tx, secret: str) -> int:
    """The address of a sign-up is proven: the LoginState of the account now. Raises NotFound for a dead link."""
    token = mailtokens.use(tx, secret, "confirm")
    logins.confirm_address(tx, token.account_id, fold_address(token.address))
    state = people.preferences(tx, token.account_id).state
    if state == LoginState.UNCONFIRMED:
        state = _state(tx)
        tx.update(logins_t, {"account_id": token.account_id}, state=int(state))
    return state


def claim(tx: Tx, secret: str, name: str, password_hash: str) -> Outcome:
    """Take over the account that was known by its address only. Raises NotFound for a dead link, and as sign_up."""
    require_open(tx)
    token = mailtokens.use(tx, secret, "claim")
    state = _state(tx)
    wish = NewPerson(
        name=people.check_name(name, self_chosen=True),
        address=token.address,
        password_hash=password_hash,
        state=state,
        confirmed=True,
    )
    return Outcome(people.add_person(tx, wish), state)


def ask_reset(tx: Tx, who: str) -> None:
    """Mail a link for a new password to the account of a name or address; the caller learns nothing from it.

    Who is known by the address only gets the link by which such an account is taken over.
    """
    login = logins.find_login(tx, who)
    if login is None or login.suspended or login.state == LoginState.DISABLED:
        return
    address = people.main_address(tx, login.account_id)
    if address:
        send_link(
            tx, login.account_id, "claim" if login.state == LoginState.ADDRESS_ONLY else "reset", address
        )


def reset(tx: Tx, secret: str, password_hash: str) -> int:
    """Set the new password; every session and token ends. The account id. Raises NotFound for a dead link."""
    token = mailtokens.use(tx, secret, "reset")
    logins.set_password(tx, token.account_id, password_hash)
    logins.confirm_address(tx, token.account_id, fold_address(token.address))
    if people.preferences(tx, token.account_id).state == LoginState.UNCONFIRMED:
        tx.update(logins_t, {"account_id": token.account_id}, state=int(_state(tx)))
    return token.account_id
