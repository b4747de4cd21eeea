"""Chats as they are spoken: sockets, what was missed, and events of the server."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.doors.groupsio.conftest import Client, Town, assert_like, example
from tests.doors.groupsio.test_chats import begin, say
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from folkmoot.domain.access import GroupRole, Membership
from folkmoot.domain.groups import members

# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def listening(town: Town, client: Client, chat: Any, **more: Any) -> Iterator[ClientConnection]:
    query = "&".join(f"{k}={v}" for k, v in {"chat_id": chat["id"], **more}.items())
    cookie = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
    url = f"{town.url.replace('http', 'ws', 1)}/v1/chatstream?{query}"
    with connect(url, additional_headers={"Cookie": cookie}, open_timeout=10) as socket:
        yield socket


def heard(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=10))


def test_a_socket_hears_and_speaks(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    chat = begin(alice)
    bob.post("joinchat", chat_id=chat["id"])
    with listening(any_town, alice, chat) as ear, listening(any_town, bob, chat) as other:
        said = say(bob, chat, "Over HTTP")
        assert heard(ear) == said
        assert heard(other) == said
        ear.send(json.dumps({"type": "message", "message": "Over a socket"}))
        again = heard(other)
        assert_like(again, example("getchathistory")["data"][0])
        assert (again["message"], again["msg_num"], again["user_id"]) == (
            "Over a socket",
            2,
            any_town.ids["alice"],
        )
        assert heard(ear) == again
        ear.send(json.dumps({"type": "edit", "msg_num": 2, "message": "On a socket"}))
        assert (heard(other)["version"], heard(ear)["message"]) == (2, "On a socket")
        ear.send(json.dumps({"type": "seen", "msg_num": 2}))
        assert heard(ear)["last_msg_seen"] == 2
        for bad, extra in (
            ("{", "invalid command"),
            (json.dumps({"type": "dance"}), "invalid command"),
            (json.dumps({"type": "message", "message": " "}), "invalid message"),
            (json.dumps({"type": "delete", "msg_num": 77}), "invalid msg_num"),
            ("x" * 30_000, "invalid command"),
        ):
            ear.send(bad)
            assert heard(ear) == {"object": "error", "type": "bad_request", "extra": extra}
        ear.send(json.dumps({"type": "delete", "msg_num": 2}))
        assert (heard(other)["delete_msg_num"], heard(ear)["type"]) == (2, "chat_msg_type_delete")
        other.send(json.dumps({"message": "/leave"}))
        left = heard(ear)
        assert (left["type"], left["user_id"]) == ("chat_msg_type_leave", any_town.ids["bob"])
        with pytest.raises(ConnectionClosed):
            other.recv(timeout=10)


def test_what_was_missed_is_sent_first_and_the_end_is_told(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    chat = begin(alice)
    for text in ("one", "two", "three"):
        say(alice, chat, text)
    with listening(town, alice, chat, since=1) as ear:
        assert [(m["msg_num"], m["historical"]) for m in (heard(ear), heard(ear))] == [(2, True), (3, True)]
        bob.post("joinchat", chat_id=chat["id"])
        assert heard(ear)["type"] == "chat_msg_type_join"
        alice.post("updatechat", chat_id=chat["id"], is_closed="1")
        assert heard(ear)["extra"] == "closed chat"
        with pytest.raises(ConnectionClosed):
            ear.recv(timeout=10)


def test_nobody_hears_who_may_not(town: Town) -> None:
    alice, bob, carol = town.client("alice"), town.client("bob"), town.client("carol")
    chat = begin(alice)
    for client in (bob, carol, town.client()):
        with pytest.raises(InvalidStatus) as refused, listening(town, client, chat):
            raise AssertionError("was let in")
        assert refused.value.response.status_code == 400
    bob.post("joinchat", chat_id=chat["id"])
    with listening(town, bob, chat) as thrown_out:
        town.do(
            lambda tx: members.put(
                tx, town.ids["open"], town.ids["bob"], role=GroupRole.MEMBER, status=Membership.BANNED
            )
        )
        say(alice, chat, "Now that Bob is gone")
        with pytest.raises(ConnectionClosed):
            thrown_out.recv(timeout=10)
    with listening(town, alice, chat) as logged_out:
        other = town.client("alice")
        alice.http.post("/api/v1/logout")
        say(other, chat, "Somebody else's browser")
        with pytest.raises(ConnectionClosed):
            logged_out.recv(timeout=10)
    cookie = "; ".join(f"{name}={value}" for name, value in other.http.cookies.items())
    url = f"{town.url.replace('http', 'ws', 1)}/api/v1/chatstream?chat_id={chat['id']}"
    with pytest.raises(InvalidStatus) as foreign:
        connect(url, additional_headers={"Cookie": cookie, "Origin": "https://evil.example"})
    assert "bad_csrf" in foreign.value.response.body.decode()


def test_events_of_the_server(town: Town) -> None:
    bob = town.client()
    bob.log_in("bob", token="true")
    chat = begin(bob)
    plain = httpx2.Client(base_url=town.url, timeout=10, auth=(bob.token, ""))
    got: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        with plain.stream("GET", "/api/v1/chatstream", params={"chat_id": chat["id"]}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                ready.set()
                if line.startswith("data:"):
                    got.append(line[5:])
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert ready.wait(10)
    said = plain.post("/api/v1/newchatmessage", data={"chat_id": chat["id"], "message": "Hi"}).json()
    thread.join(10)
    assert [json.loads(text) for text in got] == [said]
    refused = plain.get("/api/v1/chatstream", params={"chat_id": 5})
    assert (refused.status_code, refused.json()["extra"]) == (400, "invalid chat_id")
