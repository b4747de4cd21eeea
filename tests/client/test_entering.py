"""Getting in by Friendica's OAuth 1.0a and by the second factor of Groups.io, as a program's user does."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from tests.support.server import Running, running_server
from tests.support.visitor import PASSWORD, Visitor, person

from folkmoot.client import Friendica, FriendicaError, GroupsIO, GroupsIOError, TwoFactorRequired
from folkmoot.client.friendica import ask, take
from folkmoot.domain.people import factors, ownapps
from folkmoot.store.schema.entering import second_factors

BACK = "http://127.0.0.1:9/back"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("entering"), worker=False) as running:
        yield running


def test_oauth_1(server: Running) -> None:
    anna = person(server.store, "anna")
    app = server.store.write(lambda tx: ownapps.make(tx, anna, "Signer", [BACK, ownapps.BY_HAND]))
    pair = (app.client_id, app.client_secret)
    asked = ask(server.url, *pair, callback=BACK)
    browser = Visitor(server.url).log_in("anna")
    browser.get(asked.url.removeprefix(server.url))
    back = urlsplit(browser.send("/oauth/authorize", oauth_yes="allow").headers["location"])
    with pytest.raises(FriendicaError) as refused:
        take(server.url, *pair, asked, "wrong")
    assert "verifier" in refused.value.message
    signer = take(server.url, *pair, asked, parse_qs(back.query)["oauth_verifier"][0])
    with Friendica(server.url, oauth=signer) as client:
        text = "ü + % ~ ☃ & ="
        said = client.statuses_update(status=text)
        assert client.statuses_show(said.id, conversation="").text == text
        assert client.search(q="ü + &") is not None
    four = (*pair, signer.token, signer.token_secret)
    with Friendica(server.url, oauth=four) as again:
        assert again.account_verify_credentials().screen_name == "anna"
    with pytest.raises(FriendicaError), Friendica(server.url, oauth=(*pair, "x", "y")) as nobody:
        nobody.account_verify_credentials()


def test_a_request_by_nobody(server: Running) -> None:
    with pytest.raises(FriendicaError) as refused:
        ask(server.url, "nobody", "secret")
    assert refused.value.status in (400, 401)
    assert refused.value.message


def test_second_factor(server: Running) -> None:
    bruno = person(server.store, "bruno")
    secret = server.store.write(lambda tx: factors.begin(tx, bruno)).secret
    app = pyotp.TOTP(secret)
    server.store.write(lambda tx: factors.confirm(tx, bruno, app.now()))
    server.store.write(lambda tx: tx.update(second_factors, {"account_id": bruno.account_id}, last_step=0))
    with GroupsIO(server.url) as client:
        with pytest.raises(TwoFactorRequired):
            client.login("bruno@example.org", PASSWORD)
        with pytest.raises(GroupsIOError) as refused:
            client.login("bruno@example.org", PASSWORD, twofactor="000000")
        assert refused.value.type == "unauthorized_error"
        assert client.login("bruno@example.org", PASSWORD, twofactor=app.now()).user.two_factor_enabled
        assert client.update_user(full_name="Bruno").full_name == "Bruno"
