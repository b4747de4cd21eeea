"""The whole server, seeded as an operator does it, and what the clients of other people are told about it."""

from __future__ import annotations

import contextlib
import http.server
import json
import smtplib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.command import Command
from tests.support.server import Running, migrated, running_server, settings_for

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import LoginState, NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors.frame import streams
from folkmoot.store.tx import Tx

PASSWORD = "a long enough password"
SCOPES = "read write follow push profile"
STAFF = f"{SCOPES} admin:read admin:write"
NAMES = ("ada", "ben", "cleo", "dora", "fay", "ivan")
SEED = """
[[apps]]
name = "suite"
client_id = "suite-id"
client_secret = "suite-secret"
redirect_uris = "urn:ietf:wg:oauth:2.0:oob"
scopes = "{staff}"

[[accounts]]
name = "owner"
email = "owner@suite.test"
password = "{password}"
role = "owner"

[[tokens]]
account = "owner"
app = "suite"
scopes = "{staff}"
token = "token-owner"
{people}
[[groups]]
name = "parlour"
title = "The parlour"
desc = "Where everybody talks"
owner = "owner"

[[groups]]
name = "cellar"
title = "The cellar"
desc = "Where few talk"
privacy = "group_privacy_archives"
owner = "ada"

[[groups]]
name = "attic"
title = "The attic"
desc = "Where one asks first"
restricted = true
owner = "ada"

[[members]]
group = "parlour"
account = "ben"

[[follows]]
who = "ben"
whom = "ada"
"""
PERSON = """
[[accounts]]
name = "{name}"
email = "{name}@suite.test"
password = "{password}"
discoverable = true
locked = {locked}

[[tokens]]
account = "{name}"
app = "suite"
scopes = "{scopes}"
token = "token-{name}"
"""
LETTER = """From: Ben <ben@suite.test>\r
To: parlour@lists.test\r
Subject: Greetings\r
Message-ID: <suite-1@suite.test>\r
Date: Mon, 16 Nov 2026 10:00:00 +0000\r
\r
Greetings from the post office.\r
"""


class Sink:
    """A push service: takes what is posted, and shows the last of it to whoever asks."""

    def __init__(self) -> None:
        sink = self
        self.last: dict[str, str] | None = None

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                sink.last = {**{k.lower(): v for k, v in self.headers.items()}, "body": body.hex()}
                self.send_response(201)
                self.end_headers()

            def do_GET(self) -> None:
                body = json.dumps(sink.last).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/push"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def seed(folder: Path) -> None:
    """Make the people, the groups and the tokens by the operator's commands."""
    command = Command(migrated(settings_for(folder)), mail_domain="lists.test")
    people = "".join(
        PERSON.format(name=name, password=PASSWORD, scopes=SCOPES, locked=str(name == "dora").lower())
        for name in NAMES
    )
    file = folder / "seed.toml"
    file.write_text(SEED.format(people=people, staff=STAFF, password=PASSWORD))
    command.ok("seed", file)
    command.ok("site", "rule", "add", "Be kind")
    command.ok("announce", "add", "Tea at four")


def waiting(up: Running) -> None:
    """Two more who wait for approval, a post of last year, and a letter to the group."""
    for name in ("gus", "hana"):
        new = NewPerson(name=name, address=f"{name}@suite.test", confirmed=True, state=LoginState.PENDING)
        up.store.write(lambda tx, new=new: accounts.add_person(tx, new))
    last_year = int(datetime(datetime.now(UTC).year - 1, 3, 1, tzinfo=UTC).timestamp() * 1000)
    old = Draft(text="Long ago #memories", happened_at=last_year)

    def remember(tx: Tx) -> None:
        posts.write(tx, Viewer(accounts.find_by_handle(tx, "ada") or 0), old)

    up.store.write(remember)
    with smtplib.LMTP("127.0.0.1", up.lmtp_port) as post:
        post.sendmail("ben@suite.test", ["parlour@lists.test"], LETTER)


def facts(up: Running, sink: Sink) -> dict[str, Any]:
    """What a client is told: where the server is, who is there, by which tokens."""

    def person(name: str) -> dict[str, str]:
        id_ = up.store.read(lambda tx: accounts.find_by_handle(tx, name))
        return {
            "id": str(id_), "token": f"token-{name}", "email": f"{name}@suite.test", "password": PASSWORD,
        }  # fmt: skip

    names = (*NAMES, "owner", "gus", "hana", "parlour", "cellar", "attic")
    people: dict[str, Any] = {name: person(name) for name in names}
    people["push"] = {"url": sink.url, "id": "0", "token": ""}
    return {
        "url": up.url,
        "app": {"client_id": "suite-id", "client_secret": "suite-secret"},
        "people": people,
    }


@contextlib.contextmanager
def place(folder: Path) -> Iterator[dict[str, Any]]:
    """A running server, as a client is told about it. Its streams show life each second, for which older libraries
    wait before they close one."""
    seed(folder)
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(streams, "HEARTBEAT", 1.0)
        sink = stack.enter_context(contextlib.closing(Sink()))
        up = stack.enter_context(
            running_server(folder, private_networks="127.0.0.0/8", password_grant=True, confirm_email=False)
        )
        waiting(up)
        yield facts(up, sink)


@pytest.fixture(scope="module")
def age() -> str:
    """Which client it is, where a module runs several."""
    return ""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, age: str) -> Iterator[dict[str, Any]]:
    """A running server, as the client is told about it; a new one for each client, as none leaves it as it was."""
    with place(tmp_path_factory.mktemp("clients")) as told:
        yield told
