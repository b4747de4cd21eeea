"""Who gets in and how the others are refused: the order of 501, 405 and 401, forms of errors, unseen as unknown."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest
from tests.doors.friendica.node import PASSWORD, Node, hashed, name_of, running, tree

from folkmoot.domain.access import Audience
from folkmoot.domain.people import accounts, logins, passwords
from folkmoot.domain.people.guessing import FAILURES
from folkmoot.doors.frame import passwords as desk

ME = "/api/account/verify_credentials.json"


def test_ways_in(node: Node) -> None:
    token = node.token("alice")
    host = node.house.settings.domain.partition(":")[0]
    pairs = [
        ("alice", PASSWORD),
        ("ALICE", PASSWORD),
        (f"alice@{host}", PASSWORD),
        ("alice@example.org", PASSWORD),
        ("alice", token),
    ]
    for who, password in pairs:
        with node.client(who, password) as client:
            for _ in range(2):
                answer = client.get(ME)
                assert (answer.status_code, answer.json()["screen_name"]) == (200, "alice"), who
    with node.client(None) as client:
        answer = client.get(ME, headers={"authorization": f"Bearer {token}"})
        assert answer.json()["screen_name"] == "alice"


def test_no_way_in(node: Node) -> None:
    token = node.token("alice")
    basic = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    headers = [
        {},
        {"authorization": "Basic"},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic " + base64.b64encode(b"alice").decode()},
        {"authorization": "Basic " + base64.b64encode(b"alice:wrong").decode()},
        {"authorization": "Basic " + base64.b64encode(b"nobody:wrong").decode()},
        {"authorization": "Basic " + base64.b64encode(f"bob:{token}".encode()).decode()},
        {"authorization": "Bearer nonsense"},
        {"cookie": "session=abc"},
        {"authorization": f"Basic {basic}", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ]
    with node.client(None) as client:
        for each in headers:
            answer = client.get(ME, headers=each)
            assert answer.status_code == 401, each
            assert answer.headers["www-authenticate"] == 'Basic realm="Friendica"'
            assert answer.json() == {
                "error": "This API requires login",
                "request": ME[1:],
                "code": "401 Unauthorized",
                "errors": [{"code": 32, "message": "This API requires login"}],
            }


def test_scopes_of_tokens(node: Node) -> None:
    with node.client("alice", node.token("alice", "read")) as reader:
        assert reader.get("/api/statuses/home_timeline.json").status_code == 200
        answer = reader.post("/api/statuses/update.json", data={"status": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "403 Forbidden")
    with node.client("alice", node.token("alice", "write:favourites")) as liker:
        assert liker.post("/api/statuses/update.json", data={"status": "x"}).status_code == 403
        assert liker.get("/api/statuses/home_timeline.json").status_code == 403


def test_a_right_password_is_checked_once_and_a_new_one_at_once(node: Node) -> None:
    id_ = node.person("dora")
    with node.client("dora") as dora:
        assert dora.get(ME).status_code == 200
        began = time.process_time()
        for _ in range(10):
            assert dora.get(ME).status_code == 200
        assert time.process_time() - began < 0.5
        new = hashed("another password")
        node.house.store.write(lambda tx: logins.set_password(tx, id_, new))
        assert dora.get(ME).status_code == 401
        assert dora.get(ME).status_code == 401
    with node.client("dora", "another password") as dora:
        assert dora.get(ME).status_code == 200


def test_order_of_refusals(node: Node) -> None:
    wanted = [
        ("GET", "/api/statuses/update.json", 405),
        ("GET", "/api/favorites/create/7.xml", 405),
        ("PUT", "/api/1.1/favorites/destroy.json", 405),
        ("GET", "/api/nope.json", 501),
        ("GET", "/api/statuses/nope.xml", 501),
        ("POST", "/api/1.1/statuses/nope", 501),
        ("GET", "/api/statuses/show/7.rss", 501),
        ("GET", "/api/statuses/show.rss", 501),
        ("POST", "/api/favorites/create/7.atom", 501),
        ("GET", "/api/statuses/show/7.json", 401),
        ("GET", "/api/statuses/show/x.json", 401),
        ("POST", "/api/statuses/update.xml", 401),
    ]
    texts = {405: "Method Not Allowed", 501: "Not Implemented", 401: "This API requires login"}
    with node.client(None) as nobody:
        for method, path, status in wanted:
            answer = nobody.request(method, path)
            assert answer.status_code == status, path
            if path.endswith((".xml", ".rss", ".atom")):
                root = tree(answer)
                assert root.tag == "{http://api.twitter.com}status"
                assert [name_of(e) for e in root] == ["error", "request", "code"]
                assert root[0].text == texts[status]
            else:
                assert answer.json()["error"] == texts[status]
                assert answer.json()["request"] == path[1:]
            assert ("allow" in answer.headers) == (status == 405)


def test_unseen_is_unknown(node: Node) -> None:
    secret = node.says("alice", "psst @bob", audience=int(Audience.DIRECT))
    cellar = node.says("alice", "down here", title="Dark", group_id=node.closed_group)
    with node.client("carol") as carol:
        for method, path in (
            ("GET", "/api/statuses/show/{}.json"),
            ("GET", "/api/statuses/show/{}.xml"),
            ("GET", "/api/statuses/show.json?conversation=1&id={}"),
            ("GET", "/api/conversation/show/{}.json"),
            ("GET", "/api/statusnet/conversation/{}.xml"),
            ("POST", "/api/favorites/create/{}.json"),
            ("POST", "/api/favorites/destroy/{}.xml"),
            ("POST", "/api/statuses/destroy/{}.json"),
            ("POST", "/api/statuses/retweet/{}.json"),
            ("POST", "/api/statuses/update.json?status=x&in_reply_to_status_id={}"),
        ):
            unknown = carol.request(method, path.format(secret + 1))
            for hidden in (secret, cellar):
                answer = carol.request(method, path.format(hidden))
                assert answer.status_code == unknown.status_code in (400, 403)
                same = answer.content.replace(str(hidden).encode(), b"ID")
                assert same == unknown.content.replace(str(secret + 1).encode(), b"ID"), path
            for odd in ("0", "-1", "x", "9" * 30, "1.5"):
                strange = carol.request(method, path.format(odd))
                assert strange.status_code in (200, 400, 403, 501), (path, odd)


def test_disabled_accounts_are_told(node: Node) -> None:
    new = accounts.NewPerson(
        name="frank", address="frank@example.org", password_hash=hashed(), state=accounts.LoginState.DISABLED
    )
    node.house.store.write(lambda tx: accounts.add_person(tx, new))
    with node.client("frank") as frank:
        assert frank.get(ME).status_code == 403


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Node]:
    with running(tmp_path, rate_limits=True, trusted_proxies="127.0.0.1") as up:
        yield up


def test_guessing_is_stopped_for_the_guesser_only(strict: Node) -> None:
    def ask(password: str, ip: str) -> httpx2.Response:
        with strict.client("alice", password) as client:
            return client.get(ME, headers={"x-forwarded-for": ip})

    for _ in range(FAILURES):
        assert ask("wrong", "203.0.113.7").status_code == 401
    stopped = ask("wrong", "203.0.113.7")
    assert stopped.status_code == 429
    assert int(stopped.headers["retry-after"]) > 0
    assert ask(PASSWORD, "203.0.113.7").status_code == 429
    strict.house.kept.clear()  # as in another process
    assert ask(PASSWORD, "203.0.113.7").status_code == 429
    assert ask(PASSWORD, "198.51.100.1").status_code == 200


def test_guessing_side_by_side_is_stopped_too(strict: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    def verify(hashed: str | None, password: str) -> bool:
        verified.append(password)
        return passwords.verify(hashed, password)

    monkeypatch.setattr(desk, "passwords", SimpleNamespace(verify=verify))

    async def guess() -> list[int]:
        async with httpx2.AsyncClient(base_url=strict.url, timeout=60, verify=False) as client:
            asked = [client.get(ME, auth=("alice", f"guess {n}")) for n in range(60)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    statuses = asyncio.run(guess())
    assert set(statuses) == {401, 429}
    assert FAILURES <= len(verified) <= FAILURES + 4
    assert statuses.count(401) == len(verified)


ODD = (
    ("GET", "/api/statuses/show/%ff.xml"),
    ("GET", "/api/statuses/show/%00.json"),
    ("GET", "/api/statuses/show/1%2F2.xml"),
    ("GET", "/api/statuses/user_timeline/%F0%9F%98%80.xml"),
    ("GET", "/api/statuses/user_timeline.xml?screen_name=%01%02&profileurl=x"),
    ("GET", "/api/statuses/user_timeline.json?profileurl=https%3A%2F%2F%5B"),
    ("GET", "/api/statuses/user_timeline.json?user_id=-1"),
    ("GET", "/api/statuses/home_timeline.json?page=99999999999&count=100"),
    ("GET", "/api/statuses/home_timeline.json?since_id=9223372036854775807&max_id=9223372036854775807"),
    ("GET", "/api/statuses/home_timeline.xml?max_id=9223372036854775808"),
    ("GET", "/api/statuses/home_timeline.json?count[]=1&count[x]=2"),
    ("GET", "/api/statuses/home_timeline.atom?conversation_id=-7&a=%00%ff%22%3E"),
    ("GET", "/api/statuses/public_timeline.rss?conversation_id=9223372036854775807"),
    ("GET", "/api/conversation/show/9223372036854775807.json"),
    ("POST", "/api/statuses/update.json?status=x&in_reply_to_status_id=9223372036854775807"),
    ("POST", "/api/statuses/update.json?status=x&media_ids=,,&group_allow=,"),
    ("POST", "/api/statuses/update.json?status=x&contact_allow=999999999999999999"),
    ("POST", "/api/statuses/update.xml?status=x&lat=nan&long=inf"),
    ("POST", "/api/statuses/update.xml?status[]=x&title[a]=b"),
    ("POST", "/api/favorites/create/0.xml"),
    ("POST", "/api/statuses/retweet/9223372036854775807.xml"),
    ("GET", "/api/help/test.xml?callback=%0d%0aX: y"),
    ("GET", "/api/1.1/1.1/statuses/home_timeline.json"),
)


@pytest.mark.parametrize(("method", "path"), ODD)
def test_odd_requests_get_an_answer_in_form(node: Node, method: str, path: str) -> None:
    with node.client() as alice:
        answer = alice.request(method, path)
    assert answer.status_code in (200, 400, 403, 501), answer.text
    if "json" in answer.headers["content-type"]:
        assert answer.json() is not None
    else:
        tree(answer)
