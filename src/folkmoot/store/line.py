"""What waits for the one writer: taken in groups; who is waited for goes first, the patient get in now and then."""

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
LULL_SECONDS, GATHER_SECONDS, STEP_SECONDS = 0.001, 0.004, 0.0002
"""So long nobody must have come before a group goes that is smaller than the one before, so long it waits at most, and
so often it looks. Who was answered together comes back together, and a writer that works at the same time as the event
loop costs both more than the wait does: they take the interpreter's lock from each other (ADR 5)."""


class Line(Generic[T]):
    """Any thread puts in, one thread takes out, up to *most* at a time and in their order."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: queue.SimpleQueue[tuple[T, bool] | None] = queue.SimpleQueue()
        self._patient: deque[tuple[float, T]] = deque()
        self._closed = False
        self._taken = 0
        """How many were taken the last time."""

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
        items = self._come()
        self._taken = len(items)
        return items

    def _come(self) -> list[T]:
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
                if len(items) == 1:
                    self._gather()
        return items

    def _gather(self) -> None:
        """Wait until as many are here as were taken the last time, or until no more come."""
        begun = last = time.monotonic()
        here = self._queue.qsize()
        while here < self._taken - 1:
            time.sleep(STEP_SECONDS)
            now, size = time.monotonic(), self._queue.qsize()
            last = now if size > here else last
            if now - last > LULL_SECONDS or now - begun > GATHER_SECONDS:
                return
            here = size
