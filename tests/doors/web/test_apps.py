"""The page of applications: made, shown with key and secret, let in, shut out, ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.server import Running, running_server
from tests.support.visitor import Visitor, person

from folkmoot.domain.people import apps, logins, ownapps

HERE = "/settings/apps"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("apps"), worker=False) as running:
        person(running.store, "anna")
        person(running.store, "bruno")
        yield running


@pytest.fixture
def anna(server: Running) -> Visitor:
    return Visitor(server.url).log_in("anna")


def test_an_application_is_made_and_ended(server: Running, anna: Visitor) -> None:
    assert anna.get("/settings").status_code == 200
    assert "/settings/apps" in anna.answer.text
    anna.get(HERE)
    anna.send(
        HERE,
        name="My <i>client",
        redirect="https://app.example/back\nmoot://done",
        website="https://app.example",
    )
    assert "The application is there" in anna.answer.text
    assert "My &lt;i&gt;client" in anna.answer.text
    key, secret, *_ = (node.text() for node in anna.page.css("dd code"))
    app = server.store.read(lambda tx: apps.find(tx, key))
    assert app is not None
    assert (app.client_secret, app.redirects) == (secret, ["https://app.example/back", "moot://done"])
    bruno = Visitor(server.url).log_in("bruno")
    bruno.get(HERE)
    assert key not in bruno.answer.text
    csrf = bruno.fields(HERE)["csrf"]
    assert bruno.client.post(f"{HERE}/remove", data={"csrf": csrf, "app": str(app.id)}).status_code == 404
    anna.send(f"{HERE}/remove")
    assert key not in anna.answer.text
    assert server.store.read(lambda tx: apps.find(tx, key)) is None


def test_what_is_wrong_is_told(server: Running, anna: Visitor) -> None:
    for fields, words in (
        ({"name": " ", "redirect": ""}, "Choose a name"),
        ({"name": "x", "redirect": "javascript:alert(1)"}, "can&#39;t be gone back to"),
        ({"name": "x", "redirect": "https:///nowhere"}, "can&#39;t be gone back to"),
        (
            {"name": "x", "redirect": "\n".join(f"https://a.example/{n}" for n in range(60))},
            "too many addresses",
        ),
    ):
        anna.get(HERE)
        answer = anna.send(HERE, **fields)
        assert (answer.status_code, words in answer.text) == (422, True), fields
    assert anna.client.post(HERE, data={"csrf": "made up", "name": "x"}).status_code == 403
    nobody = Visitor(server.url)
    assert nobody.client.get(HERE).headers["location"].startswith("/login")


def test_an_application_is_shut_out(server: Running, anna: Visitor) -> None:
    viewer = anna.client.cookies
    assert viewer
    found = server.store.read(lambda tx: logins.find_login(tx, "anna"))
    assert found is not None

    def let_in(tx: object) -> str:
        app = apps.register(tx, "Reader", [ownapps.BY_HAND], "read")
        issue = logins.issue_token
        return issue(tx, account_id=found.account_id, app_id=app.id, scopes="read")[1]

    token = server.store.write(let_in)
    assert "Reader" in anna.get(HERE).text
    anna.send(f"{HERE}/shut-out")
    assert "It may not act for you any more." in anna.answer.text
    assert "Reader" not in anna.get(HERE).text
    ask = {"authorization": f"Bearer {token}"}
    assert anna.client.get("/api/v1/accounts/verify_credentials", headers=ask).status_code == 401


def test_there_is_a_bound(server: Running) -> None:
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.errors import Invalid

    cleo = person(server.store, "cleo")
    for n in range(ownapps.MAX_APPS):
        server.store.write(lambda tx, n=n: ownapps.make(tx, cleo, f"app {n}", []))
    with pytest.raises(Invalid, match="50 applications"):
        server.store.write(lambda tx: ownapps.make(tx, cleo, "one more", []))
    server.store.write(lambda tx: ownapps.remove_all(tx, cleo.account_id))
    assert server.store.read(lambda tx: ownapps.mine(tx, Viewer(cleo.account_id))) == []
