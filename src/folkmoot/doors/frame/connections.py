"""Connections bounded where uvicorn's are not: heads, pieces of messages, pongs, time for what the other side owes."""

from __future__ import annotations

import fcntl
import termios
from asyncio import Transport
from collections.abc import Hashable, Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

MAX_HEAD = 65_536
"""Octets of a request line and its headers, of trailers, or of empty lines before a request."""
MAX_PIECES = 1_000
"""Frames of one WebSocket message; they may be empty, so that their octets alone bound nothing."""
MAX_UNSENT = 65_536
"""Octets of pongs that wait for who sends pings and reads nothing."""
PATIENCE_SECONDS = 30.0
"""So long a head may take to arrive, what is left of a request that was answered, or an answer that nobody reads."""


def _unread(transport: Transport) -> Hashable:
    """What waits to be read, where it is more than the system takes: octets here, and octets in the system's hands.
    These tell a slow reader from one that reads nothing: here a megabyte may go at once."""
    if not (unsent := transport.get_write_buffer_size()):
        return None
    socket = transport.get_extra_info("socket")
    return unsent, fcntl.ioctl(socket.fileno(), termios.TIOCOUTQ, bytes(4))


class _Nowhere(list[tuple[bytes, bytes]]):
    """Where trailers go (RFC 9110, 6.5.1): they are no headers, whatever they call themselves."""

    def append(self, pair: tuple[bytes, bytes], /) -> None:
        """Forget it."""


_NOWHERE = _Nowhere()


class Connection(HttpToolsProtocol):
    """uvicorn's connection, which by itself takes heads of any size and waits for them for ever."""

    unread = 0
    """Octets since something of a request was last complete."""

    def data_received(self, data: bytes) -> None:
        """Refuse what is no head yet and too long for one. What came in one piece is parsed already and stands."""
        self.unread += len(data)
        super().data_received(data)
        if self.unread > MAX_HEAD and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.unread = 0
        super().on_headers_complete()
        if self.cycle is not None and self.cycle.scope is self.scope:
            self.headers = _NOWHERE

    def on_body(self, body: bytes) -> None:
        """Some of the body came."""
        self.unread = 0
        super().on_body(body)

    def owes(self) -> Hashable:
        """What the other side has to do next, the same until it has done it; None where nothing is awaited of it that
        nobody else watches."""
        if unsent := _unread(self.transport):
            return "read", unsent
        if self.flow.read_paused or not (self.cycle is None or self.cycle.response_complete):
            return None
        if self.cycle is None or self.cycle.scope is not self.scope:
            return "head", id(self.scope)
        if self.timeout_keep_alive_task is None:
            return "rest", id(self.cycle)
        return None

    def give_up(self) -> None:
        """End it: with a word to whoever began a request, at once where nothing is read."""
        if self.transport.get_write_buffer_size() or self.transport.is_closing():
            self.transport.abort()
        elif self.unread:
            self._refuse(b"408 Request Timeout")
        else:
            self.transport.close()

    def _refuse(self, status: bytes) -> None:
        self.transport.write(b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)
        self.transport.close()


class Socket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket."""

    def owes(self) -> Hashable:
        """As Connection.owes. Who is connected is asked for pongs by uvicorn itself."""
        if unsent := _unread(self.transport):
            return "read", unsent
        return None if self.handshake_initiated else "head"

    def give_up(self) -> None:
        """End it."""
        self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """One more piece of a message."""
        if len(self.frames) >= MAX_PIECES:
            self.give_up()
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer with a pong, if they are read."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MAX_UNSENT:
            self.give_up()


class Patience:
    """How long what connections owe is waited for; asked again and again."""

    def __init__(self, seconds: float = PATIENCE_SECONDS) -> None:
        self.seconds = seconds
        self._since: dict[Connection | Socket, tuple[Hashable, float]] = {}

    def look(self, connections: Iterable[Any], now: float) -> None:
        """End the connections that have owed the same for too long. *now*: seconds of a clock that never goes back."""
        before, self._since = self._since, {}
        for connection in list(connections):
            owed = connection.owes() if isinstance(connection, Connection | Socket) else None
            if owed is None:
                continue
            known, since = before.get(connection, (None, now))
            since = since if known == owed else now
            if now - since > self.seconds:
                connection.give_up()
            self._since[connection] = (owed, since)
