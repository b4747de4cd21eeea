"""The server as a process: told to stop, it ends its streams and itself at once, and keeps what was said."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from tests.support.command import PROGRAM, Command
from tests.support.server import free_port
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from folkmoot.domain.people.demo import TOKEN
from folkmoot.settings import Settings

AUTH = {"Authorization": f"Bearer {TOKEN}"}
SOON = 4.0
"""Seconds; below the five that requests are given, so that an open stream is seen to hold nothing up."""


@pytest.fixture
def folkmoot(settings: Settings) -> Command:
    return Command(settings, **{name: str(free_port()) for name in ("port", "lmtp_port", "smtp_port")})


@contextmanager
def demo(folkmoot: Command) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`folkmoot demo` once it is ready, and its address."""
    with subprocess.Popen(
        [PROGRAM, "demo"], env=folkmoot.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if line.startswith("All data"):
                break
        found = re.search(r" is at (\S+)", said)
        try:
            assert found, said
            yield server, found[1]
        finally:
            server.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_told_to_stop_it_ends_its_streams_and_itself_as_a_success(
    folkmoot: Command, number: signal.Signals
) -> None:
    with demo(folkmoot) as (server, url):
        socket_url = f"{url.replace('http', 'ws', 1)}/api/v1/streaming?stream=user"
        with (
            httpx2.stream("GET", f"{url}/api/v1/streaming/user", headers=AUTH, timeout=60) as events,
            connect(socket_url, additional_headers=AUTH) as socket,
        ):
            lines = events.iter_lines()
            assert next(lines) == ":)"
            start = time.monotonic()
            server.send_signal(number)
            assert not [line for line in lines if line.startswith("event")], "it ends in good order"
            with pytest.raises(ConnectionClosed):
                socket.recv(60)
            assert server.wait(60) == 0
            assert time.monotonic() - start < SOON
        assert server.stdout is not None
        assert "Traceback" not in server.stdout.read()


def test_a_second_run_has_what_was_said_in_the_first(folkmoot: Command) -> None:
    with demo(folkmoot) as (server, url):
        form = {"status": "to be kept"}
        said = httpx2.post(f"{url}/api/v1/statuses", headers=AUTH, data=form, timeout=60).json()
        server.terminate()
        assert server.wait(60) == 0
    with demo(folkmoot) as (_, url):
        home = httpx2.get(f"{url}/api/v1/timelines/home", headers=AUTH, timeout=60).json()
    assert (home[0]["id"], home[0]["content"]) == (said["id"], "<p>to be kept</p>")
    assert len(home) == len({post["id"] for post in home}), "the first conversation was made once"
