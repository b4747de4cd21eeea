"""Letting an application in: the whole flow over HTTP, and everything that must not work."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from mastodon import Mastodon
from mastodon.errors import MastodonIllegalArgumentError
from tests.support.server import Running, running_server
from tests.support.visitor import PASSWORD, Visitor, person

from folkmoot.domain.people import apps, logins
from folkmoot.domain.people.apps import App

BACK = "https://app.example/back?x=1"
OOB = "urn:ietf:wg:oauth:2.0:oob"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("oauth"), worker=False) as running:
        person(running.store, "anna")
        person(running.store, "bruno")
        yield running


@pytest.fixture(scope="module")
def app(server: Running) -> App:
    uris = [BACK, OOB, "moot://done", "javascript:alert(1)"]
    return server.store.write(lambda tx: apps.register(tx, "Tester <b>", uris, "read write:media push"))


@pytest.fixture(scope="module")
def anna(server: Running) -> Visitor:
    return Visitor(server.url).log_in("anna")


def question(app: App, **more: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": BACK,
        "scope": "read",
        "state": "s&t=1",
    }
    return "/oauth/authorize?" + urlencode({k: v for k, v in {**asked, **more}.items() if v})


def consent(who: Visitor, app: App, decision: str = "allow", **more: str) -> dict[str, str]:
    """Go through the consent page; what the application gets in its address."""
    assert who.get(question(app, **more)).status_code == 200
    answer = who.send("/oauth/authorize", decision=decision)
    where = answer.headers.get("location") or str(answer.url)
    return {k: v[0] for k, v in parse_qs(urlsplit(where).query).items()}


def trade(server: Running, app: App, code: str, **more: str) -> httpx2.Response:
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": BACK,
    }
    return httpx2.post(f"{server.url}/oauth/token", data={**data, **more})


def test_the_whole_flow_with_pkce(server: Running, app: App, anna: Visitor) -> None:
    got = consent(anna, app, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert got["state"] == "s&t=1"
    assert got["x"] == "1"
    answer = trade(server, app, got["code"], code_verifier=VERIFIER)
    token = answer.json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "read")
    assert answer.headers["cache-control"] == "no-store"
    who = httpx2.get(
        f"{server.url}/oauth/userinfo", headers={"authorization": f"Bearer {token['access_token']}"}
    )
    assert who.json()["preferred_username"] == "anna"
    assert who.json()["sub"] == f"{server.url}/users/anna"


def test_the_consent_page_names_all_and_runs_nothing(app: App, anna: Visitor) -> None:
    answer = anna.get(question(app))
    assert "Tester <b>" in anna.text("h1")
    assert "<b>" not in answer.text.partition("<h1>")[2].partition("</h1>")[0]
    assert "app.example" in anna.text()
    csp = answer.headers["content-security-policy"]
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert "form-action 'self' https://app.example" in csp
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("verifier", ["", "x" * 50, CHALLENGE])
def test_a_challenge_must_be_met(server: Running, app: App, anna: Visitor, verifier: str) -> None:
    got = consent(anna, app, code_challenge=CHALLENGE, code_challenge_method="S256")
    refused = trade(server, app, got["code"], **({"code_verifier": verifier} if verifier else {}))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert trade(server, app, got["code"], code_verifier=VERIFIER).status_code == 400, (
        "a wrong try uses it up"
    )
    if verifier:  # for which somebody took the challenge away
        assert trade(server, app, consent(anna, app)["code"], code_verifier=verifier).status_code == 400


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": VERIFIER}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": "read write"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "admin:read"}, "invalid_scope"),
    ],
)
def test_what_is_wrong_is_told_to_the_application(
    app: App, anna: Visitor, asked: dict[str, str], error: str
) -> None:
    answer = anna.client.get(question(app, **asked))
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert where.netloc == "app.example"
    assert parse_qs(where.query)["error"] == [error]
    assert parse_qs(where.query)["state"] == ["s&t=1"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"client_id": "nobody"}, 401),
        ({"client_id": ""}, 401),
        ({"redirect_uri": "https://evil.example/"}, 400),
        ({"redirect_uri": BACK + "/"}, 400),
        ({"redirect_uri": BACK.upper()}, 400),
        ({"redirect_uri": "https://app.example/back"}, 400),
        ({"redirect_uri": ""}, 400),
        ({"redirect_uri": "javascript:alert(1)"}, 400),
    ],
)
def test_a_wrong_client_or_address_is_never_followed(
    app: App, anna: Visitor, asked: dict[str, str], status: int
) -> None:
    answer = anna.client.get(question(app, **asked))
    assert answer.status_code == status
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")


def test_a_code_works_once_and_a_second_use_ends_its_token(server: Running, app: App, anna: Visitor) -> None:
    got = consent(anna, app)
    secret = trade(server, app, got["code"]).json()["access_token"]
    assert server.store.read(lambda tx: logins.token(tx, secret)).viewer.known
    assert trade(server, app, got["code"]).json()["error"] == "invalid_grant"
    with pytest.raises(logins.Unauthenticated):
        server.store.read(lambda tx: logins.token(tx, secret))


def test_a_code_is_bound_to_address_and_application(server: Running, app: App, anna: Visitor) -> None:
    other = server.store.write(lambda tx: apps.register(tx, "Other", [BACK], "read"))
    assert trade(server, app, consent(anna, app)["code"], redirect_uri=OOB).status_code == 400
    stolen = {"client_id": other.client_id, "client_secret": other.client_secret}
    assert trade(server, app, consent(anna, app)["code"], **stolen).json()["error"] == "invalid_grant"
    assert trade(server, app, "nonsense").json()["error"] == "invalid_grant"
    wrong = trade(server, app, consent(anna, app)["code"], client_secret="wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")


def test_refusing_tells_the_application(app: App, anna: Visitor) -> None:
    got = consent(anna, app, decision="deny")
    assert (got["error"], got["state"]) == ("access_denied", "s&t=1")
    assert "code" not in got


def test_an_application_without_an_address_shows_the_code(server: Running, app: App, anna: Visitor) -> None:
    got = consent(anna, app, redirect_uri=OOB)
    assert anna.page.css_first("#code").attributes["value"] == got["code"]
    assert trade(server, app, got["code"], redirect_uri=OOB).status_code == 200


def test_an_application_s_own_scheme(server: Running, app: App, anna: Visitor) -> None:
    anna.get(question(app, redirect_uri="moot://done"))
    assert "form-action 'self' moot:" in anna.answer.headers["content-security-policy"]
    answer = anna.send("/oauth/authorize", decision="allow")
    assert answer.headers["location"].startswith("moot://done?code=")


def test_nobody_logged_in_goes_by_the_login_page_and_back(server: Running, app: App) -> None:
    visitor = Visitor(server.url)
    visitor.get(question(app))
    assert visitor.text("h1") == "Log in"
    visitor.send("/login", who="bruno@example.org", password=PASSWORD)
    assert "asks to be let in" in visitor.text("h1")
    visitor.get(question(app, force_login="true"))
    assert visitor.text("h1") == "Log in"
    visitor.send("/login", who="anna", password=PASSWORD)
    assert "@anna" in visitor.text()


def test_consent_needs_our_own_form(app: App, anna: Visitor, server: Running) -> None:
    anna.get(question(app))
    fields = anna.fields("/oauth/authorize")
    for token in ("", "0" * 40, Visitor(server.url).log_in("bruno").get(question(app)) and "f" * 40):
        answer = anna.client.post(
            "/oauth/authorize", data={**fields, "csrf": str(token), "decision": "allow"}
        )
        assert answer.status_code == 403
        assert "location" not in answer.headers
    cross = anna.client.post(
        "/oauth/authorize", data={**fields, "decision": "allow"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert cross.status_code == 403


def test_grants_for_the_application_itself_and_by_basic(server: Running, app: App) -> None:
    answer = httpx2.post(
        f"{server.url}/oauth/token",
        data={"grant_type": "client_credentials", "scope": "read"},
        auth=(app.client_id, app.client_secret),
    )
    assert answer.json()["scope"] == "read"
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert httpx2.get(f"{server.url}/oauth/userinfo", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "write"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "client_secret": "x"}, 401, "invalid_client"),
        ({}, 400, "invalid_request"),
        ({"grant_type": "password", "username": "anna", "password": "wrong"}, 400, "invalid_grant"),
        ({"grant_type": "password", "username": "nobody", "password": "wrong"}, 400, "invalid_grant"),
    ],
)
def test_errors_are_those_of_rfc_6749(
    server: Running, app: App, data: dict[str, str], status: int, error: str
) -> None:
    body = {"client_id": app.client_id, "client_secret": app.client_secret, **data}
    answer = httpx2.post(f"{server.url}/oauth/token", data=body)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_revoking(server: Running, app: App, anna: Visitor) -> None:
    secret = trade(server, app, consent(anna, app)["code"]).json()["access_token"]
    mine = {"client_id": app.client_id, "client_secret": app.client_secret, "token": secret}
    other = server.store.write(lambda tx: apps.register(tx, "Third", [BACK], "read"))
    stolen = {"client_id": other.client_id, "client_secret": other.client_secret, "token": secret}
    assert httpx2.post(f"{server.url}/oauth/revoke", data=stolen).status_code == 403
    for _ in range(2):
        answer = httpx2.post(f"{server.url}/oauth/revoke", data=mine)
        assert (answer.status_code, answer.json()) == (200, {})
    bearer = {"authorization": f"Bearer {secret}"}
    assert httpx2.get(f"{server.url}/oauth/userinfo", headers=bearer).status_code == 401


def test_userinfo_is_complete_both_ways(server: Running) -> None:
    _, secret = server.store.write(
        lambda tx: logins.issue_token(
            tx,
            account_id=logins.find_login(tx, "anna").account_id,
            app_id=None,
            scopes="profile",  # type: ignore[union-attr]  # anna is there
        )
    )
    url, headers = f"{server.url}/oauth/userinfo", {"authorization": f"Bearer {secret}"}
    found = httpx2.get(url, headers=headers).json()
    assert set(found) == {"iss", "sub", "name", "preferred_username", "profile", "picture"}
    assert httpx2.post(url, headers=headers).json() == found
    assert httpx2.get(url).status_code == 401
    assert httpx2.get(url, headers={"authorization": "Bearer x"}).json()["error"] == "invalid_token"


def test_a_language_is_taken_and_a_forced_login_asks_again(app: App, anna: Visitor) -> None:
    assert anna.get(question(app, lang="de")).status_code == 200
    anna.get(question(app, force_login="true"))
    assert anna.answer.url.path == "/login"


def test_revoking_by_basic(server: Running, app: App) -> None:
    _, secret = server.store.write(
        lambda tx: logins.issue_token(tx, account_id=None, app_id=app.id, scopes="read")
    )
    url, pair = f"{server.url}/oauth/revoke", (app.client_id, app.client_secret)
    for pair_, data in (((app.client_id, "wrong"), {"token": secret}), (pair, {}), (pair, {"token": ""})):
        answer = httpx2.post(url, data=data, auth=pair_)
        assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    for _ in range(2):
        answer = httpx2.post(url, data={"token": secret}, auth=pair)
        assert (answer.status_code, answer.json()) == (200, {})


def test_metadata_says_where_the_endpoints_are(server: Running) -> None:
    facts = httpx2.get(f"{server.url}/.well-known/oauth-authorization-server").json()
    assert facts["token_endpoint"] == f"{server.url}/oauth/token"
    assert facts["code_challenge_methods_supported"] == ["S256"]
    assert "password" in facts["grant_types_supported"]


def test_the_password_grant_can_be_switched_off(tmp_path: Path) -> None:
    with running_server(tmp_path, worker=False, password_grant=False) as server:
        person(server.store, "anna")
        app = server.store.write(lambda tx: apps.register(tx, "Old", [OOB], "read"))
        data = {"grant_type": "password", "username": "anna", "password": PASSWORD}
        answer = httpx2.post(f"{server.url}/oauth/token", data=data, auth=(app.client_id, app.client_secret))
        assert answer.json()["error"] == "unsupported_grant_type"


def test_wrong_passwords_are_counted_for_the_name_and_place(tmp_path: Path) -> None:
    with running_server(tmp_path, worker=False, rate_limits=True, trusted_proxies="127.0.0.1") as server:
        person(server.store, "anna")
        app = server.store.write(lambda tx: apps.register(tx, "Old", [OOB], "read"))
        basic = (app.client_id, app.client_secret)
        data = {"grant_type": "password", "username": "Anna", "password": "wrong"}
        answers = [
            httpx2.post(f"{server.url}/oauth/token", data=data, auth=basic).status_code for _ in range(11)
        ]
        assert answers == [400] * 10 + [429]
        right = httpx2.post(f"{server.url}/oauth/token", data={**data, "password": PASSWORD}, auth=basic)
        assert right.status_code == 429
        elsewhere = {"x-forwarded-for": "198.51.100.1"}
        right = httpx2.post(
            f"{server.url}/oauth/token", data={**data, "password": PASSWORD}, auth=basic, headers=elsewhere
        )
        assert right.status_code == 200


def test_the_python_client_logs_in_both_ways(server: Running, anna: Visitor) -> None:
    client_id, secret = Mastodon.create_app(
        "Client", scopes=["read", "write"], redirect_uris=OOB, api_base_url=server.url
    )
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=server.url)
    client.log_in("anna@example.org", PASSWORD, scopes=["read", "write"])
    assert client.me().username == "anna"
    with pytest.raises(MastodonIllegalArgumentError):
        client.log_in("anna@example.org", "wrong", scopes=["read"])
    page = client.auth_request_url(scopes=["read"], redirect_uris=OOB)
    anna.get(page.removeprefix(server.url))
    anna.send("/oauth/authorize", decision="allow")
    code = anna.page.css_first("#code").attributes["value"]
    again = Mastodon(client_id=client_id, client_secret=secret, api_base_url=server.url)
    again.log_in(code=code, redirect_uri=OOB, scopes=["read"])
    assert again.account_verify_credentials().username == "anna"
    again.revoke_access_token()
