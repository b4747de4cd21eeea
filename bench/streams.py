"""Streams under load: memory of idle connections, and how soon one post reaches one and all of them.

`python -m bench.streams [connections]` starts a server of its own with SQLite in a temporary folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import uvicorn

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import accounts, bonds, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import edits, posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors import mastodon
from folkmoot.doors.frame import At, House, Response, Site
from folkmoot.settings import Settings
from folkmoot.store import migrate
from folkmoot.store.engine import open_store

CONNECTIONS = 2000
ROUNDS = 10


def serve(folder: str, port: int) -> None:
    """The server: the streams, and a path that posts as the first account."""
    settings = Settings(data=folder, rate_limits=False)
    door = mastodon.door
    store = open_store(settings)
    author = store.read(lambda tx: accounts.find_by_name(tx, "author")) or 0

    @door.raw("POST", "/post", auth="none", tx="none")
    async def post(at: At) -> Response:
        written = await at.write(
            lambda tx: posts.write(tx, Viewer(author), Draft(text="hello to all of you"))
        )
        return Response.json(written.id)

    @door.raw("DELETE", "/post/{id}", auth="none", tx="none")
    async def delete(at: At) -> Response:
        await at.write(lambda tx: edits.delete(tx, Viewer(author), int(at.path["id"])))
        return Response.json({})

    @contextlib.asynccontextmanager
    async def lifespan(house: House) -> AsyncIterator[None]:
        for attach in mastodon.ATTACH:
            attach(house)
        store.attach(asyncio.get_running_loop())
        yield
        await asyncio.to_thread(store.close)

    site = Site(House(settings, store, secret=b"s" * 32), [door], lifespan=lifespan)
    config = uvicorn.Config(
        site,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="error",
        access_log=False,
        backlog=4096,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run()


def seed(folder: str, count: int) -> list[str]:
    """An author and so many followers; their tokens."""
    settings = Settings(data=folder)
    migrate.ensure(settings)
    store = open_store(settings)

    def make(tx: Any) -> list[str]:
        author = accounts.add_person(tx, NewPerson(name="author"))
        tokens = []
        for n in range(count):
            me = accounts.add_person(tx, NewPerson(name=f"reader{n}"))
            bonds.follow(tx, Viewer(me), author)
            tokens.append(logins.issue_token(tx, account_id=me, app_id=None, scopes="read")[1])
        return tokens

    tokens = store.write(make)
    store.close()
    return tokens


class Reader(asyncio.Protocol):
    """One connection; says when it was opened and when bytes came that hold *mark*."""

    def __init__(self, request: bytes, opened: asyncio.Future[None]) -> None:
        self.request = request
        self.opened = opened
        self.is_open = False
        self.heard: Callable[[], None] | None = None

    def itself(self) -> Reader:
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.is_open:
            if not data.startswith((b"HTTP/1.1 200", b"HTTP/1.1 101")):
                raise RuntimeError(data[:300].decode())
            self.is_open = True
            self.opened.set_result(None)
        elif self.heard is not None and b"hello to all" in data:
            self.heard()


def sse(token: str) -> bytes:
    return f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def websocket(token: str) -> bytes:
    return (
        f"GET /api/v1/streaming?stream=user&access_token={token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


async def connect(port: int, requests: list[bytes]) -> list[Reader]:
    """Open all, 200 at a time."""
    loop = asyncio.get_running_loop()
    readers: list[Reader] = []
    for start in range(0, len(requests), 200):
        waiting = []
        for request in requests[start : start + 200]:
            opened: asyncio.Future[None] = loop.create_future()
            reader = Reader(request, opened)
            await loop.create_connection(reader.itself, "127.0.0.1", port)
            readers.append(reader)
            waiting.append(opened)
        await asyncio.wait_for(asyncio.gather(*waiting), 30)
    return readers


async def call(port: int, line: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer[:500].decode())
    return answer.partition(b"\r\n\r\n")[2]


async def spread(port: int, readers: list[Reader]) -> tuple[float, float]:
    """Post once: ms until the first and until the last reader has it, from the request on."""
    times: list[float] = []
    done = asyncio.get_running_loop().create_future()

    def heard() -> None:
        times.append(time.perf_counter())
        if len(times) == len(readers):
            done.set_result(None)

    for reader in readers:
        reader.heard = heard
    start = time.perf_counter()
    post_id = await call(port, "POST /post")
    await asyncio.wait_for(done, 20)
    for reader in readers:
        reader.heard = None
    await call(port, f"DELETE /post/{int(post_id)}")
    await asyncio.sleep(0.2)
    return (times[0] - start) * 1000, (times[-1] - start) * 1000


def resident(pid: int) -> int:
    """Bytes of memory that a process holds for itself, without the pages of the database file."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no RssAnon in /proc")


async def measure(port: int, pid: int, tokens: list[str], kind: str) -> None:
    """One kind of connection: a single one, then all."""
    request = sse if kind == "SSE" else websocket
    one = await connect(port, [request(tokens[0])])
    alone = [(await spread(port, one))[1] for _ in range(ROUNDS * 3)]
    before = resident(pid)
    readers = one + await connect(port, [request(token) for token in tokens[1:]])
    await asyncio.sleep(1)
    each = (resident(pid) - before) / len(readers)
    all_ = [await spread(port, readers) for _ in range(ROUNDS)]
    print(f"{kind}, {len(readers)} connections")
    print(f"  post to event, one connection: median {statistics.median(alone):6.1f} ms  (target < 10)")
    print(f"  memory of an idle connection:         {each / 1000:6.1f} kB  (target < 30)")
    print(f"  first of all reached:          median {statistics.median(t[0] for t in all_):6.1f} ms")
    print(
        f"  all reached:                   median {statistics.median(t[1] for t in all_):6.1f} ms  (target < 250)"
    )
    print(f"  all reached:                    worst {max(t[1] for t in all_):6.1f} ms")
    for reader in readers:
        reader.transport.close()
    await asyncio.sleep(1)


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tokens = seed(folder, count)
        for kind in ("SSE", "WebSocket"):
            port = 38_411 if kind == "SSE" else 38_412
            server = await asyncio.create_subprocess_exec(
                sys.executable, __file__, "serve", folder, str(port)
            )
            try:
                await answering(port)
                await measure(port, server.pid, tokens, kind)
            finally:
                server.terminate()
                await server.wait()


async def answering(port: int) -> None:
    """Wait until the server accepts connections."""
    deadline = time.monotonic() + 15
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CONNECTIONS))
