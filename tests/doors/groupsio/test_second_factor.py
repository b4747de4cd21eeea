"""The second factor: set up in the browser, asked for at every door, each code good once, guesses limited."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp
import pytest
from tests.doors.groupsio.conftest import PASSWORD as TOWN_PASSWORD
from tests.doors.groupsio.conftest import Town
from tests.doors.groupsio.test_logins import cookie_of
from tests.support.server import Running, running_server
from tests.support.visitor import PASSWORD, Visitor, person

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import apps, factors, keys
from folkmoot.store.schema.entering import second_factors

NEEDED = ("two_factor_required", "")
WRONG = ("unauthorized_error", "")


def forget_step(store: Any, account_id: int) -> None:
    """As if the last code had been used long ago."""
    store.write(lambda tx: tx.update(second_factors, {"account_id": account_id}, last_step=0))


def guard(store: Any, viewer: Viewer) -> tuple[pyotp.TOTP, list[str]]:
    """Switch a second factor on; (the app, recovery codes)."""
    made = store.write(lambda tx: factors.begin(tx, viewer))
    app = pyotp.TOTP(made.secret)
    codes = store.write(lambda tx: factors.confirm(tx, viewer, app.now()))
    forget_step(store, viewer.account_id)
    return app, codes


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("factor"), worker=False) as running:
        yield running


def test_login_by_the_api(any_town: Town) -> None:
    store = any_town.house.store
    app, codes = guard(store, any_town.viewer("bob"))
    client = any_town.client()
    form = {"email": "bob@example.org", "password": TOWN_PASSWORD}
    assert client.refused("login", **form) == NEEDED
    assert client.refused("login", **form, twofactor="000000") == WRONG
    assert client.refused("login", email=form["email"], password="wrong", twofactor=app.now()) == WRONG
    code = app.now()
    login = client.ok("login", **form, twofactor=code)
    assert login["user"]["two_factor_enabled"] is True
    assert login["user"]["recovery_codes"] == ""
    assert client.refused("login", **form, twofactor=code) == WRONG
    assert client.refused("login", **form, twofactor=app.at(0)) == WRONG
    forget_step(store, any_town.ids["bob"])
    assert client.ok("login", **form, **{"2fa": app.now()})["user"]["user_name"] == "bob"
    assert client.ok("login", **form, twofactor=codes[0])["user"]["user_name"] == "bob"
    assert client.refused("login", **form, twofactor=codes[0]) == WRONG
    assert store.read(lambda tx: factors.codes_left(tx, any_town.ids["bob"])) == factors.RECOVERY_CODES - 1


def test_a_link_needs_it_too(town: Town) -> None:
    app, _ = guard(town.house.store, town.viewer("bob"))
    client = town.client()
    client.post("sendloginlink", email="bob@example.org")
    number = cookie_of(town.do, "bob@example.org")
    assert client.refused("authenticateloginlink", cookie=number) == NEEDED
    assert client.refused("authenticateloginlink", cookie=number, twofactor="123") == WRONG
    login = client.ok("authenticateloginlink", cookie=number, twofactor=app.now())
    assert login["user"]["user_name"] == "bob"
    assert client.refused("authenticateloginlink", cookie=number) == ("bad_request", "invalid cookie")


def test_guesses_are_limited(tmp_path: Any) -> None:
    with running_server(tmp_path, worker=False, rate_limits=True) as running:
        app, _ = guard(running.store, person(running.store, "gustav"))
        form = {"email": "gustav@example.org", "password": PASSWORD}
        client = httpx2.Client(base_url=running.url)
        for _ in range(10):
            assert client.post("/api/v1/login", data={**form, "twofactor": "1"}).status_code == 400
        answer = client.post("/api/v1/login", data={**form, "twofactor": app.now()})
        assert (answer.status_code, answer.json()["type"]) == (429, "rate_limit")
        assert int(answer.headers["retry-after"]) > 600


def test_set_up_in_the_browser(server: Running) -> None:
    me = person(server.store, "anna")
    anna, before = Visitor(server.url).log_in("anna"), Visitor(server.url).log_in("anna")
    assert before.get("/settings").url.path == "/settings"
    anna.get("/settings/security")
    anna.send("/settings/security/factor", password="wrong", act="begin")
    assert "old password is wrong" in anna.text()
    anna.send("/settings/security/factor", password=PASSWORD, act="begin")
    assert "<svg" in anna.answer.text
    assert "no-store" in anna.answer.headers["cache-control"]
    uri = next(c.text() for c in anna.page.css("code") if c.text().startswith("otpauth://"))
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    assert not server.store.read(lambda tx: factors.is_on(tx, me.account_id))
    anna.send("/settings/security/factor", code="000000", act="confirm")
    assert "This code is wrong" in anna.text()
    anna.send("/settings/security/factor", code=pyotp.TOTP(secret).now(), act="confirm")
    codes = [c.text() for c in anna.page.css("code")]
    assert len(codes) == factors.RECOVERY_CODES
    assert secret not in anna.answer.text
    assert codes[0] not in anna.get("/settings/security").text
    assert before.get("/settings").url.path == "/login", "who came in without it has to come in anew"

    browser = Visitor(server.url).log_in("anna")
    assert "Second factor" in browser.text("h1")
    assert browser.get("/settings").url.path == "/login"
    browser = Visitor(server.url).log_in("anna")
    browser.send("/login/code", code="111111")
    assert "wrong" in browser.text()
    browser.send("/login/code", code=codes[0])
    assert browser.get("/settings").status_code == 200

    browser.get("/settings/security")
    browser.send("/settings/security/factor", password=PASSWORD, act="codes")
    assert len(browser.page.css("code")) == factors.RECOVERY_CODES
    browser.get("/settings/security")
    browser.send("/settings/security/factor", password=PASSWORD, act="off")
    assert Visitor(server.url).log_in("anna").get("/settings").status_code == 200


def test_a_ticket_is_for_one_browser(server: Running) -> None:
    _, codes = guard(server.store, person(server.store, "berta"))
    one = Visitor(server.url).log_in("berta")
    ticket = one.fields("/login/code")["ticket"]
    other = Visitor(server.url)
    other.get("/login")
    csrf = other.fields("/login")["csrf"]
    for bad in (ticket, ticket[:-1] + "0", "", "1.2.3", "9" * 300):
        answer = other.client.post("/login/code", data={"csrf": csrf, "ticket": bad, "code": codes[0]})
        assert answer.status_code == 403
    one.send("/login/code", code=codes[0])
    assert one.get("/settings").status_code == 200


def test_no_other_door_lets_the_password_alone_in(server: Running) -> None:
    me = person(server.store, "dora")
    app, _ = guard(server.store, me)
    client = httpx2.Client(base_url=server.url)
    made = server.store.write(lambda tx: apps.register(tx, "A", ["urn:ietf:wg:oauth:2.0:oob"], "read"))
    form = {"grant_type": "password", "username": "dora", "password": PASSWORD, "scope": "read"}
    ids = {"client_id": made.client_id, "client_secret": made.client_secret}
    answer = client.post("/oauth/token", data={**form, **ids})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert "second factor" in answer.json()["error_description"]
    basic = {"Authorization": "Basic " + base64.b64encode(f"dora:{PASSWORD}".encode()).decode()}
    for _ in range(2):
        answer = client.get("/api/account/verify_credentials.json", headers=basic)
        assert answer.status_code == 401
        assert "second factor" in answer.text
    key = server.store.write(lambda tx: keys.make(tx, me, "Friendica"))
    basic = {"Authorization": "Basic " + base64.b64encode(f"dora:{key}".encode()).decode()}
    assert client.get("/api/account/verify_credentials.json", headers=basic).json()["screen_name"] == "dora"

    asked = {
        "response_type": "code",
        "client_id": made.client_id,
        "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
    }
    browser = Visitor(server.url)
    browser.get("/oauth/authorize?" + httpx2.QueryParams({**asked, "scope": "read"}).__str__())
    browser.send("/login", who="dora", password=PASSWORD)
    assert "Second factor" in browser.text("h1")
    browser.send("/login/code", code=app.now())
    assert "oauth/authorize" in str(browser.answer.url)
    browser.send("/oauth/authorize", decision="allow")
    assert re.search(r"[\w-]{40,}", browser.answer.text)


def test_a_factor_that_was_on_before_the_proof_was_kept(server: Running) -> None:
    """Friendica keeps for a while that a password was right: a factor switched on meanwhile counts at once."""
    me = person(server.store, "emil")
    client = httpx2.Client(base_url=server.url, auth=("emil", PASSWORD))
    assert client.get("/api/account/verify_credentials.json").status_code == 200
    guard(server.store, me)
    assert client.get("/api/account/verify_credentials.json").status_code == 401


def test_a_link_in_the_browser(server: Running) -> None:
    person(server.store, "frieda")
    app, _ = guard(server.store, person(server.store, "fritz"))
    for name, code in (("frieda", ""), ("fritz", app.now())):
        httpx2.post(
            f"{server.url}/api/v1/sendloginlink", data={"email": f"{name}@example.org", "redir": "/groups"}
        )
        number = cookie_of(server.store.write, f"{name}@example.org")
        browser = Visitor(server.url)
        browser.get(f"/login/link?cookie={number}&next=/groups")
        browser.send("/login/link")
        if code:
            browser.send("/login/link", code=code)
        assert browser.answer.url.path == "/groups"
        assert browser.get("/settings").status_code == 200
        assert Visitor(server.url).get(f"/login/link?cookie={number}").status_code == 404


def test_keys_are_made_in_the_browser(server: Running) -> None:
    person(server.store, "greta")
    greta = Visitor(server.url).log_in("greta")
    greta.get("/settings/security")
    greta.send("/settings/security/keys", password="wrong", name="script", act="make")
    assert "old password is wrong" in greta.text()
    greta.send("/settings/security/keys", password=PASSWORD, name="script", act="make")
    key = next(c.text() for c in greta.page.css("code") if len(c.text()) == 64)
    bearer = {"Authorization": f"Bearer {key}"}
    assert httpx2.get(f"{server.url}/api/v1/getuser", headers=bearer).json()["user_name"] == "greta"
    greta.get("/settings/security")
    assert key not in greta.answer.text
    assert "script" in greta.text()
    greta.send("/settings/security/keys", act="end")
    assert httpx2.get(f"{server.url}/api/v1/getuser", headers=bearer).status_code == 400
