"""Raw mail and media by the hash of their bytes: written whole or not at all, never changed."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from folkmoot.kit.mail.octets import Mapped, Octets

ABSENT, YOUNG, OLD = range(3)
SETTLED_SECONDS = 3_600
"""After that the system has written a file to the disk by itself."""
CHUNK = 1 << 20


class Keeper(Protocol):
    """What takes bytes in."""

    def put(self, data: bytes) -> str:
        """Store durably and return the key; the same bytes twice are stored once."""
        ...


class Blobs(Keeper, Protocol):
    """Where bytes are kept. A key is the SHA-256 of the bytes in hexadecimal."""

    def begin(self, data: Octets) -> tuple[str, Callable[[], None]]:
        """As `put`, but durable only once what stands beside the key was called: the row that refers to the bytes may
        be written meanwhile, and nothing is promised to anybody before both are done."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes. Raises KeyError where there are none."""
        ...

    def path(self, key: str) -> Path | None:
        """A file to serve from, None where blobs are not files."""
        ...

    def delete(self, key: str) -> None:
        """Forget the bytes; absent is fine."""
        ...

    def discard(self, key: str, before: float) -> bool:
        """Forget the bytes unless they were stored (again) since *before*, in seconds since 1970; True when gone."""
        ...

    def aged(self, after: str, before: float, at_least: int) -> tuple[list[str], str]:
        """Keys of bytes that were last stored before that moment, in seconds since 1970, and where to go on: looks at
        so many files or somewhat more, "" at first; "" where that was all."""
        ...

    def batch(self) -> contextlib.AbstractContextManager[None]:
        """Within it `put` may wait with durability until the end of the batch (imports)."""
        ...


def key_of(data: Octets) -> str:
    """The key under which these bytes are kept."""
    digest = hashlib.sha256()
    for part in _parts(data):
        digest.update(part)
    return digest.hexdigest()


class FolderBlobs:
    """Blobs as files in two levels of folders, written to a temporary name, renamed and synced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batched = self._to_sync = False
        self._temp = folder / "tmp"
        self._temp.mkdir(parents=True, exist_ok=True)
        for leftover in self._temp.iterdir():
            if leftover.stat().st_mtime < os.stat(self._temp).st_mtime - 86_400:
                leftover.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        if len(key) != 64 or not all(c in "0123456789abcdef" for c in key):
            raise KeyError(key)
        return self._folder / key[:2] / key[2:4] / key

    def put(self, data: bytes) -> str:
        key, settle = self.begin(data)
        settle()
        return key

    def begin(self, data: Octets) -> tuple[str, Callable[[], None]]:
        """The name is given before the bytes are synced: one sync of the file then covers both on most systems. What a
        crash in between leaves under it is found out by comparing, and written anew."""
        key = key_of(data)
        target = str(self._file(key))
        known = _known(target, data)
        if not known:
            self._write(target, data)
        if known == OLD:
            return key, _nothing
        if self._batched:
            self._to_sync = True
            return key, _nothing
        return key, functools.partial(_sync if known else _sync_own, target)

    def _write(self, target: str, data: Octets) -> None:
        parent = os.path.dirname(target)
        if not os.path.isdir(parent):
            os.makedirs(parent, exist_ok=True)
        temp = os.path.join(self._temp, secrets.token_hex(12))
        fd = os.open(temp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
        try:
            for part in _parts(data):
                while part:
                    part = part[os.write(fd, part) :]
        except BaseException:
            os.close(fd)
            os.unlink(temp)
            raise
        os.close(fd)
        os.rename(temp, target)

    def get(self, key: str) -> bytes:
        try:
            return self._file(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def path(self, key: str) -> Path | None:
        try:
            file = self._file(key)
        except KeyError:
            return None
        return file if file.exists() else None

    def delete(self, key: str) -> None:
        self._file(key).unlink(missing_ok=True)

    def discard(self, key: str, before: float) -> bool:
        try:
            file = self._file(key)
            if file.stat().st_mtime >= before:
                return False
            file.unlink()
        except (KeyError, FileNotFoundError):
            return True
        return True

    def aged(self, after: str, before: float, at_least: int) -> tuple[list[str], str]:
        found: list[str] = []
        looked = 0
        for place in self._places(after):
            with os.scandir(self._folder / place[:2] / place[2:]) as files:
                for file in files:
                    looked += 1
                    with contextlib.suppress(FileNotFoundError):
                        if len(file.name) == len(place) * 16 and file.stat().st_mtime < before:
                            found.append(file.name)
            if looked >= at_least:
                return found, place
        return found, ""

    def _places(self, after: str) -> Iterator[str]:
        """The folders of the second level beyond one, in order, each as the beginning of its keys."""
        for first in sorted(name for name in os.listdir(self._folder) if len(name) == 2):
            if first >= after[:2]:
                for second in sorted(os.listdir(self._folder / first)):
                    if first + second > after:
                        yield first + second

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        self._batched, self._to_sync = True, False
        try:
            yield
            if self._to_sync:
                os.sync()
        finally:
            self._batched = False


def _known(target: str, data: Octets) -> int:
    """Whether just these bytes are stored, and if so whether for so long that they surely are on the disk. A
    touched file is young: `discard` leaves it alone until whoever stores it now has written its row."""
    try:
        with open(target, "rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size != len(data):
                return ABSENT
            os.utime(target)
            same = all(file.read(len(part)) == part for part in _parts(data))
    except FileNotFoundError:
        return ABSENT
    if not same:
        return ABSENT
    return OLD if before.st_mtime < time.time() - SETTLED_SECONDS else YOUNG


def _parts(data: Octets) -> Iterator[memoryview]:
    """The bytes piece by piece; of those in a file no more than one piece is in memory."""
    view = memoryview(data)
    for at in range(0, len(data), CHUNK):
        yield view[at : at + CHUNK]
        if isinstance(data, Mapped):
            data.give_back()


def _nothing() -> None:
    """What is left to do for bytes that are durable."""


def _sync_own(target: str) -> None:
    """Sync bytes that this call wrote. Raises OSError; then they are gone, as a second sync may well claim that what
    failed is on the disk."""
    try:
        _sync(target)
    except FileNotFoundError:
        return  # swept meanwhile: then no row refers to it
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(target)
        raise


def _sync(target: str) -> None:
    """Raises OSError, also where the file is gone: whoever wrote it could not make it durable."""
    for path in (target, os.path.dirname(target)):
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
