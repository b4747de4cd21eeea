"""One HTTP request as the doors see it, straight from ASGI: headers, cookies, client, bounded body."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from folkmoot.doors.frame.answers import (
    Answer,
    FileAnswer,
    Header,
    Response,
    StreamResponse,
    json_bytes,
    redirect,
)
from folkmoot.doors.frame.faults import ClientGone, TooLarge, TooSlow
from folkmoot.settings import Settings

__all__ = [
    "Answer",
    "FileAnswer",
    "Header",
    "Http",
    "Policy",
    "Response",
    "StreamResponse",
    "json_bytes",
    "redirect",
]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_SECONDS, LARGE_SECONDS = 300.0, 900.0
"""How long a whole body may take to arrive, and a large one."""
STALL_SECONDS, LEAST_RATE = 30.0, 20_000
"""So long a large body may pause; who is slower than so many bytes a second after that time gives up their turn."""


class Policy:
    """What the settings say about requests: whose X-Forwarded-* is believed, and how large a body may be
    (bytes)."""

    def __init__(self, settings: Settings) -> None:
        self.max_body = settings.media_max_bytes * 4 // 3 + 1_048_576
        """A file in base64 (data URL, media_data) and the fields around it."""
        self.max_large = max(self.max_body, settings.video_max_bytes + 1_048_576)
        """A video as it is and the fields around it; only where a door takes one."""
        self.body_seconds = BODY_SECONDS
        self.https = settings.base_url.startswith("https:")
        self._networks = tuple(
            ipaddress.ip_network(part.strip(), strict=False)
            for part in settings.trusted_proxies.split(",")
            if part.strip()
        )

    def trusts(self, address: str) -> bool:
        """Whether *address* is one of the operator's own proxies."""
        if not self._networks:
            return False
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        return any(ip in network for network in self._networks)


class Http:
    """A request. Headers are lower-case bytes; of a repeated header the last one counts, except cookies and
    X-Forwarded-For, whose lines are joined."""

    __slots__ = (
        "_body",
        "_cookies",
        "headers",
        "known",
        "method",
        "path",
        "policy",
        "query",
        "receive",
        "roomy",
        "scope",
        "send",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, policy: Policy) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.policy = policy
        self.method: str = scope.get("method", "WEBSOCKET")
        self.path: str = scope["path"]
        """Percent-decoded path; the router reads raw_path, so that %2F stays inside its segment."""
        self.query: bytes = scope.get("query_string", b"")
        """The raw query without the question mark."""
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.known: Any = None
        """What the door's `before` found out for its `authenticate`."""
        self.roomy = False
        """Set where this request may have a body of policy.max_large."""
        self._body: bytes | None = None
        self._cookies: dict[str, str] | None = None

    def header(self, name: str, default: str = "") -> str:
        """A header as text (Latin-1, as HTTP has it); *name* in any case."""
        value = self.headers.get(name.lower().encode("latin-1", "replace"))
        return default if value is None else value.decode("latin-1")

    def header_lines(self, name: bytes) -> list[str]:
        """All lines of a repeated header in order."""
        return [value.decode("latin-1") for key, value in self.scope["headers"] if key == name]

    @property
    def content_type(self) -> str:
        return self.header("content-type")

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; broken ones are left out."""
        if self._cookies is None:
            self._cookies = {}
            for line in self.header_lines(b"cookie"):
                for piece in line.split(";"):
                    name, mark, value = piece.strip().partition("=")
                    if mark and name:
                        self._cookies[name] = _unquote_cookie(value)
        return self._cookies

    @property
    def peer(self) -> str:
        """The address at the other end of the socket; empty for a UNIX socket."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def ip(self) -> str:
        """The client's address; X-Forwarded-For is believed from the right, as far as our own proxies wrote
        it."""
        address = self.peer
        if not self.policy.trusts(address):
            return address
        hops = [
            hop.strip() for hop in ",".join(self.header_lines(b"x-forwarded-for")).split(",") if hop.strip()
        ]
        for hop in reversed(hops):
            try:
                address = str(ipaddress.ip_address(hop.strip("[]")))
            except ValueError:
                break
            if not self.policy.trusts(address):
                break
        return address

    @property
    def is_https(self) -> bool:
        """Whether the client's side of the connection is encrypted."""
        if self.policy.https or self.scope.get("scheme") in ("https", "wss"):
            return True
        return self.policy.trusts(self.peer) and self.header("x-forwarded-proto").lower() == "https"

    @property
    def has_body(self) -> bool:
        return b"content-length" in self.headers or b"transfer-encoding" in self.headers

    @property
    def is_large(self) -> bool:
        """Whether the body says that it is longer than what is taken everywhere."""
        length = self.headers.get(b"content-length", b"0")
        return length.isdigit() and (len(length) > 15 or int(length) > self.policy.max_body)

    @property
    def body_so_far(self) -> bytes:
        """The body where it was read already, empty before."""
        return self._body or b""

    async def body(self) -> bytes:
        """The whole body, read once and kept. Raises TooLarge, TooSlow, ClientGone."""
        if self._body is None:
            self._body = await self._read() if self.has_body else b""
        return self._body

    async def _read(self) -> bytes:
        limit = self.policy.max_large if self.roomy else self.policy.max_body
        length = self.headers.get(b"content-length", b"0")
        if length.isdigit() and (len(length) > 15 or int(length) > limit):
            raise TooLarge(limit)
        try:
            async with asyncio.timeout(LARGE_SECONDS if self.roomy else self.policy.body_seconds):
                return await self._collect(limit)
        except TimeoutError:
            raise TooSlow from None

    async def _collect(self, limit: int) -> bytes:
        pieces: list[bytes] = []
        size, begun = 0, time.monotonic()
        while True:
            message = await self._next_piece(size, begun)
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece = message.get("body", b"")
            size += len(piece)
            if size > limit:
                raise TooLarge(limit)
            pieces.append(piece)
            if not message.get("more_body"):
                return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _next_piece(self, size: int, begun: float) -> Any:
        """The next message of the body. Raises TooSlow for a large one that stalls or trickles."""
        if not self.roomy:
            return await self.receive()
        elapsed = time.monotonic() - begun
        if elapsed > STALL_SECONDS and size < elapsed * LEAST_RATE:
            raise TooSlow
        async with asyncio.timeout(STALL_SECONDS):
            return await self.receive()


def _unquote_cookie(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        jar = SimpleCookie(f"x={value}")
    except CookieError:
        return value
    return jar["x"].value if "x" in jar else value
