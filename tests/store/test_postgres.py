"""What only the link to PostgreSQL can get wrong: flights of statements, parameters, plans, ends."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from folkmoot.store import libpq
from folkmoot.store.engine import Store
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.postgres import THREADS, PostgresStore
from folkmoot.store.schema.posts import tags
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import SNAPSHOT, Tx

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"])
NAMES = Query(sa.select(tags.c.folded).order_by(tags.c.id))
AMONG = Query(sa.select(tags.c.folded).where(in_list(tags.c.folded, "names", text=True)).order_by(tags.c.id))
VISIBLE = "SELECT pg_visible_in_snapshot(%(xid)s::text::xid8, %(snapshot)s::text::pg_snapshot)"
MODE = "SELECT current_setting('plan_cache_mode')"


def add(tx: Tx, name: str, id_: int = 0) -> None:
    tx.insert(tags, id=id_ or tx.ids.next(), folded=name, display=name, created_at=tx.now)


def written(name: str, tx: Tx) -> object:
    """Write something; which transaction did."""
    add(tx, name)
    return tx.text_sql("", "SELECT pg_current_xact_id()::text").fetchone()[0]


def asked(store: Store, text: str, **values: object) -> object:
    return store.read(lambda tx: tx.text_sql("", text, **values).fetchone()[0])


def test_what_was_sent_and_failed_is_told_and_nothing_stays(store: Store) -> None:
    store.write(lambda tx: add(tx, "there", 7))

    def half(tx: Tx) -> list[object]:
        add(tx, "half")
        add(tx, "again", 7)
        add(tx, "after")
        return tx.column(NAMES)

    for _ in range(3):  # what was to be prepared in a flight that failed is prepared in a later one
        with pytest.raises(psycopg.errors.UniqueViolation):
            store.write(half)
        with pytest.raises(psycopg.errors.UniqueViolation):
            store.write(lambda tx: add(tx, "at the end", 7))
        with pytest.raises(LookupError):
            store.write(lambda tx: (add(tx, "unanswered", 7), {}["refused"]))
    store.write(lambda tx: add(tx, "next"))
    assert store.read(lambda tx: tx.column(NAMES)) == ["there", "next"]


def test_more_is_sent_than_goes_in_one_flight_and_the_order_stays(store: Store) -> None:
    many = [f"{number:03}" for number in range(libpq.FLIGHT * 3)]
    assert store.write(lambda tx: [add(tx, name) for name in many] and tx.column(NAMES)) == many


@pytest.mark.parametrize(
    "value",
    ["it's \\ \"so\" %(name)s {a,b} ☺", "", None, 0, -(1 << 62), 1.5, b"\x00\xff\\", ["a,b", 'q"\\', ""], [3, -4]]
)  # fmt: skip
def test_parameters_come_back_as_they_were(store: Store, value: object) -> None:
    kind = {str: "text", int: "bigint", float: "float8", bytes: "bytea"}.get(type(value), "text")
    if isinstance(value, list):
        kind = "bigint[]" if value == [3, -4] else "text[]"
    for _ in range(3):  # asked once, prepared, asked as prepared
        assert asked(store, f"SELECT %(given)s::{kind}", given=value) == value


def test_a_list_of_names_is_taken_literally(store: Store) -> None:
    odd = ['a"b', "c\\d", "{e}", "f,g", "NULL"]
    store.write(lambda tx: [add(tx, name) for name in odd])
    assert store.read(lambda tx: tx.column(AMONG, names=odd)) == odd


def test_what_can_t_be_a_parameter_is_refused(store: Store) -> None:
    with pytest.raises(psycopg.DataError, match="NUL"):
        store.write(lambda tx: add(tx, "cut\0off"))
    with pytest.raises(psycopg.ProgrammingError, match="object"):
        asked(store, "SELECT %(given)s::text", given=object())
    assert asked(store, "SELECT 1") == 1


def test_only_what_hangs_on_the_values_is_planned_for_them(store: Store) -> None:
    for _ in range(3):
        assert asked(store, MODE) == "force_generic_plan"
        assert asked(store, f"{MODE} WHERE 'word' LIKE %(beginning)s", beginning="wo%") == "force_custom_plan"


def test_few_statements_stay_prepared(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libpq, "PREPARED", 5)
    texts = [f"SELECT {number} + %(more)s::bigint" for number in range(12)]
    for _ in range(3):
        assert [asked(store, text, more=1) for text in texts] == list(range(1, 13))
    count = "SELECT count(*) FROM pg_prepared_statements WHERE name ~ '^s[0-9]+$'"
    assert asked(store, count) in (4, 5)


async def test_closing_ends_what_another_thread_waits_for(store: Store) -> None:
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            asked(store, "SELECT pg_sleep(60)::text")
        except StoreUnavailable as error:
            raised.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)  # until it waits
    store.close()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert len(raised) == 1
    for after in (store.aread, store.awrite):
        with pytest.raises(StoreUnavailable, match="closed"):
            await after(lambda tx: tx.column(NAMES))
    with pytest.raises(StoreUnavailable, match="closed"):
        store.read(lambda tx: tx.column(NAMES))


async def test_a_failure_in_another_thread_reaches_whoever_asked(store: Store) -> None:
    def fail(tx: Tx) -> Sequence[object]:
        raise LookupError(str(tx.value(Query(sa.select(sa.literal_column("1"))))))

    with pytest.raises(LookupError, match="1"):
        await store.aread(fail)
    with pytest.raises(LookupError, match="1"):
        await store.awrite(fail)


async def test_what_nobody_waits_for_any_more_is_not_begun(store: Store) -> None:
    begun, go = [], threading.Event()
    held = [asyncio.ensure_future(store.aread(lambda _: go.wait(5))) for _ in range(THREADS)]
    late = asyncio.ensure_future(store.awrite(lambda tx: begun.append(tx.now)))
    await asyncio.sleep(0)
    late.cancel()
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*held) == [True] * THREADS
    await store.aread(lambda tx: tx.now)
    assert begun == []


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(200):
        if await true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about")


@pytest.fixture
async def asked_on_loop(store: Store) -> Store:
    store.attach(asyncio.get_running_loop())

    async def known() -> bool:
        return await store.version() is not None

    await until(known)
    return store


async def test_the_loop_is_told_the_version_that_a_read_would_see(asked_on_loop: Store) -> None:
    store, before = asked_on_loop, set[object]()

    async def agree() -> bool:  # other tests commit in this cluster meanwhile
        before.update(found := set(await asyncio.gather(*(store.version() for _ in range(20)))))
        return found == {await store.aread(lambda tx: tx.version())}

    await until(agree)
    await store.awrite(lambda tx: add(tx, "new"))
    assert await store.version() not in before


async def test_a_version_is_never_older_than_the_wish_to_know_it(asked_on_loop: Store) -> None:
    store = asked_on_loop
    for number in range(20):
        early = asyncio.ensure_future(store.version())
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # its question is under way
        xid = store.write(partial(written, str(number)))
        later = await store.version()
        assert asked(store, VISIBLE, xid=xid, snapshot=later) is True
        await early


async def test_who_no_longer_waits_keeps_nobody_from_the_version(asked_on_loop: Store) -> None:
    gone, stays = (asyncio.ensure_future(asked_on_loop.version()) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays is not None


async def test_a_connection_that_says_nothing_is_not_waited_for(
    asked_on_loop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("folkmoot.store.asking.PATIENCE_SECONDS", 0.05)
    assert isinstance(asked_on_loop, PostgresStore)
    assert asked_on_loop._asking is not None
    asyncio.get_running_loop().remove_reader(asked_on_loop._asking._socket)
    assert await asyncio.wait_for(asked_on_loop.version(), 5) is None


async def test_the_version_is_unknown_while_the_connection_is_lost(asked_on_loop: Store) -> None:
    store = asked_on_loop
    end = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE query LIKE %(like)s AND datname = current_database()"
    )
    assert asked(store, end, like=f"{SNAPSHOT}%") == 1
    assert await asyncio.wait_for(store.version(), 5) is None

    async def again() -> bool:
        return await store.version() == await store.aread(lambda tx: tx.version())

    await until(again)
    store.close()
    await asyncio.sleep(0)
    assert await store.version() is None
