"""A store opened once per process: how reads and writes run, whatever the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from folkmoot.settings import Settings
from folkmoot.store.tx import JournalRow, Tx

T = TypeVar("T")
Listener = Callable[[Sequence[JournalRow]], None]
log = logging.getLogger("folkmoot.store")


class Store:
    """The two databases' common face.

    `read` and `write` block and may be called from any thread; `aread` and `awrite` are for the event loop. A function
    given to them gets an open transaction, may be run again (so it must not have other effects), and what it returns is
    handed back once the transaction is over: for writes, once it is durable. A *patient* write is one that nobody waits
    for: where there is one writer, it lets others go ahead.
    """

    dialect = ""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: list[Listener] = []

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on committed journal rows are handed to the listeners on this loop."""
        self._loop = loop

    def follow(self, listener: Listener) -> None:
        """Call *listener* on the loop with every batch of committed journal rows, whoever committed them."""
        self._listeners.append(listener)

    def deliver(self, rows: Sequence[JournalRow]) -> None:
        """Hand rows to all listeners; one that fails is logged and does not stop the others."""
        if not rows:
            return
        for listener in self._listeners:
            try:
                listener(rows)
            except Exception:
                log.exception("a listener of the journal failed")

    async def version(self) -> Hashable | None:
        """What Tx.version would say to a read that began now. None where that is not known."""
        raise NotImplementedError

    def read(self, fn: Callable[[Tx], T]) -> T:
        raise NotImplementedError

    def write(self, fn: Callable[[Tx], T]) -> T:
        raise NotImplementedError

    async def aread(self, fn: Callable[[Tx], T]) -> T:
        raise NotImplementedError

    async def awrite(self, fn: Callable[[Tx], T], *, patient: bool = False) -> T:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def open_store(settings: Settings) -> Store:
    """Open the database that the settings name. The schema must be there already: see migrate.ensure()."""
    if settings.database.startswith(("postgresql://", "postgres://")):
        from folkmoot.store.postgres import PostgresStore

        return PostgresStore(settings)
    from folkmoot.store.sqlite import SqliteStore

    return SqliteStore(settings)
