"""Fetching what a stranger's link leads to: bounded in time, size, hops and kind, and only from public addresses."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import msgspec

from folkmoot.kit import outward
from folkmoot.kit.lazy import lazy

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = lazy("aiohttp")

MAX_HOPS: Final = 4
SECONDS: Final = 12.0
"""For all hops and the whole body together: a server that drips bytes gains nothing."""
PORTS: Final = (80, 443)
MAX_URL: Final = 4096
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PIECE: Final = 65_536


class NotFetched(Exception):
    """It could not be had. *again*: it may work later (a server in trouble, a time-out), else it never will."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


class Fetched(msgspec.Struct, frozen=True):
    """What came: the last hop's address, the type without parameters (lower case), the charset, the bytes."""

    url: str
    mime: str
    charset: str
    body: bytes


class Fetcher:
    """Fetches with one User-Agent. *allowed* are networks of our own that may be fetched from all the same; within
    them any port may be."""

    def __init__(
        self, agent: str, allowed: Iterable[outward.Network] = (), *, seconds: float = SECONDS
    ) -> None:
        self._agent = agent
        self._allowed = tuple(allowed)
        self._seconds = seconds

    async def get(self, url: str, *, kinds: tuple[str, ...], most: int) -> Fetched:
        """The page, following redirects. *kinds* are beginnings of types that are wanted, *most* the largest body in
        bytes; a longer one is an error. Raises NotFetched."""
        try:
            async with (
                asyncio.timeout(self._seconds),
                outward.session(self._allowed, seconds=self._seconds) as session,
            ):
                return await self._follow(session, url, kinds, most)
        except TimeoutError:
            raise NotFetched("it took too long", again=True) from None
        except aiohttp.ClientConnectorError as error:
            private = isinstance(error.os_error, outward.NotPublic)
            raise NotFetched(str(error), again=not private) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NotFetched(str(error) or type(error).__name__, again=not _is_private(error)) from None
        except (ValueError, zlib.error) as error:
            raise NotFetched(str(error)) from None

    async def _follow(
        self, session: aiohttp.ClientSession, url: str, kinds: tuple[str, ...], most: int
    ) -> Fetched:
        for _ in range(MAX_HOPS + 1):
            self._check(url)
            async with session.get(url, headers=self._headers(kinds), allow_redirects=False) as answer:
                if answer.status in _REDIRECTS and "location" in answer.headers:
                    url = urljoin(url, answer.headers["location"].strip())
                    continue
                return await self._body(answer, url, kinds, most)
        raise NotFetched("too many redirects")

    def _headers(self, kinds: tuple[str, ...]) -> dict[str, str]:
        accept = ", ".join(kind if "/" in kind and not kind.endswith("/") else f"{kind}*" for kind in kinds)
        return {"User-Agent": self._agent, "Accept": accept, "Accept-Encoding": "gzip"}

    def _check(self, url: str) -> None:
        """Only web addresses without credentials on the web's own ports; where they lead, the connector asks."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > MAX_URL:
            raise NotFetched("not a web address")
        if parts.username is not None or parts.password is not None:
            raise NotFetched("an address with a password in it")
        if parts.port not in (None, *PORTS) and not self._is_ours(parts.hostname):
            raise NotFetched("not a port of the web")

    def _is_ours(self, host: str) -> bool:
        return not outward.is_public(host) and outward.may_call(host, self._allowed)

    async def _body(
        self, answer: aiohttp.ClientResponse, url: str, kinds: tuple[str, ...], most: int
    ) -> Fetched:
        if answer.status != 200:
            raise NotFetched(f"status {answer.status}", again=answer.status == 429 or answer.status >= 500)
        mime = answer.content_type.lower()
        if not mime.startswith(kinds):
            raise NotFetched(f"{mime} is not wanted")
        if (answer.content_length or 0) > most:
            raise NotFetched("it is too large")
        unpack = _unpacker(answer.headers.get("content-encoding", ""))
        body, taken = bytearray(), 0
        async for piece in answer.content.iter_chunked(_PIECE):
            taken += len(piece)
            body += unpack.decompress(piece, most + 1 - len(body)) if unpack else piece
            if max(len(body), taken) > most or (unpack and unpack.unconsumed_tail):
                raise NotFetched("it is too large")
            if unpack and unpack.eof:  # what comes behind the end is nobody's
                break
        return Fetched(url, mime, (answer.charset or "").lower(), bytes(body))


def _unpacker(encoding: str) -> zlib._Decompress | None:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise NotFetched(f"{encoding} was not asked for")


def _is_private(error: BaseException) -> bool:
    """Whether a refused address is behind the error, however it was wrapped."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, outward.NotPublic):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
