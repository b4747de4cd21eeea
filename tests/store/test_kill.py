"""Kill -9 at random points of a writing run loses nothing that was acknowledged, and leaves nothing half done."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from contextlib import closing

import pytest

from folkmoot.settings import Settings
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import Store, open_store
from folkmoot.store.tx import Tx

WRITER = """
import os, sys, threading
from pathlib import Path
from folkmoot.domain import journal
from folkmoot.settings import Settings
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import open_store
from folkmoot.store.schema.posts import tags

settings = Settings(data=sys.argv[1], database=sys.argv[2])
store, blobs = open_store(settings), FolderBlobs(Path(sys.argv[1], "blobs"))

def one(number):
    key = blobs.put(os.urandom(20_000))
    def write(tx):
        made = tx.ids.next()
        tx.insert(tags, id=made, folded=str(made), display=key, created_at=tx.now)
        journal.record(tx, journal.ACCOUNT_CHANGED, 1, made)
        if number % 11 == 5:
            raise LookupError("taken back")
        return made
    try:
        made = store.write(write)
    except LookupError:
        return
    os.write(1, b"%d %s\\n" % (made, key.encode()))

def forever():
    number = 0
    while True:
        one(number)
        number += 1

for _ in range(4):
    threading.Thread(target=forever).start()
"""
ROWS = "SELECT tags.id, tags.display, journal.id FROM tags LEFT JOIN journal ON journal.subject_id = tags.id"
ORPHANS = "SELECT count(*) FROM journal LEFT JOIN tags ON tags.id = journal.subject_id WHERE tags.id IS NULL"


def write_until_killed(settings: Settings, seconds: float) -> dict[int, str]:
    """What a writing process acknowledged, as id to blob, before it was killed *seconds* after its first answer."""
    line = [sys.executable, "-c", WRITER, settings.data, settings.database]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline()]
        time.sleep(seconds)
        child.kill()
        told += child.stdout.read().splitlines(keepends=True)
    # A line is written by one call, so only the very last can be torn, and a torn one was not acknowledged.
    pairs = [text.split() for text in told if text.endswith("\n")]
    return {int(made): key for made, key in pairs}


def check(store: Store, blobs: FolderBlobs, acknowledged: dict[int, str]) -> None:
    """Everything acknowledged is there and whole; nothing is there by half."""

    def look(tx: Tx) -> tuple[list[tuple[int, str, int | None]], int]:
        return tx.text_sql(ROWS, ROWS).fetchall(), tx.text_sql(ORPHANS, ORPHANS).fetchone()[0]

    rows, orphans = store.read(look)
    found = {row[0]: row[1] for row in rows}
    assert acknowledged.items() <= found.items()
    assert all(row[2] is not None for row in rows), "a row without its journal line"
    assert orphans == 0, "a journal line without its row"
    assert all(hashlib.sha256(blobs.get(key)).hexdigest() == key for key in found.values())


def run(settings: Settings, rounds: int) -> None:
    seed = int(os.environ.get("FOLKMOOT_TEST_SEED", time.time_ns() % 1_000_000))
    dice = random.Random(seed)
    acknowledged: dict[int, str] = {}
    for number in range(rounds):
        acknowledged |= write_until_killed(settings, dice.uniform(0.0, 0.3))
        with closing(open_store(settings)) as store:
            try:
                check(store, FolderBlobs(settings.folder / "blobs"), acknowledged)
            except AssertionError as error:
                raise AssertionError(f"round {number} of seed {seed}: {error}") from error
    if not settings.database:
        with closing(open_store(settings)) as store:
            whole = store.read(lambda tx: tx.text_sql("PRAGMA integrity_check", "").fetchall())
        assert whole == [("ok",)]
    assert len(acknowledged) > rounds


def test_a_few_kills(settings: Settings) -> None:
    run(settings, 3)


@pytest.mark.soak
def test_many_kills(settings: Settings) -> None:
    run(settings, 200)
