"""Waiting until something has happened, instead of for a fixed time."""

from __future__ import annotations

import time
from collections.abc import Callable


def soon(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Return as soon as *true* says so. Raises AssertionError where it never does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
