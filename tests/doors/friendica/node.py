"""A community behind this door, on a real socket: alice, bob and carol, a group, and clients that log in."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2
import uvicorn
from tests.support.server import open_house

from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts, bonds, logins, passwords
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors.frame import House, Site
from folkmoot.doors.friendica import door

PASSWORD = "correct horse battery"
NS = {
    "": "http://api.twitter.com",
    "statusnet": "http://status.net/schema/api/1/",
    "friendica": "http://friendi.ca/schema/api/1/",
    "georss": "http://www.georss.org/georss",
}


@lru_cache
def hashed(password: str = PASSWORD) -> str:
    return passwords.hash_password(password)


class Node:
    """The community and its address."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.url = house.settings.base_url
        self.ids = {name: self.person(name) for name in ("alice", "bob", "carol")}
        write = house.store.write
        write(lambda tx: bonds.follow(tx, self.viewer("bob"), self.ids["alice"]))
        self.open_group = write(
            lambda tx: groups.create(tx, self.viewer("alice"), _group("garden", Archive.PUBLIC))
        )
        self.closed_group = write(
            lambda tx: groups.create(tx, self.viewer("alice"), _group("cellar", Archive.MEMBERS))
        )
        write(lambda tx: members.join(tx, self.viewer("bob"), self.open_group))

    def person(self, name: str) -> int:
        new = NewPerson(
            name=name,
            address=f"{name}@example.org",
            display_name=f"{name.title()} <b>&",
            password_hash=hashed(),
            confirmed=True,
        )
        return self.house.store.write(lambda tx: accounts.add_person(tx, new))

    def viewer(self, name: str) -> Viewer:
        return Viewer(self.ids[name])

    def says(self, name: str, text: str, **draft: Any) -> int:
        made = Draft(text=text, **draft)
        return self.house.store.write(lambda tx: posts.write(tx, self.viewer(name), made)).id

    def token(self, name: str, scopes: str = "read write") -> str:
        issue = logins.issue_token
        return self.house.store.write(
            lambda tx: issue(tx, account_id=self.ids[name], app_id=None, scopes=scopes)
        )[1]

    def client(self, name: str | None = "alice", password: str = PASSWORD) -> httpx2.Client:
        auth = (name, password) if name else None
        return httpx2.Client(base_url=self.url, auth=auth, timeout=20, verify=False)


def _group(name: str, archive: Archive) -> groups.NewGroup:
    return groups.NewGroup(
        name=name,
        description="a group of people who meet here",
        archive=archive,
        listed=archive == Archive.PUBLIC,
    )


@asynccontextmanager
async def _living(house: House) -> AsyncIterator[None]:
    house.store.follow(house.feeds.heard)
    house.store.attach(asyncio.get_running_loop())
    yield


@contextmanager
def running(folder: Path, *, database: str = "", **wanted: Any) -> Iterator[Node]:
    house = open_house(folder, database=database, worker=False, **wanted)
    site = Site(house, [door], lifespan=_living)
    settings = house.settings
    config = uvicorn.Config(
        site,
        host=settings.host,
        port=settings.port,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    try:
        yield Node(house)
    finally:
        server.should_exit = True
        thread.join(15)
        house.store.close()


def tree(answer: httpx2.Response) -> ElementTree.Element:
    """The answer as XML; parsing proves that it is well-formed."""
    assert answer.headers["content-type"].split(";")[0] in (
        "text/xml",
        "application/rss+xml",
        "application/atom+xml",
    )
    return ElementTree.fromstring(answer.content)


def name_of(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
