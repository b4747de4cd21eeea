"""Looking up the hosts of calls: in threads of their own, so that names that never answer hold up nothing else."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from threading import BoundedSemaphore, Thread
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult

AT_ONCE: Final = 16
"""Lookups that may hang at a time in this process; whoever comes then is told to come back."""
_slots = BoundedSemaphore(AT_ONCE)


class Names(AbstractResolver):
    """Asks the system. A thread that waits for a dead DNS keeps its slot, even if nobody waits for it any more, and
    never keeps the process from ending."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError."""
        if not _slots.acquire(blocking=False):
            raise OSError("too many names are being looked up")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()
        Thread(target=_look_up, args=(loop, answer, host, port, family), daemon=True).start()
        return [
            ResolveResult(
                hostname=host,
                host=where[0],
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, where in await answer
        ]

    async def close(self) -> None:
        """Nothing is kept."""


def _look_up(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[list[Any]], host: str, port: int, family: int
) -> None:
    found: list[Any] | OSError
    try:
        found = socket.getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except (OSError, UnicodeError) as error:
        found = error if isinstance(error, OSError) else OSError("not a name")
    finally:
        _slots.release()
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(_tell, answer, found)


def _tell(answer: asyncio.Future[list[Any]], found: list[Any] | OSError) -> None:
    if answer.done():
        return
    if isinstance(found, OSError):
        answer.set_exception(found)
    else:
        answer.set_result(found)
