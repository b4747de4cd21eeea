"""PostgreSQL: psycopg in a pool of threads, a transaction each, the journal's news by LISTEN and NOTIFY."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import errors as pg

from folkmoot.kit.ids import NODES, Ids
from folkmoot.settings import Settings
from folkmoot.store.asking import Asking
from folkmoot.store.engine import Store
from folkmoot.store.errors import StoreFull, StoreUnavailable
from folkmoot.store.hands import Hands
from folkmoot.store.libpq import END_SECONDS, READ, WRITE, Link
from folkmoot.store.tx import JournalRow, PostgresTx, Tx

T = TypeVar("T")
log = logging.getLogger("folkmoot.store")
THREADS = 8
TRIES = 4
PLANS = "; ".join(
    f"SET {name} = {value}"
    for name, value in {
        "plan_cache_mode": "force_generic_plan",
        "enable_hashjoin": "off",
        "enable_seqscan": "off",
        "random_page_cost": "1.1",
        "jit": "off",
    }.items()
)
"""How PostgreSQL plans for us. A statement is planned once for each connection: the rule of sight takes 3 to 10 ms to
plan and 0.3 to run, and it never saw a plan of ours for given values that was worth that. Such a plan does not know how
few rows a page stops after, nor how large a table has become since: it is told to walk indexes, whose pages are in
memory, rather than whole tables, and not to compile for longer than it runs."""
CHANNEL = "folkmoot_journal"
AGAIN_SECONDS = 1.0
"""From one attempt to connect to the next."""
NODE_LOCK = 4_607_000
_ROWS = "SELECT id, kind, actor_id, subject_id, data, created_at FROM journal WHERE id = ANY(%s) ORDER BY id"


class PostgresStore(Store):
    """A PostgreSQL 15 or later. See Store for the contract."""

    dialect = "postgresql"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._local = threading.local()
        self._links: list[Link] = []
        self._lease, node = self._lease_node()
        self.ids = Ids(node)
        self._name = secrets.token_hex(6)
        self._hands = Hands(THREADS, "postgres")
        self._closed = threading.Event()
        self._listener: threading.Thread | None = None
        self._asking: Asking | None = None
        self._asked_for = 0.0

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            con: psycopg.Connection[Any] = psycopg.connect(
                self.settings.database, autocommit=True, client_encoding="UTF8"
            )
            con.execute(PLANS)
        except psycopg.OperationalError as error:
            raise StoreUnavailable(f"PostgreSQL does not answer: {error}") from error
        return con

    def _lease_node(self) -> tuple[psycopg.Connection[Any], int]:
        con = self._connect()
        for node in range(NODES):
            row = con.execute("SELECT pg_try_advisory_lock(%s)", (NODE_LOCK + node,)).fetchone()
            if row and row[0]:
                return con, node
        raise StoreUnavailable(f"{NODES} processes already write to this database; stop one of them first")

    def _link(self) -> Link:
        link: Link | None = getattr(self._local, "link", None)
        if link is None or link.closed:
            if self._closed.is_set():
                raise StoreUnavailable("the store is closed")
            link = self._local.link = Link(self._connect())
            self._links.append(link)
        return link

    def _drop(self) -> None:
        link: Link | None = getattr(self._local, "link", None)
        if link is not None:
            link.con.close()
            self._local.link = None
            self._links.remove(link)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        super().attach(loop)
        self._listener = threading.Thread(target=self._listen_forever, name="listen", daemon=True)
        self._listener.start()

    def read(self, fn: Callable[[Tx], T]) -> T:
        return self._transact(fn, READ)[0]

    def write(self, fn: Callable[[Tx], T]) -> T:
        result, rows = self._transact(fn, WRITE)
        if rows and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.deliver, rows)
        return result

    async def version(self) -> Hashable | None:
        return await self._asking.version() if self._asking is not None else None

    async def aread(self, fn: Callable[[Tx], T]) -> T:
        return await self._hands.do(lambda: self.read(fn))

    async def awrite(self, fn: Callable[[Tx], T], *, patient: bool = False) -> T:
        # By way of the loop, before the answer comes: what is committed is told of though nobody waits any more.
        return await self._hands.do(lambda: self.write(fn))

    def _transact(self, fn: Callable[[Tx], T], kind: bytes) -> tuple[T, list[JournalRow]]:
        attempt = 0
        while True:
            try:
                return self._once(fn, kind)
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
                if kind == WRITE or attempt > 0 or self._closed.is_set():
                    raise StoreUnavailable(str(error)) from error
            attempt += 1

    def _once(self, fn: Callable[[Tx], T], kind: bytes) -> tuple[T, list[JournalRow]]:
        link = self._link()
        if link.open:
            raise RuntimeError("a transaction inside a transaction: pass the open one on instead")
        with link.busy:
            link.begin(kind)
            try:
                tx = PostgresTx(link, self.settings, self.ids)
                result = fn(tx)
                if tx.recorded:
                    ids = ",".join(str(row.id) for row in tx.recorded[:400])
                    link.send("SELECT pg_notify(%s, %s)", (CHANNEL, f"{self._name}:{ids}"))
                link.commit(wait=kind == WRITE)
            except Exception:
                link.rollback()
                raise
            except BaseException:  # the program is to end: nothing is waited for
                link.con.close()
                raise
        return result, tx.recorded

    def _listen_forever(self) -> None:
        while not self._closed.is_set():
            try:
                with self._connect() as con:
                    con.execute(f"LISTEN {CHANNEL}")
                    while not self._closed.is_set():
                        self._keep_asking()
                        # The generator holds the connection's lock: it has to end before anything is asked.
                        for notice in list(con.notifies(timeout=0.5, stop_after=1)):
                            self._heard(con, notice.payload)
            except (psycopg.Error, StoreUnavailable) as error:
                if not self._closed.wait(1.0):
                    log.warning("listening again: %s", error)
            except RuntimeError:
                if self._loop is None or not self._loop.is_closed():
                    raise
                return  # nobody is there to be told

    def _keep_asking(self) -> None:
        """Make the connection that the loop asks, where it is not there yet or lost."""
        if self._loop is None or self._loop.is_closed() or not (self._asking is None or self._asking.lost):
            return
        if (now := time.monotonic()) < self._asked_for:
            return
        self._asked_for = now + AGAIN_SECONDS
        try:
            self._asking = Asking(self._connect(), self._loop)
        except (psycopg.Error, StoreUnavailable) as error:
            log.warning("no connection to ask for what changed, so nothing stands: %s", error)
        else:
            self._loop.call_soon_threadsafe(self._asking.begin)

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
        if self._asking is not None:
            self._asking.close()
        self._hands.close(seconds=END_SECONDS)
        for link in self._links:
            link.close()
        self._hands.close(seconds=END_SECONDS)
        self._lease.close()
