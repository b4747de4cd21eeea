"""A connection to a mail server as octets: pipelined writing, bounded reading of replies, TLS on the way."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import cast

import msgspec

MAX_LINE = 4_096
MAX_LINES = 200


class Lost(Exception):
    """The connection is of no more use; the text says why."""


class Answer(msgspec.Struct, frozen=True):
    """One reply of SMTP: its code, and its lines without it."""

    code: int
    lines: list[str]

    @property
    def text(self) -> str:
        return " ".join(line for line in self.lines if line)[:1_000]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Wire(asyncio.Protocol):
    """One connection; `open` makes it. All waiting ends after *seconds*."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.buffer = bytearray()
        self.error: BaseException | None = None
        self.closed = False
        self.used_for = 0
        """Mails that went over it."""
        self._transport: asyncio.Transport | None = None
        self._reader: asyncio.Future[None] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()

    @classmethod
    async def open(cls, host: str, port: int, seconds: float, tls: ssl.SSLContext | None = None) -> Wire:
        """Connect. Raises Lost."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                _, wire = await loop.create_connection(
                    lambda: cls(seconds), host, port, ssl=tls, server_hostname=host if tls else None
                )
        except (OSError, TimeoutError, ssl.SSLError, UnicodeError) as error:
            raise Lost(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        return wire

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on encrypted. What was sent in the clear behind the reply is an attack, not a reply. Raises Lost."""
        if self.buffer:
            raise Lost("the server said something in the clear after it agreed to TLS")
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.seconds):
                transport = await loop.start_tls(self._transport, self, context, server_hostname=host)
        except (OSError, TimeoutError, ssl.SSLError) as error:
            raise Lost(f"TLS: {type(error).__name__}: {error}".rstrip(": ")) from error
        if transport is None:
            raise Lost("TLS: the connection ended")
        self._transport = transport

    @property
    def encrypted(self) -> bool:
        return self._transport is not None and self._transport.get_extra_info("ssl_object") is not None

    async def write(self, data: bytes) -> None:
        """Send, waiting while the other side is slow. Raises Lost."""
        if self.closed or self._transport is None:
            raise Lost(self._why())
        self._transport.write(data)
        if not self._may_write.is_set():
            try:
                await asyncio.wait_for(self._may_write.wait(), self.seconds)
            except TimeoutError as error:
                raise Lost("the server takes nothing in") from error

    async def read(self, seconds: float | None = None) -> Answer:
        """The next reply. Raises Lost, also for what is no reply."""
        lines: list[str] = []
        while True:
            line = await self._line(seconds or self.seconds)
            if len(line) < 3 or not line[:3].isdigit() or len(lines) >= MAX_LINES:
                raise Lost(f"no reply of SMTP: {line[:100]!r}")
            lines.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                return Answer(int(line[:3]), lines)

    async def _line(self, seconds: float) -> bytes:
        while (at := self.buffer.find(b"\n")) < 0:
            if len(self.buffer) > MAX_LINE:
                raise Lost("a reply without an end")
            if self.closed:
                raise Lost(self._why())
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(self._reader, seconds)
            except TimeoutError as error:
                raise Lost(f"no reply within {seconds:.0f} seconds") from error
            finally:
                self._reader = None
        line = bytes(self.buffer[:at]).rstrip(b"\r")
        del self.buffer[: at + 1]
        return line

    def close(self) -> None:
        """End at once."""
        self.closed = True
        if self._transport is not None:
            with contextlib.suppress(OSError):
                self._transport.abort() if self.error else self._transport.close()

    def _why(self) -> str:
        return f"the connection ended: {self.error}" if self.error else "the connection ended"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are of no class of asyncio's

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._wake()

    def eof_received(self) -> bool:
        self.closed = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed, self.error = True, exc
        self._may_write.set()
        self._wake()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
