"""A small real door over a real SQLite file, served by a real uvicorn: for the tests beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.websockets import WebSocket
from tests.support.server import migrated

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from folkmoot.doors.frame import Answered, At, BindRules, Caller, Door, House, Http, RateRule, Response, Site
from folkmoot.doors.frame.answers import Answer, FileAnswer, StreamResponse
from folkmoot.doors.frame.streams import Channel, EventStream, Subscriber, run_ws
from folkmoot.settings import Settings
from folkmoot.store.engine import open_store
from folkmoot.store.errors import StoreUnavailable
from folkmoot.wire.request import CALL, GET, POST, Endpoint, Request

BODY = b'{"x":"' + b"a" * 40_000 + b'"}'
POSTING = RateRule(name="notes", methods=frozenset({"POST"}), path="/api/v1/notes", limit=3, window=300)
COUNTED = RateRule(
    name="counted", path="/api/v1/notes/{id}", limit=3, window=300, params=frozenset({"counted"})
)
STATUS = ((Unauthenticated, 401), (Forbidden, 403), (NotFound, 404), (Invalid, 422), (TooMany, 429))


class Note(msgspec.Struct):
    text: str
    viewer: int = 0
    made: int = 0
    """How many notes were made before it."""


@GET("/api/v1/notes/{id}", auth="optional", formats=("json", "xml"))
class GetNote(Request[Note]):
    """One note."""

    id: int


@POST("/api/v1/notes", scope="write")
class PostNote(Request[Note]):
    """Write one."""

    text: str


@GET("/api/v1/constant", auth="none")
class Constant(Request[Note]):
    """The yardstick."""

    limit: int = 20


@CALL("GET POST DELETE", "/api/v1/anything", auth="none")
class Anything(Request[dict[str, Any]]):
    """Says what it was asked."""

    text: str = ""
    words: list[str] = msgspec.field(default_factory=list)
    count: int = 0


@POST("/api/v1/large")
class Large(Request[Note]):
    """Takes a large file."""


@GET("/api/v1/fail/{how}", auth="none")
class Fail(Request[Note]):
    """Goes wrong in the way that is asked for."""

    how: str


def authenticate(tx: Any, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    assert tx.value is not None
    token = http.header("Authorization").removeprefix("Bearer ")
    if token in ("7", "8"):
        scopes = frozenset({"write"} if token == "7" else ())
        return Viewer(account_id=int(token)), Caller(token_id=int(token), scopes=scopes)
    if token or (endpoint is not None and endpoint.auth == "user"):
        raise Unauthenticated("The access token is invalid")
    return Viewer.anonymous(), None


def refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    status = next((number for kind, number in STATUS if isinstance(refusal, kind)), 500)
    return Response.json({"error": refusal.message, "code": refusal.code}, status)


def encode(answer: Any, at: At) -> Response:
    if at.format == "xml":
        return Response(200, b"<note/>", content_type="text/xml")
    return Response.json(answer)


def check(at: At, endpoint: Endpoint) -> None:
    if endpoint.scope and (at.caller is None or endpoint.scope not in at.caller.scopes):
        raise Forbidden("This action is outside the authorized scopes")


def make_doors(folder: Path, channel: Channel) -> list[Door]:
    api = Door(
        "api",
        authenticate=authenticate,
        refuse=refuse,
        encode=encode,
        check=check,
        prefixes=("/api/",),
        cors=True,
        suffixes=True,
        rules=BindRules(lenient_numbers=frozenset({"limit"})),
        limits=(
            COUNTED,
            RateRule(name="notes", methods=frozenset({"POST"}), path="/api/v1/notes", limit=3, window=300),
        ),
        secret=lambda http: http.header("Authorization"),
    )

    made = count()

    @api.on(GetNote)
    def get_note(at: At, ask: GetNote) -> Note:
        if ask.id == 404:
            raise NotFound("Record not found")
        return Note(f"note {ask.id}", at.viewer.account_id, next(made))

    @api.on(PostNote)
    def post_note(at: At, ask: PostNote) -> Answered[Note]:
        at.tx.text_sql("CREATE TABLE IF NOT EXISTS frame_notes (text TEXT)", "")
        at.tx.text_sql("INSERT INTO frame_notes VALUES (:text)", "", text=ask.text)
        if ask.text == "explode":
            raise ValueError("secret detail")
        return Answered(Note(ask.text, at.viewer.account_id), 201, [(b"x-made", b"yes")])

    constant_answer = Response(200, BODY)

    @api.on(Constant)
    def constant(at: At, ask: Constant) -> Response:
        return constant_answer

    @api.on(Anything)
    async def anything(at: At, ask: Anything) -> dict[str, Any]:
        version = await at.read(lambda tx: tx.text_sql("SELECT 1", "SELECT 1").fetchone()[0])
        return {"text": ask.text, "words": ask.words, "count": ask.count, "one": version, "ip": at.http.ip}

    @api.on(Large, large=True)
    async def large(at: At, ask: Large) -> Note:
        return Note(str(len(at.http.body_so_far)), at.viewer.account_id)

    @api.on(Fail)
    def fail(at: At, ask: Fail) -> Note:
        if ask.how == "store":
            raise StoreUnavailable("disk full at /secret/path")
        raise RuntimeError("secret detail")

    _web(api, folder, channel)
    return [api]


def _web(api: Door, folder: Path, channel: Channel) -> None:
    @api.raw("GET", "/files/{rest:path}", auth="none")
    async def files(at: At) -> Answer:
        kind = "text/html" if at.path["rest"].endswith("html") else "image/png"
        return FileAnswer(folder / at.path["rest"], content_type=kind, filename='a"b\r\né.png')

    @api.raw("GET", "/export", auth="none")
    async def export(at: At) -> Answer:
        async def pieces() -> AsyncIterator[bytes]:
            for n in range(3):
                yield b"%d\n" % n

        return StreamResponse(pieces(), content_type="text/csv")

    @api.raw("GET", "/events")
    async def events(at: At) -> Answer:
        reader = Subscriber("sse", owner=at.viewer.account_id, max_items=8)
        channel.join(reader, ["public"])
        return EventStream(channel, reader)

    @api.websocket("/socket")
    async def socket(at: At, ws: WebSocket) -> None:
        if at.viewer.account_id == 0:
            raise Unauthenticated("no token")
        await ws.accept()
        reader = Subscriber("ws", owner=at.viewer.account_id)

        def shout(text: str) -> None:
            channel.send(["public"], b"", text.upper().encode())

        channel.join(reader, ["public"])
        try:
            await run_ws(
                at.http, reader, lambda text: channel.send(["public"], b"", text.upper().encode()) and None
            )
        finally:
            channel.leave(reader)


def make_site(folder: Path, **overrides: Any) -> tuple[Site, Channel]:
    settings = migrated(Settings(data=str(folder), **overrides))
    store = open_store(settings)
    channel = Channel(per_owner=3)

    @asynccontextmanager
    async def lifespan(house: House) -> AsyncIterator[None]:
        store.attach(asyncio.get_running_loop())
        yield
        await asyncio.to_thread(store.close)

    return Site(House(settings, store), make_doors(folder, channel), lifespan=lifespan), channel


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """A uvicorn in a thread on a free port of 127.0.0.1; gives host:port."""
    import threading
    import time

    config = uvicorn.Config(
        app, port=0, log_level="critical", access_log=False, proxy_headers=False, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


async def call(
    site: Site,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[bytes, bytes], bytes]:
    """One request straight to the ASGI application."""
    pairs = [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()]
    if body:
        pairs.append((b"content-length", str(len(body)).encode()))
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query,
        "headers": pairs, "client": ("127.0.0.1", 1), "scheme": "http",
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": body}]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await site(scope, receive, send)
    content = b"".join(m.get("body", b"") for m in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), content


def loads(raw: bytes) -> Any:
    return json.loads(raw)
