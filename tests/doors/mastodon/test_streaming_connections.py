"""Connections of streams: who is let in, what they may say, and when it ends."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import mastodon
import msgspec
import pytest
import websockets
from tests.doors.mastodon.stream_server import Town, ids_heard, settled, subscribe, town

from folkmoot.domain.people import logins
from folkmoot.domain.posts import edits
from folkmoot.doors import mastodon as mastodon_door
from folkmoot.settings import Settings
from folkmoot.store.tx import JournalRow

USER = "/api/v1/streaming/user"
PUBLIC = "/api/v1/streaming/public"


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "scopes", "status", "error"),
    [
        (USER, None, 401, "Missing access token"),
        (USER, "wrong", 401, "Invalid access token"),
        (USER, "app", 401, "Invalid access token"),
        (USER, "write", 401, "Access token does not have the required scopes"),
        (PUBLIC, "read:notifications", 401, "Access token does not have the required scopes"),
        (
            "/api/v1/streaming/user/notification",
            "read:statuses",
            401,
            "Access token does not have the required scopes",
        ),
        ("/api/v1/streaming?stream=nonsense", "read", 400, "Unknown channel requested"),
        ("/api/v1/streaming/hashtag", "read", 400, "Missing tag name parameter"),
        ("/api/v1/streaming/hashtag/local?tag=%23", "read", 400, "Missing tag name parameter"),
        ("/api/v1/streaming/list?list=abc", "read", 400, "Missing list name parameter"),
        ("/api/v1/streaming/list?list=77", "read", 401, "Not authorized to stream this list"),
        ("/api/v1/streaming/user?" + "a&" * 50, "read", 400, "Unknown channel requested"),
    ],
)
async def test_refusals(place: Town, path: str, scopes: str | None, status: int, error: str) -> None:
    bob = place.person("bob")
    special = {None: "", "wrong": "wrong", "app": place.token(None)}
    token = special[scopes] if scopes in special else place.token(bob, scopes or "")
    async with place.events(path, token, Origin="https://elsewhere.example") as events:
        assert events.status == status
        assert await events.body() == {"error": error}
        assert "access-control-allow-origin: *" in events.head
    assert place.connections() == 0


async def test_a_single_stream_by_query(place: Town) -> None:
    bob = place.person("bob")
    async with place.events(f"/api/v1/streaming?stream=user&access_token={place.token(bob)}") as events:
        post = await asyncio.to_thread(place.post, bob)
        assert (await events.next())[1]["id"] == str(post)
    async with place.events("/api/v1/streaming", place.token(bob)) as nothing:
        assert nothing.status == 404


async def test_token_in_the_sub_protocol_is_echoed(place: Town) -> None:
    token = place.token(place.person("bob"))
    async with place.socket("?stream=user", subprotocols=[token]) as socket:
        assert socket.subprotocol == token
    for query in ("", "?access_token=wrong"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with place.socket(query):
                pass
        assert refused.value.response.status_code == 401
        assert "access token" in json.loads(refused.value.response.body)["error"]


async def test_a_socket_opens_on_any_path_below_and_the_query_names_its_stream(place: Town) -> None:
    bob = place.person("bob")
    token = place.token(bob)
    async with place.socket(f"/public/local?access_token={token}&stream=user") as socket:
        post = place.post(bob)
        assert await ids_heard(socket, 1) == [("user", "update", post)]
    async with place.socket(f"/user/?access_token={token}") as socket:
        await subscribe(socket, "direct")
        await settled(socket)
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with place.socket("/user?access_token=wrong"):
            pass
    assert refused.value.response.status_code == 401


async def test_commands(place: Town) -> None:
    bob = place.person("bob")
    async with place.socket(f"?access_token={place.token(bob)}") as socket:
        for bad in ("", "{", "[]", '{"type":"dance","stream":"user"}', '{"type":"subscribe"}', "x" * 5000):
            await socket.send(bad)
        for _ in range(5):
            assert json.loads(await socket.recv()) == {"error": "Bad message", "status": 400}
        await subscribe(socket, "nonsense")
        assert json.loads(await socket.recv()) == {"error": "Unknown stream type", "status": 400}
        await subscribe(socket, "hashtag")
        assert json.loads(await socket.recv())["error"] == "Missing tag name parameter"
        for _ in range(2):  # again changes nothing
            await subscribe(socket, "user")
        await subscribe(socket, "hashtag:local", tag="#Oak")
        await settled(socket)
        post = place.post(bob, "an #oak")
        assert sorted(await ids_heard(socket, 2)) == [
            ("hashtag:local", "update", post), ("user", "update", post)
        ]  # fmt: skip
        await socket.send(json.dumps({"type": "unsubscribe", "stream": "user"}))
        await socket.send(json.dumps({"type": "unsubscribe", "stream": "direct"}))
        await settled(socket)
        post = place.post(bob, "another #oak")
        assert await ids_heard(socket, 1) == [("hashtag:local", "update", post)]
        await socket.send(b"\x00")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1003
    await place.connected(0)


async def test_a_revoked_token_ends_its_streams(place: Town) -> None:
    bob = place.person("bob")
    token, other = place.token(bob), place.token(bob)
    async with (
        place.events(USER, token) as events,
        place.socket(f"?stream=user&access_token={token}") as socket,
        place.events(USER, other) as staying,
    ):
        await place.connected(3)
        place.store.write(lambda tx: logins.revoke_token(tx, logins.token(tx, token).id, bob.account_id))
        start = time.monotonic()
        with pytest.raises(EOFError):
            await events.next(5)
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)
        assert time.monotonic() - start < 1
        post = place.post(bob)
        assert (await staying.next())[1]["id"] == str(post)
    async with place.events(USER, token) as events:
        assert events.status == 401


async def test_at_most_64_connections_of_a_token(place: Town) -> None:
    token = place.token(place.person("bob"))
    live = []
    try:
        for _ in range(64):
            context = place.socket(f"?stream=user&access_token={token}")
            live.append(await context.__aenter__())
        async with place.events(USER, token) as events:
            assert events.status == 429
            assert "retry-after" in events.head
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with place.socket(f"?access_token={token}"):
                pass
        assert refused.value.response.status_code == 429
    finally:
        await asyncio.gather(*(socket.close() for socket in live))
    await place.connected(0)


async def test_who_does_not_read_is_dropped_and_others_are_served(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.follow(bob, ann)
    async with place.events(USER, place.token(bob)) as stuck, place.events(USER, place.token(ann)) as reading:
        await place.connected(2)
        stuck.stand_still()

        def flood() -> None:
            for _ in range(200):
                place.post(ann, "word " * 8000)
            place.post(ann, "the end")

        writing = asyncio.create_task(asyncio.to_thread(flood))
        last, text = 0, ""
        while "the end" not in text:
            status = (await reading.next())[1]
            before, last, text = last, int(status["id"]), status["content"]
            assert last > before  # in the order of the commits
        await writing
        await place.connected(1)


async def test_another_process_reaches_the_stream(place: Town) -> None:
    bob = place.person("bob")
    script = (
        "import sys, msgspec\n"
        "from folkmoot.settings import Settings\n"
        "from folkmoot.store.engine import open_store\n"
        "from folkmoot.domain.posts import posts\n"
        "from folkmoot.domain.access import Viewer\n"
        "from folkmoot.domain.posts.drafts import Draft\n"
        "store = open_store(msgspec.json.decode(sys.argv[1], type=Settings))\n"
        "print(store.write(lambda tx: posts.write(tx, Viewer(int(sys.argv[2])), Draft(text='from afar'))).id)\n"
        "store.close()\n"
    )
    settings = msgspec.json.encode(place.house.settings).decode()
    async with place.events(USER, place.token(bob)) as events:
        await place.connected(1)
        line = [sys.executable, "-c", script, settings, str(bob.account_id)]
        done = await asyncio.to_thread(subprocess.run, line, capture_output=True, text=True, check=True)
        assert (await events.next(2))[1]["id"] == done.stdout.strip()


async def test_streams_end_where_too_much_waits(place: Town) -> None:
    bob = place.person("bob")
    facts = {"author_id": bob.account_id, "audience": 0, "media_n": 0, "tags": [], "addressed": []}
    async with place.events(USER, place.token(bob)) as events:
        await place.connected(1)
        live = place.house.kept["mastodon.streams"]
        rows = [JournalRow(n, "post_added", bob.account_id, n, facts, 0) for n in range(1, 10_002)]
        loop = place.store._loop
        assert loop is not None
        loop.call_soon_threadsafe(live.heard, rows)
        with pytest.raises(EOFError):
            await events.next()
    await place.connected(0)
    async with place.events(USER, place.token(bob)) as events:
        post = await asyncio.to_thread(place.post, bob)
        assert (await events.next())[1]["id"] == str(post)


class Listener(mastodon.StreamListener):
    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.came, self.more = threading.Event(), threading.Event()

    def on_update(self, status: Any) -> None:
        self.heard.append(("update", status["id"]))
        self.came.set()

    def on_delete(self, status_id: Any) -> None:
        self.heard.append(("delete", status_id))
        self.more.set()


def test_mastodon_py(place: Town) -> None:
    bob = place.person("bob")
    client = mastodon.Mastodon(
        access_token=place.token(bob), api_base_url=f"http://{place.host}", version_check_mode="none"
    )
    client._Mastodon__streaming_base = (
        f"http://{place.host}"  # the server of these tests has no instance page
    )
    client._Mastodon__get_streaming_base = lambda: f"http://{place.host}"
    listener = Listener()
    handle = client.stream_user(listener, run_async=True, timeout=30)
    deadline = time.monotonic() + 30
    while place.connections() != 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    post = place.post(bob, "through their client")
    assert listener.came.wait(30)
    place.store.write(lambda tx: edits.delete(tx, bob, post))
    assert listener.more.wait(30)
    assert [(event, int(id_)) for event, id_ in listener.heard] == [("update", post), ("delete", post)]
    mastodon_door.streaming.detach(place.house)  # the client's close would wait for the next heartbeat
    handle.close()
