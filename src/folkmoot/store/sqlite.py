"""SQLite: reads on the loop with a guard, one writer thread with group commit, WAL with a full sync at each commit."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from folkmoot.kit.ids import NODES, Ids
from folkmoot.settings import Settings
from folkmoot.store.engine import Store
from folkmoot.store.errors import StoreFull, StoreUnavailable
from folkmoot.store.line import Line
from folkmoot.store.tx import JournalRow, SqliteTx, Tx

T = TypeVar("T")
log = logging.getLogger("folkmoot.store")
GROUP = 64
CAREFUL = 16
LOOP_READ_SECONDS, PATIENCE = 0.010, 5
"""So long a read may work on the loop; by the clock PATIENCE times as long, as other processes work as well."""
BUSY_MS = 10_000
CARRY_SECONDS = 0.5
"""How often the log is carried over into the file, at most."""
POLL_SECONDS = 0.1
MAPPED_BYTES = 256 << 20
_TAIL = "SELECT id, kind, actor_id, subject_id, data, created_at FROM journal WHERE id > ? ORDER BY id"


class _Job:
    __slots__ = ("done", "error", "fn", "future", "result")

    def __init__(self, fn: Callable[[Tx], Any], future: Any, done: Callable[[_Job], None] | None) -> None:
        self.fn = fn
        self.future = future
        self.done = done
        self.result: Any = None
        self.error: BaseException | None = None


def database_file(settings: Settings) -> Path:
    """Where the SQLite file is."""
    return settings.folder / "folkmoot.db"


def connect(path: Path, *, readonly: bool = False, mapped: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun and ended in words.

    *mapped*: pages are read where the system holds them, which saves the hot reads a copy; whoever walks over much of
    the file goes without, as every page walked over would count as memory of this process.
    """
    con = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    con.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    con.execute("PRAGMA synchronous=FULL")
    con.execute("PRAGMA temp_store=MEMORY")
    con.execute(f"PRAGMA mmap_size={MAPPED_BYTES if mapped else 0}")
    con.execute("PRAGMA cache_size=-16000")
    con.execute("PRAGMA wal_autocheckpoint=0")
    if readonly:
        con.execute("PRAGMA query_only=1")
    return con


class SqliteStore(Store):
    """One file. See Store for the contract."""

    dialect = "sqlite"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.path = database_file(settings)
        self._lease, node = lease_node(self.path.parent)
        self.ids = Ids(node)
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._loop_con = self._reader(mapped=True)
        self._opened = 1
        """How many connections the loop has had."""
        self._deadline = self._latest = 0.0
        self._writer_con, self._guard = connect(self.path, mapped=True), connect(self.path)
        self._carried = 0.0
        self._seen = self._writer_con.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()[0]
        self._tail_lock = threading.Lock()
        self._careful = 0
        """So many groups are still run with a savepoint for each write, since one was refused lately."""
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="reader")
        self._line: Line[_Job] = Line(GROUP)
        self._closed = threading.Event()
        self._poll: threading.Thread | None = None
        self._writer = threading.Thread(target=self._write_forever, name="writer", daemon=True)
        self._writer.start()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        super().attach(loop)
        self._poll = threading.Thread(target=self._poll_forever, name="poll", daemon=True)
        self._poll.start()

    def _reader(self, *, mapped: bool = False) -> sqlite3.Connection:
        con = connect(self.path, readonly=True, mapped=mapped)
        self._readers.append(con)
        return con

    def _thread_reader(self) -> sqlite3.Connection:
        con: sqlite3.Connection | None = getattr(self._local, "con", None)
        if con is None:
            con = self._local.con = self._reader()
        return con

    def _read_on(self, con: sqlite3.Connection, fn: Callable[[Tx], T], opened: int = 0) -> T:
        con.execute("BEGIN")
        try:
            return fn(SqliteTx(con, self.settings, self.ids, opened))
        finally:
            if con.in_transaction:
                con.execute("COMMIT")

    def read(self, fn: Callable[[Tx], T]) -> T:
        try:
            return self._read_on(self._thread_reader(), fn)
        except sqlite3.OperationalError as error:
            raise _unavailable(error) from error

    async def version(self) -> Hashable | None:
        try:
            return (self._opened, *self._loop_con.execute("PRAGMA data_version").fetchone())
        except sqlite3.Error:
            return None

    def _overtime(self) -> int:
        return 1 if time.thread_time() > self._deadline or time.perf_counter() > self._latest else 0

    async def aread(self, fn: Callable[[Tx], T]) -> T:
        """On the loop; a read that works longer than 10 ms is ended and run again in a reader thread."""
        self._deadline = time.thread_time() + LOOP_READ_SECONDS
        self._latest = time.perf_counter() + LOOP_READ_SECONDS * PATIENCE
        con = self._loop_con
        con.set_progress_handler(self._overtime, 4000)
        try:
            return self._read_on(con, fn, self._opened)
        except sqlite3.OperationalError as error:
            if "interrupt" not in str(error):
                raise _unavailable(error) from error
        finally:
            con.set_progress_handler(None, 0)
            if con.in_transaction:  # the guard may end the COMMIT too
                con.execute("ROLLBACK")
        self._renew_loop_connection()
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.read, fn)

    def _renew_loop_connection(self) -> None:
        """After an interruption: the driver goes on taking the ended statement for one in use, and would from then on
        prepare it anew each time that it is asked (measured: 370 µs more for each page)."""
        self._readers.remove(self._loop_con)
        self._loop_con.close()
        self._loop_con = self._reader(mapped=True)
        self._opened += 1

    def write(self, fn: Callable[[Tx], T]) -> T:
        if threading.current_thread() is self._writer:
            raise RuntimeError("a write inside a write: pass the open transaction on instead")
        self._require_open()
        future: Future[T] = Future()
        self._line.put(_Job(fn, future, None))
        return future.result()

    async def awrite(self, fn: Callable[[Tx], T], *, patient: bool = False) -> T:
        self._require_open()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._line.put(_Job(fn, future, _resolve), patient=patient)
        return await future

    def _require_open(self) -> None:
        if self._closed.is_set():
            raise StoreUnavailable("the store is closed")

    def _write_forever(self) -> None:
        while jobs := self._line.take():
            try:
                self._commit_group(jobs)
            except Exception as error:
                log.exception("the writer could not end a group of %d", len(jobs))
                for job in jobs:
                    job.error = error
            self._answer(jobs)
            if time.monotonic() - self._carried > CARRY_SECONDS:
                self._carry_over()

    def _carry_over(self) -> None:
        """Bring what is in the log into the file, while nobody can commit, in no process: up to 3.51.2 SQLite loses
        commits where the log begins anew while it is looked through (https://sqlite.org/wal.html#walresetbug)."""
        try:
            self._guard.execute("BEGIN IMMEDIATE")
            try:
                self._writer_con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            finally:
                self._guard.execute("COMMIT")
        except sqlite3.Error as error:
            log.warning("checkpoint: %s", error)
        self._carried = time.monotonic()

    def _commit_group(self, jobs: list[_Job]) -> None:
        con = self._writer_con
        try:
            con.execute("BEGIN IMMEDIATE")
            if len(jobs) == 1 or self._careful or not self._run_together(con, jobs):
                for job in jobs:
                    self._run(con, job)
                self._careful = max(0, self._careful - 1)
            con.execute("COMMIT")
        except sqlite3.Error as error:
            if con.in_transaction:
                con.execute("ROLLBACK")
            unavailable = _unavailable(error)
            for job in jobs:
                job.result, job.error = None, unavailable

    def _run_together(self, con: sqlite3.Connection, jobs: list[_Job]) -> bool:
        """Run all without savepoints, each of which makes the text index write out what it holds; False when one
        failed: then all is undone, to be done again one by one, as are the next groups."""
        try:
            for job in jobs:
                job.result = job.fn(SqliteTx(con, self.settings, self.ids))
        except sqlite3.OperationalError:
            raise
        except BaseException:  # noqa: BLE001 - it comes again when its job is run alone
            con.execute("ROLLBACK")
            con.execute("BEGIN IMMEDIATE")
            self._careful = CAREFUL
            return False
        return True

    def _run(self, con: sqlite3.Connection, job: _Job) -> None:
        con.execute("SAVEPOINT one")
        try:
            job.result = job.fn(SqliteTx(con, self.settings, self.ids))
            con.execute("RELEASE one")
        except sqlite3.OperationalError:
            raise  # full disk and the like end the whole group: SQLite may have rolled all of it back
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked for the write
            job.error = error
            con.execute("ROLLBACK TO one")
            con.execute("RELEASE one")

    def _answer(self, jobs: list[_Job]) -> None:
        try:
            rows = self._tail(self._writer_con)
        except Exception:
            log.exception("the journal's news could not be read; they come with the next")
            rows = []
        waiting = [job for job in jobs if job.done]
        if self._loop is not None and not self._loop.is_closed() and (rows or waiting):
            self._loop.call_soon_threadsafe(self._answer_on_loop, rows, waiting)
        else:
            for job in waiting:
                job.future.get_loop().call_soon_threadsafe(_resolve, job)
        for job in jobs:
            if not job.done:
                if job.error is not None:
                    job.future.set_exception(job.error)
                else:
                    job.future.set_result(job.result)

    def _answer_on_loop(self, rows: list[JournalRow], jobs: list[_Job]) -> None:
        self.deliver(rows)
        for job in jobs:
            _resolve(job)

    def _tail(self, con: sqlite3.Connection) -> list[JournalRow]:
        """Journal rows that nobody here has seen, of this process or another."""
        if not self._listeners:
            return []
        with self._tail_lock:
            rows = [
                JournalRow(r[0], r[1], r[2], r[3], msgspec.json.decode(r[4]), r[5])
                for r in con.execute(_TAIL, (self._seen,)).fetchall()
            ]
            if rows:
                self._seen = rows[-1].id
            return rows

    def _poll_forever(self) -> None:
        """Notice what other processes committed: data_version changes only for their commits."""
        con = self._reader()
        version = con.execute("PRAGMA data_version").fetchone()[0]
        while not self._closed.wait(POLL_SECONDS):
            now = con.execute("PRAGMA data_version").fetchone()[0]
            if now == version:
                continue
            version = now
            rows = self._tail(con)
            if rows and self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self.deliver, rows)

    def close(self) -> None:
        """End what was begun, then close every connection."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._line.close()
        self._writer.join(timeout=10)
        if self._poll is not None:
            self._poll.join(timeout=3)
        self._pool.shutdown(wait=True, cancel_futures=True)
        for con in [*self._readers, self._guard, self._writer_con]:
            con.close()
        self._lease.close()


def _resolve(job: _Job) -> None:
    if job.future.done():
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)


def _unavailable(error: sqlite3.Error) -> Exception:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL":
        return StoreFull(str(error))
    if name.startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")
    ):
        return StoreUnavailable(str(error))
    return error


def lease_node(folder: Path) -> tuple[IO[bytes], int]:
    """The lowest node number that no other process here holds, kept by a file lock that ends with the process."""
    locks = folder / "nodes"
    locks.mkdir(parents=True, exist_ok=True)
    for node in range(NODES):
        file = open(locks / str(node), "ab")  # noqa: SIM115 - it stays open as long as the lease
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        return file, node
    raise StoreUnavailable(f"{NODES} processes already write to {folder}; stop one of them first")
