"""Blobs are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from folkmoot.store.blobs import FolderBlobs, key_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> FolderBlobs:
    return FolderBlobs(folder)


def stored(folder: Path) -> list[Path]:
    """Every file outside the folder for temporary ones."""
    return [f for f in folder.rglob("*") if f.is_file() and f.parent.name != "tmp"]


@pytest.mark.parametrize("data", [b"", b"x", b"\0\xff" * 100_000], ids=["empty", "one", "large"])
def test_what_is_put_is_got(blobs: FolderBlobs, data: bytes) -> None:
    key = blobs.put(data)
    assert key == hashlib.sha256(data).hexdigest()
    assert blobs.get(key) == data
    path = blobs.path(key)
    assert path is not None
    assert path.read_bytes() == data


def test_the_same_bytes_are_stored_once(blobs: FolderBlobs, folder: Path) -> None:
    assert blobs.put(b"same") == blobs.put(b"same")
    assert len(stored(folder)) == 1


def test_deleting_is_final_and_may_be_repeated(blobs: FolderBlobs) -> None:
    key = blobs.put(b"gone")
    blobs.delete(key)
    blobs.delete(key)
    assert blobs.path(key) is None
    with pytest.raises(KeyError):
        blobs.get(key)


@pytest.mark.parametrize(
    "key", ["", "..", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 62 + "/.", "é" * 64]
)
def test_a_key_that_is_none_finds_nothing(blobs: FolderBlobs, key: str) -> None:
    with pytest.raises(KeyError):
        blobs.get(key)
    assert blobs.path(key) is None


FULL = """
import resource, sys
from pathlib import Path
from folkmoot.store.blobs import FolderBlobs
blobs = FolderBlobs(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
blobs.put(b"small")
try:
    blobs.put(b"large" * 100_000)
except OSError as error:
    sys.stdout.write(error.strerror)
"""


def test_when_there_is_no_room_nothing_is_left_behind(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "File too large"
    assert [f.read_bytes() for f in stored(folder)] == [b"small"]
    assert list((folder / "tmp").iterdir()) == []


ENDLESS = """
import sys
from pathlib import Path
from folkmoot.store.blobs import FolderBlobs
blobs = FolderBlobs(Path(sys.argv[1]))
i = 0
while True:
    sys.stdout.write(blobs.put(b"%d" % i * 60_000) + "\\n")
    sys.stdout.flush()
    i += 1
"""


def test_a_kill_leaves_whole_blobs_only(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(folder)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        told = [child.stdout.readline().strip() for _ in range(20)]
        child.kill()
        told += child.stdout.read().split()
    found = stored(folder)
    assert all(hashlib.sha256(f.read_bytes()).hexdigest() == f.name for f in found)
    assert {k for k in told if len(k) == 64} <= {f.name for f in found}


def test_a_batch_keeps_all(blobs: FolderBlobs) -> None:
    with blobs.batch():
        keys = [blobs.put(b"%d" % i) for i in range(200)]
    assert [blobs.get(key) for key in keys] == [b"%d" % i for i in range(200)]


def test_after_a_batch_that_failed_blobs_are_synced_one_by_one_again(blobs: FolderBlobs) -> None:
    kept = []

    def fail() -> None:
        with blobs.batch():
            kept.append(blobs.put(b"before"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert blobs.get(kept[0]) == b"before"
    assert blobs._batched is False


def test_leftovers_of_a_crash_are_swept_after_a_day(folder: Path) -> None:
    FolderBlobs(folder)
    old, new = folder / "tmp" / "old", folder / "tmp" / "new"
    for file in (old, new):
        file.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    FolderBlobs(folder)
    assert [f.name for f in (folder / "tmp").iterdir()] == ["new"]


def test_what_was_begun_is_there_at_once_and_may_be_settled_twice(blobs: FolderBlobs) -> None:
    key, settle = blobs.begin(b"soon")
    assert blobs.get(key) == b"soon"
    settle()
    settle()
    assert blobs.put(b"soon") == key


@pytest.mark.parametrize("left", [b"", b"whol", b"whOle"], ids=["nothing", "a part", "something else"])
def test_what_a_crash_left_under_the_name_is_written_anew(blobs: FolderBlobs, left: bytes) -> None:
    key = blobs.put(b"whole")
    path = blobs.path(key)
    assert path is not None
    path.write_bytes(left)
    assert blobs.put(b"whole") == key
    assert blobs.get(key) == b"whole"


def test_what_another_could_not_make_durable_is_not_said_to_be(blobs: FolderBlobs) -> None:
    key, _ = blobs.begin(b"the same words")
    _, settle = blobs.begin(b"the same words")
    blobs.delete(key)  # as who wrote them does when the disk refuses
    with pytest.raises(FileNotFoundError):
        settle()


def test_a_batch_syncs_what_was_there_a_moment_ago(
    blobs: FolderBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.begin(b"written, and perhaps not yet on the disk")
    synced: list[bool] = []
    monkeypatch.setattr("os.sync", lambda: synced.append(True))
    with blobs.batch():
        blobs.put(b"written, and perhaps not yet on the disk")
    assert synced


def test_what_was_swept_before_it_was_settled_is_no_error(blobs: FolderBlobs) -> None:
    key, settle = blobs.begin(b"swept")
    blobs.delete(key)
    settle()
    assert blobs.path(key) is None


def test_what_the_disk_refused_is_not_taken_for_stored_the_next_time(
    blobs: FolderBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second sync of the same file may well succeed though its bytes were lost with the first."""

    def broken(fd: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="I/O error"):
            blobs.put(b"precious")
    assert blobs.path(key_of(b"precious")) is None
    assert blobs.get(blobs.put(b"precious")) == b"precious"


def test_what_is_old_is_found_folder_by_folder(blobs: FolderBlobs) -> None:
    keys = sorted(blobs.put(bytes([n])) for n in range(40))
    young = blobs.put(b"young")
    for key in keys:
        os.utime(blobs.path(key) or "", (1, 1))
    found: list[str] = []
    after, turns = "", 0
    while turns == 0 or after:
        some, after = blobs.aged(after, time.time() - 60, 7)
        found, turns = found + some, turns + 1
    assert (found, turns > 4, young in found) == (keys, True, False)
    assert blobs.aged("ffff", time.time(), 7) == ([], "")
