"""What the staff does, seen at the other doors: streams, mail, pages, and networks that are shut out of all of them."""

from __future__ import annotations

import asyncio
import smtplib
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from tests.support.server import Running, running_server

from folkmoot.domain import journal
from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts, logins, passwords
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.doors.frame.gate import Gate
from folkmoot.kit.networks import span
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.tx import JournalRow, Tx

HASH = passwords.hash_password("correct horse")


class Town:
    """A whole server with an admin and somebody to act on."""

    def __init__(self, up: Running) -> None:
        self.up = up
        self.admin, self.admin_token = self.person("boss", Role.ADMIN, "admin:read admin:write read")
        self.ann, self.token = self.person("ann", Role.USER, "read write")

    def person(self, name: str, role: Role, scopes: str) -> tuple[int, str]:
        def make(tx: Tx) -> tuple[int, str]:
            new = NewPerson(
                name=name, address=f"{name}@example.org", role=role, password_hash=HASH, confirmed=True
            )
            id_ = accounts.add_person(tx, new)
            return id_, logins.issue_token(tx, account_id=id_, app_id=None, scopes=scopes)[1]

        return self.up.store.write(make)

    def call(self, method: str, path: str, token: str = "", **more: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        more.setdefault("follow_redirects", True)
        return httpx2.request(method, self.up.url + path, headers=headers, timeout=20, **more)

    def admin_does(self, method: str, path: str, **data: Any) -> Any:
        found = self.call(method, f"/api/v1/admin/{path}", self.admin_token, json=data)
        assert found.status_code == 200, found.text
        return found.json()

    def act(self, kind: str) -> None:
        self.admin_does("POST", f"accounts/{self.ann}/action", type=kind, send_email_notification=False)

    def undo(self, what: str) -> None:
        self.admin_does("POST", f"accounts/{self.ann}/{what}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running_server(tmp_path_factory.mktemp("town"), trusted_proxies="127.0.0.1") as up:
        yield Town(up)


def within(seconds: float, what: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize(("kind", "back"), [("disable", "enable"), ("suspend", "unsuspend")])
def test_a_stream_ends_and_can_be_opened_again(town: Town, kind: str, back: str) -> None:
    def hello() -> bytes:
        with town_stream(town) as answer:
            return next(answer.iter_bytes()) if answer.status_code == 200 else b""

    with town_stream(town) as answer:
        pieces = answer.iter_bytes()
        assert next(pieces) == b":)\n"
        town.act(kind)
        rest = b"".join(pieces)  # ends, or the test would wait for ever
    assert b"update" not in rest
    assert hello() == b""
    town.undo(back)
    assert hello() == b":)\n"


def town_stream(town: Town) -> Any:
    headers = {"authorization": f"Bearer {town.token}"}
    return httpx2.stream("GET", f"{town.up.url}/api/v1/streaming/user", headers=headers, timeout=20)


def test_a_closed_login_is_closed_at_each_door(town: Town) -> None:
    form = {"grant_type": "password", "username": "ann", "password": "correct horse"}

    def pages() -> httpx2.Response:
        with httpx2.Client(base_url=town.up.url, timeout=20) as browser:
            page = browser.get("/login")
            token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
            login = {"csrf": token, "who": "ann", "password": "correct horse"}
            return browser.post("/login", data=login, follow_redirects=False)

    def friendica() -> int:
        path = "/api/account/verify_credentials.json"
        return town.call("GET", path, auth=("ann", "correct horse")).status_code

    assert (pages().status_code, friendica()) == (303, 200)
    town.act("disable")
    try:
        shut = pages()
        assert shut.headers["location"].startswith("/strikes?token="), "to an appeal, and nowhere else"
        assert "moot_session" not in shut.cookies
        assert friendica() in (401, 403)
        assert town.call("POST", "/oauth/token", data=form).status_code >= 400
        found = town.call("GET", "/api/v1/timelines/home", town.token)
        assert (found.status_code, found.json()["error"]) == (403, "Your login is currently disabled")
    finally:
        town.undo("enable")
    assert (pages().status_code, friendica()) == (303, 200)


def test_nobody_writes_by_mail_with_a_closed_login(town: Town) -> None:
    def make(tx: Tx) -> None:
        id_ = groups.create(
            tx, Viewer(town.admin), groups.NewGroup(name="talk", description="Talk about things")
        )
        members.put(tx, id_, town.ann)

    town.up.store.write(make)

    def send(n: int) -> dict[str, Any]:
        text = (
            f"From: ann@example.org\nTo: talk@lists.test\nSubject: {n}\nMessage-ID: <{n}@example.org>\n\nhi\n"
        )
        with smtplib.LMTP("127.0.0.1", town.up.lmtp_port) as out:
            try:
                return dict(out.sendmail("ann@example.org", ["talk@lists.test"], text))
            except smtplib.SMTPDataError as refusal:
                return {"": (refusal.smtp_code, refusal.smtp_error)}

    assert send(1) == {}
    for kind, back in (("disable", "enable"), ("suspend", "unsuspend")):
        town.act(kind)
        refused = send(2)
        town.undo(back)
        assert refused
        assert next(iter(refused.values()))[0] == 550
    assert send(3) == {}


def test_a_suspended_account_has_no_page_and_its_posts_none_either(town: Town) -> None:
    post = town.call("POST", "/api/v1/statuses", town.token, json={"status": "on a page"}).json()
    paths = ["/@ann", f"/@ann/{post['id']}"]
    assert [town.call("GET", path).status_code for path in paths] == [200, 200]
    town.act("suspend")
    assert [town.call("GET", path).status_code for path in paths] == [404, 404]
    assert "on a page" not in town.call("GET", "/").text
    town.undo("unsuspend")
    assert [town.call("GET", path).status_code for path in paths] == [200, 200]


def test_a_network_without_access_gets_nothing_anywhere(town: Town) -> None:
    bad = {"x-forwarded-for": "198.51.100.9"}
    good = {"x-forwarded-for": "203.0.113.9"}

    def tries(headers: dict[str, str]) -> set[int]:
        paths = (
            "/",
            "/api/v1/instance",
            "/api/statuses/public_timeline.json",
            "/oauth/authorize",
            "/nowhere",
        )
        return {town.call("GET", path, headers=headers).status_code for path in paths}

    assert 403 not in tries(bad)
    made = town.admin_does("POST", "ip_blocks", ip="198.51.100.0/24", severity="no_access")
    assert within(5, lambda: tries(bad) == {403})
    assert 403 not in tries(good)
    found = town.call("GET", "/api/v1/instance", headers=bad)
    assert found.json() == {"error": "This action is not allowed"}
    town.admin_does("DELETE", f"ip_blocks/{made['id']}")
    assert within(5, lambda: 403 not in tries(bad))


def test_open_streams_end_with_the_access_of_their_network(town: Town) -> None:
    headers = {"X-Forwarded-For": "198.51.101.9", "Authorization": f"Bearer {town.admin_token}"}
    path = "/api/v1/streaming/public"
    with httpx2.stream("GET", town.up.url + path, headers=headers, timeout=10) as stream:
        lines = stream.iter_bytes()
        assert next(lines)
        made = town.admin_does("POST", "ip_blocks", ip="198.51.101.0/24", severity="no_access")
        for _ in lines:  # ends by itself; hangs into the client's timeout where it does not
            pass
    town.admin_does("DELETE", f"ip_blocks/{made['id']}")


async def test_the_gate_reads_again_until_it_has_read_the_last_change() -> None:
    last, reads = [("10.", "10.g", None)], 0

    class Slow:
        """Away at first; then every reading gives what was true when it began, and takes its time."""

        async def aread(self, fn: object) -> Any:
            nonlocal reads
            reads += 1
            number, now = reads, list(true)
            if number == 1:
                raise StoreUnavailable("away")
            await asyncio.sleep(0.2 if number == 2 else 0)
            return now

    true: list[Any] = []
    gate = Gate(Slow(), lambda: 0)  # type: ignore[arg-type]  # only what is read from
    change = JournalRow(1, journal.BARRIERS_CHANGED, 0, 0, {}, 0)
    gate.heard([change])
    async with asyncio.timeout(5):
        while reads < 2:
            await asyncio.sleep(0.01)
        true += last
        gate.heard([change])
        while not gate.shut:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
    assert gate.shut


def test_the_gate_finds_what_holds_an_address() -> None:
    now = [1000]
    gate = Gate(None, lambda: now[0])  # type: ignore[arg-type]  # nothing is read here

    def shut(*networks: tuple[str, int | None]) -> None:
        gate.put([(found[1], found[2], until) for text, until in networks if (found := span(text))])

    shut()
    assert not gate.shut
    shut(("10.0.0.0/8", None), ("10.1.0.0/16", 5000), ("192.0.2.7", 2000), ("2001:db8::/32", None))
    inside = ("10.0.0.1", "10.255.255.255", "10.1.2.3", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8::1")
    outside = ("9.255.255.255", "11.0.0.0", "192.0.2.8", "2001:db9::", "", "unix", "::1")
    assert [gate.refuses(ip) for ip in inside] == [True] * len(inside)
    assert [gate.refuses(ip) for ip in outside] == [False] * len(outside)
    now[0] = 3000
    assert not gate.refuses("192.0.2.7")
    assert gate.refuses("10.1.2.3")
