"""kill -9 at random moments of a writing run: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.house.writer import TAKEN_BACK

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.reading import search
from folkmoot.settings import Settings
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import Store, open_store
from folkmoot.store.sqlite import database_file
from folkmoot.store.tx import Tx

WRITER = Path(__file__).with_name("writer.py")
UNHEARD = """SELECT count(*) FROM posts WHERE NOT EXISTS
    (SELECT 1 FROM journal WHERE kind = 'post_added' AND subject_id = posts.id)"""
"""Posts without their line in the journal."""
UNSAID = """SELECT count(*) FROM journal WHERE kind = 'post_added' AND NOT EXISTS
    (SELECT 1 FROM posts WHERE posts.id = journal.subject_id)"""
"""Lines in the journal without their post."""


def run_and_kill(settings: Settings, word: str, seconds: float) -> list[tuple[int, str]]:
    """What the writer had acknowledged, as post and blob, when it was killed *seconds* after its first answer."""
    environment = {**os.environ, "FOLKMOOT_DATA": settings.data, "FOLKMOOT_DATABASE": settings.database}
    line = [sys.executable, str(WRITER), word]
    with subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline()]
        time.sleep(seconds)
        child.kill()
        told += child.stdout.read().splitlines(keepends=True)
    # The very last line may be torn; then it was not acknowledged.
    pairs = [text.split() for text in told if text.endswith("\n")]
    return [(int(post_id), key) for post_id, key in pairs]


def check(settings: Settings, said: list[tuple[int, str]]) -> None:
    """Everything acknowledged is readable, indexed and whole; nothing is there by half."""
    with closing(open_store(settings)) as store:
        check_posts(store, said)
        counts = store.read(lambda tx: [tx.text_sql(q, q).fetchone()[0] for q in (UNHEARD, UNSAID)])
        assert counts == [0, 0], "a post without its journal line, or a line without its post"
    blobs = FolderBlobs(settings.folder / "blobs")
    assert all(hashlib.sha256(blobs.get(key)).hexdigest() == key for _, key in said)
    if not settings.database:
        with closing(sqlite3.connect(database_file(settings))) as con:
            assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def check_posts(store: Store, said: list[tuple[int, str]]) -> None:
    def found(tx: Tx, text: str) -> list[int]:
        return list(search.posts_matching(tx, Viewer.anonymous(), f'"{text}"', Page()))

    ids = [post_id for post_id, _ in said]
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        assert set(store.read(lambda tx, part=part: views.posts_by_ids(tx, Viewer.anonymous(), part))) == set(
            part
        )
    for post_id in ids[-50:]:
        text = store.read(lambda tx, id_=post_id: views.post(tx, Viewer.anonymous(), id_)).source
        assert post_id in store.read(lambda tx, text=text: found(tx, text))
    assert not store.read(lambda tx: found(tx, TAKEN_BACK)), "what was taken back is there"


def rounds(settings: Settings, count: int) -> int:
    seed = int(os.environ.get("FOLKMOOT_TEST_SEED", time.time_ns() % 1_000_000))
    dice, said = random.Random(seed), list[tuple[int, str]]()
    for number in range(count):
        said += run_and_kill(settings, f"round{number}", dice.uniform(0.0, 0.4))
        try:
            check(settings, said[-2000:])
        except AssertionError as error:
            raise AssertionError(f"round {number} of seed {seed}: {error}") from error
    return len(said)


def test_kill_9_loses_nothing_acknowledged(settings: Settings) -> None:
    assert rounds(settings, 3) >= 3


@pytest.mark.soak
def test_kill_9_many_times(settings: Settings) -> None:
    assert rounds(settings, int(os.environ.get("FOLKMOOT_TEST_SOAK_ROUNDS", "200"))) > 2000
