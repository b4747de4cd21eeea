"""Decoding in a process of its own: what crashes, hangs or grows there is a bad file and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

import msgspec

from folkmoot.kit.media.bad import Bad

MB: Final = 1024 * 1024
_PICTURE: Final = {"cpu": 20, "wall": 40, "memory": 2048 * MB, "output": 64 * MB, "nice": 0}
_PAGE: Final = {"cpu": 5, "wall": 15, "memory": 1024 * MB, "output": MB, "nice": 10}
_LONG: Final = {"cpu": 900, "wall": 1200, "memory": 4096 * MB, "output": 256 * MB, "nice": 10}
LIMITS: Final[dict[str, dict[str, int]]] = {
    "picture": _PICTURE,
    "scaled": _PICTURE,
    "fitted": _PICTURE,
    "still": _PICTURE,
    "probe": _PICTURE,
    "page": _PAGE,
    "rel_me": _PAGE,
    "convert": _LONG,
}
"""By task: seconds of processor and of the clock, bytes of address space and of what is written."""
_turns = {name: threading.BoundedSemaphore(2) for name in ("short", "long")}
"""So many tasks at once of each sort: a decoded picture takes up to 130 MB, its copies as much again."""


_live: set[Decoding] = set()
"""What runs just now in this process."""


def stop_all() -> None:
    """End what runs: this process is told to stop, and nobody waits for films then."""
    for work in list(_live):
        work.stop()


class Decoded(msgspec.Struct, frozen=True):
    """What came out: facts by name, and the bytes of each part."""

    facts: dict[str, Any]
    parts: list[bytes]


class Decoding:
    """One task under way. *source* is a file's path or its bytes; *limits* replaces some of LIMITS."""

    def __init__(
        self, task: str, source: bytes | Path, *, limits: dict[str, int] | None = None, **options: Any
    ) -> None:
        self._limits = {**LIMITS[task], **(limits or {})}
        self._job = json.dumps({"task": task, "limits": self._limits, "options": options})
        self._source = source
        self._process: subprocess.Popen[bytes] | None = None
        self._late = False
        self._ended = False

    def run(self) -> Decoded:
        """Do it; slow, so never on the event loop. Raises Bad; OSError where no process can be started."""
        with _input(self._source) as file:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-I", "-m", "folkmoot.kit.media.child", self._job],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            )
        _live.add(self)
        if self._ended:  # stopped between asking and starting
            self._process.kill()
        timer = threading.Timer(self._limits["wall"], self._overrun)
        timer.start()
        try:
            return self._answer(self._process)
        finally:
            timer.cancel()
            _live.discard(self)
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()

    def stop(self) -> None:
        """End it from another thread; `run` then raises Bad("stopped")."""
        self._ended = True
        if self._process is not None:
            self._process.kill()

    def _overrun(self) -> None:
        self._late = True
        if self._process is not None:
            self._process.kill()

    def _gone(self) -> Bad:
        if self._ended:
            return Bad("stopped", "the decoder was stopped")
        return Bad("too_slow" if self._late else "broken", "the decoder ended without an answer")

    def _answer(self, process: subprocess.Popen[bytes]) -> Decoded:
        assert process.stdout is not None
        most = self._limits["output"]
        head = process.stdout.readline(65_536)
        if not head.endswith(b"\n"):
            raise self._gone()
        answer = json.loads(head)
        if "bad" in answer:
            raise Bad(answer["bad"], answer["text"])
        if sum(answer["parts"]) > most:
            raise Bad("too_large")
        parts = [process.stdout.read(length) for length in answer["parts"]]
        if [len(part) for part in parts] != answer["parts"]:
            raise self._gone()
        return Decoded(answer["facts"], parts)


def decode(task: str, source: bytes | Path, **options: Any) -> Decoded:
    """Do a task (one of LIMITS) as soon as it is its turn. Raises Bad, OSError."""
    with _turns["long" if task == "convert" else "short"]:
        return Decoding(task, source, **options).run()


def _input(source: bytes | Path) -> Any:
    if isinstance(source, Path):
        return source.open("rb")
    fd = os.memfd_create("folkmoot-decode")
    file = os.fdopen(fd, "r+b", buffering=0)
    view = memoryview(source)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    return file
