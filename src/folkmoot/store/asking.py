"""Which contents PostgreSQL has at this moment, asked on the event loop at once for all who wait: no thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import pq

from folkmoot.store.tx import SNAPSHOT

PATIENCE_SECONDS = 2.0
"""Whoever asks does so by the usual way, where no answer came for so long: a dropped connection says nothing."""


class Asking:
    """The connection *con*, which nobody else may use from now on, asked for its snapshot again and again on *loop*.

    A question is sent at the end of the loop's turn, so that all who came in that turn share it. Who comes later waits
    for the next one: what is learned is never older than the wish to know it.
    """

    def __init__(self, con: psycopg.Connection[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.lost = False
        """Whether the connection is of no use any more."""
        self._con = con
        self._pg = con.pgconn
        self._socket = self._pg.socket
        self._pg.prepare(b"contents", SNAPSHOT.encode())
        self._loop = loop
        self._begun = False
        self._waiting: list[asyncio.Future[str | None]] = []
        self._asked: list[asyncio.Future[str | None]] = []
        self._found: str | None = None
        self._too_late: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Answer from now on. Call it on the loop."""
        if not self.lost:
            self._begun = True
            self._loop.add_reader(self._socket, self._hear)

    async def version(self) -> str | None:
        """As Tx.version would be in a transaction that began now; None where there is no connection."""
        if self.lost or not self._begun:
            return None
        future: asyncio.Future[str | None] = self._loop.create_future()
        self._waiting.append(future)
        if len(self._waiting) == 1 and not self._asked:
            self._loop.call_soon(self._ask)
        return await future

    def _ask(self) -> None:
        if not self.lost:
            self._asked, self._waiting = self._waiting, []
            self._too_late = self._loop.call_later(PATIENCE_SECONDS, self._end)
            try:
                self._pg.send_query_prepared(b"contents", None)
            except psycopg.Error:
                self._end()

    def _hear(self) -> None:
        try:
            whole = self._read()
        except psycopg.Error:
            whole = False
        if self._pg.status == pq.ConnStatus.BAD:
            self._end()
        elif whole and self._asked:
            self._tell()

    def _read(self) -> bool:
        """Take what has come; whether that was all of the answer."""
        self._pg.consume_input()
        while not self._pg.is_busy():
            result = self._pg.get_result()
            if result is None:
                return True
            if result.status == pq.ExecStatus.TUPLES_OK and (value := result.get_value(0, 0)):
                self._found = value.decode()
        return False

    def _tell(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
        asked, self._asked = self._asked, []
        found, self._found = self._found, None
        for future in asked:
            if not future.done():
                future.set_result(found)
        if self._waiting:
            self._ask()

    def close(self) -> None:
        """Close the connection; who still waits learns nothing. From any thread."""
        if self._loop.is_running():
            with suppress(RuntimeError):  # it ended in this moment
                self._loop.call_soon_threadsafe(self._end)
        else:
            self._end()

    def _end(self) -> None:
        if self.lost:
            return
        self.lost, self._found = True, None
        if self._begun and not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
        self._con.close()
        waiting, self._waiting = self._waiting, []
        self._asked += waiting
        if not self._loop.is_closed():
            self._tell()
