"""Encoded bytes kept under (kind, id, revision): a new revision is a new key; nothing is ever made
invalid."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from threading import Lock

OVERHEAD = 200
"""Bytes that an entry costs beside its value: key, list node, object heads (measured, rounded up)."""


class ByteCache:
    """The oldest entries go when the sum of bytes passes *max_bytes*; one that is still wanted comes back with its
    next miss. So reading is one look into a dict, without a lock. Safe to use from several threads.

    `misses`, `evictions`, `evicted` (bytes) and `size` (bytes, overhead included) are for the metrics.
    """

    __slots__ = ("_entries", "_lock", "evicted", "evictions", "max_bytes", "misses", "size")

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.misses = 0
        self.evictions = 0
        self.evicted = 0
        self._entries: dict[Hashable, bytes] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> bytes | None:
        """The bytes of *key*, None where they are not kept."""
        value = self._entries.get(key)
        if value is None:
            self.misses += 1
        return value

    def get_all(self, keys: Sequence[Hashable]) -> list[bytes | None]:
        """The bytes of each key in order."""
        found = list(map(self._entries.get, keys))
        if None in found:
            self.misses += found.count(None)
        return found

    def put(self, key: Hashable, value: bytes) -> bool:
        """Keep *value*. False for what alone would fill more than an eighth of the cache: it is not kept."""
        cost = len(value) + OVERHEAD
        if cost * 8 > self.max_bytes:
            return False
        with self._lock:
            old = self._entries.pop(key, None)
            if old is not None:
                self.size -= len(old) + OVERHEAD
            self._entries[key] = value
            self.size += cost
            while self.size > self.max_bytes:
                gone = self._entries.pop(next(iter(self._entries)))
                self.size -= len(gone) + OVERHEAD
                self.evictions += 1
                self.evicted += len(gone)
        return True

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.size = 0
