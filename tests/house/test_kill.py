"""kill -9 at random moments of a writing run: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from folkmoot.domain import search, views
from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.settings import Settings
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import open_store
from folkmoot.store.sqlite import database_file

WRITER = Path(__file__).with_name("writer.py")


def run_and_kill(settings: Settings, word: str, seconds: float) -> list[tuple[int, str]]:
    """What the writer had acknowledged when it was killed."""
    environment = {**os.environ, "FOLKMOOT_DATA": settings.data, "FOLKMOOT_DATABASE": settings.database}
    process = subprocess.Popen(
        [sys.executable, str(WRITER), word], env=environment, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    lines = [line.split() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
    return [(int(line[0]), line[1]) for line in lines if len(line) == 2]


def check(settings: Settings, said: list[tuple[int, str]]) -> None:
    """Everything acknowledged is readable, indexed and whole."""
    store, blobs = open_store(settings), FolderBlobs(settings.folder / "blobs")
    try:
        ids = [id_ for id_, _ in said]
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            found = store.read(lambda tx, part=part: views.posts_by_ids(tx, Viewer.anonymous(), part))
            assert set(found) == set(part)
        for id_, key in said[-50:]:
            assert blobs.get(key)
            text = store.read(lambda tx, id_=id_: views.post(tx, Viewer.anonymous(), id_)).source
            hits = store.read(
                lambda tx, t=text: search.posts_matching(tx, Viewer.anonymous(), f'"{t}"', Page())
            )
            assert id_ in hits
    finally:
        store.close()
    if not settings.database:
        with sqlite3.connect(database_file(settings)) as con:
            assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def rounds(settings: Settings, count: int) -> int:
    dice, said = random.Random(1), list[tuple[int, str]]()
    for number in range(count):
        said += run_and_kill(settings, f"round{number}", dice.uniform(0.02, 0.4))
        check(settings, said[-2000:])
    return len(said)


def test_kill_9_loses_nothing_acknowledged(settings: Settings) -> None:
    assert rounds(settings, 3) > 30


@pytest.mark.soak
def test_kill_9_many_times(settings: Settings) -> None:
    assert rounds(settings, int(os.environ.get("FOLKMOOT_SOAK_ROUNDS", "200"))) > 2000
