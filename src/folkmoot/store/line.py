"""What waits for the one writer: whoever is waited for goes first, and the patient get through now and then."""

from __future__ import annotations

import queue
import time
from collections import deque
from typing import Final, Generic, TypeVar

T = TypeVar("T")
QUIET_SECONDS: Final = 0.003
"""So long nobody must have come before a patient one is let through: who was just answered often comes back."""
PATIENCE_SECONDS: Final = 0.1
"""After that it goes with the others."""


class Line(Generic[T]):
    """Any thread puts in, one thread takes out, up to *most* at a time and in their order."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: queue.SimpleQueue[tuple[T, bool] | None] = queue.SimpleQueue()
        self._patient: deque[tuple[float, T]] = deque()
        self._closed = False

    def put(self, item: T, *, patient: bool = False) -> None:
        """Stand in the line; *patient*: nobody waits for it."""
        self._queue.put((item, patient))

    def close(self) -> None:
        """Nothing comes any more."""
        self._queue.put(None)

    def take(self) -> list[T]:
        """The next ones, waited for; none once the line is closed and all that stood in it were taken."""
        items = self._urgent()
        if self._patient and (not items or time.monotonic() - self._patient[0][0] > PATIENCE_SECONDS):
            items.append(self._patient.popleft()[1])
        return items

    def _urgent(self) -> list[T]:
        items: list[T] = []
        while len(items) < self._most and not self._closed:
            try:
                came = self._queue.get(not items, QUIET_SECONDS if self._patient else None)
            except queue.Empty:
                break
            if came is None:
                self._closed = True
            elif came[1]:
                self._patient.append((time.monotonic(), came[0]))
            else:
                items.append(came[0])
        return items
