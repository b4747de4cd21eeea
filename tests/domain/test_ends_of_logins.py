"""What ends with a password, and what a link or a consent is good for: once, and for one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pyotp
import pytest
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound, Unauthenticated
from folkmoot.domain.people import (
    accounts,
    apps,
    entering,
    factors,
    guessing,
    lapsed,
    logins,
    ownapps,
    passwords,
    signing,
    signups,
)
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


@pytest.mark.parametrize("state", [LoginState.UNCONFIRMED, LoginState.ACTIVE])
def test_a_link_that_proves_an_address_ends_what_was_set_before(store: Store, state: LoginState) -> None:
    """Somebody signed up with another's address, whether the place asks for a proof or not: its owner comes in by a
    link, and the other's password, token and second factor are nothing."""

    def run(tx: Tx) -> None:
        other = person(tx, "bea", confirmed=False, state=state)
        secret, _ = logins.open_session(tx, other.account_id)
        _, token = logins.issue_token(tx, account_id=other.account_id, app_id=None, scopes="read")
        factors.confirm(tx, other, pyotp.TOTP(factors.begin(tx, other).secret).at(tx.now // 1000))
        entering.ask_link(tx, "bea@cast.test")
        link = link_of(tx)["cookie"]
        assert entering.of_link(tx, link) == entering.Link(other.account_id, guarded=False, takes_over=True)
        assert entering.by_link(tx, link) == other.account_id
        login = logins.login_of(tx, other.account_id)
        assert login is not None
        assert (login.state, login.password_hash, login.second_factor) == (LoginState.ACTIVE, None, False)
        assert logins.session(tx, secret) is None
        with pytest.raises(Unauthenticated):
            logins.token(tx, token)
        # Who had proven it before keeps the password.
        known = person(tx, "cid")
        entering.ask_link(tx, "cid@cast.test")
        entering.by_link(tx, link_of(tx)["cookie"])
        login = logins.login_of(tx, known.account_id)
        assert login is not None
        assert login.password_hash == "x"

    store.write(run)


def test_a_new_password_by_mail_ends_anothers_second_factor(store: Store) -> None:
    def run(tx: Tx) -> None:
        for name, confirmed in (("gil", False), ("hal", True)):
            who = person(tx, name, confirmed=confirmed)
            factors.confirm(tx, who, pyotp.TOTP(factors.begin(tx, who).secret).at(tx.now // 1000))
            signups.ask_reset(tx, name)
            signups.reset(tx, link_of(tx)["token"], "new")
            assert factors.is_on(tx, who.account_id) is confirmed

    store.write(run)


def test_wrong_codes_are_counted_where_all_processes_see_them(store: Store) -> None:
    def enrol(tx: Tx) -> tuple[Viewer, str]:
        ida = person(tx, "ida")
        secret = factors.begin(tx, ida).secret
        factors.confirm(tx, ida, pyotp.TOTP(secret).at(tx.now // 1000))
        return ida, secret

    def use(code: str, *, limited: bool = True) -> factors.Tried:
        return store.write(lambda tx: factors.use(tx, ida.account_id, code, limited=limited))

    ida, secret = store.write(enrol)
    for _ in range(factors.WRONG_CODES):
        assert use("nonsense") == factors.Tried(right=False)
    following = pyotp.TOTP(secret).at(store.read(lambda tx: tx.now) // 1000 + 30)
    tried = use(following)
    assert not tried.right
    assert 0 < tried.wait_ms <= factors.WRONG_MS
    assert use(following, limited=False).right
    assert use("nonsense").wait_ms == 0  # the right one ended the count


def test_what_is_over_is_forgotten(store: Store) -> None:
    """Codes, links and sessions a while after their time; applications that registered themselves and got no token."""
    tables = ("grants", "mail_tokens", "sessions")

    def left(tx: Tx) -> list[int]:
        return [tx.text_sql(*[f"SELECT count(*) FROM {table}"] * 2).fetchone()[0] for table in tables]

    def run(tx: Tx) -> None:
        before = left(tx)
        jon = person(tx, "jon")
        made = {
            name: apps.register(tx, name, [BACK], "read", by_itself=name != "staffs")
            for name in ("idle", "used", "staffs")
        }
        logins.issue_token(tx, account_id=None, app_id=made["used"].id, scopes="read")
        apps.grant_code(tx, made["used"], jon.account_id, BACK, "read")
        entering.ask_link(tx, "jon@cast.test")
        secret, _ = logins.open_session(tx, jon.account_id)
        lapsed.sweep(tx)
        assert left(tx) == [n + 1 for n in before]
        for table in tables:
            tx.text_sql(*[f"UPDATE {table} SET expires_at = 1 WHERE account_id = {jon.account_id}"] * 2)
        tx.text_sql(*["UPDATE apps SET created_at = 1"] * 2)
        assert lapsed.any_due(tx)
        assert lapsed.sweep(tx) == 5
        assert not lapsed.any_due(tx)
        assert left(tx) == before
        assert logins.session(tx, secret) is None
        assert {name for name, app in made.items() if apps.by_id(tx, app.id)} == {"used", "staffs"}

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


def test_wrong_passwords_are_counted_by_name_and_place_until_their_time_is_over(store: Store) -> None:
    def run(tx: Tx) -> None:
        for _ in range(guessing.FAILURES - 1):
            guessing.count(tx, "Ann", "198.51.100.1")
        assert guessing.wait_ms(tx, "ann", "198.51.100.1") == 0
        tx.now += guessing.WINDOW_MS // 3
        guessing.count(tx, " ann", "198.51.100.1")
        assert guessing.wait_ms(tx, "ann ", "198.51.100.1") == 2 * guessing.WINDOW_MS // 3
        assert guessing.wait_ms(tx, "ann", "198.51.100.2") == 0
        assert guessing.wait_ms(tx, "ben", "198.51.100.1") == 0
        for n in range(guessing.FAILURES_OF_NETWORK - guessing.FAILURES):
            guessing.count(tx, f"name {n}", "198.51.100.1")
        assert guessing.wait_ms(tx, "ben", "198.51.100.1") > 0
        tx.now += 2 * guessing.WINDOW_MS // 3
        assert guessing.wait_ms(tx, "ann", "198.51.100.1") == 0
        guessing.count(tx, "ann", "198.51.100.1")
        assert guessing.wait_ms(tx, "ann", "198.51.100.1") == 0
        tx.now += guessing.WINDOW_MS + 1
        assert lapsed.any_due(tx)
        assert lapsed.sweep(tx) > 0
        assert not lapsed.any_due(tx)

    store.write(run)
