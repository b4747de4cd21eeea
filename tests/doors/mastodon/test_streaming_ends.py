"""When streams end: revoked tokens, new passwords, sanctions by any process; and what a connection may cost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import websockets
from tests.doors.frame.test_pieces import request
from tests.doors.mastodon.moot import Moot
from tests.doors.mastodon.stream_server import Town, settled, subscribe, town
from tests.support.server import running_server

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.people import logins
from folkmoot.domain.staff import sanctions
from folkmoot.doors.frame import streams
from folkmoot.doors.frame.http import Policy
from folkmoot.doors.frame.streams import Subscriber, run_sse
from folkmoot.doors.mastodon.streams import PER_SOCKET
from folkmoot.settings import Settings

USER = "/api/v1/streaming/user"


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


def _sanction(kind: str) -> Callable[[Any, Viewer, int], Any]:
    return lambda tx, staff, id_: sanctions.impose(tx, staff, id_, sanctions.Sanction(kind=kind))


ENDS: dict[str, Callable[[Any, Viewer, int], Any]] = {
    "password": lambda tx, staff, id_: logins.set_password(tx, id_, "new"),
    "everything": lambda tx, staff, id_: logins.end_everything(tx, id_),
    "disable": _sanction("disable"),
    "suspend": _sanction("suspend"),
}


@pytest.mark.parametrize("end", ENDS)
async def test_all_streams_of_an_account_end_at_once(place: Town, end: str) -> None:
    ann, bob, eve = place.person("ann", role=Role.ADMIN), place.person("bob"), place.person("eve")
    staff = Viewer(ann.account_id, Role.ADMIN)
    tokens = [place.token(bob) for _ in range(2)]
    async with (
        place.events(USER, tokens[0]) as events,
        place.socket(f"?stream=user&access_token={tokens[1]}") as socket,
        place.events(USER, place.token(eve)) as other,
    ):
        await place.connected(3)
        await asyncio.to_thread(place.store.write, lambda tx: ENDS[end](tx, staff, bob.account_id))
        start = time.monotonic()
        with pytest.raises(EOFError):
            await events.next(5)
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)
        assert time.monotonic() - start < 1
        post = await asyncio.to_thread(place.post, eve)
        assert (await other.next())[1]["id"] == str(post)
    for token in tokens:
        async with place.events(USER, token) as events:
            assert events.status == 401


async def test_an_account_that_is_let_back_in_streams_again(place: Town) -> None:
    ann, bob = place.person("ann", role=Role.ADMIN), place.person("bob")
    staff = Viewer(ann.account_id, Role.ADMIN)
    token = place.token(bob)
    place.store.write(lambda tx: _sanction("disable")(tx, staff, bob.account_id))
    async with place.events(USER, token) as events:
        assert events.status == 401
    place.store.write(lambda tx: sanctions.lift(tx, staff, bob.account_id, "disable"))
    async with place.events(USER, token) as events:
        assert events.status == 200


SCRIPT = """
import sys, msgspec
from folkmoot.settings import Settings
from folkmoot.store.engine import open_store
from folkmoot.domain.people import logins
store = open_store(msgspec.json.decode(sys.argv[1], type=Settings))
sys.stdin.readline()
store.write(lambda tx: logins.set_password(tx, int(sys.argv[2]), "new"))
store.close()
"""


async def test_another_process_ends_them_too(place: Town) -> None:
    bob = place.person("bob")
    line = [
        sys.executable,
        "-c",
        SCRIPT,
        msgspec.json.encode(place.house.settings).decode(),
        str(bob.account_id),
    ]
    with subprocess.Popen(line, stdin=subprocess.PIPE, text=True) as process:
        async with place.events(USER, place.token(bob)) as events:
            await place.connected(1)
            await asyncio.to_thread(process.communicate, "go\n")  # it has closed its store when it ends
            start = time.monotonic()
            with pytest.raises(EOFError):
                await events.next(5)
            assert time.monotonic() - start < 1
    assert process.returncode == 0


async def test_a_token_that_is_revoked_while_it_connects_opens_nothing(place: Town) -> None:
    bob = place.person("bob")
    async with place.socket(f"?access_token={place.token(bob)}") as socket:
        await place.connected(1)
        place.store.write(lambda tx: logins.end_everything(tx, bob.account_id))
        with contextlib.suppress(websockets.ConnectionClosed):
            await subscribe(socket, "user")
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)
    await place.connected(0)
    assert not place.house.kept["mastodon.streams"].seats.seats


async def test_a_socket_carries_so_many_streams_and_no_more(place: Town) -> None:
    bob = place.person("bob")
    async with place.socket(f"?access_token={place.token(bob)}") as socket:
        for n in range(PER_SOCKET):
            await subscribe(socket, "hashtag", tag=f"tag{n}")
        await settled(socket)
        await subscribe(socket, "user")
        assert json.loads(await socket.recv()) == {
            "error": "Too many streams on one connection",
            "status": 429,
        }
        await socket.send(json.dumps({"type": "unsubscribe", "stream": "hashtag", "tag": "tag1"}))
        await subscribe(socket, "user")
        await settled(socket)
        assert len(place.house.kept["mastodon.streams"].seats.seats) == PER_SOCKET + 1  # user is two parts


async def test_large_messages_end_the_connection_and_nothing_is_compressed(tmp_path: Path) -> None:
    with running_server(tmp_path) as up:
        moot = Moot(up.house)
        ann = moot.person("ann")
        address = f"ws{up.url.removeprefix('http')}/api/v1/streaming?access_token={ann.token}"
        async with websockets.connect(address) as socket:
            assert socket.response is not None
            assert "sec-websocket-extensions" not in socket.response.headers
            await socket.send("x" * 300_000)
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 5)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
        moot.http.close()


async def test_a_silent_stream_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    assert streams.HEARTBEAT == 15
    monkeypatch.setattr(streams, "HEARTBEAT", 0.02)
    sent: list[bytes] = []
    gone = asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if sent.count(b":thump\n") == 2:
            gone.set()

    http = request(Policy(Settings()), receive=receive)
    http.send = send
    await asyncio.wait_for(run_sse(http, Subscriber("sse"), hello=b":)\n"), 5)
    assert sent[:4] == [b"", b":)\n", b":thump\n", b":thump\n"], "an empty line would be an event"


async def test_a_socket_that_does_not_read_is_dropped(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.follow(bob, ann)
    stuck_token, reading_token = place.token(bob), place.token(ann)
    async with (
        place.socket(
            f"?stream=user&access_token={stuck_token}", max_queue=1, close_timeout=0.1, compression=None
        ),
        place.socket(
            f"?stream=user&access_token={reading_token}", max_size=None, compression=None
        ) as reading,
    ):
        await place.connected(2)

        def flood() -> None:
            for _ in range(200):
                place.post(ann, "word " * 8000)
            place.post(ann, "the end")

        writing = asyncio.create_task(asyncio.to_thread(flood))
        text = ""
        while "the end" not in text:
            text = json.loads(json.loads(await asyncio.wait_for(reading.recv(), 20))["payload"])["content"]
        await writing
        await place.connected(1)
