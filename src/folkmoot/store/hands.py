"""Threads that do what the event loop gives them and hand back what came of it, at a third of an executor's cost."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from folkmoot.store.errors import StoreUnavailable

T = TypeVar("T")
_Task = tuple[asyncio.Future[Any], Callable[[], Any]]


class Hands:
    """*count* threads, begun with the first task."""

    def __init__(self, count: int, name: str) -> None:
        self._queue: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}_{number}", daemon=True)
            for number in range(count)
        ]
        self._begun = self._closed = False

    async def do(self, fn: Callable[[], T]) -> T:
        """Run *fn* in one of the threads. Raises StoreUnavailable once they are to end."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if not self._begun:
            self._begun = True
            for thread in self._threads:
                thread.start()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put((future, fn))
        return await future

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            future, fn = task
            if future.cancelled():
                continue
            result, error = None, None
            try:
                result = fn()
            except BaseException as raised:  # noqa: BLE001 - handed to whoever asked
                error = raised
            loop = future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, future, result, error)
            del task, future, fn, result, error  # held until the next task, else

    def close(self, seconds: float) -> None:
        """Do what waits, then end the threads; wait for so long at most."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        until = time.monotonic() + seconds
        for thread in self._threads:
            if self._begun:
                thread.join(max(0.0, until - time.monotonic()))


def _resolve(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
