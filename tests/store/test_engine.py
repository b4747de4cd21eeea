"""A store's promises on both databases: what is answered is durable, one failure harms nobody else."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.kit.ids import NODES
from folkmoot.settings import Settings
from folkmoot.store.engine import Store, open_store
from folkmoot.store.errors import StoreFull, StoreUnavailable
from folkmoot.store.schema.posts import tags
from folkmoot.store.sql import Query
from folkmoot.store.sqlite import SqliteStore, database_file
from folkmoot.store.tx import JournalRow, Tx

NAMES = Query(sa.select(tags.c.folded).order_by(tags.c.folded))
SLOW_SQLITE = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"
)
SLOW_POSTGRESQL = "SELECT max(i) FROM generate_series(1, 3000000) AS n(i)"


def add(tx: Tx, name: str) -> str:
    """Insert a row that can be looked for."""
    tx.insert(tags, id=tx.ids.next(), folded=name, display=name, created_at=tx.now)
    return name


def names(store: Store) -> list[str]:
    """The rows that are there."""
    return store.read(lambda tx: tx.column(NAMES))


async def until(condition: threading.Event, seconds: float = 30.0) -> None:
    """Wait without holding the loop."""
    end = time.monotonic() + seconds
    while not condition.is_set():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


def test_what_was_written_is_there_for_another_process(store: Store, settings: Settings) -> None:
    assert store.write(lambda tx: add(tx, "one")) == "one"
    with closing(open_store(settings)) as other:
        assert names(other) == ["one"]


async def test_one_job_that_fails_does_not_disturb_the_others(store: Store) -> None:
    def fail(tx: Tx) -> str:
        add(tx, "never")
        raise LookupError("no")

    jobs = [store.awrite(fail if i % 7 == 3 else lambda tx, i=i: add(tx, f"{i:03}")) for i in range(100)]
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    kept = [f"{i:03}" for i in range(100) if i % 7 != 3]
    assert [a for a in answers if isinstance(a, str)] == kept
    assert all(isinstance(a, LookupError) for i, a in enumerate(answers) if i % 7 == 3)
    assert await store.aread(lambda tx: tx.column(NAMES)) == kept


def test_a_broken_constraint_is_the_asker_s_own_trouble(store: Store) -> None:
    store.write(lambda tx: add(tx, "same"))
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        store.write(lambda tx: add(tx, "same"))
    store.write(lambda tx: add(tx, "there"))
    assert names(store) == ["same", "there"]


def test_a_write_inside_a_write_is_an_error_that_says_so(store: Store) -> None:
    def outer(tx: Tx) -> None:
        add(tx, "outer")
        store.write(lambda inner: add(inner, "inner"))

    with pytest.raises(RuntimeError, match="pass the open"):
        store.write(outer)
    assert names(store) == []
    store.write(lambda tx: add(tx, "after"))
    assert names(store) == ["after"]


def test_a_read_can_t_write(store: Store) -> None:
    with pytest.raises((sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction, StoreUnavailable)):
        store.read(lambda tx: add(tx, "no"))
    assert names(store) == []


def test_writers_in_many_threads_all_get_their_answer(store: Store) -> None:
    answers: list[str] = []

    def work(part: int) -> None:
        for i in range(25):
            answers.append(store.write(partial(add, name=f"{part}-{i:02}")))

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == names(store)
    assert len(answers) == 100


async def test_a_slow_read_does_not_hold_the_loop(store: Store) -> None:
    store.attach(asyncio.get_running_loop())
    begun = last = time.perf_counter()
    gaps = []
    slow = asyncio.create_task(
        store.aread(lambda tx: tx.text_sql(SLOW_SQLITE, SLOW_POSTGRESQL).fetchone()[0]), name="slow"
    )
    while not slow.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
    assert slow.result() == 3_000_000
    # Held for the whole query, the loop would see one gap as long as the query; how long that is, the machine decides.
    assert max(gaps) < (last - begun) / 2
    assert len(gaps) > 3


async def test_own_news_reach_a_listener_before_the_writer_has_the_answer(store: Store) -> None:
    heard: list[JournalRow] = []
    store.attach(asyncio.get_running_loop())
    store.follow(heard.extend)
    made = await store.awrite(lambda tx: journal.record(tx, journal.ACCOUNT_ADDED, 1, 2, door="test"))
    assert [(r.id, r.kind, r.actor_id, r.subject_id, r.data) for r in heard] == [
        (made, journal.ACCOUNT_ADDED, 1, 2, {"door": "test"})
    ]


async def test_a_listener_that_fails_does_not_stop_the_next(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[JournalRow] = []

    def fail(rows: Sequence[JournalRow]) -> None:
        raise LookupError("listener")

    store.attach(asyncio.get_running_loop())
    store.follow(fail)
    store.follow(heard.extend)
    await store.awrite(lambda tx: journal.record(tx, journal.ACCOUNT_ADDED, 1, 2))
    assert len(heard) == 1
    assert "a listener of the journal failed" in caplog.text


OTHER = """
import sys
from folkmoot.domain import journal
from folkmoot.settings import Settings
from folkmoot.store.engine import open_store
store = open_store(Settings(data=sys.argv[1], database=sys.argv[2]))
for i in range(50):
    store.write(lambda tx: journal.record(tx, journal.ACCOUNT_CHANGED, 7, i))
store.close()
"""


async def test_what_another_process_did_is_heard_once_and_in_order(store: Store, settings: Settings) -> None:
    heard: list[JournalRow] = []
    all_there = threading.Event()

    def listen(rows: Sequence[JournalRow]) -> None:
        heard.extend(rows)
        if len(heard) >= 52:
            all_there.set()

    store.attach(asyncio.get_running_loop())
    store.follow(listen)
    await asyncio.sleep(0.3)  # PostgreSQL's LISTEN is a connection of its own
    await store.awrite(lambda tx: journal.record(tx, journal.ACCOUNT_CHANGED, 1, 0))
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER, settings.data, settings.database
    )
    assert await child.wait() == 0
    await store.awrite(lambda tx: journal.record(tx, journal.ACCOUNT_CHANGED, 1, 99))
    await until(all_there)
    await asyncio.sleep(0.3)
    assert [r.subject_id for r in heard if r.actor_id == 7] == list(range(50))
    assert [r.subject_id for r in heard if r.actor_id == 1] == [0, 99]


def test_each_process_has_a_node_of_its_own(store: Store, settings: Settings) -> None:
    others = [open_store(settings) for _ in range(NODES - 1)]
    try:
        made = {s.write(lambda tx: tx.ids.next()) >> 7 & (NODES - 1) for s in [store, *others]}
        assert made == set(range(NODES))
        with pytest.raises(StoreUnavailable, match="stop one of them"):
            open_store(settings)
        others.pop().close()
        others.append(open_store(settings))
    finally:
        for other in others:
            other.close()


def test_closing_twice_is_fine(store: Store) -> None:
    store.close()
    store.close()


@pytest.mark.parametrize("dialect", ["sqlite"])
class TestSqlite:
    """What only a file can suffer."""

    def test_a_full_disk_is_told_as_such_and_nothing_is_half_there(self, store: Store) -> None:
        assert isinstance(store, SqliteStore)
        pages = store._writer_con.execute("PRAGMA page_count").fetchone()[0]
        store._writer_con.execute(f"PRAGMA max_page_count={pages + 2}")

        def much(tx: Tx) -> None:
            for i in range(2_000):
                add(tx, f"{i:05}" + "x" * 500)

        with pytest.raises(StoreFull, match="full"):
            store.write(much)
        assert names(store) == []
        store._writer_con.execute("PRAGMA max_page_count=1000000")
        store.write(lambda tx: add(tx, "room again"))
        assert names(store) == ["room again"]

    def test_a_locked_file_is_told_as_such(self, store: Store, settings: Settings) -> None:
        assert isinstance(store, SqliteStore)
        store._writer_con.execute("PRAGMA busy_timeout=100")
        with closing(sqlite3.connect(database_file(settings), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="locked"):
                store.write(lambda tx: add(tx, "no"))
            assert names(store) == []
            other.execute("ROLLBACK")
        store.write(lambda tx: add(tx, "yes"))
        assert names(store) == ["yes"]

    def test_what_is_answered_is_synced(self, store: Store) -> None:
        assert isinstance(store, SqliteStore)
        assert store._writer_con.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert store._writer_con.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


@pytest.mark.parametrize("dialect", ["postgresql"])
class TestPostgres:
    """What only a server can do to us."""

    def test_a_connection_that_was_cut_is_told_as_such_and_made_anew(
        self, store: Store, settings: Settings
    ) -> None:
        def cut_off(tx: Tx) -> None:
            add(tx, "half")
            mine = tx.text_sql("", "SELECT pg_backend_pid()").fetchone()[0]
            with psycopg.connect(settings.database, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (mine,))
            add(tx, "whole")

        with pytest.raises(StoreUnavailable):
            store.write(cut_off)
        assert names(store) == []
        store.write(lambda tx: add(tx, "again"))
        assert names(store) == ["again"]

    def test_a_deadlock_is_tried_again(self, store: Store, settings: Settings) -> None:
        for name in ("a", "b"):
            store.write(lambda tx, name=name: add(tx, name))
        meet = threading.Barrier(2, timeout=10)
        tries: list[str] = []

        def cross(first: str, second: str) -> None:
            def both(tx: Tx) -> None:
                tries.append(first)
                tx.update(tags, {"folded": first}, display=f"{first}!")
                if len(tries) <= 2:
                    meet.wait()
                tx.update(tags, {"folded": second}, display=f"{second}!")

            store.write(both)

        threads = [threading.Thread(target=cross, args=pair) for pair in (("a", "b"), ("b", "a"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert len(tries) == 3
        shown = Query(sa.select(tags.c.display).order_by(tags.c.display))
        assert store.read(lambda tx: tx.column(shown)) == ["a!", "b!"]


def test_a_database_that_does_not_answer_is_told_as_such(tmp_path: object) -> None:
    with pytest.raises(StoreUnavailable, match="PostgreSQL"):
        open_store(Settings(database="postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"))


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_read_that_was_ended_gives_its_connection_back_for_a_new_one(store: Store) -> None:
    """The driver may keep the ended statement as one in use, and prepare it anew ever after. PostgreSQL reads in
    threads and ends none."""
    assert isinstance(store, SqliteStore)
    before = store._loop_con
    await store.aread(lambda tx: tx.column(NAMES))
    assert store._loop_con is before
    found = await store.aread(lambda tx: tx.text_sql(SLOW_SQLITE, "").fetchall())
    assert found == [(3_000_000,)]
    assert store._loop_con is not before
    with pytest.raises(sqlite3.ProgrammingError):
        before.execute("SELECT 1")
    store.write(lambda tx: add(tx, "after"))
    assert await store.aread(lambda tx: tx.column(NAMES)) == ["after"]


def test_many_rows_are_inserted_at_once_and_those_there_already_left_out(store: Store) -> None:
    def rows(tx: Tx, numbers: range) -> list[dict[str, object]]:
        texts = [f"tag{number}" for number in numbers]
        return [{"id": tx.ids.next(), "folded": t, "display": t, "created_at": tx.now} for t in texts]

    conflict = "ON CONFLICT DO NOTHING"
    assert store.write(lambda tx: tx.insert_rows(tags, rows(tx, range(250)), conflict)) == 250
    assert store.write(lambda tx: tx.insert_rows(tags, rows(tx, range(240, 260)), conflict)) == 10
    assert store.write(lambda tx: tx.insert_rows(tags, [], conflict)) == 0
    assert set(names(store)) == {f"tag{number}" for number in range(260)}


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_nothing_is_written_to_a_closed_store(settings: Settings) -> None:
    store = SqliteStore(settings)
    store.close()
    with pytest.raises(StoreUnavailable):
        store.write(lambda tx: add(tx, "late"))
    with pytest.raises(StoreUnavailable):
        await store.awrite(lambda tx: add(tx, "late"))


async def test_equal_versions_see_equal_contents(store: Store, settings: Settings) -> None:
    async def version() -> object:
        return await store.aread(lambda tx: tx.version())

    store.attach(asyncio.get_running_loop())
    for _ in range(
        200
    ):  # other databases of the same PostgreSQL count too: it may take some tries to see peace
        first = await version()
        assert first is not None
        if await version() == first:
            break
    else:
        pytest.fail("no two versions were equal")
    await store.awrite(lambda tx: add(tx, "ours"))
    second = await version()
    assert second != first
    with closing(open_store(settings)) as other:  # takes a node number, which is no change of contents
        before = await version()
        await asyncio.to_thread(other.write, lambda tx: add(tx, "theirs"))
    assert await version() not in (first, second, before)


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_new_connection_of_the_loop_is_no_version_known_before(settings: Settings) -> None:
    with closing(SqliteStore(settings)) as store:
        versions = [await store.aread(lambda tx: tx.version())]
        assert store.read(lambda tx: tx.version()) is None, "a reader thread's numbers are its own"
        for _ in range(2):
            await store.aread(lambda tx: tx.text_sql(SLOW_SQLITE, "").fetchone())
            versions.append(await store.aread(lambda tx: tx.version()))
        assert len(set(versions)) == 3
