"""Connections that never become requests, or never take their answers, end; heads without end are refused."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from tests.support.server import Running, running_server

from folkmoot.domain.people import accounts, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.store.tx import Tx

START = b"GET /about HTTP/1.1\r\nHost: a\r\n"
FULL = b"GET /api/v1/instance HTTP/1.1\r\nHost: a\r\n\r\n"
UPGRADE = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nabcde"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("connections"), worker=False) as running:
        running.server.patience.seconds = 0.5
        yield running


def connected(server: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.settings.port), timeout=10)


def flood(one: socket.socket, piece: bytes) -> None:
    for _ in range(400):
        one.sendall(piece)


def bearer(server: Running) -> str:
    """A token of somebody."""

    def made(tx: Tx) -> str:
        person = accounts.add_person(
            tx, NewPerson(name=f"p{tx.now % 10**9}", address=f"{tx.now}@a.test", confirmed=True)
        )
        return logins.issue_token(tx, account_id=person, app_id=None, scopes="read")[1]

    return server.store.write(made)


def test_a_connection_that_lets_wait_is_ended(server: Running) -> None:
    with (
        connected(server) as silent,
        connected(server) as half,
        connected(server) as odd,
        connected(server) as rest,
    ):
        half.sendall(START)
        odd.sendall(UPGRADE)
        rest.sendall(b"POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx")
        assert b" 404 " in rest.recv(4096)
        rest.sendall(b"y")
        assert silent.recv(10) == b""
        assert half.recv(4096).startswith(b"HTTP/1.1 408 ")
        while odd.recv(4096):
            pass
        while rest.recv(4096):
            pass


def test_a_slow_reader_of_a_large_answer_is_alive(server: Running) -> None:
    with connected(server) as slow:
        slow.sendall(FULL)
        assert b" 200 " in slow.recv(65_536)
        (one,) = server.server.server_state.connections
        one.loop.call_soon_threadsafe(one.transport.write, bytes(20_000_000))
        begun = time.monotonic()
        while time.monotonic() - begun < 4:  # eight times as long as nothing may be read
            assert slow.recv(60_000)
            time.sleep(0.1)


def test_an_answer_that_nobody_reads_is_not_kept(server: Running) -> None:
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.settings.port))
        deaf.sendall(FULL * 6_000)
        ends = time.monotonic() + 10
        while server.server.server_state.connections:
            assert time.monotonic() < ends, "the connection is held for who does not read"
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (START + b"X: ", b"a" * 65_536),
        (START, b"X: y\r\n" * 10_000),
        (b"GET /", b"a" * 65_536),
        (b"", b"\r\n" * 30_000),
        (START + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 10_000),
    ],
)
def test_a_head_has_an_end(server: Running, begin: bytes, more: bytes) -> None:
    with connected(server) as one:
        one.sendall(begin)
        with pytest.raises(OSError):
            flood(one, more)


def test_a_trailer_is_no_header(server: Running) -> None:
    """Behind the body nobody is made somebody else, even where all comes in one piece."""
    head = b"GET /api/v1/accounts/verify_credentials HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    proof = f"Authorization: Bearer {bearer(server)}\r\n".encode()
    for sent, status in (
        (head + proof + b"\r\n0\r\n\r\n", b"200"),
        (head + b"\r\n0\r\n" + proof + b"\r\n", b"401"),
    ):
        with connected(server) as one:
            one.sendall(sent)
            assert one.recv(4096).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("frames", [b"\x89\xfd\0\0\0\0" + b"p" * 125, b"\0\x80\0\0\0\0"])
def test_a_websocket_takes_no_flood(server: Running, frames: bytes) -> None:
    """Of pings whose pongs nobody reads, of a message in empty pieces without an end."""
    path = f"/api/v1/streaming?stream=user&access_token={bearer(server)}"
    head = (
        f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with connected(server) as one:
        one.sendall(head.encode())
        assert one.recv(4096).startswith(b"HTTP/1.1 101 ")
        one.sendall(b"\x01\x80\0\0\0\0" if frames[0] == 0 else b"")
        with pytest.raises(OSError):
            flood(one, frames * (200_000 // len(frames)))


def test_a_usual_connection_goes_on(server: Running) -> None:
    """Requests one after the other, sent together, and one with a long head."""
    with connected(server) as one:
        for head in (FULL, FULL * 3, FULL.replace(b"\r\n\r\n", b"\r\nX: " + b"a" * 60_000 + b"\r\n\r\n")):
            one.sendall(head)
            got, wanted = b"", head.count(b"GET ")
            while got.count(b"HTTP/1.1 200") < wanted or not got.endswith(b"}"):
                piece = one.recv(65_536)
                assert piece
                got += piece
