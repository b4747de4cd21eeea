"""Streams: what happens, as it happens."""

from __future__ import annotations

import warnings
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from folkmoot.client.mastodon.entities.people import UserList
from folkmoot.client.mastodon.errors import (
    MastodonAPIError,
    MastodonIllegalArgumentError,
    MastodonNetworkError,
    MastodonWarning,
)
from folkmoot.client.mastodon.handles import SSEStreamHandle
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import bare_tag
from folkmoot.client.mastodon.server import ODD, Versions
from folkmoot.client.mastodon.versions import api_version
from folkmoot.client.streaming_websocket import WebSocketStreamHandle, WebSocketSubscription

if TYPE_CHECKING:
    import requests

    from folkmoot.client.mastodon.listeners import StreamListener

STREAM_TIMEOUT = 300
RECONNECT_WAIT = 5
HTTP = {"wss": "https", "ws": "http", "https": "https", "http": "http"}
Handle = SSEStreamHandle | WebSocketSubscription | None


class Streams(Versions):
    """Streams: what happens, as it happens.

    Each method blocks and calls the *listener* until the connection is lost, which raises. With *run_async* it
    returns a handle at once and a thread listens; with *reconnect_async* too, that thread connects again after
    *reconnect_async_wait_sec* seconds. *timeout*: after so many seconds of silence the connection counts as lost.
    *websocket_handle*: subscribe on this open websocket instead (`stream_open_websocket`).
    """

    @api_version("1.1.0", "1.4.2")
    def stream_user(
        self,
        listener: StreamListener,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """Everything for oneself: home timeline, notifications, conversations. `GET /api/v1/streaming/user`."""
        how = (run_async, timeout, reconnect_async, reconnect_async_wait_sec)
        return self._stream("user", {}, listener, websocket_handle, how)

    @api_version("1.4.2", "1.4.2")
    def stream_user_notifications(
        self,
        listener: StreamListener,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """Own notifications only. `GET /api/v1/streaming/user/notification`."""
        how = (run_async, timeout, reconnect_async, reconnect_async_wait_sec)
        return self._stream("user:notification", {}, listener, websocket_handle, how)

    @api_version("1.1.0", "1.4.2")
    def stream_public(
        self,
        listener: StreamListener,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        local: bool = False,
        remote: bool = False,
        only_media: bool = False,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """All public statuses, or the *local* or the *remote* ones. `GET /api/v1/streaming/public`."""
        if local and remote:
            raise MastodonIllegalArgumentError(
                "Cannot pass both local and remote - use either one or the other."
            )
        self._warn_if_closed_stream("public", local, remote)
        name = "public" + (":local" if local else ":remote" if remote else "")
        how = (run_async, timeout, reconnect_async, reconnect_async_wait_sec)
        return self._stream(name, {"only_media": only_media}, listener, websocket_handle, how)

    @api_version("1.1.0", "1.4.2")
    def stream_local(
        self,
        listener: StreamListener,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        only_media: bool = False,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """Public statuses of this server. `GET /api/v1/streaming/public/local`."""
        return self.stream_public(
            listener,
            run_async=run_async,
            timeout=timeout,
            reconnect_async=reconnect_async,
            reconnect_async_wait_sec=reconnect_async_wait_sec,
            local=True,
            only_media=only_media,
            websocket_handle=websocket_handle,
        )

    @api_version("1.1.0", "1.4.2")
    def stream_hashtag(
        self,
        tag: str,
        listener: StreamListener,
        local: bool = False,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """Public statuses with a tag (its name without the #). `GET /api/v1/streaming/hashtag`."""
        bare_tag(tag)
        self._warn_if_closed_stream("hashtag", local, False)
        name = "hashtag:local" if local else "hashtag"
        how = (run_async, timeout, reconnect_async, reconnect_async_wait_sec)
        return self._stream(name, {"tag": tag}, listener, websocket_handle, how)

    @api_version("2.1.0", "2.1.0")
    def stream_list(
        self,
        id: UserList | IdType,
        listener: StreamListener,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """Statuses of a list's accounts. `GET /api/v1/streaming/list`."""
        how = (run_async, timeout, reconnect_async, reconnect_async_wait_sec)
        return self._stream("list", {"list": unpack_id(id)}, listener, websocket_handle, how)

    @api_version("2.6.0", "2.6.0")
    def stream_direct(
        self,
        listener: StreamListener,
        run_async: bool = False,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
        websocket_handle: WebSocketStreamHandle | None = None,
    ) -> Handle:
        """Own direct conversations. `GET /api/v1/streaming/direct`."""
        how = (run_async, timeout, reconnect_async, reconnect_async_wait_sec)
        return self._stream("direct", {}, listener, websocket_handle, how)

    def stream_open_websocket(
        self,
        listener: StreamListener | None = None,
        timeout: float = STREAM_TIMEOUT,
        reconnect_async: bool = False,
        reconnect_async_wait_sec: float = RECONNECT_WAIT,
    ) -> WebSocketStreamHandle:
        """One connection for any number of streams: `handle.subscribe(stream, …)`. Needs the package websockets."""
        parts = urlsplit(self._Mastodon__get_streaming_base())
        scheme = "wss" if parts.scheme == "https" else "ws"
        url = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/api/v1/streaming"
        how = (timeout, reconnect_async, reconnect_async_wait_sec)
        return WebSocketStreamHandle(url, self.access_token, self.user_agent, listener, *how)._start()

    @api_version("2.5.0", "2.5.0")
    def stream_healthy(self) -> bool:
        """Is the streaming part of the server well? `GET /api/v1/streaming/health`."""
        base = self._Mastodon__get_streaming_base()
        said = self._Mastodon__api_request(
            "GET", "/api/v1/streaming/health", base_url_override=base, parse=False
        )
        return said in (b"OK", b"success")

    def _stream(
        self,
        name: str,
        params: dict[str, Any],
        listener: StreamListener,
        websocket: WebSocketStreamHandle | None,
        how: tuple[bool, float, bool, float],
    ) -> Handle:
        """Stream *name* (in the websocket's words: `public:local`) to *listener*, in one of the three ways."""
        only_media = params.pop("only_media", False)
        if websocket is not None:
            if not isinstance(websocket, WebSocketStreamHandle):
                raise MastodonIllegalArgumentError("websocket_handle must be a WebSocket stream handle.")
            return websocket.subscribe(f"{name}:media" if only_media else name, listener, **params)
        query = "&".join(f"{key}={quote(str(value), safe='')}" for key, value in params.items())
        query = "only_media=true" if only_media else query
        path = f"/api/v1/streaming/{name.replace(':', '/')}" + (f"?{query}" if query else "")
        run_async, timeout, reconnect, wait = how
        url = self._Mastodon__get_streaming_base().rstrip("/") + path

        def connect() -> requests.Response:
            return self._open_stream(url, timeout)

        if run_async:
            return SSEStreamHandle(None, connect, reconnect, wait, listener)._start()
        with closing(connect()) as response:
            listener.handle_stream(response)
        return None

    def _open_stream(self, url: str, timeout: float) -> requests.Response:
        how = (self.request_timeout, timeout)
        response = self.session.get(url, headers=self._identity(), stream=True, timeout=how)
        if response.status_code != 200:
            response.close()
            raise MastodonNetworkError(f"Could not connect to streaming server: {response.reason}")
        return response

    def _warn_if_closed_stream(self, feed: str, local: bool, remote: bool) -> None:
        if not self.timeline_is_available(feed, local, remote, with_auth=self.access_token is not None):
            text = f"The stream of {feed} statuses is not open to this user on this server."
            warnings.warn(text, MastodonWarning, stacklevel=4)

    def _Mastodon__get_streaming_base(self) -> str:
        """Where the streams are: as instance v1 says, or v2, or where the API is. Kept."""
        if self._Mastodon__streaming_base is not None:
            return self._Mastodon__streaming_base
        self._warn_if_closed_stream("public", False, False)
        named = self._named_streaming()
        base = self.api_base_url
        if named and named != base:
            parts = urlsplit(named)
            if parts.scheme not in HTTP:
                raise MastodonAPIError(f"The server names an address of streams that can't be read: {named}.")
            base = f"{HTTP[parts.scheme]}://{parts.netloc}"
        self._Mastodon__streaming_base = base
        return base

    def _named_streaming(self) -> str | None:
        try:
            named = self._Mastodon__instance(cached=True)["urls"]["streaming_api"]
            if named:
                return str(named)
        except ODD:
            pass  # a server without v1 (Sharkey): v2 may know
        try:
            named = self._Mastodon__instance_v2(cached=True)["configuration"]["urls"]["streaming"]
        except ODD:
            return None
        return str(named) if named else None
