"""Streams over one websocket: any number of subscriptions, each with its listener."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from folkmoot.client.mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonIllegalArgumentError,
    MastodonMalformedEventError,
    MastodonNetworkError,
    MastodonReadTimeout,
)
from folkmoot.client.mastodon.handles import StreamHandle

if TYPE_CHECKING:
    from folkmoot.client.mastodon.listeners import StreamListener

Key = tuple[str, ...]


class Connection(Protocol):
    """An open websocket, whatever opened it. `recv` gives "" when the other side has closed it."""

    def send(self, message: str) -> None: ...

    def recv(self) -> str | bytes: ...

    def close(self) -> None: ...


class _Websockets:
    """A connection of the package websockets, with our errors and one timeout for all reads."""

    def __init__(self, url: str, headers: list[str], timeout: float) -> None:
        from websockets.sync.client import connect

        pairs = dict(header.split(": ", 1) for header in headers)
        agent = pairs.pop("User-Agent", None)
        self.timeout = timeout
        self.open = ExitStack()
        options: dict[str, Any] = {
            "additional_headers": pairs,
            "user_agent_header": agent,
            "open_timeout": timeout,
        }
        with _our_errors():
            self.inner = self.open.enter_context(connect(url, max_size=None, **options))

    def send(self, message: str) -> None:
        with _our_errors():
            self.inner.send(message)

    def recv(self) -> str | bytes:
        with _our_errors():
            raw: str | bytes = self.inner.recv(timeout=self.timeout)
            return raw

    def close(self) -> None:
        self.open.close()


@contextmanager
def _our_errors() -> Iterator[None]:
    from websockets.exceptions import WebSocketException

    try:
        yield
    except TimeoutError as error:
        raise MastodonReadTimeout("Timed out while reading from the WebSocket streaming server.") from error
    except (OSError, ValueError, WebSocketException) as error:
        raise MastodonNetworkError("WebSocket streaming connection failed.", str(error)) from error


def _open_websocket(url: str, headers: list[str], timeout: float) -> Connection:
    """Open *url*. *headers* are whole lines; *timeout* is in seconds, for opening and for each silence."""
    if find_spec("websockets") is None:
        raise NotImplementedError(
            "Streaming by websocket needs the package websockets: pip install 'folkmoot[websocket]'."
        )
    return _Websockets(url, headers, timeout)


def key_of(stream: str, params: dict[str, Any]) -> Key:
    """What tells one subscription from another: the stream, and its list or tag (tags know no case)."""
    if stream == "list":
        return stream, str(params.get("list"))
    if stream in ("hashtag", "hashtag:local"):
        return stream, str(params.get("tag")).lower()
    return (stream,)


class WebSocketSubscription:
    """One stream on a websocket."""

    def __init__(
        self, owner: WebSocketStreamHandle, stream: str, params: dict[str, Any], listener: Any
    ) -> None:
        self.websocket = owner
        self.stream = stream
        self.params = params
        self.listener = listener
        self.active = True

    def close(self) -> None:
        """End this stream; the websocket stays."""
        if self.active:
            self.websocket._drop(self)

    def is_alive(self) -> bool:
        """Subscribed, on a websocket whose thread runs?"""
        return self.active and self.websocket.is_alive()

    def is_receiving(self) -> bool:
        """Subscribed, on a websocket that is connected?"""
        return self.active and self.websocket.is_receiving()


class WebSocketStreamHandle(StreamHandle):
    """An open websocket; made, it is connected. *timeout*: after so many seconds of silence it counts as lost.

    Raises MastodonNetworkError; NotImplementedError without the package websockets.
    """

    def __init__(
        self,
        url: str,
        access_token: str | None,
        user_agent: str | None,
        listener: StreamListener | None = None,
        timeout: float = 300,
        reconnect: bool = False,
        reconnect_wait_sec: float = 5,
    ) -> None:
        self.url = url
        self.access_token = access_token
        self.user_agent = user_agent
        self.listener = listener
        self.timeout = timeout
        self.reconnect = reconnect
        self.reconnect_wait_sec = reconnect_wait_sec
        self.connection: Connection | None = None
        self._subscriptions: dict[Key, WebSocketSubscription] = {}
        self._lock = threading.RLock()
        self._connect()

    def __enter__(self) -> WebSocketStreamHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.join()

    def _start(self) -> WebSocketStreamHandle:
        """Begin to read."""
        self._begin(self._work)
        return self

    def subscriptions(self) -> list[WebSocketSubscription]:
        """The streams that are subscribed to."""
        with self._lock:
            return list(self._subscriptions.values())

    def subscribe(
        self, stream: str, listener: StreamListener | None = None, **params: Any
    ) -> WebSocketSubscription:
        """Subscribe to a stream (`user`, `public:local`, `hashtag` with tag=, `list` with list= …)."""
        listener = listener or self.listener
        if listener is None:
            raise MastodonIllegalArgumentError("A subscription needs a listener.")
        key = key_of(stream, params)
        with self._lock:
            if self.closed:
                raise MastodonIllegalArgumentError("The websocket is closed.")
            if key in self._subscriptions:
                raise MastodonIllegalArgumentError(f"Already subscribed to {' '.join(key)}.")
            made = self._subscriptions[key] = WebSocketSubscription(self, stream, params, listener)
        try:
            self._send("subscribe", made)
        except MastodonError:
            with self._lock:
                self._subscriptions.pop(key, None)
            made.active = False
            raise
        return made

    def unsubscribe(self, stream: str, **params: Any) -> WebSocketStreamHandle:
        """End a subscription."""
        with self._lock:
            found = self._subscriptions.get(key_of(stream, params))
        if found is None:
            raise MastodonIllegalArgumentError(f"Not subscribed to {stream}.")
        self._drop(found)
        return self

    def close(self) -> None:
        self.closed = True
        with self._lock:
            connection, self.connection = self.connection, None
            for subscription in self._subscriptions.values():
                subscription.active = False
            self._subscriptions.clear()
        if connection is not None:
            with suppress(OSError):
                connection.close()

    def _drop(self, subscription: WebSocketSubscription) -> None:
        with self._lock:
            subscription.active = False
            if self._subscriptions.pop(key_of(subscription.stream, subscription.params), None) is None:
                return
        self._send("unsubscribe", subscription)

    def _send(self, verb: str, subscription: WebSocketSubscription) -> None:
        with self._lock:
            connection = self.connection
        if connection is None:
            return
        message = {"type": verb, "stream": subscription.stream, **subscription.params}
        connection.send(json.dumps(message, separators=(",", ":")))

    def _connect(self) -> None:
        headers = [f"Authorization: Bearer {self.access_token}"] if self.access_token else []
        headers += [f"User-Agent: {self.user_agent}"] if self.user_agent else []
        made = _open_websocket(self.url, headers, self.timeout)
        with self._lock:
            if not self.closed:
                self.connection = made
                return
        made.close()

    def _work(self) -> None:
        try:
            while not self.closed:
                try:
                    self._receive()
                except MastodonError as error:
                    if self._over():
                        return
                    for listener in self._listeners():
                        listener.on_abort(error)
                    if not self.reconnect:
                        return
                    self._reconnect()
        finally:
            self.running = self.reconnecting = False

    def _receive(self) -> None:
        connection = self.connection
        raw = "" if connection is None else connection.recv()
        if not raw:
            raise MastodonNetworkError("The WebSocket streaming server closed the connection.")
        self._message(raw)

    def _message(self, raw: str | bytes) -> None:
        try:
            message = json.loads(raw)
        except ValueError as error:
            raise MastodonMalformedEventError("Bad WebSocket JSON", raw) from error
        if not isinstance(message, dict):
            raise MastodonMalformedEventError("Malformed WebSocket event", message)
        if "error" in message:
            refused = MastodonAPIError(
                "WebSocket subscription failed", message.get("status"), message["error"]
            )
            for listener in self._listeners():
                listener.on_websocket_error(refused, message.get("stream"))
            return
        hearing = self._listener_of(message.get("stream"))
        if hearing is not None:
            hearing.handle_websocket_message(message)

    def _listener_of(self, stream: Any) -> StreamListener | None:
        parts = [stream] if isinstance(stream, str) else [str(part) for part in stream or []]
        if len(parts) > 1 and parts[0].startswith("hashtag"):
            parts[1] = parts[1].lower()
        with self._lock:
            found = self._subscriptions.get(tuple(parts))
        return found.listener if found else self.listener

    def _listeners(self) -> list[StreamListener]:
        with self._lock:
            known = [self.listener, *(one.listener for one in self._subscriptions.values())]
        return list({id(one): one for one in known if one is not None}.values())

    def _reconnect(self) -> None:
        self.reconnecting = True
        while not self.closed:
            self._rest(self.reconnect_wait_sec)
            if self._over():
                break
            try:
                self._connect()
                for subscription in self.subscriptions():
                    self._send("subscribe", subscription)
            except MastodonNetworkError as error:
                for listener in self._listeners():
                    listener.on_abort(error)
                continue
            break
        self.reconnecting = False
