"""Persons and groups as accounts: made, found by name, id or address, and changed."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.people import account_words
from folkmoot.domain.text import Markup, render
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.kit.markup.homograph import strip_invisible
from folkmoot.store.schema.accounts import accounts, addresses, logins
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

PERSON_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,28}[A-Za-z0-9_])?")
RESERVED = frozenset({
    "admin", "administrator", "root", "postmaster", "abuse", "hostmaster", "webmaster", "mailer-daemon", "noreply",
    "no-reply", "support", "help", "api", "oauth", "auth", "about", "settings", "login", "logout", "signup", "tags",
    "media", "groups", "static", "health", "nodeinfo", "inbox", "outbox",
})  # fmt: skip
"""Names that no person takes by signing up; the operator may give them."""
DISPLAY_NAME_LENGTH = 100
NOTE_LENGTH = 5000


class Kind(IntEnum):
    """What an account stands for."""

    PERSON = 0
    GROUP = 1
    SERVICE = 2


class LoginState(IntEnum):
    """Whether a person may log in."""

    ACTIVE = 0
    UNCONFIRMED = 1
    PENDING = 2
    DISABLED = 3
    ADDRESS_ONLY = 4


class Field(msgspec.Struct, frozen=True):
    """A line of a profile: a name and a value as the person wrote it, and its HTML."""

    name: str
    value: str
    html: str = ""
    verified_at: int | None = None


class NewPerson(msgspec.Struct, kw_only=True):
    """What it takes to make a person. Without *name* one is made from the address."""

    name: str = ""
    address: str = ""
    display_name: str = ""
    password_hash: str | None = None
    role: int = Role.USER
    state: int = LoginState.ACTIVE
    locale: str = "en"
    locked: bool = False
    bot: bool = False
    discoverable: bool = False
    confirmed: bool = False
    note: str = ""
    self_chosen: bool = False
    """Whoever signs up chose the name: reserved ones are refused."""


_BY_NAME = Query(
    sa.select(accounts.c.id).where(
        accounts.c.folded == text_p("folded"), accounts.c.domain == text_p("domain")
    )
)
_BY_ADDRESS = Query(sa.select(addresses.c.account_id).where(addresses.c.folded == text_p("folded")))
_NAMES_LIKE = Query(
    sa.select(accounts.c.folded).where(accounts.c.domain == "", accounts.c.folded >= text_p("low"),
    accounts.c.folded < text_p("high")).limit(5000)
)  # fmt: skip
_MAIN_ADDRESS = Query(
    sa.select(addresses.c.address)
    .where(addresses.c.account_id == p("id"))
    .order_by(addresses.c.main.desc(), addresses.c.id)
    .limit(1)
)
_PREFERENCES = Query(
    sa.select(
        logins.c.state,
        logins.c.locale,
        logins.c.default_audience,
        logins.c.default_language,
        logins.c.default_sensitive,
        sa.select(accounts.c.silenced_at).where(accounts.c.id == logins.c.account_id).scalar_subquery(),
        logins.c.preferences,
    ).where(logins.c.account_id == p("id"))
)
_EXISTS = Query(
    sa.select(accounts.c.id, accounts.c.kind, accounts.c.suspended_at).where(accounts.c.id == p("id"))
)
_BUMP = Query(
    sa.update(accounts)
    .where(sa.or_(accounts.c.id == p("id"), accounts.c.moved_to_id == p("id")))
    .values(rev=accounts.c.rev + 1)
)
"""Whoever moved to an account shows it as a part of their own."""
_IDS = Query(sa.select(accounts.c.id).where(in_list(accounts.c.id, "ids")))
_ROLE = Query(sa.select(accounts.c.role).where(accounts.c.id == p("id")))


def check_name(name: str, *, self_chosen: bool = False) -> str:
    """A person's name as it may be used. Raises Invalid("name", "blank" | "too_long" | "invalid" | "reserved")."""
    check_form(name, PERSON_NAME, 30)
    if self_chosen and name.lower() in RESERVED:
        raise Invalid("name", "reserved")
    return name


def check_form(name: str, pattern: re.Pattern[str], length: int) -> None:
    """Raises Invalid("name", "blank" | "too_long" | "invalid")."""
    if not name:
        raise Invalid("name", "blank")
    if len(name) > length:
        raise Invalid("name", "too_long")
    if not pattern.fullmatch(name) or ".." in name:
        raise Invalid("name", "invalid")


def clean_display_name(text: str, fallback: str) -> str:
    """A display name on one line without invisible letters, or the fallback where nothing is left."""
    line = " ".join(strip_invisible(text).split())[:DISPLAY_NAME_LENGTH]
    return line or fallback


def new_account(tx: Tx, *, name: str, kind: Kind, **columns: Any) -> int:
    """Insert a local account of a checked name. Raises Conflict("name.taken")."""
    id_ = tx.ids.next()
    path = "@" + name
    made = tx.insert_new(
        accounts,
        id=id_,
        kind=int(kind),
        name=name,
        folded=name.lower(),
        domain="",
        uri=f"{tx.settings.base_url}/users/{name}",
        url=f"{tx.settings.base_url}/{path}",
        created_at=tx.now,
        **columns,
    )
    if not made:
        raise Conflict("name already taken", code="name.taken")
    account_words.spell(tx, id_)
    return id_


def add_person(tx: Tx, new: NewPerson) -> int:
    """Make a person with a login. Returns the account id.

    Raises Invalid for name or address, Conflict("name.taken" or "address.taken"). An account that is known only by this
    address is taken over: whoever proves the address owns what was said from it.
    """
    if new.address and not is_valid_address(new.address):
        raise Invalid("address", "invalid")
    known = find_by_address(tx, new.address) if new.address else None
    if known is not None:
        return _take_over(tx, known, new)
    name = (
        check_name(new.name, self_chosen=new.self_chosen)
        if new.name
        else free_name(tx, new.address.partition("@")[0] or "member")
    )
    note = render(
        new.note, Markup.PLAIN, base_url=tx.settings.base_url, local_domain=tx.settings.domain, people={}
    )
    id_ = new_account(
        tx,
        name=name,
        kind=Kind.SERVICE if new.bot else Kind.PERSON,
        display_name=clean_display_name(new.display_name, ""),
        note_source=new.note,
        note_html=note.html,
        role=int(new.role),
        locked=int(new.locked),
        bot=int(new.bot),
        discoverable=int(new.discoverable),
    )
    tx.insert(
        logins,
        account_id=id_,
        password_hash=new.password_hash,
        state=int(new.state),
        locale=new.locale,
        created_at=tx.now,
    )
    if new.address:
        add_address(tx, id_, new.address, confirmed=new.confirmed, main=True)
    journal.record(tx, journal.ACCOUNT_ADDED, id_, id_)
    return id_


def _take_over(tx: Tx, account_id: int, new: NewPerson) -> int:
    row = tx.one(_PREFERENCES, id=account_id)
    if row is None or row[0] != LoginState.ADDRESS_ONLY or not new.confirmed:
        raise Conflict("address already taken", code="address.taken")
    values: dict[str, Any] = {
        "role": int(new.role),
        "locked": int(new.locked),
        "discoverable": int(new.discoverable),
    }
    if new.name:
        name = check_name(new.name, self_chosen=new.self_chosen)
        other = find_by_name(tx, name)
        if other not in (None, account_id):
            raise Conflict("name already taken", code="name.taken")
        base = tx.settings.base_url
        values.update(name=name, folded=name.lower(), uri=f"{base}/users/{name}", url=f"{base}/@{name}")
    if new.display_name:
        values["display_name"] = clean_display_name(new.display_name, "")
    tx.update(accounts, {"id": account_id}, **values)
    tx.update(
        logins,
        {"account_id": account_id},
        password_hash=new.password_hash,
        state=int(new.state),
        locale=new.locale,
    )
    tx.update(addresses, {"folded": fold_address(new.address)}, confirmed_at=tx.now)
    changed(tx, account_id)
    return account_id


def person_of_address(tx: Tx, address: str, display_name: str = "") -> int:
    """The account that an address belongs to; an unknown address becomes a full account without a password."""
    known = find_by_address(tx, address)
    if known is None:
        tx.alone(f"address {fold_address(address)}")  # two who bring it at once bring one account
        known = find_by_address(tx, address)
    if known is not None:
        return known
    return add_person(
        tx, NewPerson(address=address, display_name=display_name, state=LoginState.ADDRESS_ONLY)
    )


def free_name(tx: Tx, wish: str) -> str:
    """A name that nobody has, as near to the wish as the rules allow."""
    base = re.sub(r"[^a-z0-9_]+", "_", wish.lower()).strip("_")[:24] or "member"
    if base in RESERVED:
        base += "_"
    taken = set(tx.column(_NAMES_LIKE, low=base, high=base + "\uffff"))
    if base not in taken:
        return base
    number = 2
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def add_address(tx: Tx, account_id: int, address: str, *, confirmed: bool, main: bool = False) -> int:
    """Give an account one more address. Raises Invalid("address"), Conflict("address.taken")."""
    if not is_valid_address(address):
        raise Invalid("address", "invalid")
    id_ = tx.ids.next()
    made = tx.insert_new(
        addresses,
        id=id_,
        account_id=account_id,
        address=address,
        folded=fold_address(address),
        confirmed_at=tx.now if confirmed else None,
        main=int(main),
        created_at=tx.now,
    )
    if not made:
        raise Conflict("address already taken", code="address.taken")
    return id_


def find_by_name(tx: Tx, name: str, domain: str | None = None) -> int | None:
    """The account called *name* here or at *domain*, in any case of letters."""
    domain = (domain or "").lower()
    if domain in (
        tx.settings.domain.lower(),
        tx.settings.domain.lower().partition(":")[0],
        tx.settings.list_domain.lower(),
    ):
        domain = ""
    found: int | None = tx.value(_BY_NAME, folded=name.lower(), domain=domain)
    return found


def find_by_handle(tx: Tx, handle: str) -> int | None:
    """The account of `name`, `@name` or `name@domain`."""
    name, _, domain = handle.strip().removeprefix("@").partition("@")
    return find_by_name(tx, name, domain) if name else None


def find_by_address(tx: Tx, address: str) -> int | None:
    """The account that the address belongs to."""
    found: int | None = tx.value(_BY_ADDRESS, folded=fold_address(address))
    return found


def see_account(tx: Tx, account_id: int) -> int:
    """The id of an account that exists. Raises NotFound."""
    kind_of(tx, account_id)
    return account_id


def kind_of(tx: Tx, account_id: int) -> int:
    """Kind of an existing account. Raises NotFound."""
    row = tx.one(_EXISTS, id=account_id) if 0 < account_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="account")
    return int(row[1])


def viewer_of(tx: Tx, account_id: int) -> Viewer:
    """The account as a viewer, with its role."""
    return Viewer(account_id, int(tx.value(_ROLE, id=account_id) or 0))


def main_address(tx: Tx, account_id: int) -> str:
    """Where mail for the account goes; empty where it has no address."""
    return str(tx.value(_MAIN_ADDRESS, id=account_id) or "")


class Preferences(msgspec.Struct, frozen=True):
    """How a person's posts look unless they say otherwise."""

    state: int
    locale: str
    audience: int
    language: str
    sensitive: bool
    silenced: bool = False
    quote_policy: int = 0
    """Who may quote: one of quotes.Policy."""


PLAIN: Final = Preferences(0, "en", 0, "", False)


def preferences(tx: Tx, account_id: int) -> Preferences:
    """The person's own defaults; a group's or remote account's are the plain ones."""
    row = tx.one(_PREFERENCES, id=account_id)
    if row is None:
        return PLAIN
    state, locale, audience, language, sensitive, silenced_at, kept = row
    policy = _quote_policy(kept)
    return Preferences(state, locale, audience, language, bool(sensitive), silenced_at is not None, policy)


_KEPT = Query(sa.select(logins.c.preferences).where(logins.c.account_id == p("id")))


def _quote_policy(kept: str) -> int:
    found = 0 if kept == "{}" else msgspec.json.decode(kept).get("quote_policy", 0)
    return found if found in (0, 1, 2) else 0


def set_quote_policy(tx: Tx, account_id: int, policy: int) -> None:
    """Let later posts of the person have this rule unless they say otherwise."""
    _prefer(tx, account_id, quote_policy=policy)


def set_timezone(tx: Tx, account_id: int, zone: str) -> None:
    """By whose clock daily mail leaves, unless a membership says otherwise; the caller has checked the name."""
    _prefer(tx, account_id, timezone=zone)


def _prefer(tx: Tx, account_id: int, **changes: Any) -> None:
    found = msgspec.json.decode(tx.value(_KEPT, id=account_id) or "{}")
    text = msgspec.json.encode({**found, **changes}).decode()
    tx.update(logins, {"account_id": account_id}, preferences=text)


def changed(tx: Tx, account_id: int) -> None:
    """The account looks different now: a new revision, and whoever follows live is told."""
    tx.run(_BUMP, id=account_id)
    account_words.spell(tx, account_id)
    journal.record(tx, journal.ACCOUNT_CHANGED, account_id, account_id)
