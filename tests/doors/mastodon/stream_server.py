"""A server with this door alone, and clients that read them: for the tests beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import msgspec
import websockets
from tests.doors.frame.door_for_tests import serving
from websockets.asyncio.client import ClientConnection

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import accounts, apps, bonds, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors import mastodon
from folkmoot.doors.frame import House, Site
from folkmoot.doors.mastodon.streams_live import live_of
from folkmoot.settings import Settings
from folkmoot.store.engine import Store, open_store

PATIENCE = 12.0
"""Seconds until a test gives up on what has to come: long, for a busy machine; what is there ends the waiting."""


def make_site(settings: Settings) -> tuple[Site, Store]:
    settings = msgspec.structs.replace(settings, rate_limits=False)
    store = open_store(settings)

    @asynccontextmanager
    async def lifespan(house: House) -> AsyncIterator[None]:
        for attach in mastodon.ATTACH:
            attach(house)
        store.attach(asyncio.get_running_loop())
        yield
        await asyncio.to_thread(store.close)

    return Site(House(settings, store, secret=b"s" * 32), [mastodon.door], lifespan=lifespan), store


class Town:
    """A running server and its people."""

    def __init__(self, site: Site, store: Store, host: str) -> None:
        self.house = site.house
        self.store = store
        self.host = host

    def person(self, name: str, **options: Any) -> Viewer:
        """A new person, as a viewer."""
        return Viewer(self.store.write(lambda tx: accounts.add_person(tx, NewPerson(name=name, **options))))

    def token(self, who: Viewer | None, scopes: str = "read") -> str:
        """A token of that person, or of an application alone."""

        def issue(tx: Any) -> str:
            app = apps.register(tx, "App", ["urn:ietf:wg:oauth:2.0:oob"], scopes)
            me = None if who is None else who.account_id
            return logins.issue_token(tx, account_id=me, app_id=app.id, scopes=scopes)[1]

        return str(self.store.write(issue))

    def follow(self, who: Viewer, whom: Viewer) -> None:
        self.store.write(lambda tx: bonds.follow(tx, who, whom.account_id))

    def post(self, who: Viewer, text: str = "hello", **draft: Any) -> int:
        return self.store.write(lambda tx: posts.write(tx, who, Draft(text=text, **draft))).id

    def connections(self) -> int:
        """How many streams are open now."""
        return live_of(self.house).seats.count

    async def connected(self, count: int) -> None:
        """Wait until so many streams are open."""
        async with asyncio.timeout(PATIENCE):
            while self.connections() != count:
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def events(self, path: str, token: str = "", **headers: str) -> AsyncIterator[Events]:
        """An SSE stream that was opened."""
        host, port = self.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.host}", *(f"{k}: {v}" for k, v in headers.items())]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        try:
            async with asyncio.timeout(PATIENCE):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            yield Events(reader, writer, head)
        finally:
            writer.close()

    def socket(self, query: str = "", **options: Any) -> websockets.connect:
        """A WebSocket."""
        return websockets.connect(f"ws://{self.host}/api/v1/streaming{query}", **options)


class Events:
    """What an SSE stream says."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self.reader = reader
        self.writer = writer
        self.head = head
        self.status = int(head.split()[1])
        self.text = b""

    async def _chunk(self) -> bytes:
        size = int(await self.reader.readline(), 16)
        data = await self.reader.readexactly(size)
        await self.reader.readexactly(2)
        return data if size else b""

    def stand_still(self) -> None:
        """Read nothing any more."""
        transport = self.writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()

    async def body(self) -> Any:
        """The JSON of a refusal."""
        length = int(self.head.split("content-length:")[1].split()[0])
        return json.loads(await self.reader.readexactly(length))

    async def next(self, seconds: float = PATIENCE) -> tuple[str, Any]:
        """(event, payload), without heartbeats. Raises EOFError at the end, TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                while b"\n\n" in self.text:
                    frame, _, self.text = self.text.partition(b"\n\n")
                    lines = [line for line in frame.split(b"\n") if not line.startswith(b":")]
                    if lines:
                        event, data = lines
                        return event.removeprefix(b"event: ").decode(), json.loads(
                            data.removeprefix(b"data: ")
                        )
                chunk = await self._chunk()
                if not chunk:
                    raise EOFError
                self.text += chunk

    async def silent(self, seconds: float = 0.4) -> bool:
        """Whether nothing comes for so long."""
        try:
            await self.next(seconds)
        except TimeoutError:
            return True
        return False


async def said(socket: ClientConnection, seconds: float = PATIENCE) -> tuple[list[str], str, Any]:
    """(stream, event, payload) of the next message."""
    async with asyncio.timeout(seconds):
        message = json.loads(await socket.recv())
    return message["stream"], message["event"], json.loads(message["payload"])


async def quiet(socket: ClientConnection, seconds: float = 0.4) -> bool:
    """Whether nothing comes for so long."""
    try:
        async with asyncio.timeout(seconds):
            await socket.recv()
    except TimeoutError:
        return True
    return False


async def subscribe(socket: ClientConnection, stream: str, **more: str) -> None:
    """Ask for a stream."""
    await socket.send(json.dumps({"type": "subscribe", "stream": stream, **more}))


async def settled(socket: ClientConnection) -> None:
    """Wait until what was sent before has been heard: commands are answered in their order."""
    await socket.send("{")
    async with asyncio.timeout(PATIENCE):
        assert json.loads(await socket.recv())["error"] == "Bad message"


async def ids_heard(socket: ClientConnection, count: int, seconds: float = 0.3) -> list[tuple[str, str, int]]:
    """(stream, event, id) of the *count* that have to come, and of all that comes within so long after them."""
    heard: list[tuple[str, str, int]] = []
    while True:
        try:
            stream, event, payload = await said(socket, PATIENCE if len(heard) < count else seconds)
        except TimeoutError:
            return heard
        heard.append((stream[0], event, int(payload["id"]) if isinstance(payload, dict) else payload))


@contextmanager
def town(settings: Settings) -> Iterator[Town]:
    """A running server on that database."""
    site, store = make_site(settings)
    with serving(site) as host:
        yield Town(site, store, host)
