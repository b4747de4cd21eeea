"""Whole requests through a site: over a real socket to uvicorn, and straight into the ASGI application."""

import asyncio
import http.client
import json
import logging
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.doors.frame.door_for_tests import BODY, call, loads, make_doors, make_site, serving
from websockets.sync.client import connect

from folkmoot.doors.frame import Site
from folkmoot.doors.frame.router import RouteConflict
from folkmoot.doors.frame.streams import Channel, sse_frame

JSON = {"Content-Type": "application/json"}
AUTH = {"Authorization": "Bearer 7"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made, _ = make_site(tmp_path, media_max_bytes=1000)
    yield made
    made.house.store.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Channel, Path]]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "cat.png").write_bytes(b"0123456789")
    (folder / "page.html").write_text("<script>alert(1)</script>")
    made, channel = make_site(folder, trusted_proxies="127.0.0.1", media_max_bytes=1000)
    with serving(made) as address:
        yield address, channel, folder


def ask(
    address: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, content


async def test_reading_writing_and_who_asks(site: Site) -> None:
    status, headers, body = await call(site, "GET", "/api/v1/notes/5/", headers=AUTH)
    assert (status, loads(body)) == (200, {"text": "note 5", "viewer": 7, "made": 0})
    assert headers[b"cache-control"] == b"private, no-store"
    status, headers, _ = await call(site, "GET", "/api/v1/notes/5")
    assert (status, b"cache-control" in headers) == (200, False)
    status, headers, body = await call(
        site, "POST", "/api/v1/notes", body=b'{"text":"hi"}', headers=AUTH | JSON
    )
    assert (status, loads(body), headers[b"x-made"]) == (
        201,
        {"text": "hi", "viewer": 7, "made": 0},
        b"yes",
    )
    assert site.house.store.read(lambda tx: tx.text_sql("SELECT text FROM frame_notes", "").fetchall()) == [
        ("hi",)
    ]


async def test_formats_by_suffix(site: Site) -> None:
    assert (await call(site, "GET", "/api/v1/notes/5.xml"))[2] == b"<note/>"
    assert loads((await call(site, "GET", "/api/v1/notes/5.json"))[2])["text"] == "note 5"
    assert (await call(site, "GET", "/api/v1/notes/5.rss"))[0] == 422


async def test_who_comes_before_what(site: Site) -> None:
    bad = b"{nonsense"
    assert (await call(site, "POST", "/api/v1/notes", body=bad, headers=JSON))[0] == 401
    assert (
        await call(site, "POST", "/api/v1/notes", body=bad, headers=JSON | {"Authorization": "Bearer 8"})
    )[0] == 403
    status, _, body = await call(site, "POST", "/api/v1/notes", headers=AUTH)
    assert (status, loads(body)["code"]) == (422, "text.missing")


async def test_a_failed_write_leaves_nothing_and_tells_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await call(
        site,
        "POST",
        "/api/v1/notes",
        body=b"text=one",
        headers=AUTH | {"Content-Type": "application/x-www-form-urlencoded"},
    )
    with caplog.at_level(logging.ERROR):
        status, _, body = await call(site, "POST", "/api/v1/notes", query=b"text=explode", headers=AUTH)
    assert status == 500
    assert b"secret" not in body
    records = [r for r in caplog.records if r.name == "folkmoot.doors"]
    assert len(records) == 1
    assert loads(body)["error"].split()[-1].strip(")") in records[0].getMessage()
    assert site.house.store.read(lambda tx: tx.text_sql("SELECT text FROM frame_notes", "").fetchall()) == [
        ("one",)
    ]


async def test_the_store_being_away_is_503(site: Site) -> None:
    status, headers, body = await call(site, "GET", "/api/v1/fail/store")
    assert (status, headers[b"retry-after"]) == (503, b"5")
    assert b"secret" not in body
    assert (await call(site, "GET", "/api/v1/fail/other"))[0] == 500


async def test_missing_paths_and_methods(site: Site) -> None:
    status, _, body = await call(site, "GET", "/api/v9/nothing")
    assert (status, loads(body)["code"]) == (404, "no_such_path")
    status, headers, _ = await call(site, "PUT", "/api/v1/notes/1")
    assert (status, headers[b"allow"]) == (405, b"GET, HEAD")
    status, headers, body = await call(site, "HEAD", "/api/v1/constant")
    assert (status, body, headers[b"content-length"]) == (200, b"", str(len(BODY)).encode())
    status, headers, _ = await call(site, "OPTIONS", "/api/v1/notes")
    assert (status, headers[b"allow"]) == (204, b"OPTIONS, POST")


async def test_browsers_of_other_origins(site: Site) -> None:
    question = {"Origin": "https://x.test", "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,idempotency-key"}  # fmt: skip
    status, headers, _ = await call(site, "OPTIONS", "/api/v1/notes", headers=question)
    assert (status, headers[b"access-control-allow-origin"]) == (204, b"*")
    assert headers[b"access-control-allow-headers"] == b"authorization,idempotency-key"
    assert b"access-control-allow-credentials" not in headers
    _, headers, _ = await call(site, "GET", "/api/v1/notes/404", headers={"Origin": "https://x.test"})
    assert b"Link" in headers[b"access-control-expose-headers"]


async def test_rate_limits(site: Site) -> None:
    for left in (2, 1, 0):
        status, headers, _ = await call(site, "POST", "/api/v1/notes", query=b"text=x", headers=AUTH)
        assert (status, headers[b"x-ratelimit-remaining"]) == (201, str(left).encode())
    status, headers, _ = await call(site, "POST", "/api/v1/notes", query=b"text=x", headers=AUTH)
    assert (status, headers[b"x-ratelimit-limit"]) == (429, b"3")
    assert 1 <= int(headers[b"retry-after"]) <= 300
    assert (await call(site, "POST", "/api/v1/notes", query=b"text=x"))[0] == 401
    assert b"x-ratelimit-limit" not in (await call(site, "GET", "/api/v1/notes/1"))[1]


async def test_two_doors_may_not_serve_the_same(site: Site, tmp_path: Path) -> None:
    with pytest.raises(RouteConflict):
        Site(site.house, [*make_doors(tmp_path, Channel()), *make_doors(tmp_path, Channel())])


async def test_bodies_above_the_limit(site: Site) -> None:
    status, headers, _ = await call(site, "POST", "/api/v1/anything", body=b"x" * 2_000_000)
    assert (status, headers[b"connection"]) == (413, b"close")


def test_over_a_real_socket(served: tuple[str, Channel, Path]) -> None:
    address = served[0]
    status, headers, body = ask(address, "GET", "/api/v1/constant?limit=-3")
    assert (status, body, headers["content-type"]) == (200, BODY, "application/json; charset=utf-8")
    status, _, body = ask(
        address, "GET", "/api/v1/anything?count=2", b'{"words": ["a"]}', Content_Type="application/json"
    )
    assert loads(body) == {"text": "", "words": ["a"], "count": 2, "one": 1, "ip": "127.0.0.1"}
    form = {"Content_Type": "application/x-www-form-urlencoded", "X_Forwarded_For": "6.6.6.6, 9.9.9.9"}
    status, _, body = ask(address, "DELETE", "/api/v1/anything", b"words[]=x&text=%F0%9F%98%80", **form)
    assert loads(body) == {"text": "😀", "words": ["x"], "count": 0, "one": 1, "ip": "9.9.9.9"}


def test_a_chunked_body_is_bounded_too(served: tuple[str, Channel, Path]) -> None:
    with socket.create_connection(served[0].split(":"), timeout=10) as raw:
        raw.sendall(b"POST /api/v1/anything HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(40):
                raw.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass  # the server closed on us, as it may
        assert b" 413 " in raw.recv(200)


NASTY = [
    b'{"text":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"text": {"a": 1}}',
    b'{"text": "a", "text": "b"}',
    b"[" * 100_000,
    b"\xff\xfe\x00",
    b'{"count": 1e999}',
    b'{"count": ' + b"9" * 5000 + b"}",
    b'{"text": "\\ud800"}',
]


def test_nasty_bodies_never_break_the_server(served: tuple[str, Channel, Path]) -> None:
    for body in NASTY:
        for kind in (
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "x" * 3000,
        ):
            status, _, _ = ask(served[0], "POST", "/api/v1/anything", body, Content_Type=kind)
            assert status in (200, 400, 422), (body[:40], kind, status)
    parts = (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(10_000))
        + b"--x--\r\n"
    )
    assert (
        ask(served[0], "POST", "/api/v1/anything", parts, Content_Type="multipart/form-data; boundary=x")[0]
        == 422
    )


@pytest.mark.parametrize("cursor", ["abc", "-1", "9223372036854775808", "1.5", "%00", "%ff", "[]", ""])
def test_strange_numbers_are_refused_cleanly(served: tuple[str, Channel, Path], cursor: str) -> None:
    assert ask(served[0], "GET", f"/api/v1/anything?count={cursor}")[0] in (200, 422)
    assert ask(served[0], "GET", f"/api/v1/notes/{cursor}")[0] in (200, 404, 405, 422)


def test_files(served: tuple[str, Channel, Path]) -> None:
    address = served[0]
    status, headers, body = ask(address, "GET", "/files/cat.png")
    assert (status, body, headers["content-type"], headers["x-content-type-options"]) == (
        200,
        b"0123456789",
        "image/png",
        "nosniff",
    )
    assert "sandbox" in headers["content-security-policy"]
    assert headers["content-disposition"] == "inline; filename=\"ab_.png\"; filename*=UTF-8''ab%C3%A9.png"
    status, part, body = ask(address, "GET", "/files/cat.png", Range="bytes=2-4")
    assert (status, body, part["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert ask(address, "GET", "/files/cat.png", Range="bytes=50-")[0] == 416
    assert ask(address, "GET", "/files/cat.png", If_None_Match=headers["etag"])[0] == 304
    assert ask(address, "HEAD", "/files/cat.png")[1]["content-length"] == "10"
    _, headers, _ = ask(address, "GET", "/files/page.html")
    assert (headers["content-type"], headers["content-disposition"][:10]) == (
        "application/octet-stream",
        "attachment",
    )
    assert ask(address, "GET", "/files/none.png")[0] == 404
    assert ask(address, "GET", "/files/..%2f..%2fetc/passwd")[0] == 404


def test_streams(served: tuple[str, Channel, Path]) -> None:
    assert ask(served[0], "GET", "/export")[2] == b"0\n1\n2\n"
    connection = http.client.HTTPConnection(served[0], timeout=30)
    connection.request("GET", "/events", headers=AUTH)
    answer = connection.getresponse()
    assert answer.getheader("content-type") == "text/event-stream"
    assert answer.readline() == b":thump\n"
    url = f"ws://{served[0]}/socket"
    with connect(url, additional_headers=AUTH) as one, connect(url, additional_headers=AUTH) as two:
        assert (
            ask(served[0], "GET", "/events", Authorization="Bearer 7")[0] == 429
        )  # a fourth of the same owner
        one.send("hello")
        assert (one.recv(5), two.recv(5)) == ("HELLO", "HELLO")
    connection.close()
    deadline = time.monotonic() + 30
    while served[1].count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert served[1].count == 0


def test_a_websocket_is_refused_in_the_doors_form(served: tuple[str, Channel, Path]) -> None:
    from websockets.exceptions import InvalidStatus

    for path, status in (("/socket", 401), ("/elsewhere", 403)):
        with pytest.raises(InvalidStatus) as caught, connect(f"ws://{served[0]}{path}"):
            pass
        assert caught.value.response.status_code == status


def test_an_event_reaches_an_sse_reader_and_a_closed_owner_ends(served: tuple[str, Channel, Path]) -> None:
    connection = http.client.HTTPConnection(served[0], timeout=30)
    connection.request("GET", "/events", headers={"Authorization": "Bearer 8"})
    answer = connection.getresponse()
    assert answer.readline() == b":thump\n", "at once, not with the first heartbeat"
    reader = next(iter(served[1]._owners[8]))
    loop = served[2] and reader  # the reader lives on the server's loop: its wake-up future knows it
    while loop._wake is None:
        time.sleep(0.01)
    on_server = loop._wake.get_loop()
    frame = sse_frame("update", json.dumps({"a": "b\nc"}).encode())
    on_server.call_soon_threadsafe(lambda: served[1].send(["public"], frame, b""))
    assert [answer.readline() for _ in range(3)] == [b"event: update\n", b'data: {"a": "b\\nc"}\n', b"\n"]
    on_server.call_soon_threadsafe(lambda: served[1].close_owner(8))
    started = time.monotonic()
    assert answer.read() == b""
    assert time.monotonic() - started < 5
    connection.close()


def test_routes_are_listed(tmp_path: Path) -> None:
    listed: list[Any] = make_doors(tmp_path, Channel())[0].routes()
    assert ("GET", "/api/v1/notes/{id}.xml") in listed
    assert ("WEBSOCKET", "/socket") in listed


def test_one_sender_takes_one_turn_of_the_large_files(tmp_path: Path) -> None:
    made, _ = make_site(tmp_path, media_max_bytes=50_000_000)
    size = made.policy.max_body + 10

    def begin(address: str, token: str) -> socket.socket:
        host, _, port = address.partition(":")
        open_ = socket.create_connection((host, int(port)), timeout=10)
        head = f"POST /api/v1/large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        open_.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode() + b"x" * 1000)
        return open_

    with serving(made) as address:
        stalled = [begin(address, "7") for _ in range(4)]
        time.sleep(0.3)
        quick = begin(address, "8")
        quick.sendall(b"x" * (size - 1000))
        assert quick.recv(100).startswith(b"HTTP/1.1 200")
        for slow in stalled:  # each has its turn once the one before is through
            slow.sendall(b"x" * (size - 1000))
            assert slow.recv(100).startswith(b"HTTP/1.1 200")
            slow.close()
        quick.close()


async def test_a_large_file_that_trickles_gives_up_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("folkmoot.doors.frame.http.STALL_SECONDS", 0.2)
    made, _ = make_site(tmp_path, media_max_bytes=50_000_000)
    size = made.policy.max_body + 10
    sent: list[Any] = []
    headers = [(b"authorization", b"Bearer 7"), (b"content-length", str(size).encode())]
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/large", "raw_path": b"/api/v1/large", "query_string": b"",
        "headers": headers, "client": ("127.0.0.1", 1), "scheme": "http",
    }  # fmt: skip

    async def trickle() -> Any:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    async with asyncio.timeout(5):
        await made(scope, trickle, send)
    assert sent[0]["status"] == 408
    made.house.store.close()
