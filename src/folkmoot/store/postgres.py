"""PostgreSQL: psycopg in a pool of threads, a transaction each, the journal's news by LISTEN and NOTIFY."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import errors as pg

from folkmoot.kit.ids import NODES, Ids
from folkmoot.settings import Settings
from folkmoot.store.engine import Store
from folkmoot.store.errors import StoreFull, StoreUnavailable
from folkmoot.store.tx import JournalRow, PostgresTx, Tx

T = TypeVar("T")
log = logging.getLogger("folkmoot.store")
THREADS = 8
TRIES = 4
CHANNEL = "folkmoot_journal"
NODE_LOCK = 4_607_000
_ROWS = "SELECT id, kind, actor_id, subject_id, data, created_at FROM journal WHERE id = ANY(%s) ORDER BY id"


class PostgresStore(Store):
    """A PostgreSQL 15 or later. See Store for the contract."""

    dialect = "postgresql"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._local = threading.local()
        self._all: list[psycopg.Connection[Any]] = []
        self._lease, node = self._lease_node()
        self.ids = Ids(node)
        self._name = secrets.token_hex(6)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="postgres")
        self._closed = threading.Event()
        self._listener: threading.Thread | None = None

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            con: psycopg.Connection[Any] = psycopg.connect(
                self.settings.database, autocommit=True, prepare_threshold=2
            )
            # Pages walk an index and stop after some rows. The general plan of a prepared statement does not know
            # that and would join whole tables (measured: 150 ms instead of 3), or compile for longer than it runs.
            con.execute("SET enable_hashjoin = off")
            con.execute("SET jit = off")
        except psycopg.OperationalError as error:
            raise StoreUnavailable(f"PostgreSQL does not answer: {error}") from error
        self._all.append(con)
        return con

    def _lease_node(self) -> tuple[psycopg.Connection[Any], int]:
        con = self._connect()
        for node in range(NODES):
            row = con.execute("SELECT pg_try_advisory_lock(%s)", (NODE_LOCK + node,)).fetchone()
            if row and row[0]:
                return con, node
        raise StoreUnavailable(f"{NODES} processes already write to this database; stop one of them first")

    def _connection(self) -> psycopg.Connection[Any]:
        con: psycopg.Connection[Any] | None = getattr(self._local, "con", None)
        if con is None or con.closed:
            con = self._local.con = self._connect()
        return con

    def _drop(self) -> None:
        con: psycopg.Connection[Any] | None = getattr(self._local, "con", None)
        if con is not None:
            con.close()
            self._local.con = None
            if con in self._all:
                self._all.remove(con)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        super().attach(loop)
        self._listener = threading.Thread(target=self._listen_forever, name="listen", daemon=True)
        self._listener.start()

    def read(self, fn: Callable[[Tx], T]) -> T:
        return self._transact(fn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")[0]

    def write(self, fn: Callable[[Tx], T]) -> T:
        result, rows = self._transact(fn, "BEGIN")
        if rows and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.deliver, rows)
        return result

    async def aread(self, fn: Callable[[Tx], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.read, fn)

    async def awrite(self, fn: Callable[[Tx], T], *, patient: bool = False) -> T:
        result, rows = await asyncio.get_running_loop().run_in_executor(
            self._pool, self._transact, fn, "BEGIN"
        )
        self.deliver(rows)
        return result

    def _transact(self, fn: Callable[[Tx], T], begin: str) -> tuple[T, list[JournalRow]]:
        attempt = 0
        while True:
            try:
                return self._once(fn, begin)
            except (pg.SerializationFailure, pg.DeadlockDetected):
                if attempt == TRIES - 1:
                    raise StoreUnavailable("too many writers at once") from None
                # Whoever the other one is gets ahead, or the two would meet again.
                time.sleep(random.uniform(0.02, 0.06) * (attempt + 1))  # noqa: S311 - no secret
            except pg.DiskFull as error:
                raise StoreFull(str(error)) from error
            except pg.ReadOnlySqlTransaction as error:
                raise StoreUnavailable(str(error)) from error
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self._drop()
                if begin == "BEGIN" or attempt > 0:
                    raise StoreUnavailable(str(error)) from error
            attempt += 1

    def _once(self, fn: Callable[[Tx], T], begin: str) -> tuple[T, list[JournalRow]]:
        con = self._connection()
        if _is_open(con):
            raise RuntimeError("a transaction inside a transaction: pass the open one on instead")
        con.execute(begin)
        try:
            tx = PostgresTx(con, self.settings, self.ids)
            result = fn(tx)
            if tx.recorded:
                ids = ",".join(str(row.id) for row in tx.recorded[:400])
                con.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{self._name}:{ids}"))
            con.execute("COMMIT")
        except BaseException:
            if not con.closed and _is_open(con):
                con.execute("ROLLBACK")
            raise
        return result, tx.recorded

    def _listen_forever(self) -> None:
        while not self._closed.is_set():
            try:
                con = self._connect()
                con.execute(f"LISTEN {CHANNEL}")
                while not self._closed.is_set():
                    # The generator holds the connection's lock: it has to end before anything is asked.
                    for notice in list(con.notifies(timeout=0.5, stop_after=1)):
                        self._heard(con, notice.payload)
            except (psycopg.Error, StoreUnavailable) as error:
                if not self._closed.wait(1.0):
                    log.warning("listening again: %s", error)

    def _heard(self, con: psycopg.Connection[Any], payload: str) -> None:
        name, _, ids = payload.partition(":")
        if name == self._name or self._loop is None or self._loop.is_closed():
            return
        found = con.execute(_ROWS, ([int(i) for i in ids.split(",")],)).fetchall()
        rows = [JournalRow(r[0], r[1], r[2], r[3], msgspec.json.decode(r[4]), r[5]) for r in found]
        self._loop.call_soon_threadsafe(self.deliver, rows)

    def close(self) -> None:
        """Close every connection; open transactions of other threads end with an error."""
        if self._closed.is_set():
            return
        self._closed.set()
        if self._listener is not None:
            self._listener.join(timeout=3)
        self._pool.shutdown(wait=True, cancel_futures=True)
        for con in self._all:
            con.close()


def _is_open(con: psycopg.Connection[Any]) -> bool:
    """Whether a transaction is open on the connection."""
    return con.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
