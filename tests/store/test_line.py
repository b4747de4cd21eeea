"""What waits for the one writer of SQLite: in what order it gets in, and what it leaves in the log."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from folkmoot.settings import Settings
from folkmoot.store import line as line_module
from folkmoot.store import sqlite as sqlite_module
from folkmoot.store.line import Line
from folkmoot.store.schema.posts import tags
from folkmoot.store.sqlite import SqliteStore
from folkmoot.store.tx import Tx

ON_SQLITE = pytest.mark.parametrize("dialect", ["sqlite"])


def add(tx: Tx, name: str) -> None:
    """Insert a row."""
    id_ = tx.ids.next()
    tx.insert(tags, id=id_, folded=f"{name}{id_}", display=name, created_at=tx.now)


def test_the_patient_let_others_go_first_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    line: Line[str] = Line(3)
    line.put("mail to many", patient=True)
    for word in ("a", "b", "c", "d"):
        line.put(word)
    assert (line.take(), line.take(), line.take()) == (["a", "b", "c"], ["d"], ["mail to many"])
    line.put("digests", patient=True)
    line.put("e")
    monkeypatch.setattr(line_module, "PATIENCE_SECONDS", 0)
    assert line.take() == ["e", "digests"]
    line.put("the last", patient=True)
    line.close()
    assert (line.take(), line.take()) == (["the last"], [])


def test_who_came_together_is_waited_for_but_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    line: Line[str] = Line(10)
    for word in ("a", "b", "c"):
        line.put(word)
    assert line.take() == ["a", "b", "c"]
    monkeypatch.setattr(line_module, "LULL_SECONDS", 20)
    monkeypatch.setattr(line_module, "GATHER_SECONDS", 20)
    later = threading.Timer(0.05, lambda: [line.put(word) for word in ("e", "f")])
    line.put("d")
    later.start()
    assert line.take() == ["d", "e", "f"], "the writer works while the others are on their way"
    monkeypatch.setattr(line_module, "LULL_SECONDS", 0.01)
    line.put("g")
    assert line.take() == ["g"], "the others do not come back"
    line.put("h")
    assert line.take() == ["h"], "nobody to wait for"


@contextmanager
def pressed(store: SqliteStore) -> Iterator[list[int]]:
    """Three threads write for as long as this goes on; how many rows each has written."""
    over, written = threading.Event(), [0, 0, 0]

    def press(which: int) -> None:
        while not over.is_set():
            store.write(lambda tx: add(tx, "x" * 10_000))
            written[which] += 1

    with ThreadPoolExecutor(3) as pool:
        pressing = [pool.submit(press, which) for which in range(3)]
        try:
            yield written
        finally:
            over.set()
        for each in pressing:
            each.result()


@ON_SQLITE
async def test_who_is_patient_gets_on_while_others_keep_coming(settings: Settings) -> None:
    with closing(SqliteStore(settings)) as store, pressed(store) as written:
        begun = time.monotonic()
        for _ in range(8):
            before = sum(written)
            await store.awrite(lambda tx: add(tx, "patient"), patient=True)
            assert sum(written) > before, "nobody pressed"
        assert time.monotonic() - begun < 8 * (line_module.PATIENCE_SECONDS + 0.4), (
            "its patience and one group"
        )


@ON_SQLITE
async def test_the_log_begins_anew_while_others_keep_writing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_module, "CARRY_SECONDS", 0.05)
    with closing(SqliteStore(settings)) as store:
        store.attach(asyncio.get_running_loop())
        log, end = Path(f"{store.path}-wal"), time.monotonic() + 20
        with pressed(store) as written:
            while sum(written) * 10_000 < max(4 * log.stat().st_size, 4_000_000):
                assert time.monotonic() < end, "the log only grows"
                await asyncio.sleep(0.02)
