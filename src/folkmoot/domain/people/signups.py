"""Becoming a member of the community, proving an address, and getting back in when the password is forgotten."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.mail import outbox
from folkmoot.domain.notices import notices
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import factors, logins, mailtokens, sightings
from folkmoot.domain.people.accounts import LoginState, NewPerson
from folkmoot.domain.staff import barriers, reports
from folkmoot.domain.staff.dossiers import APPROVAL_GIVEN, APPROVAL_WANTED
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.accounts import logins as logins_t
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MAX_REASON = 2000
_APPROVAL = Query(sa.select(logins_t.c.approval).where(logins_t.c.account_id == p("id")))
_STRANGE = Query(
    sa.select(addresses.c.id).where(
        addresses.c.folded == text_p("folded"),
        addresses.c.account_id == p("id"),
        addresses.c.confirmed_at.is_(None),
    )
)
PATHS = {"confirm": "/confirm", "claim": "/claim", "reset": "/reset", "address": "/settings/address"}
"""The page of each kind of link."""


class SignUp(msgspec.Struct, kw_only=True):
    """What somebody tells who wants to join. The password is hashed already, since that is slow."""

    name: str
    address: str
    password_hash: str
    display_name: str = ""
    locale: str = "en"
    reason: str = ""
    """Why somebody wants to join, for those who let in."""
    ip: str = ""
    """From where, empty where that is not known."""
    app_id: int | None = None
    """By which application."""


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


_STATES = {0: LoginState.ACTIVE, APPROVAL_WANTED: LoginState.PENDING, APPROVAL_GIVEN: LoginState.ACTIVE}


def _approval(tx: Tx, ip: str) -> int:
    """Whether a new account has to be let in. Raises Forbidden("ip_blocked")."""
    waits = barriers.check_ip(tx, ip) or tx.settings.registration == "approval"
    return APPROVAL_WANTED if waits else 0


def _confirmed(tx: Tx, account_id: int) -> LoginState:
    """The state of somebody whose address is proven now."""
    approval = int(tx.value(_APPROVAL, id=account_id) or 0)
    return _STATES[approval] if approval else _state(tx)


def _keep(tx: Tx, account_id: int, approval: int, wish: SignUp) -> None:
    """Keep what those who let in want to know."""
    reason = wish.reason.strip()[:MAX_REASON]
    facts = {"approval": approval, "reason": reason, "app_id": wish.app_id, "sign_up_ip": wish.ip[:64]}
    tx.update(logins_t, {"account_id": account_id}, **facts)
    if wish.ip:
        sightings.record(tx, [sightings.Sighting(account_id, tx.now, wish.ip)])


def sign_up(tx: Tx, wish: SignUp) -> Outcome:
    """Make an account by the operator's rule of registration.

    An address that is known only from mail belongs to whoever reads it: they get a link and choose name and password
    behind it, so the outcome has no account yet. Raises Forbidden("registration_closed" | "ip_blocked"),
    Invalid("name" | "address"), Conflict("name.taken" | "address.taken").
    """
    require_open(tx)
    name = people.check_name(wish.name, self_chosen=True)
    known = _check_address(tx, wish.address)
    approval = _approval(tx, wish.ip)
    if known is not None:
        send_link(tx, known, "claim", wish.address)
        return Outcome(None, LoginState.UNCONFIRMED)
    state = LoginState.UNCONFIRMED if tx.settings.confirm_email else _STATES[approval]
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
    _keep(tx, account_id, approval, wish)
    if state == LoginState.UNCONFIRMED:
        send_link(tx, account_id, "confirm", wish.address)
    else:
        _tell_staff(tx, account_id)
    return Outcome(account_id, state)


def faults(tx: Tx, name: str, address: str) -> list[Invalid | Conflict]:
    """All that sign_up would say against a name and an address, so that a form can show all of it at once."""
    found: list[Invalid | Conflict] = []
    for check, value in ((_check_name, name), (_check_address, address)):
        try:
            check(tx, value)
        except (Invalid, Conflict) as fault:
            found.append(fault)
    return found


def _check_name(tx: Tx, name: str) -> None:
    if people.find_by_name(tx, people.check_name(name, self_chosen=True)) is not None:
        raise Conflict("name already taken", code="name.taken")


def _check_address(tx: Tx, address: str) -> int | None:
    """The account that is known by this address only, if there is one. Raises Invalid("address"),
    Conflict("address.taken")."""
    if not is_valid_address(address):
        raise Invalid("address", "invalid")
    barriers.check_address(tx, address)
    known = people.find_by_address(tx, address)
    if known is not None and people.preferences(tx, known).state != LoginState.ADDRESS_ONLY:
        raise Conflict("address already taken", code="address.taken")
    return known


def _tell_staff(tx: Tx, account_id: int) -> None:
    """The staff hears of everybody who came, or who waits to be let in."""
    for staff_id in reports.staff_ids(tx):
        notices.add(tx, staff_id, "sign_up", account_id)


def send_link(tx: Tx, account_id: int, purpose: str, address: str) -> None:
    """Ask for a mail with a link of that purpose; silently none where too many were asked for."""
    secret = mailtokens.make(tx, account_id, purpose, address)
    if secret is not None:
        kind = "confirm" if purpose in ("claim", "address") else purpose
        link = f"{tx.settings.base_url}{PATHS[purpose]}?token={secret}"
        # In the outbox, not in the journal: the outbox forgets the link when the mail has left.
        outbox.queue(tx, kind, account_id, address, link=link)


def vouched(tx: Tx, address: str, name: str, ip: str = "") -> int:
    """A new member whose address another place vouches for, without a password; who was known by the address only is
    that account. The account id. Raises Forbidden("registration_closed" | "ip_blocked"), Invalid("address")."""
    require_open(tx)
    barriers.check_address(tx, address)
    approval = _approval(tx, ip)
    wish = NewPerson(address=address, display_name=name, state=_STATES[approval], confirmed=True)
    account_id = people.add_person(tx, wish)
    _keep(tx, account_id, approval, SignUp(name="", address=address, password_hash="", ip=ip))
    _tell_staff(tx, account_id)
    return account_id


def is_strange(tx: Tx, account_id: int, address: str) -> bool:
    """Whether nobody has shown yet that this address of the account is theirs: another may have signed up with it."""
    return tx.one(_STRANGE, folded=fold_address(address), id=account_id) is not None


def take_over(tx: Tx, account_id: int, password_hash: str | None) -> None:
    """Whoever reads the address gets the account: what another set up to come in ends, all sessions and tokens too."""
    logins.set_password(tx, account_id, password_hash)
    factors.switch_off(tx, account_id)


def proven(tx: Tx, account_id: int, address: str) -> int:
    """Its owner has shown that the address is theirs; who waited for that waits no longer. The LoginState now.

    Raises NotFound("link") where the account has left the address since.
    """
    if not logins.confirm_address(tx, account_id, fold_address(address)):
        raise NotFound(what="link")
    state = people.preferences(tx, account_id).state
    if state == LoginState.UNCONFIRMED:
        state = _confirmed(tx, account_id)
        tx.update(logins_t, {"account_id": account_id}, state=int(state))
        _tell_staff(tx, account_id)
    return state


def confirm(tx: Tx, secret: str) -> int:
    """The address of a sign-up is proven: the LoginState of the account now. Raises NotFound for a dead link."""
    token = mailtokens.use(tx, secret, "confirm")
    return proven(tx, token.account_id, token.address)


def claim(tx: Tx, secret: str, name: str, password_hash: str, ip: str = "") -> Outcome:
    """Take over the account that was known by its address only. Raises NotFound for a dead link, and as sign_up."""
    require_open(tx)
    token = mailtokens.use(tx, secret, "claim")
    barriers.check_address(tx, token.address)
    approval = _approval(tx, ip)
    state = _STATES[approval]
    wish = NewPerson(
        name=people.check_name(name, self_chosen=True),
        address=token.address,
        password_hash=password_hash,
        state=state,
        confirmed=True,
    )
    account_id = people.add_person(tx, wish)
    _keep(tx, account_id, approval, SignUp(name=name, address=token.address, password_hash="", ip=ip))
    _tell_staff(tx, account_id)
    return Outcome(account_id, state)


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
    if is_strange(tx, token.account_id, token.address):
        take_over(tx, token.account_id, password_hash)
    else:
        logins.set_password(tx, token.account_id, password_hash)
    proven(tx, token.account_id, token.address)
    return token.account_id
