"""The typed sessions, blocking and awaited: one core, the same answers and errors, repeated only where it is safe."""

from __future__ import annotations

import http.server
import importlib
import pickle
import pkgutil
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from folkmoot.client import AsyncSession, Basic, OAuth1, Session, api
from folkmoot.client.calls import Answer, Call, flat
from folkmoot.client.errors import ApiError, BadAnswer, ConnectionFailed
from folkmoot.client.friendica.errors import refusal as friendica_refusal
from folkmoot.client.groupsio import GroupsIOError
from folkmoot.client.typed import prepare
from folkmoot.wire.request import Upload


def test_a_request_becomes_a_call() -> None:
    call = prepare("https://m.example", api.PostStatus(status="Hello", idempotency_key="once"))
    assert (call.method, call.url) == ("POST", "https://m.example/api/v1/statuses")
    assert call.json == {"status": "Hello"}
    assert call.headers == {"Idempotency-Key": "once"}
    assert call.may_repeat()
    assert not prepare("", api.PostStatus(status="Hello")).may_repeat()


def test_all_endpoints_are_in_one_place() -> None:
    import folkmoot.wire.mastodon.requests as requests

    for module in pkgutil.iter_modules(requests.__path__):
        space = vars(importlib.import_module(f"{requests.__name__}.{module.name}"))
        assert all(getattr(api, name) is one for name, one in space.items() if hasattr(one, "endpoint"))


def test_lists_and_hashes_are_said_as_rails_reads_them() -> None:
    assert flat({"a": [1, 2], "b": {"c": True, "d": None}}) == [("a[]", 1), ("a[]", 2), ("b[c]", "true")]


def test_oauth_1_signs_as_rfc_5849_does() -> None:
    """The example of section 1.2 of RFC 5849, in its parts: the base string is checked by the signature."""
    auth = OAuth1("dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
    call = Call(
        "GET", "http://photos.example.net/photos", query=[("file", "vacation.jpg"), ("size", "original")]
    )
    own = {
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_token": "nnch734d00sl2jdk",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202",
        "oauth_nonce": "chapoH",
    }
    assert auth.signature(call, own) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


class Moody:
    """A server that answers in turn with what it was told, and notes what came."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.came: list[tuple[str, str, dict[str, str]]] = []
        moody = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                moody.came.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
                status, body = moody.answers.pop(0)
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moody]:
    monkeypatch.setattr("folkmoot.client.session.PAUSES", (0.0,))
    made = Moody()
    threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


async def exchange(kind: str, url: str, call: Call, **options: Any) -> Answer:
    """One exchange by either driver."""
    if kind == "sync":
        with Session(url, **options) as session:
            return session.exchange(call)
    async with AsyncSession(url, **options) as awaited:
        return await awaited.exchange(call)


DRIVERS = pytest.mark.parametrize("kind", ["sync", "async"])


@DRIVERS
async def test_a_read_is_tried_again(kind: str, moody: Moody) -> None:
    moody.answers = [(503, b""), (502, b""), (200, b"{}")]
    answer = await exchange(kind, moody.url, Call("GET", "/x", query=[("q", "a b"), ("l[]", 1), ("l[]", 2)]))
    assert (answer.status, answer.body, answer.ok) == (200, b"{}", True)
    assert [path for _, path, _ in moody.came] == ["/x?q=a+b&l%5B%5D=1&l%5B%5D=2"] * 3


@DRIVERS
async def test_a_write_is_not_tried_again_unless_it_has_a_key(kind: str, moody: Moody) -> None:
    moody.answers = [(503, b""), (503, b""), (200, b"{}")]
    assert (await exchange(kind, moody.url, Call("POST", "/x", form=[("a", "b")]))).status == 503
    keyed = Call("POST", "/x", json={"a": 1}, headers={"Idempotency-Key": "k"})
    assert (await exchange(kind, moody.url, keyed)).status == 200
    assert len(moody.came) == 3


@DRIVERS
async def test_it_gives_up_in_the_end(kind: str, moody: Moody) -> None:
    moody.answers = [(503, b"") for _ in range(3)]
    assert (await exchange(kind, moody.url, Call("GET", "/x"), retries=2)).status == 503
    assert not moody.answers


@DRIVERS
async def test_nobody_there(kind: str) -> None:
    with pytest.raises(ConnectionFailed):
        await exchange(kind, "http://127.0.0.1:9", Call("GET", "/x"), retries=0, timeout=2)


@DRIVERS
async def test_who_is_asking(kind: str, moody: Moody) -> None:
    moody.answers = [(200, b"{}") for _ in range(4)]
    auths: list[Any] = [{}, {"token": "t"}, {"auth": ("ada", "secret")}, {"auth": Basic("ada", "secret")}]
    for options in auths:
        await exchange(kind, moody.url, Call("GET", "/x"), **options)
    said = [headers.get("authorization") for _, _, headers in moody.came]
    assert said == [None, "Bearer t", "Basic YWRhOnNlY3JldA==", "Basic YWRhOnNlY3JldA=="]


async def test_both_on_our_server(told: dict[str, Any]) -> None:
    with Session(told["url"], token="token-ada") as session:
        posted = session.send(api.PostStatus(status="Said by a typed session"))
        uploaded = session.send(api.UploadMedia(file=Upload("p.png", "image/png", png()), description="Dots"))
        assert uploaded.description == "Dots"
    async with AsyncSession(told["url"], token="token-ada") as awaited:
        read = await awaited.send(api.GetStatus(id=posted.id))
        assert (read.id, read.content, read.account.username) == (posted.id, posted.content, "ada")
        mine = await awaited.send(api.VerifyCredentials())
        assert mine.username == "ada"
        with pytest.raises(ApiError) as refused:
            await awaited.send(api.GetStatus(id="1"))
        assert refused.value.status == 404


def test_an_answer_of_another_kind(moody: Moody) -> None:
    moody.answers = [(200, b'["no account"]'), (200, b"<html>")]
    with Session(moody.url) as session:
        for _ in range(2):
            with pytest.raises(BadAnswer):
                session.send(api.VerifyCredentials())


def test_refusals_go_to_other_processes() -> None:
    for error in (
        ApiError(404, "Gone"),
        GroupsIOError(400, "{}", "bad_request", "name"),
        friendica_refusal(Answer(400, "Bad Request", {}, b'{"status": {"error": "No"}}')),
    ):
        made = pickle.loads(pickle.dumps(error))
        assert (type(made), str(made), vars(made)) == (type(error), str(error), vars(error))


def png() -> bytes:
    """A picture of four dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0abcdef" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
