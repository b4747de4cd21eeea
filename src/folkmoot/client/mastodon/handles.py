"""Streams in the background: a thread that reads one, and the handle that ends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from folkmoot.client.mastodon.errors import MastodonError

if TYPE_CHECKING:
    import requests

    from folkmoot.client.mastodon.listeners import StreamListener

Connect = Callable[[], "requests.Response"]


class StreamHandle:
    """A stream that is read by a thread of its own."""

    closed: bool = False
    running: bool = False
    reconnecting: bool = False
    _thread: threading.Thread | None = None

    def close(self) -> None:
        """End the stream for good."""
        raise NotImplementedError

    def is_alive(self) -> bool:
        """Does the thread still run?"""
        return self._thread is not None and self._thread.is_alive()

    def is_receiving(self) -> bool:
        """Is it connected, and neither closed nor busy with connecting again?"""
        return self.running and not self.closed and not self.reconnecting and self.is_alive()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, at most *timeout* seconds."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _begin(self, work: Callable[[], None]) -> None:
        self.running = True
        self._thread = threading.Thread(target=work, daemon=True, name="folkmoot-stream")
        self._thread.start()

    def _over(self) -> bool:
        """Was it closed, perhaps just now, by another thread?"""
        return self.closed

    def _rest(self, seconds: float) -> None:
        """Sleep, but wake up when the stream is closed."""
        until = time.monotonic() + seconds
        while not self.closed and time.monotonic() < until:
            time.sleep(min(0.1, max(0.0, until - time.monotonic())))


class SSEStreamHandle(StreamHandle):
    """A stream of server-sent events. With *reconnect* it is opened anew whenever it breaks off."""

    def __init__(
        self,
        connection: requests.Response | None,
        connect_func: Connect,
        reconnect_async: bool,
        reconnect_async_wait_sec: float,
        listener: StreamListener,
    ) -> None:
        self.connection = connection
        self.connect_func = connect_func
        self.reconnect_async = reconnect_async
        self.reconnect_async_wait_sec = reconnect_async_wait_sec
        self.listener = listener

    def _start(self) -> SSEStreamHandle:
        """Begin to read."""
        self._begin(self._work)
        return self

    def close(self) -> None:
        self.closed = True
        if self.connection is not None:
            hang_up(self.connection)

    def _work(self) -> None:
        try:
            while not self.closed:
                if self.connection is None:
                    self._connect()
                if self.connection is not None:
                    self._listen(self.connection)
                    if not self.reconnect_async:
                        break
                    self.connection = None
                    self.reconnecting = True
                    self._rest(self.reconnect_async_wait_sec)
        finally:
            self.running = self.reconnecting = False

    def _connect(self) -> None:
        """Open the connection. What goes wrong is told to the listener, and tried again: the network may come back."""
        self.reconnecting = True
        try:
            connection = self.connect_func()
        except Exception as error:  # noqa: BLE001 - whatever the session raises counts as no connection
            self.listener.on_abort(error)
            self._rest(self.reconnect_async_wait_sec)
            return
        if self.closed:
            hang_up(connection)
            return
        self.connection = connection
        self.reconnecting = False

    def _listen(self, connection: requests.Response) -> None:
        with closing(connection):
            try:
                self.listener.handle_stream(connection)
            except (MastodonError, AttributeError, ValueError, OSError):
                # AttributeError, ValueError, OSError: reading from a connection that `close` has just taken away.
                if not (self.closed or self.reconnect_async):
                    raise


def hang_up(response: Any) -> None:
    """Close a connection that another thread may be reading: the socket first, so that the reader wakes up.

    Its mark tells the listener that nothing is lost.
    """
    response.hung_up = True
    shutdown = getattr(getattr(response, "raw", None), "shutdown", None)
    if shutdown is not None:
        with suppress(OSError, ValueError, RuntimeError, AttributeError):
            shutdown()
    with suppress(OSError, ValueError, RuntimeError, AttributeError):
        response.close()
