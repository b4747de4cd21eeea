"""Nonsense at every route that is served: below 500, and an error in the form of the door it came to."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest
from tests.cast import PASSWORD, Cast, gathered
from tests.support.server import Running, running_server

from folkmoot import doors
from folkmoot.domain.access import GroupRole, Role
from folkmoot.domain.groups import members
from folkmoot.domain.people import logins
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.tx import Tx

BUDGET_SECONDS = 120
AT_ONCE = 8
LONG = "x" * 3_000
NASTY = ("0", "-1", str(2**63), "x", "%00", "%ff%fe", "%F0%9F%98%80", "..%2f..%2fsecret", LONG)
"""Values for the variable parts of a path."""
QUERY = (
    "id=-1&limit=x&count=-5&max_id=99999999999999999999&since_id=%00&page=%ff&page_token=x"
    "&q=%22%27%28&text[]=1&a[b][c]=2"
)
FORM = b"status=%ff%00&id=-1&text[][x]=1&group_name=%F0%9F%98%80&draft_id=x&email=%0d%0a"
CUT_OFF = b'--b\r\nContent-Disposition: form-data; name="file"; filename="\x00"\r\n\r\nGIF89a'
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b'{"status": '),
    ("application/json", b'{"status": 7, "email": [1], "id": {"a": null}, "text": 1e999, "group_name": false}'),
    ("application/json", b"[" * 50_000),
    ("application/json", b'{"status": "\\ud800", "text": "\\u0000", "name": "\xff"}'),
    ("application/x-www-form-urlencoded", FORM),
    ("application/x-www-form-urlencoded; charset=nonsense", b"status=\xc3\x28&body=&password=" + b"a" * 5_000),
    ("multipart/form-data; boundary=b", CUT_OFF),
    ("multipart/form-data", b"no boundary"),
    ("text/xml; charset=utf-16", b"\xff\xfe<\x00"),
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Cast]]:
    with running_server(tmp_path_factory.mktemp("house"), worker=False) as server:
        yield server, gathered(server.store)


def routes() -> list[tuple[str, str, str]]:
    """(door, method, path) of all that is served, aliases of one handler's path left out."""
    found: dict[tuple[str, str, str], None] = {}
    rows = [(part.door.name, route.method, route.path) for part in doors.load() for route in part.door.table]
    for door, method, path in rows:
        if method == "WEBSOCKET" or "/api/1.1/" in path or "/gnusocial/" in path or path.startswith("/v1/"):
            continue
        if door == "friendica" and path.endswith((".json", ".rss", ".atom")):
            continue  # the same call in another form; without an ending it is JSON, and XML is asked besides
        if "stream" in path and not path.endswith("health"):
            continue  # these answer for as long as one listens; they have tests of their own
        found[(door, "POST" if method == "*" else method, path)] = None
    return list(found)


def paths(path: str) -> list[str]:
    """The path with each nasty value in its variable parts."""
    pieces = re.split(r"\{\w+\}", path)
    return [value.join(pieces) for value in NASTY] if len(pieces) > 1 else [path]


class Sweep:
    """Asks everything of every route, a few at a time, and keeps what is wrong."""

    def __init__(
        self, server: Running, headers: dict[str, bytes], csrf: str = "", *, known: bool = True
    ) -> None:
        self.server = server
        self.headers = headers
        self.csrf = csrf.encode()
        self.known = known
        """Whether the server knows who asks. Who is turned away as unknown asks two calls of a route and no more."""
        self.wrong: list[str] = []
        self.asked = 0

    def run(self, names: frozenset[str], part: str = "") -> None:
        """Ask all of these doors, or what has that *part* in its path."""
        asyncio.run(self._run(names, re.compile(part)))

    async def _run(self, names: frozenset[str], part: re.Pattern[str]) -> None:
        todo = [route for route in routes() if route[0] in names and part.search(paths(route[2])[0])]
        started = time.monotonic()
        waiting = iter(todo)
        async with httpx2.AsyncClient(base_url=self.server.url, timeout=20) as http:
            await asyncio.gather(*(self._work(http, waiting, started) for _ in range(AT_ONCE)))

    def _calls(self, method: str, path: str) -> Iterator[tuple[str, str, bytes]]:
        """(address, content type, body) of each call of a route."""
        usual = paths(path.replace("{id}", "1").replace("{name}", "commons"))[0]
        yield f"{usual}?{QUERY}", "", b""
        if method in ("POST", "PUT", "PATCH", "DELETE"):
            for kind, body in BODIES:
                proof = b"csrf=%b&" % self.csrf if self.csrf and body[:1] == b"s" else b""
                yield usual, kind, proof + body
        for address in paths(path):
            yield address, "", b""

    async def _work(self, http: httpx2.AsyncClient, waiting: Iterator[Any], started: float) -> None:
        for door, method, path in waiting:
            assert time.monotonic() - started < BUDGET_SECONDS, "the sweep takes too long"
            for number, (address, kind, body) in enumerate(self._calls(method, path)):
                status = await self._ask(http, door, method, address, kind, body)
                if status == 401 and number and not self.known:
                    break  # nothing more is read of who must be known

    async def _ask(
        self, http: httpx2.AsyncClient, door: str, method: str, address: str, kind: str, body: bytes
    ) -> int:
        """The status of the answer; 0 for none."""
        headers = {**self.headers, **({"content-type": kind.encode()} if kind else {})}
        what = f"{method} {address[:120]} {kind} {body[:40]!r}"
        try:
            answer = await http.request(method, address, headers=headers, content=body or None)
        except httpx2.HTTPError as error:
            self.wrong.append(f"{what}: {error!r}")
            return 0
        self.asked += 1
        if trouble := self._trouble(door, address, answer):
            self.wrong.append(f"{what}: {answer.status_code} {trouble}: {answer.text[:160]!r}")
        return answer.status_code

    def _trouble(self, door: str, address: str, answer: httpx2.Response) -> str:
        """What is wrong with an answer; empty where nothing is."""
        if answer.status_code >= 500 and answer.status_code != 501:
            return "a server error"
        if "Traceback" in answer.text:
            return "a traceback"
        if answer.status_code < 400:
            return ""
        return _form(door, address, answer)


def _form(door: str, address: str, answer: httpx2.Response) -> str:
    """Why an error is not in its door's own form; empty where it is."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if door in ("web", "mail"):
        return "" if kind in ("text/html", "text/plain") else f"a page of type {kind}"
    if door == "oauth" and kind == "text/html":
        return "" if "authorize" in address else "a page to a program"
    if door == "friendica" and "/oauth/" in address:
        return "" if kind == "text/plain" else f"OAuth 1.0a refuses in plain text, not {kind}"
    if kind.endswith("xml"):
        try:
            ElementTree.fromstring(answer.content)
        except ElementTree.ParseError as error:
            return f"no XML: {error}"
        return "" if door == "friendica" else "XML from another door than Friendica's"
    try:
        said = json.loads(answer.content)
    except ValueError:
        return f"neither JSON nor XML but {kind}"
    if door == "groupsio":
        return "" if said.get("object") == "error" and said.get("type") else "no error object"
    if door == "friendica":
        return "" if "status" in said or "error" in said else "no error in it"
    return "" if isinstance(said.get("error"), str) else "no error in it"


CARELESS = r"^/(?!logout$)"
"""For who has a session: all but what ends it."""
APIS = frozenset({"mastodon", "friendica", "groupsio", "oauth"})
PAGES = frozenset({"web", "mail"})


@pytest.mark.parametrize("who", ["nobody", "dora", "a liar"])
def test_nonsense_gets_an_error_in_form(house: tuple[Running, Cast], who: str) -> None:
    server, cast = house
    headers: dict[str, bytes] = {}
    if who == "dora":
        token = server.store.write(
            lambda tx: logins.issue_token(
                tx, account_id=cast.ids["dora"], app_id=None, scopes="read write follow push"
            )
        )[1]
        headers = {"authorization": f"Bearer {token}".encode()}
    elif who == "a liar":
        headers = {"authorization": b"Bearer \xff\xfe", "cookie": b"session=%00; x"}
    sweep = Sweep(server, headers, known=who == "dora")
    sweep.run(APIS if who != "nobody" else APIS | PAGES)
    _fine(sweep, 500)


def _fine(sweep: Sweep, least: int) -> None:
    assert not sweep.wrong, f"{len(sweep.wrong)} of {sweep.asked}:\n" + "\n".join(sweep.wrong[:30])
    assert sweep.asked > least


def test_nonsense_of_the_staff(house: tuple[Running, Cast]) -> None:
    """Who may do everything gets as far as the calls for the staff, and those of a group's owner."""
    server, cast = house
    scopes = "read write follow push admin:read admin:write"

    def raise_up(tx: Tx) -> str:
        tx.update(accounts, {"id": cast.ids["gus"]}, role=int(Role.OWNER))
        members.put(tx, cast.open_group, cast.ids["gus"], role=GroupRole.OWNER)
        return logins.issue_token(tx, account_id=cast.ids["gus"], app_id=None, scopes=scopes)[1]

    token = server.store.write(raise_up)
    sweep = Sweep(server, {"authorization": f"Bearer {token}".encode()})
    sweep.run(APIS, "/admin/|/api/v1/[a-z]+(group|member|notice|chat|page|event|file|hashtag)")
    _fine(sweep, 300)


def test_nonsense_with_a_session(house: tuple[Running, Cast]) -> None:
    """Pages and calls by cookie, with forms that prove where they are from."""
    server, cast = house
    secret, number = server.store.write(lambda tx: logins.open_session(tx, cast.ids["dora"]))
    cookie = f"moot_session={secret}; groupsio={secret}"
    front = httpx2.get(f"{server.url}/settings", headers={"cookie": cookie}).text
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', front)
    assert found, front[:300]
    pages = Sweep(server, {"cookie": cookie.encode()}, found[1])
    pages.run(PAGES, CARELESS)
    _fine(pages, 300)
    calls = Sweep(server, {"cookie": cookie.encode()}, number)
    calls.run(frozenset({"groupsio"}), "/(new|update|add|delete|join)")
    _fine(calls, 100)
    assert httpx2.get(f"{server.url}/settings", headers={"cookie": cookie}).status_code == 200


@pytest.mark.parametrize("call", ["statuses/home_timeline.json", "account/verify_credentials.xml"])
@pytest.mark.parametrize(
    "value", ["Basic", "Basic !!!", "Basic YQ==", "Basic /////w==", f"Basic {'A' * 5000}"]
)
def test_bad_basic_credentials(house: tuple[Running, Cast], call: str, value: str) -> None:
    answer = httpx2.get(f"{house[0].url}/api/{call}", headers={"authorization": value})
    assert answer.status_code == 401
    assert not _form("friendica", call, answer)


def test_a_body_that_is_too_big_is_refused(house: tuple[Running, Cast]) -> None:
    body = b"status=" + b"a" * 200_000_000

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(body), 1_000_000):
            yield body[at : at + 1_000_000]

    for path in ("/api/v1/statuses", "/api/statuses/update.json", "/api/v1/login", "/compose"):
        try:
            answer = httpx2.post(f"{house[0].url}{path}", content=pieces(), timeout=30)
        except (httpx2.WriteError, httpx2.ReadError, httpx2.RemoteProtocolError):
            continue  # the connection was closed while we still wrote, which is a refusal too
        assert 400 <= answer.status_code < 500, path


def test_the_words_of_people_come_through_as_they_are(house: tuple[Running, Cast]) -> None:
    """The list of naughty strings, said by each API and read back by Mastodon's."""
    file = Path(__file__).parents[3] / "shared/data/fuzz/blns/resources/blns.json"
    if not file.exists():
        pytest.skip("../shared/data is not here: this test needs the list of naughty strings")
    strings = [s for s in json.loads(file.read_bytes()) if s.strip() and s.isprintable()]
    server, _ = house
    http = httpx2.Client(base_url=server.url, auth=("dora", PASSWORD))
    nobody = httpx2.Client(base_url=server.url)
    for text in strings[::4]:
        answer = http.post("/api/statuses/update.json", data={"status": text, "source": text, "title": text})
        assert answer.status_code < 500, text
        if answer.status_code == 200:
            shown = nobody.get(f"/api/v1/statuses/{answer.json()['id']}")
            assert shown.status_code == 200, text
            assert "<script" not in shown.json()["content"].lower()
        for path in ("/api/v2/search", "/search", "/api/v1/accounts/lookup", "/api/v1/accounts/search"):
            found = http.get(path, params={"q": text, "acct": text})
            assert found.status_code < 500, (path, text)


def test_unknown_calls_at_the_path_that_two_apis_share(house: tuple[Running, Cast]) -> None:
    """The error is of the API whose words or credentials they are."""
    server = house[0]
    basic = {"Authorization": "Basic eDo="}
    for path, headers, theirs in (
        ("getnothing", {}, True),
        ("joingroup", {"Authorization": "Bearer x"}, True),
        ("nothing", basic, True),
        ("nothing", {"Cookie": "groupsio=x"}, True),
        ("nothing", {}, False),
        ("getnothing/more", basic, False),
        ("statuses/1/nothing", {}, False),
        ("admin", {}, False),
    ):
        answer = httpx2.get(f"{server.url}/api/v1/{path}", headers=headers)
        assert answer.status_code == 404, path
        plain = answer.text == "404 page not found\n"
        assert plain is theirs, (path, headers, answer.text)
        assert plain or answer.json()["error"], path
    assert httpx2.put(f"{server.url}/api/v1/getsubs").text == "405 method not allowed\n"
