"""Time-ordered ids below 2^53, made without coordination: 42 bits of milliseconds, 4 of node, 7 of sequence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

NODE_BITS = 4
SEQUENCE_BITS = 7
SHIFT = NODE_BITS + SEQUENCE_BITS
NODES = 1 << NODE_BITS
MAX_ID = (1 << 53) - 1


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def id_time(id_: int) -> int:
    """The millisecond in which *id_* was made."""
    return id_ >> SHIFT


def first_id_at(ms: int) -> int:
    """The lowest id of that millisecond: a bound for looking ids up by time."""
    return max(ms, 0) << SHIFT


class Ids:
    """Makes ids. One object a process; *node* (0 to 15) differs between processes that write the same store.

    The clock going back does not disturb the order: the last millisecond is kept until the clock has passed it.
    """

    def __init__(self, node: int = 0, clock: Callable[[], int] = now_ms) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"node {node} is not in 0..{NODES - 1}")
        self._node = node << SEQUENCE_BITS
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0
        self._sequence = 0
        self._past: dict[int, int] = {}

    def next(self) -> int:
        """The next id, greater than every earlier one of this object."""
        with self._lock:
            ms = max(self._clock(), self._last)
            if ms == self._last:
                self._sequence += 1
                if self._sequence >> SEQUENCE_BITS:
                    ms, self._sequence = ms + 1, 0
            else:
                self._sequence = 0
            self._last = ms
            return (ms << SHIFT) | self._node | self._sequence

    def at(self, ms: int) -> int:
        """An id for something that happened at *ms* in the past (imports); unique within this process only.

        The caller inserts it and asks again with a later millisecond where it is taken.
        """
        with self._lock:
            sequence = self._past.get(ms, -1) + 1
            while sequence >> SEQUENCE_BITS:
                ms += 1
                sequence = self._past.get(ms, -1) + 1
            if len(self._past) > 100_000:
                self._past.clear()
            self._past[ms] = sequence
            return (ms << SHIFT) | self._node | sequence
