"""Live streams: an event is encoded once, its bytes go to every SSE or WebSocket reader; slow ones are
cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Literal

from folkmoot.domain.errors import TooMany
from folkmoot.doors.frame.answers import Header, until_gone, with_extra
from folkmoot.doors.frame.faults import ClientGone
from folkmoot.doors.frame.http import Http

HEARTBEAT = 15.0
SSE_BEAT = b":thump\n"
"""A comment with no empty line after it: Mastodon.py until 1.8 takes that for an event without a name, and gives up."""


def sse_frame(event: str, data: bytes) -> bytes:
    """One server-sent event (WHATWG HTML §9.2); line ends inside *data* make several data lines."""
    lines = b"".join(b"data: %s\n" % line for line in data.splitlines() or [b""])
    head = b"event: %s\n" % event.replace("\n", " ").replace("\r", " ").encode() if event else b""
    return head + lines + b"\n"


class Subscriber:
    """One reader with a bounded queue. Everything happens on the event loop.

    *owner* says whose stream it is (a token, a session), so that it can be closed when that is revoked, *ip* where it
    goes, so that it can be closed when that network loses its access. Who falls *max_items* or *max_bytes* behind is
    closed rather than waited for.
    """

    __slots__ = (
        "_bytes",
        "_items",
        "_wake",
        "closed",
        "ip",
        "kind",
        "max_bytes",
        "max_items",
        "on_close",
        "on_item",
        "owner",
        "topics",
    )

    def __init__(
        self,
        kind: Literal["sse", "ws"],
        owner: Hashable = None,
        *,
        ip: str = "",
        max_items: int = 256,
        max_bytes: int = 1_048_576,
    ) -> None:
        self.kind = kind
        self.owner = owner
        self.ip = ip
        self.max_items = max_items
        self.max_bytes = max_bytes
        self.closed = False
        self.topics: set[Hashable] = set()
        self.on_close: Callable[[], object] | None = None
        self.on_item: Callable[[], object] | None = None
        self._items: deque[bytes] = deque()
        self._bytes = 0
        self._wake: asyncio.Future[None] | None = None

    def push(self, item: bytes) -> bool:
        """Queue *item*, already in the form of `kind`. False, and closed, when the reader is too far
        behind."""
        if self.closed:
            return False
        if len(self._items) >= self.max_items or self._bytes + len(item) > self.max_bytes:
            self.close()
            return False
        self._items.append(item)
        self._bytes += len(item)
        self._rouse()
        return True

    def close(self) -> None:
        """End the stream; what is queued is dropped."""
        if not self.closed:
            self.closed = True
            self._items.clear()
            self._bytes = 0
            self._rouse()
            if self.on_close is not None:
                self.on_close()

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        elif self.on_item is not None:
            self.on_item()

    async def take(self, seconds: float) -> list[bytes]:
        """All that is queued; an empty list when nothing came for *seconds*. Raises ClientGone once
        closed."""
        if not self._items and not self.closed:
            loop = asyncio.get_running_loop()
            self._wake = loop.create_future()
            timer = loop.call_later(seconds, self._rouse)
            try:
                await self._wake
            finally:
                timer.cancel()
                self._wake = None
        if self.closed:
            raise ClientGone
        return self.take_now()

    def take_now(self) -> list[bytes]:
        """All that is queued at this moment."""
        items = list(self._items)
        self._items.clear()
        self._bytes = 0
        return items


class Channel:
    """Who listens to what. Events are given per topic (any hashable: ("user", 5), "public"); a reader of
    several topics gets an event once. At most *per_owner* streams of one owner."""

    def __init__(self, *, per_owner: int = 64, total: int = 20_000) -> None:
        self._topics: dict[Hashable, set[Subscriber]] = {}
        self._owners: dict[Hashable, set[Subscriber]] = {}
        self._per_owner = per_owner
        self._total = total
        self.count = 0
        self.dropped = 0

    def join(self, reader: Subscriber, topics: Iterable[Hashable]) -> None:
        """Add topics for *reader*. Raises TooMany for the first topic of a stream too many."""
        owned = self._owners.setdefault(reader.owner, set())
        if reader not in owned:
            if self.count >= self._total or (reader.owner is not None and len(owned) >= self._per_owner):
                if not owned:
                    del self._owners[reader.owner]
                raise TooMany("too many open streams", code="too_many_streams", retry_after=60)
            owned.add(reader)
            self.count += 1
        for topic in topics:
            reader.topics.add(topic)
            self._topics.setdefault(topic, set()).add(reader)

    def leave(self, reader: Subscriber, topics: Iterable[Hashable] | None = None) -> None:
        """Drop some topics, or (None) the reader altogether."""
        for topic in list(reader.topics if topics is None else topics):
            reader.topics.discard(topic)
            listeners = self._topics.get(topic)
            if listeners is not None:
                listeners.discard(reader)
                if not listeners:
                    del self._topics[topic]
        owned = self._owners.get(reader.owner)
        if topics is None and owned is not None and reader in owned:
            owned.discard(reader)
            self.count -= 1
            if not owned:
                del self._owners[reader.owner]

    def listening(self, topic: Hashable) -> bool:
        """Whether encoding for *topic* is worth it."""
        return topic in self._topics

    def send(self, topics: Iterable[Hashable], sse: bytes, ws: bytes) -> int:
        """Hand the encoded event to every reader of any of *topics*; returns how many got it."""
        readers: set[Subscriber] = set()
        for topic in topics:
            readers |= self._topics.get(topic, set())
        sent = 0
        for reader in readers:
            if reader.push(sse if reader.kind == "sse" else ws):
                sent += 1
            else:
                self.dropped += 1
                self.leave(reader)
        return sent

    def close_refused(self, refuses: Callable[[str], bool]) -> int:
        """Close every stream to an address that is refused; how many there were."""
        readers = [r for owned in self._owners.values() for r in owned if refuses(r.ip)]
        for reader in readers:
            reader.close()
        return len(readers)

    def close_owner(self, owner: Hashable) -> int:
        """End all streams of *owner* (a revoked token, a suspended account); returns how many there were."""
        readers = list(self._owners.get(owner, ()))
        for reader in readers:
            self.leave(reader)
            reader.close()
        return len(readers)


class EventStream:
    """The answer that keeps an SSE stream open until the client leaves or the subscriber is closed.

    *hello* is the first thing sent: a comment, so that the client knows at once that it is connected."""

    def __init__(
        self, channel: Channel, reader: Subscriber, headers: Sequence[Header] = (), hello: bytes = SSE_BEAT
    ) -> None:
        self.channel = channel
        self.reader = reader
        self.status = 200
        self.headers = headers
        self.hello = hello

    async def send(self, http: Http, extra: Sequence[Header] = ()) -> None:
        try:
            await run_sse(http, self.reader, with_extra(self.headers, extra), hello=self.hello)
        finally:
            self.channel.leave(self.reader)
            self.reader.close()


async def run_sse(
    http: Http,
    reader: Subscriber,
    headers: Sequence[Header] = (),
    hello: bytes = SSE_BEAT,
) -> None:
    """Write the reader's events (SSE frames) to an HTTP answer, with a comment line as heartbeat."""
    ours = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"private, no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await http.send({"type": "http.response.start", "status": 200, "headers": with_extra(ours, headers)})
    if http.method == "HEAD":
        await http.send({"type": "http.response.body", "body": b""})
        return
    await http.send({"type": "http.response.body", "body": hello, "more_body": True})

    async def pump() -> None:
        while True:
            items = await reader.take(HEARTBEAT)
            body = b"".join(items) if items else SSE_BEAT
            await http.send({"type": "http.response.body", "body": body, "more_body": True})

    await _until_closed(http, reader, pump)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):  # a stuck reader is not waited for
            await http.send({"type": "http.response.body", "body": b""})


async def _until_closed(http: Http, reader: Subscriber, pump: Callable[[], Awaitable[None]]) -> None:
    """Run *pump* until the client goes or the reader is closed, even while a write to a stuck client
    hangs."""
    task: asyncio.Future[None] = asyncio.ensure_future(until_gone(http, pump()))
    reader.on_close = task.cancel
    if reader.closed:
        task.cancel()
    try:
        await task
    except ClientGone:
        return
    except asyncio.CancelledError:
        if not reader.closed:
            raise
    finally:
        task.cancel()


class _Writing:
    """Writes a WebSocket's events when there are some: a silent socket has no task for it, which would cost memory."""

    __slots__ = ("error", "http", "listener", "reader", "task")

    def __init__(self, http: Http, reader: Subscriber, listener: asyncio.Task[object]) -> None:
        self.http = http
        self.reader = reader
        self.listener = listener
        self.task: asyncio.Task[None] | None = None
        self.error: BaseException | None = None
        """What ended the writing; the listener is ended with it."""

    def soon(self) -> None:
        if not self.reader.closed and (self.task is None or self.task.done()):
            self.task = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while items := self.reader.take_now():
                for item in items:
                    await self.http.send({"type": "websocket.send", "text": item.decode()})
        except Exception as error:  # noqa: BLE001 - raised by run_ws
            self.error = error
            self.listener.cancel()


async def run_ws(
    http: Http, reader: Subscriber, received: Callable[[str], Awaitable[None] | None] | None = None
) -> None:
    """Write the reader's events as text frames to an accepted WebSocket; *received* gets what the client
    sends; a binary frame ends it (1003). Pings are the server's own (uvicorn sends them)."""
    listener = asyncio.current_task()
    assert listener is not None
    writing = _Writing(http, reader, listener)
    reader.on_close, reader.on_item = listener.cancel, writing.soon
    writing.soon()
    try:
        if not reader.closed:
            await _listen(http, received)
    except ClientGone:
        return
    except asyncio.CancelledError:
        if not reader.closed and writing.error is None:
            raise
        listener.uncancel()
    finally:
        reader.on_close = reader.on_item = None
        if writing.task is not None:
            writing.task.cancel()
    if writing.error is not None and not isinstance(writing.error, (ClientGone, OSError)):
        raise writing.error
    if reader.closed:
        # The client, or the server where it stops, may have closed it already: RuntimeError, OSError.
        with contextlib.suppress(TimeoutError, RuntimeError, OSError):
            async with asyncio.timeout(1):
                await http.send({"type": "websocket.close", "code": 1008})


async def _listen(http: Http, received: Callable[[str], Awaitable[None] | None] | None) -> None:
    """Take what the client says, in its order. Raises ClientGone."""
    while True:
        message = await http.receive()
        if message["type"] == "websocket.disconnect":
            raise ClientGone
        if message.get("bytes") is not None:
            await http.send({"type": "websocket.close", "code": 1003})
            raise ClientGone
        if received is not None and message.get("text"):
            answering = received(message["text"])
            if answering is not None:
                await answering
