"""A real server with the Mastodon door alone, people with names and their tokens: for the tests beside it."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from tests.support.server import open_house

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts, apps, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.doors.frame import Door, House, Site
from folkmoot.store.tx import Tx


@asynccontextmanager
async def _lifespan(house: House) -> AsyncIterator[None]:
    import asyncio

    house.store.follow(house.feeds.heard)
    house.store.attach(asyncio.get_running_loop())
    house.kept["loop"] = asyncio.get_running_loop()
    yield


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: httpx2.Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Moot:
    """A server that is up."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.store = house.store
        self.url = house.settings.base_url
        self.loop = house.kept.get("loop")
        """The server's event loop, for what the worker would do."""
        self.http = httpx2.Client(base_url=self.url, timeout=20)
        self.app = self.store.write(
            lambda tx: apps.register(tx, "Test app", ["urn:ietf:wg:oauth:2.0:oob"], ALL)
        )

    def person(self, name: str, **options: Any) -> Person:
        """A new person with a token for everything."""
        options.setdefault("address", f"{name}@example.org")
        id_ = self.store.write(
            lambda tx: accounts.add_person(tx, NewPerson(name=name, confirmed=True, **options))
        )
        return Person(self, id_, name, self.token(id_))

    def token(self, account_id: int | None, scopes: str = "read write follow push profile") -> str:
        made = self.store.write(
            lambda tx: logins.issue_token(tx, account_id=account_id, app_id=self.app.id, scopes=scopes)
        )
        return str(made[1])

    def group(self, owner: Person, name: str, *others: Person, **options: Any) -> int:
        """A group with members."""

        def make(tx: Tx) -> int:
            new = groups.NewGroup(name=name, description="A group of fine people", **options)
            id_ = groups.create(tx, owner.viewer, new)
            for other in others:
                members.put(tx, id_, other.id)
            return id_

        return int(self.store.write(make))

    def call(self, method: str, path: str, token: str | None = None, **more: Any) -> Answer:
        headers = dict(more.pop("headers", {}))
        if token:
            headers["authorization"] = f"Bearer {token}"
        found = self.http.request(method, path, headers=headers, **more)
        return Answer(found.status_code, found.headers, found.content)

    def get(self, path: str, token: str | None = None, **params: Any) -> Any:
        found = self.call("GET", path, token, params=params)
        assert found.status == 200, (path, found.status, found.body[:500])
        return found.json


ALL = "read write follow push profile"


class Person:
    """Somebody who is logged in."""

    def __init__(self, moot: Moot, id_: int, name: str, token: str) -> None:
        self.moot = moot
        self.id = id_
        self.name = name
        self.token = token
        self.viewer = Viewer(id_)

    def get(self, path: str, **params: Any) -> Any:
        return self.moot.get(path, self.token, **params)

    def post(self, path: str, **data: Any) -> Any:
        found = self.moot.call("POST", path, self.token, json=data)
        assert found.status == 200, (path, found.status, found.body[:500])
        return found.json

    def say(self, text: str, **more: Any) -> Any:
        return self.post("/api/v1/statuses", status=text, **more)


@contextlib.contextmanager
def running(folder: Path, doors: tuple[Door, ...], database: str = "", **wanted: Any) -> Iterator[Moot]:
    """Start, yield, stop."""
    house = open_house(folder, database=database, **wanted)
    config = uvicorn.Config(
        Site(house, doors, lifespan=_lifespan),
        host="127.0.0.1",
        port=house.settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the test server did not start")
        time.sleep(0.01)
    moot = Moot(house)
    try:
        yield moot
    finally:
        moot.http.close()
        server.should_exit = True
        thread.join(timeout=15)
        house.store.close()
