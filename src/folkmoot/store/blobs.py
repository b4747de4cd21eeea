"""Raw mail and media by the hash of their bytes: written whole or not at all, never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Blobs(Protocol):
    """Where bytes are kept. A key is the SHA-256 of the bytes in hexadecimal."""

    def put(self, data: bytes) -> str:
        """Store durably and return the key; the same bytes twice are stored once."""
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

    def batch(self) -> contextlib.AbstractContextManager[None]:
        """Within it `put` may wait with durability until the end of the batch (imports)."""
        ...


class FolderBlobs:
    """Blobs as files in two levels of folders, written to a temporary name, synced and renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batched = False
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
        key = hashlib.sha256(data).hexdigest()
        target = self._file(key)
        # A touched file is young: `discard` leaves it alone until whoever stores it now has written its row.
        with contextlib.suppress(FileNotFoundError):
            os.utime(target)
            return key
        parent = str(target.parent)
        if not os.path.isdir(parent):
            os.makedirs(parent, exist_ok=True)
        temp = os.path.join(self._temp, secrets.token_hex(12))
        fd = os.open(temp, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            if not self._batched:
                os.fsync(fd)
        except BaseException:
            os.close(fd)
            os.unlink(temp)
            raise
        os.close(fd)
        os.rename(temp, target)
        if not self._batched:
            _sync_folder(parent)
        return key

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

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        self._batched = True
        try:
            yield
            os.sync()
        finally:
            self._batched = False


def _sync_folder(folder: str) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
