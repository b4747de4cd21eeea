"""The demo community: made once, kept, and never in somebody else's house."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from tests.support.command import PROGRAM, Command

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.people import demo, logins, passwords
from folkmoot.settings import Settings
from folkmoot.store.engine import Store


def test_it_is_made_once_and_kept(folkmoot: Command, store: Store) -> None:
    said = folkmoot.ok("demo", "--check")
    for door in ("web", "Mastodon", "Friendica", "Groups.io", "mail"):
        assert door in said
    group, _ = store.read(lambda tx: groups.find(tx, Viewer.system(), demo.GROUP))
    assert (group.topics_n, group.members_n) == (2, 3)
    for name, password in demo.PEOPLE:
        login = store.read(lambda tx, name=name: logins.find_login(tx, name))
        assert login is not None
        assert passwords.verify(login.password_hash, password)
    assert store.read(lambda tx: logins.token(tx, demo.TOKEN)).viewer.role == Role.OWNER
    folkmoot.ok("user", "password", "anna", "--password", "a better one")
    folkmoot.ok("demo", "--check")
    login = store.read(lambda tx: logins.find_login(tx, "anna"))
    assert login is not None
    assert passwords.verify(login.password_hash, "a better one"), "a second run keeps what became of it"
    assert store.read(lambda tx: groups.find(tx, Viewer.system(), demo.GROUP))[0].topics_n == 2


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_it_stays_out_of_a_real_community(folkmoot: Command) -> None:
    folkmoot.ok("user", "create", "anna")
    assert "another community" in folkmoot.refused("demo", "--check")
    assert [p["name"] for p in folkmoot.json("user", "list")] == ["anna"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def town(settings: Settings) -> Iterator[tuple[Command, str]]:
    """`folkmoot demo` as a running server, and what it said when it was ready."""
    ports = {name: str(free_port()) for name in ("port", "lmtp_port", "smtp_port")}
    folkmoot = Command(settings, **ports)
    with subprocess.Popen(
        [PROGRAM, "demo"], env=folkmoot.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if line.startswith("All data"):
                break
        try:
            yield folkmoot, said
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(20) == 0


def commands(said: str) -> Iterator[str]:
    """The commands in the welcome, as somebody would copy them."""
    lines = said.replace("\\\n", " ").splitlines()
    for line in lines:
        begin = min((at for word in ("curl ", "swaks ") if (at := line.find(word)) >= 0), default=-1)
        if begin >= 0:
            yield line[begin:]


def shell(line: str) -> str:
    line = line.replace("curl ", "curl --silent --show-error --fail --max-time 20 ")
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_each_door_opens_as_the_welcome_says(town: tuple[Command, str]) -> None:
    folkmoot, said = town
    mastodon, friendica, groupsio, mail = commands(said)
    assert {post["account"]["acct"] for post in json.loads(shell(mastodon))} >= {"anna"}
    assert json.loads(shell(friendica))
    assert json.loads(shell(groupsio))["user"]["email"] == "anna@example.org"
    waiting = len(folkmoot.json("mail", "outbox", "list"))
    if shutil.which("swaks") is None:
        pytest.skip("swaks is not installed: mail in was not tried")
    shell(mail)
    until = time.monotonic() + 15
    while len(folkmoot.json("mail", "outbox", "list")) <= waiting:
        assert time.monotonic() < until, "the mail did not come out"
    newest = folkmoot.json("mail", "outbox", "list")[-1]
    shown = folkmoot.ok("mail", "outbox", "show", newest["id"])
    assert "Subject: [gardeners] Hello" in shown
    assert "By mail." in shown
