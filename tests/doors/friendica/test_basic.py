"""Basic login as clients do it: unasked, after a challenge, by nick, nick@host or address; a cookie is no login."""

from __future__ import annotations

import base64
import urllib.request

import pytest
from tests.doors.friendica.node import PASSWORD, Node

from folkmoot.domain.people import logins

ME = "/api/account/verify_credentials.json"


@pytest.mark.parametrize(
    "who", ["alice", "Alice", "alice@127.0.0.1", "alice@any.example", "alice@example.org"]
)
def test_after_a_challenge(plain_node: Node, who: str) -> None:
    """urllib sends nothing before it was asked, and only for the realm that it was told of."""
    keys = urllib.request.HTTPPasswordMgr()
    keys.add_password("Friendica", plain_node.url, who, PASSWORD)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(keys))
    with opener.open(plain_node.url + ME) as answer:
        assert b'"screen_name":"alice"' in answer.read()


def test_a_password_with_all_sorts_of_letters(plain_node: Node) -> None:
    with plain_node.client("alice", "wrong:ü☃") as client:
        assert client.get(ME).status_code == 401
    token = base64.b64encode("alice:ü".encode("latin-1")).decode()
    with plain_node.client(None) as client:
        assert client.get(ME, headers={"authorization": f"Basic {token}"}).status_code == 401
        assert client.get(ME, headers={"authorization": f"basic {token}"}).status_code == 401


def test_a_cookie_alone_is_no_login(plain_node: Node) -> None:
    secret, _ = plain_node.house.store.write(lambda tx: logins.open_session(tx, plain_node.ids["alice"]))
    with plain_node.client(None) as client:
        for name in ("moot_session", "__Host-moot_session"):
            headers = {"cookie": f"{name}={secret}"}
            assert client.get(ME, headers=headers).status_code == 401
            answer = client.post("/api/statuses/update.json", headers=headers, data={"status": "forged"})
            assert answer.status_code == 401


def test_every_form_of_the_refusal_carries_the_challenge(plain_node: Node) -> None:
    with plain_node.client(None) as client:
        for suffix in ("json", "xml"):
            answer = client.get(ME.replace("json", suffix))
            assert (answer.status_code, answer.headers["www-authenticate"]) == (
                401,
                'Basic realm="Friendica"',
            )
        feed = client.get("/api/statuses/home_timeline.atom")
        assert feed.headers["www-authenticate"] == 'Basic realm="Friendica"'
        known = client.get("/api/statuses/home_timeline.atom", auth=("alice", PASSWORD))
        assert "www-authenticate" not in known.headers
