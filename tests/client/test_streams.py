"""Streams of our server: in the background, closed, opened again, over one websocket."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from folkmoot.client import (
    CallbackStreamListener,
    Mastodon,
    MastodonIllegalArgumentError,
    MastodonMalformedEventError,
    StreamListener,
)
from folkmoot.client.mastodon.listeners import Events


def soon(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.02)


@pytest.fixture
def ada(told: dict[str, Any]) -> Mastodon:
    return Mastodon(access_token="token-ada", api_base_url=told["url"])


def test_a_stream_in_the_background(ada: Mastodon) -> None:
    heard: list[Any] = []
    listener = CallbackStreamListener(update_handler=heard.append, local_update_handler=heard.append)
    handle: Any = ada.stream_user(listener, run_async=True)
    soon(handle.is_receiving)
    posted = ada.status_post("Live")
    soon(lambda: len(heard) == 2)
    assert heard[0].id == posted.id
    assert heard[0].created_at == posted.created_at
    handle.close()
    handle.join(5)
    assert not handle.is_alive()
    assert not handle.is_receiving()


def test_a_stream_comes_back(ada: Mastodon) -> None:
    heard: list[Any] = []
    aborted: list[Exception] = []
    listener = CallbackStreamListener(update_handler=heard.append)
    listener.on_abort = aborted.append  # type: ignore[method-assign]  # a listener that notes it
    handle: Any = ada.stream_local(listener, run_async=True, reconnect_async=True, reconnect_async_wait_sec=0)
    soon(handle.is_receiving)
    first = handle.connection
    first.raw.shutdown()
    soon(lambda: handle.connection is not first and handle.is_receiving())
    posted = ada.status_post("After the break", visibility="public")
    soon(lambda: any(one.id == posted.id for one in heard))
    broken = len(aborted)
    handle.close()
    handle.join(5)
    assert not handle.is_alive()
    assert len(aborted) == broken, "closing it oneself is no loss"


def test_one_websocket_for_several_streams(ada: Mastodon) -> None:
    class Noting(StreamListener):
        def __init__(self) -> None:
            self.heard: list[Any] = []
            self.errors: list[Any] = []

        def on_update(self, status: Any, for_stream: Any = None) -> None:
            self.heard.append((status.id, for_stream))

        def on_websocket_error(self, error: Exception, for_stream: Any = None) -> None:
            self.errors.append(error)

    user, tag = Noting(), Noting()
    with ada.stream_open_websocket(user) as handle:
        ada.stream_user(user, websocket_handle=handle)
        subscription: Any = ada.stream_hashtag("Oars", tag, websocket_handle=handle)
        with pytest.raises(MastodonIllegalArgumentError):
            handle.subscribe("user")
        handle.subscribe("no such stream")
        soon(lambda: user.errors)
        posted = ada.status_post("With #oars", visibility="public")
        soon(lambda: tag.heard and user.heard)
        assert tag.heard[0][0] == user.heard[0][0] == posted.id
        assert user.heard[0][1] == ["user"]
        subscription.close()
        assert not subscription.is_alive()
        assert handle.is_receiving()
    assert not handle.is_alive()


def test_the_server_is_well(ada: Mastodon) -> None:
    assert ada.stream_healthy() is True


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_bytes_become_events_however_they_are_cut(size: int) -> None:
    heard: list[Any] = []
    listener = CallbackStreamListener(
        update_handler=heard.append,
        delete_handler=heard.append,
        unknown_event_handler=lambda *a: heard.append(a),
    )
    parser = Events(listener)
    raw = (
        ':thump\r\n\r\nevent: update\ndata: {"content":\ndata: "ä☃"}\n\nevent:delete\ndata:12\n\n'
        'event: some.thing\ndata: {"a": 1}\nid: 5\n\n'
    ).encode()
    for at in range(0, len(raw), size):
        parser.feed(raw[at : at + size])
    assert [heard[0].content, heard[1], heard[2]] == ["ä☃", "12", ("some.thing", {"a": 1})]


@pytest.mark.parametrize(
    "raw", [b"event: update\n\n", b"data: {}\n\n", b"event: update\ndata: {x\n\n", b"nonsense\n", b"\xff\n"]
)
def test_malformed_events(raw: bytes) -> None:
    listener = StreamListener()
    aborted: list[Exception] = []
    listener.on_abort = aborted.append  # type: ignore[method-assign]  # a listener that notes it
    with pytest.raises(MastodonMalformedEventError) as caught:
        Events(listener).feed(raw)
    assert aborted == [caught.value]
