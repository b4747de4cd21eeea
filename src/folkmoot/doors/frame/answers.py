"""What goes back: bytes, a stream, or a file with ranges; each knows how to send itself over ASGI."""

from __future__ import annotations

import asyncio
import contextlib
import re
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import msgspec
from starlette.responses import FileResponse

from folkmoot.doors.frame.pieces import Pieces

if TYPE_CHECKING:
    from folkmoot.doors.frame.http import Http

Header = tuple[bytes, bytes]
JSON = b"application/json; charset=utf-8"
HTML = b"text/html; charset=utf-8"
TEXT = b"text/plain; charset=utf-8"

_encoder = msgspec.json.Encoder()
json_bytes = _encoder.encode
"""Any struct, list or dict as JSON bytes."""


class Answer(Protocol):
    """What a door can send. *extra* are headers that the frame adds where the answer has not set them
    itself."""

    status: int
    headers: Sequence[Header]

    async def send(self, http: Http, extra: Sequence[Header] = ()) -> None: ...


class Response:
    """A whole answer held in memory. It is never changed while it is sent, so one may be shared by many
    requests."""

    __slots__ = ("content", "content_type", "headers", "status")

    def __init__(
        self,
        status: int = 200,
        body: bytes | Pieces = b"",
        headers: Sequence[Header] = (),
        content_type: bytes | str = JSON,
    ) -> None:
        self.status = status
        self.content = body
        self.headers = headers
        self.content_type = (
            content_type if isinstance(content_type, bytes) else content_type.encode("latin-1")
        )

    @classmethod
    def json(cls, answer: Any, status: int = 200, headers: Sequence[Header] = ()) -> Response:
        return cls(status, json_bytes(answer), headers)

    @classmethod
    def text(cls, text: str, status: int = 200, headers: Sequence[Header] = ()) -> Response:
        return cls(status, text.encode("utf-8", "replace"), headers, TEXT)

    @classmethod
    def html(cls, text: str, status: int = 200, headers: Sequence[Header] = ()) -> Response:
        return cls(status, text.encode("utf-8", "replace"), headers, HTML)

    @property
    def body(self) -> bytes:
        """What is sent."""
        return self.content.joined() if isinstance(self.content, Pieces) else self.content

    @property
    def own_bytes(self) -> int:
        """What keeping the answer costs beside what others keep of it anyhow."""
        return self.content.own if isinstance(self.content, Pieces) else len(self.content)

    def value(self, name: bytes) -> bytes | None:
        """The first header called *name* (lower case)."""
        return next((value for key, value in self.headers if key == name), None)

    async def send(self, http: Http, extra: Sequence[Header] = ()) -> None:
        headers = with_extra(self.headers, extra) if self.headers else [*extra]
        body = self.body
        if self.status >= 200 and self.status not in (204, 304):
            headers.append((b"content-length", b"%d" % len(body)))
            if body and self.content_type:
                headers.append((b"content-type", self.content_type))
        else:
            body = b""
        send = http.send
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if http.method == "HEAD" else body})


class Later:
    """An answer to a write that is made once the write is durable, so that nobody waits for the writer while it is
    made. What *make* raises is answered as if the handler had raised it; the write stays."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Awaitable[Response]]) -> None:
        self.make = make


def with_extra(headers: Sequence[Header], extra: Sequence[Header]) -> list[Header]:
    """*headers*, then those of *extra* whose names are not among them."""
    if not headers:
        return list(extra)
    names = {name for name, _ in headers}
    return [*headers, *(pair for pair in extra if pair[0] not in names)]


def redirect(to: str, status: int = 303, headers: Sequence[Header] = ()) -> Response:
    """A redirect. *to* is a URL of ours or one that was checked; line ends and non-ASCII are
    percent-encoded."""
    safe = quote(to, safe="/:?#[]@!$&'()*+,;=%-._~")
    return Response(status, b"", [(b"location", safe.encode()), *headers])


class StreamResponse:
    """An answer whose length is not known: export, feed, event stream. It ends when the client goes away."""

    def __init__(
        self,
        pieces: AsyncIterator[bytes],
        status: int = 200,
        headers: Sequence[Header] = (),
        content_type: str = "application/octet-stream",
    ) -> None:
        self.pieces = pieces
        self.status = status
        self.headers: Sequence[Header] = [*headers, (b"content-type", content_type.encode("latin-1"))]

    async def send(self, http: Http, extra: Sequence[Header] = ()) -> None:
        headers = with_extra(self.headers, extra)
        await http.send({"type": "http.response.start", "status": self.status, "headers": headers})
        if http.method == "HEAD":
            await http.send({"type": "http.response.body", "body": b""})
            return
        await until_gone(http, self._pump(http))

    async def _pump(self, http: Http) -> None:
        async for piece in self.pieces:
            if piece:
                await http.send({"type": "http.response.body", "body": piece, "more_body": True})
        await http.send({"type": "http.response.body", "body": b""})


async def until_gone(http: Http, work: Awaitable[None]) -> None:
    """Run the coroutine *work*; stop it when the client closes the connection. Errors of *work* are
    raised."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_gone(http))
    try:
        await asyncio.wait((task, watch), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in (task, watch):
            if not each.done():
                each.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _gone(http: Http) -> None:
    while (await http.receive())["type"] != "http.disconnect":
        pass


SHOWN = re.compile(
    r"(image/(png|jpeg|gif|webp|avif)|audio/[\w.+-]+|video/[\w.+-]+|text/plain|application/pdf)", re.I
)
"""Types that a browser may show in place; everything else is offered for download."""
_FILE_CSP = b"default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


def disposition(filename: str, *, attachment: bool) -> str:
    """Content-Disposition with an ASCII name and, where needed, its UTF-8 form (RFC 6266); no name can break
    out."""
    clean = "".join(c for c in filename if unicodedata.category(c)[0] != "C" and c not in '/\\"')[
        :200
    ].strip()
    kind = "attachment" if attachment else "inline"
    if not clean:
        return kind
    ascii_name = "".join(c if c.isascii() and c not in "%;" else "_" for c in clean)
    tail = "" if ascii_name == clean else f"; filename*=UTF-8''{quote(clean, safe='')}"
    return f'{kind}; filename="{ascii_name}"{tail}'


class FileAnswer:
    """A file on disk, perhaps uploaded by a stranger: ranges, ETag, no sniffing, sandboxed, types from a
    safe list.

    *etag* is without quotes; without it one is made from time and size. Raises nothing while it is made: a
    file that vanished meanwhile is answered with 404.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        content_type: str,
        filename: str = "",
        attachment: bool = False,
        etag: str = "",
        headers: Sequence[Header] = (),
    ) -> None:
        self.path = Path(path)
        self.status = 200
        shown = SHOWN.fullmatch(content_type.split(";")[0].strip()) is not None
        self.content_type = content_type if shown else "application/octet-stream"
        self.etag = f'"{etag}"' if etag else ""
        self.headers: Sequence[Header] = [
            *headers,
            (b"content-disposition", disposition(filename, attachment=attachment or not shown).encode()),
            (b"content-security-policy", _FILE_CSP),
            (b"x-content-type-options", b"nosniff"),
            (b"cross-origin-resource-policy", b"cross-origin"),
        ]

    async def send(self, http: Http, extra: Sequence[Header] = ()) -> None:
        try:
            stat = await asyncio.to_thread(self.path.stat)
        except OSError:
            await Response.text("not found", 404).send(http, extra)
            return
        etag = self.etag or f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = with_extra([*self.headers, (b"etag", etag.encode("latin-1", "replace"))], extra)
        if _matches(http.header("if-none-match"), etag):
            await Response(304, b"", headers).send(http)
            return
        answer = FileResponse(self.path, media_type=self.content_type, stat_result=stat)
        ours = {name for name, _ in headers}
        answer.raw_headers = [*(pair for pair in answer.raw_headers if pair[0] not in ours), *headers]
        await answer(http.scope, http.receive, http.send)


def _matches(asked: str, etag: str) -> bool:
    return asked.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in asked.split(","))
