"""What ends with a password, and what a link or a consent is good for: once, and for one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts, apps, entering, logins, ownapps, passwords, signing
from folkmoot.domain.people.accounts import LoginState, NewPerson
from folkmoot.store.engine import Store
from folkmoot.store.schema.work import outbox
from folkmoot.store.sql import Query
from folkmoot.store.tx import Tx

BACK = "https://app.test/back"
_LAST = Query(sa.select(outbox.c.payload).order_by(outbox.c.id.desc()).limit(1))


def person(tx: Tx, name: str, *, confirmed: bool = True, state: LoginState = LoginState.ACTIVE) -> Viewer:
    new = NewPerson(
        name=name, address=f"{name}@cast.test", password_hash="x", confirmed=confirmed, state=state
    )
    return Viewer(accounts.add_person(tx, new))


def link_of(tx: Tx) -> dict[str, str]:
    """The parameters of the link that was mailed last; a name that comes twice is none."""
    pairs = parse_qsl(urlsplit(msgspec.json.decode(tx.value(_LAST))["link"]).query)
    assert len(pairs) == len(dict(pairs)), pairs
    return dict(pairs)


def test_a_new_password_ends_what_waits_to_let_somebody_in(store: Store) -> None:
    def run(tx: Tx) -> None:
        ann = person(tx, "ann")
        app = apps.register(tx, "App", [BACK], "read")
        code = apps.grant_code(tx, app, ann.account_id, BACK, "read")
        token = signing.ask(tx, app, BACK)
        _, verifier = signing.allow(tx, ann, token)
        entering.ask_link(tx, "ann@cast.test")
        link = link_of(tx)["cookie"]
        logins.set_password(tx, ann.account_id, passwords.hash_password("another one"))
        assert apps.exchange_code(tx, app, code, BACK, "") is None
        assert signing.exchange(tx, app, token, verifier) is None
        with pytest.raises(NotFound):
            entering.by_link(tx, link)

    store.write(run)


def test_a_link_that_proves_an_address_ends_what_was_set_before(store: Store) -> None:
    """Somebody signed up with another's address: its owner comes in by a link, and the other's password is nothing."""

    def run(tx: Tx) -> None:
        other = person(tx, "bea", confirmed=False, state=LoginState.UNCONFIRMED)
        secret, _ = logins.open_session(tx, other.account_id)
        entering.ask_link(tx, "bea@cast.test")
        assert entering.by_link(tx, link_of(tx)["cookie"]) == other.account_id
        login = logins.login_of(tx, other.account_id)
        assert login is not None
        assert (login.state, login.password_hash) == (LoginState.ACTIVE, None)
        assert logins.session(tx, secret) is None
        # Who had proven it before keeps the password.
        known = person(tx, "cid")
        entering.ask_link(tx, "cid@cast.test")
        entering.by_link(tx, link_of(tx)["cookie"])
        login = logins.login_of(tx, known.account_id)
        assert login is not None
        assert login.password_hash == "x"

    store.write(run)


@pytest.mark.parametrize("path", ["/a?cookie=123&x=1", "/a#cookie", "/a%26cookie=1", "/é/&cookie=99"])
def test_where_a_link_leads_says_nothing_of_who_comes_in(store: Store, path: str) -> None:
    def run(tx: Tx) -> dict[str, str]:
        person(tx, "dan")
        entering.ask_link(tx, "dan@cast.test", path)
        return link_of(tx)

    found = store.write(run)
    assert re.fullmatch(r"\d{18}", found["cookie"])
    assert found["next"] == path


def test_one_consent_of_several(store: Store) -> None:
    """A request token is allowed by one person, also where two press the button at once."""

    def start(tx: Tx) -> tuple[str, list[Viewer]]:
        app = ownapps.make(tx, person(tx, "eve"), "App", [BACK])
        return signing.ask(tx, app, BACK), [person(tx, f"fan{n}") for n in range(8)]

    token, people = store.write(start)

    def press(viewer: Viewer) -> int:
        try:
            store.write(lambda tx: signing.allow(tx, viewer, token))
        except NotFound:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, people)) == 1
