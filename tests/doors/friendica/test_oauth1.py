"""Signed requests (OAuth 1.0a): letting an application in, in all ways, and the end of what was let in."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from tests.doors.friendica.node import Node
from tests.doors.friendica.signer import BACK, IDS, ME, Signer, form_of
from tests.support.server import Running
from tests.support.visitor import Visitor, person

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import apps, lapsed, logins, ownapps, signing
from folkmoot.domain.people.apps import App
from folkmoot.domain.staff import sanctions
from folkmoot.domain.staff.sanctions import Sanction
from folkmoot.doors.friendica.signature import secret_of


def test_the_whole_flow(server: Running, app: App, anna: Visitor) -> None:
    for place in ("/api/oauth", "/api/1.1/oauth", "/oauth"):
        for method in ("GET", "POST"):
            first = Signer(server, app)
            answer = first.call(method, f"{place}/request_token", oauth=first.oauth(oauth_callback=BACK))
            asked = form_of(answer)
            assert set(asked) == {"oauth_token", "oauth_token_secret", "oauth_callback_confirmed"}
            page = anna.get(f"{place}/authorize?oauth_token={asked['oauth_token']}")
            assert page.status_code == 200
            assert "Signer &lt;b&gt;" in page.text
            assert "127.0.0.1:9" in page.text
            answer = anna.send("/oauth/authorize", oauth_yes="Yes")
            target = urlsplit(answer.headers["location"])
            assert f"{target.scheme}://{target.netloc}{target.path}" == "http://127.0.0.1:9/back"
            back = dict(parse_qsl(target.query))
            assert (back["x"], back["oauth_token"]) == ("1", asked["oauth_token"])
            second = Signer(server, app, asked["oauth_token"], asked["oauth_token_secret"])
            proof = second.oauth(oauth_verifier=back["oauth_verifier"])
            got = form_of(second.call(method, f"{place}/access_token", oauth=proof))
            assert (got["user_id"], got["screen_name"]) == (str(IDS["anna"]), "anna")
            third = Signer(server, app, got["oauth_token"], got["oauth_token_secret"])
            assert third.call("GET", ME).json()["screen_name"] == "anna"
            again = second.call(method, f"{place}/access_token", oauth=second.oauth(oauth_verifier="x"))
            assert (again.status_code, again.text) == (400, "Invalid request token or verifier.")
            assert again.headers["content-type"].startswith("text/plain")


def test_a_code_to_carry_over(server: Running, app: App, anna: Visitor) -> None:
    first = Signer(server, app)
    asked = form_of(first.call("GET", "/api/oauth/request_token", oauth=first.oauth(oauth_callback="oob")))
    token = asked["oauth_token"]
    anna.get(f"/api/oauth/authenticate?oauth_token={token}")
    page = anna.send("/oauth/authorize", oauth_yes="allow")
    assert page.status_code == 200
    code = page.text.partition('class="code" value="')[2].partition('"')[0]
    assert len(code) == 8
    second = Signer(server, app, token, asked["oauth_token_secret"])
    wrong = second.call("GET", "/api/oauth/access_token", oauth=second.oauth(oauth_verifier="WRONG"))
    assert wrong.status_code == 400
    got = form_of(second.call("GET", "/api/oauth/access_token", oauth=second.oauth(oauth_verifier=code)))
    assert got["screen_name"] == "anna"


def test_after_five_wrong_codes_it_is_over(server: Running, app: App, anna: Visitor) -> None:
    first = Signer(server, app)
    asked = form_of(first.call("GET", "/oauth/request_token", oauth=first.oauth(oauth_callback="oob")))
    anna.get(f"/oauth/authorize?oauth_token={asked['oauth_token']}")
    page = anna.send("/oauth/authorize", oauth_yes="allow")
    code = page.text.partition('class="code" value="')[2].partition('"')[0]
    second = Signer(server, app, asked["oauth_token"], asked["oauth_token_secret"])
    for verifier in ("1", "2", "3", "4", "5", code):
        answer = second.call("POST", "/oauth/access_token", oauth=second.oauth(oauth_verifier=verifier))
        assert answer.status_code == 400, verifier


def test_refusal_and_unknown_tokens(server: Running, app: App, anna: Visitor) -> None:
    first = Signer(server, app)
    asked = form_of(first.call("POST", "/api/oauth/request_token", oauth=first.oauth(oauth_callback=BACK)))
    token = asked["oauth_token"]
    anna.get(f"/api/oauth/authorize?oauth_token={token}")
    answer = anna.send("/oauth/authorize", decision="deny")
    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query)) == {"x": "1", "denied": token}
    for gone in (token, "nonsense"):
        page = anna.get(f"/api/oauth/authorize?oauth_token={gone}")
        assert (page.status_code, "Invalid request. Unknown token." in page.text) == (200, True)
    second = Signer(server, app, token, asked["oauth_token_secret"])
    assert (
        second.call("POST", "/oauth/access_token", oauth=second.oauth(oauth_verifier="x")).status_code == 400
    )


def test_nobody_is_led_to_the_log_in_page_and_forged_forms_do_nothing(server: Running, app: App) -> None:
    first = Signer(server, app)
    asked = form_of(first.call("POST", "/oauth/request_token", oauth=first.oauth(oauth_callback=BACK)))
    where = f"{server.url}/oauth/authorize"
    answer = httpx2.get(where, params={"oauth_token": asked["oauth_token"]})
    assert (answer.status_code, answer.headers["location"].startswith("/login?next=")) == (303, True)
    visitor = Visitor(server.url).log_in("bruno")
    data = {"oauth_token": asked["oauth_token"], "oauth_yes": "allow", "csrf": "made up"}
    assert visitor.client.post("/oauth/authorize", data=data).status_code == 403


def test_callbacks_are_those_of_the_application(server: Running, app: App) -> None:
    client = Signer(server, app)
    for callback in (
        "https://evil.example/back",
        "javascript:alert(1)",
        "http://127.0.0.1:10/back",
        "nonsense",
    ):
        answer = client.call("POST", "/oauth/request_token", oauth=client.oauth(oauth_callback=callback))
        assert answer.status_code == 401, callback
    registered = form_of(client.call("POST", "/oauth/request_token"))
    assert registered["oauth_callback_confirmed"] == "true"


def test_plain_refusals_of_the_endpoints(server: Running, app: App) -> None:
    client = Signer(server, app)
    stranger = Signer(server, App(0, "x", "", "", "", "unknown", "unknown", 0))
    for path in ("/api/oauth/request_token", "/api/oauth/access_token"):
        for status, answer in (
            (400, httpx2.get(server.url + path)),
            (400, client.call("GET", path, oauth={"oauth_consumer_key": app.client_id})),
            (401, client.call("GET", path, oauth={**client.oauth(), "signature": "AAAA"})),
            (401, client.call("GET", path, oauth=client.oauth(oauth_timestamp="1"))),
            (401, stranger.call("GET", path)),
        ):
            assert answer.status_code == status, (path, answer.text)
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_tokens_end_like_others(server: Running, anna: Visitor) -> None:
    store = server.store
    cleo = person(store, "cleo").account_id
    made = store.write(lambda tx: ownapps.make(tx, Viewer(cleo), "Short lived", []))

    def fresh() -> Signer:
        token = store.write(lambda tx: signing.issue(tx, made, cleo))
        return Signer(server, made, token, secret_of(server.house, "access", token))

    first = fresh()
    assert first.call("GET", ME).status_code == 200
    store.write(lambda tx: ownapps.shut_out(tx, Viewer(cleo), made.id))
    assert first.call("GET", ME).status_code == 401
    second = fresh()
    store.write(lambda tx: logins.set_password(tx, cleo, "no hash at all"))
    assert second.call("GET", ME).status_code == 401
    third = fresh()
    store.write(lambda tx: sanctions.impose(tx, Viewer.system(), cleo, Sanction(kind="suspend")))
    assert third.call("GET", ME).status_code in (401, 403)
    store.write(lambda tx: sanctions.lift(tx, Viewer.system(), cleo, "suspend"))
    fourth = fresh()
    store.write(lambda tx: ownapps.remove(tx, Viewer(cleo), made.id))
    assert third.call("GET", ME).status_code == 401
    assert fourth.call("GET", ME).status_code == 401


def test_scopes_hold(server: Running) -> None:
    reader = server.store.write(lambda tx: apps.register(tx, "Reader", ["urn:ietf:wg:oauth:2.0:oob"], "read"))
    token = server.store.write(lambda tx: signing.issue(tx, reader, IDS["bruno"]))
    client = Signer(server, reader, token, secret_of(server.house, "access", token))
    assert client.call("GET", "/api/statuses/home_timeline.json").status_code == 200
    assert client.call("POST", "/api/statuses/update.json", form=[("status", "x")]).status_code == 403


def test_what_is_over_is_swept(server: Running, app: App) -> None:
    def old(tx: Any) -> None:
        signing.use_up(tx, "long ago", 1)
        tx.text_sql(*["UPDATE signing_requests SET expires_at = 1"] * 2)

    first = Signer(server, app)
    form_of(first.call("POST", "/oauth/request_token", oauth=first.oauth(oauth_callback=BACK)))
    server.store.write(old)
    assert server.store.read(lapsed.any_due)
    assert server.store.write(lapsed.sweep) >= 2
    assert not server.store.read(lapsed.any_due)
    assert server.store.write(lambda tx: signing.use_up(tx, "long ago", 1))


def test_on_both_databases(node: Node) -> None:
    write, alice = node.house.store.write, node.viewer("alice")
    made = write(lambda tx: ownapps.make(tx, alice, "Signer", []))
    first = Signer(node, made)
    asked = form_of(first.call("POST", "/oauth/request_token", oauth=first.oauth(oauth_callback="oob")))
    _, code = write(lambda tx: signing.allow(tx, alice, asked["oauth_token"]))
    second = Signer(node, made, asked["oauth_token"], asked["oauth_token_secret"])
    for verifier, status in (("wrong", 400), (code, 200), (code, 400)):
        got = second.call("POST", "/oauth/access_token", oauth=second.oauth(oauth_verifier=verifier))
        assert got.status_code == status
        if status == 200:
            third = Signer(node, made, *(form_of(got)[f"oauth_token{part}"] for part in ("", "_secret")))
    oauth = third.oauth()
    assert [third.call("GET", ME, oauth=oauth).status_code for _ in range(2)] == [200, 401]
    assert node.house.store.read(lambda tx: ownapps.let_in(tx, alice))[0].name == "Signer"
    node.house.store.read(lapsed.any_due)
    write(lapsed.sweep)
    write(lambda tx: ownapps.remove_all(tx, alice.account_id))
    assert third.call("GET", ME).status_code == 401
