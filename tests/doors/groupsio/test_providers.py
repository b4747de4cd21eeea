"""Logging in by other places, over HTTP, with a provider that the test starts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from tests.conftest import DATABASES
from tests.doors.groupsio.conftest import Town, assert_like, example
from tests.doors.groupsio.provider import CLIENT, SECRET, Provider, running_provider
from tests.doors.groupsio.test_logins import letters
from tests.doors.groupsio.test_second_factor import guard
from tests.support.postgres import Cluster
from tests.support.server import Running, running_server
from tests.support.visitor import Visitor, person

from folkmoot.domain.people import accounts, entering
from folkmoot.domain.people.accounts import LoginState
from folkmoot.kit import oidc, outward
from folkmoot.store.schema.accounts import logins as logins_t

WAYS = ("google", "facebook", "apple")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as made:
        yield made


@pytest.fixture(scope="module", params=DATABASES)
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    provider: Provider,
    cluster: Cluster,
) -> Iterator[Running]:
    wanted: dict[str, Any] = {"worker": False, "private_networks": "127.0.0.0/8"}
    for way in WAYS:
        wanted |= {
            f"{way}_issuer": provider.issuer,
            f"{way}_client_id": CLIENT,
            f"{way}_client_secret": SECRET,
        }
    folder = tmp_path_factory.mktemp("providers")
    if request.param == "sqlite":
        with running_server(folder, **wanted) as running:
            yield running
    else:
        with cluster.database() as url, running_server(folder, database=url, **wanted) as running:
            yield running


@pytest.fixture(autouse=True)
def _calm(provider: Provider) -> None:
    provider.broken, provider.tampered, provider.audience, provider.claims = 0, False, CLIENT, {}
    provider.introspects = True


def caller(server: Running) -> httpx2.Client:
    return httpx2.Client(base_url=server.url, timeout=20)


def final(client: httpx2.Client, way: str, **form: str) -> tuple[str, str] | dict[str, Any]:
    if "state" not in form:
        form["state"] = client.get(f"/api/v1/{way}loginstart").json()["state"]
    answer = client.post(f"/api/v1/{way}loginfinal", data=form)
    if answer.status_code == 200:
        found: dict[str, Any] = answer.json()
        return found
    assert answer.status_code == 400, answer.text
    return answer.json()["type"], answer.json()["extra"]


def somebody(provider: Provider, name: str, **more: Any) -> None:
    provider.claims = {
        "sub": f"id-{name}", "email": f"{name}@example.org", "email_verified": True, "name": name.title(), **more
    }  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_somebody_new_and_somebody_known(server: Running, provider: Provider, way: str) -> None:
    client = caller(server)
    start = client.get(f"/api/v1/{way}loginstart").json()
    assert_like(start, example(f"{way}loginstart"))
    assert start["web_client_id"] == CLIENT
    somebody(provider, f"new{way}")
    login = final(client, way, state=start["state"], code=provider.code())
    assert isinstance(login, dict), login
    assert_like(login, example(f"{way}loginfinal"))
    user = login["user"]
    assert (user["email"], user["full_name"]) == (f"new{way}@example.org", f"New{way}")
    assert user["status"] == "user_status_confirmed"
    assert client.get("/api/v1/getuser").json()["csrf_token"] == user["csrf_token"]
    provider.claims["email"] = "moved@example.org"
    again = final(caller(server), way, code=provider.code())
    assert isinstance(again, dict)
    assert again["user"]["id"] == user["id"]


def test_a_known_address(server: Running, provider: Provider) -> None:
    name = f"known{server.store.dialect}"
    me = person(server.store, name)
    somebody(provider, name)
    login = final(caller(server), "google", code=provider.code())
    assert isinstance(login, dict)
    assert login["user"]["id"] == me.account_id
    assert login["user"]["allow_google_login"] is True
    other = person(server.store, f"un{name}", confirmed=False)
    somebody(provider, f"un{name}")
    assert final(caller(server), "google", code=provider.code()) == ("bad_request", "invalid email address")
    told = letters(server.store.write, f"un{name}@example.org")
    assert told[0][1] == "login"
    assert other.known


def test_states(server: Running, provider: Provider) -> None:
    somebody(provider, "state")
    one, other = caller(server), caller(server)
    state = one.get("/api/v1/googleloginstart").json()["state"]
    wrong = ("bad_request", "invalid state")
    for bad in ("", "x", state[:-1] + ("1" if state[-1] == "0" else "0"), "a.1.b", "é.9.é"):
        assert final(one, "google", state=bad, code=provider.code()) == wrong
    assert final(other, "google", state=state, code=provider.code()) == wrong
    assert final(one, "apple", state=state, code=provider.code()) == wrong
    assert isinstance(final(one, "google", state=state, code=provider.code()), dict)


def test_codes(server: Running, provider: Provider) -> None:
    somebody(provider, "codes")
    for way, words in (("google", "invalid code"), ("facebook", "invalid code or access_token")):
        assert final(caller(server), way, code="nonsense") == ("bad_request", words)
        assert final(caller(server), way) == ("bad_request", words)
        assert final(caller(server), way, access_token="theirs") == ("bad_request", words)
        assert final(caller(server), way, access_token="a.b.c") == ("bad_request", words)
    provider.broken = 503
    down = ("server", "google does not answer")
    assert final(caller(server), "google", code=provider.code()) == down


@pytest.mark.parametrize("fault", ["key", "audience", "issuer", "old", "nonce", "algorithm"])
def test_bad_id_tokens(server: Running, provider: Provider, fault: str) -> None:
    somebody(provider, "bad")
    asked = {}
    if fault == "key":
        provider.tampered = True
    elif fault == "audience":
        provider.audience = "another client"
    elif fault == "issuer":
        provider.claims["iss"] = "https://evil.example"
    elif fault == "old":
        provider.claims["exp"] = 1_600_000_000
    elif fault == "nonce":
        asked["nonce"] = "of another try"
    if fault == "algorithm":
        import jwt

        unsigned = jwt.encode(
            {**provider.claims, "aud": CLIENT, "iss": provider.issuer}, "", algorithm="none"
        )
        assert final(caller(server), "google", access_token=unsigned) == ("bad_request", "invalid code")
    else:
        assert final(caller(server), "google", code=provider.code(**asked)) == ("bad_request", "invalid code")


def test_tokens_in_place_of_codes(server: Running, provider: Provider) -> None:
    somebody(provider, "tokens")
    for token in (provider.id_token(), "ours"):
        login = final(caller(server), "google", access_token=token)
        assert isinstance(login, dict), login
        assert login["user"]["email"] == "tokens@example.org"


def by_token(provider: Provider, token: str, **more: Any) -> str:
    """The address that stands behind an access token, or why there is none; the place has no introspection."""
    place = oidc.Provider(issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET, **more)
    party = oidc.Party(place, "test", outward.networks("127.0.0.0/8"))
    try:
        return asyncio.run(party.by_token(token)).address
    except oidc.NotProven as refused:
        return refused.why


def test_access_tokens_that_say_nothing_themselves(provider: Provider) -> None:
    """A public place has to say that the token was made for us; of one that is all the operator's, it is enough that
    it opens the account. Tokens for others and bad ones prove nothing."""
    somebody(provider, "opaque")
    provider.introspects = False
    told = {"token_info": f"{provider.issuer}/tokeninfo"}
    for token, public, own in (
        ("ours", "opaque@example.org", "late@example.org"),
        ("theirs", "code", "code"),
        ("bad", "code", "code"),
        ("a.b.c", "code", "late@example.org"),
    ):
        assert by_token(provider, token, **told) == public
        assert by_token(provider, token, all_ours=True) == own
        assert by_token(provider, token) == "code"
    provider.claims["exp"] = 1_600_000_000
    assert by_token(provider, provider.id_token(), all_ours=True) == "expired"


def test_an_address_that_is_not_proven(server: Running, provider: Provider) -> None:
    for more in ({"email_verified": False}, {"email_verified": "false"}, {"email": "no address"}):
        somebody(provider, "unproven", **more)
        assert final(caller(server), "google", code=provider.code()) == (
            "bad_request",
            "invalid email address",
        )


def test_the_address_may_come_later(server: Running, provider: Provider) -> None:
    provider.claims = {"sub": "id-late"}
    login = final(caller(server), "google", code=provider.code())
    assert isinstance(login, dict), login
    assert login["user"]["email"] == "late@example.org"


def test_who_may_not(server: Running, provider: Provider) -> None:
    store, name = server.store, f"gone{server.store.dialect}"
    me = person(store, name)
    somebody(provider, name)
    store.write(lambda tx: entering.set_open(tx, me.account_id, "google", is_open=False))
    assert final(caller(server), "google", code=provider.code()) == ("bad_request", "google login prevented")
    payload, kind = letters(server.store.write, f"{name}@example.org")[0]
    assert kind == "allow_way"
    browser = Visitor(server.url)
    browser.get(payload["link"].removeprefix(server.url))
    browser.send("/login/allow")
    assert isinstance(final(caller(server), "google", code=provider.code()), dict)
    guard(store, me)
    assert final(caller(server), "google", code=provider.code()) == ("bad_request", "two factor enabled")
    store.write(lambda tx: tx.update(logins_t, {"account_id": me.account_id}, state=int(LoginState.DISABLED)))
    assert final(caller(server), "google", code=provider.code()) == ("bad_request", "inactive user")


def test_in_the_browser(server: Running, provider: Provider) -> None:
    name = f"web{server.store.dialect}"
    somebody(provider, name)
    browser = Visitor(server.url)
    browser.get("/login?next=/groups")
    href = next(a.attributes["href"] for a in browser.page.css("a.button") if "Google" in a.text())
    asked = parse_qs(urlsplit(browser.get(href or "").headers["location"]).query)
    question = {key: values[0] for key, values in asked.items()}
    assert question["redirect_uri"] == f"{server.url}/login/from/google"
    assert question["code_challenge_method"] == "S256"
    back = f"/login/from/google?state={question['state']}&code="
    assert Visitor(server.url).get(back + provider.code(**question)).status_code == 422
    assert browser.get(back + provider.code(**{**question, "nonce": "another"})).status_code == 422
    browser.get("/login?next=/groups")
    asked = parse_qs(urlsplit(browser.get(href or "").headers["location"]).query)
    question = {key: values[0] for key, values in asked.items()}
    back = f"/login/from/google?state={question['state']}&code="
    browser.get(back + provider.code(**question))
    assert browser.answer.url.path == "/groups"
    assert browser.get("/settings").status_code == 200
    assert server.store.read(lambda tx: accounts.find_by_address(tx, f"{name}@example.org"))


def test_a_form_from_elsewhere_becomes_a_link(server: Running) -> None:
    answer = httpx2.post(f"{server.url}/login/from/apple", data={"state": "s", "code": "c"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login/from/apple?state=s&code=c"


def test_where_nothing_is_set_up(quiet_town: Town) -> None:
    client = quiet_town.client()
    for way in WAYS:
        start = client.ok(f"{way}loginstart")
        assert_like(start, example(f"{way}loginstart"))
        assert start["web_client_id"] == ""
        assert client.refused(f"{way}loginfinal", state="x", code="y") == ("bad_request", "invalid state")
        refused = client.refused(f"{way}loginfinal", state=start["state"], code="y")
        assert re.match("invalid code", refused[1])
    assert client.ok("enterpriseinfo", domain="lists.test")["sso_provider"] == ""
