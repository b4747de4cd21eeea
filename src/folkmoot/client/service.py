"""What Friendica and GroupsIO have in common: a session, sending, pages as iterators, downloads to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, Protocol, Self, TypeVar, overload
from urllib.parse import urlsplit

import msgspec

from folkmoot.client.calls import Answer, Call
from folkmoot.client.errors import ConnectionFailed
from folkmoot.client.forms import Dialect, Watched
from folkmoot.client.perform import perform
from folkmoot.client.session import Session
from folkmoot.wire.request import Request

A = TypeVar("A")
T = TypeVar("T", covariant=True)
P = ParamSpec("P")
Progress = Callable[[int, int], None]
"""Told how far a transfer is: bytes so far, and bytes in all (0 where the server does not say)."""
PIECE = 65_536


class Page(Protocol[T]):
    """A page of a list, as Groups.io sends it."""

    @property
    def data(self) -> Sequence[T]: ...


class Service:
    """An API of a server. *progress*, when set, hears how far each upload is. Close it, or use it in a `with`."""

    dialect: Dialect

    def __init__(self, session: Session) -> None:
        self.session = session
        self.progress: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """Where the server is."""
        return self.session.base_url

    def close(self) -> None:
        """Give the connections back."""
        self.session.close()

    def send(self, request: Request[A]) -> A:
        """Ask with an endpoint class of `folkmoot.wire`. Raises ApiError (refused), ConnectionFailed, BadAnswer."""
        return self._send(request)

    def _send(self, request: Request[A]) -> A:
        call = self.dialect.prepare(self.base_url, request)
        if self.progress is not None and call.body is not None:
            body: Any = Watched(call.body, self.progress)
            call.body = body
        return self.dialect.read(request, self.session.exchange(call))

    @overload
    def each(self, call: Callable[P, list[T]], *parts: P.args, **parameters: P.kwargs) -> Iterator[T]: ...

    @overload
    def each(self, call: Callable[P, Page[T]], *parts: P.args, **parameters: P.kwargs) -> Iterator[T]: ...

    @overload
    def each(self, call: Callable[P, Any], *parts: P.args, **parameters: P.kwargs) -> Iterator[Any]: ...

    def each(self, call: Callable[..., Any], *parts: Any, **parameters: Any) -> Iterator[Any]:
        """All items of a listing, asked for page by page as they are wanted.

        *call* is one of this object's methods: `for topic in it.each(it.get_topics, group_name="tea"): …`. Goes on
        by page_token, cursor, max_id, offset or page, whichever the call has.
        """
        from folkmoot.client.paging import each

        return each(call, parts, parameters)

    def _save(self, call: Call, target: str | os.PathLike[str] | BinaryIO, progress: Progress | None) -> int:
        """Stream an answer into a file, which exists only once all has come. Returns the number of bytes."""
        return self._pull(self.session, call, target, progress)

    def _pull(
        self,
        session: Session,
        call: Call,
        target: str | os.PathLike[str] | BinaryIO,
        progress: Progress | None,
    ) -> int:
        import requests

        try:
            with perform(session.http, session._ready(call), session.timeout, stream=True) as got:
                if got.status_code >= 400:
                    raise self.dialect.refusal(
                        Answer(got.status_code, got.reason or "", got.headers, got.content)
                    )
                total = int(got.headers.get("content-length") or 0)
                return _pour(got.iter_content(PIECE), target, total, progress)
        except requests.RequestException as error:
            raise ConnectionFailed(str(error)) from error

    def save(
        self, url: str, target: str | os.PathLike[str] | BinaryIO, *, progress: Progress | None = None
    ) -> int:
        """Save what is at *url* (a download_url, a picture) in a file, as it comes; credentials go only to this server.

        Raises ApiError, ConnectionFailed, OSError. Returns the number of bytes.
        """
        call = Call("GET", url)
        if not url.startswith("/") and urlsplit(url)[:2] != urlsplit(self.base_url)[:2]:
            with Session(url, timeout=self.session.timeout, user_agent=self.session.user_agent) as nobody:
                return self._pull(nobody, call, target, progress)
        return self._save(call, target, progress)


def _pour(
    pieces: Iterator[bytes], target: str | os.PathLike[str] | BinaryIO, total: int, progress: Progress | None
) -> int:
    if not isinstance(target, (str, os.PathLike)):
        return _write(pieces, target, total, progress)
    path = Path(target)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            done = _write(pieces, file, total, progress)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return done


def _write(pieces: Iterator[bytes], file: BinaryIO, total: int, progress: Progress | None) -> int:
    done = 0
    for piece in pieces:
        file.write(piece)
        done += len(piece)
        if progress is not None:
            progress(done, total)
    return done


def with_fields(request: Request[A], **changes: Any) -> Request[A]:
    """The request with other values."""
    return msgspec.structs.replace(request, **changes)
