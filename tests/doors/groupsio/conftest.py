"""A small town behind the door: two groups, a topic with answers, and clients that log in as people do."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import argon2
import httpx2
import pytest
import uvicorn
from tests.support.server import open_house

from folkmoot.domain.access import Archive, GroupRole, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import NewGroup
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup
from folkmoot.doors import groupsio
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.site import Site
from folkmoot.doors.groupsio import door
from folkmoot.settings import Settings
from folkmoot.store.tx import Tx

EXAMPLES = Path(__file__).parents[2] / "contracts" / "groupsio_examples"
PASSWORD = "a long password"
MAIL = (
    "I agree.\n\nOn Mon, 4 May 2020 at 10:00, Bob <bob@example.org> wrote:\n> Shall we meet?\n\n-- \nAlice\n"
)


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def shape(value: Any) -> Any:
    """Keys and JSON kinds of a tree; of a list the shape of its first element."""
    if isinstance(value, dict):
        return {key: shape(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return type(value).__name__


def assert_like(answer: Any, wanted: Any, at: str = "") -> None:
    """The answer has the keys and kinds of the example; an empty list or null says nothing of its content."""
    if isinstance(wanted, dict):
        assert isinstance(answer, dict), at
        assert list(answer) == list(wanted), at
        for key in wanted:
            assert_like(answer[key], wanted[key], f"{at}.{key}")
    elif isinstance(wanted, list) or (wanted is None and isinstance(answer, list)):
        assert answer is None or isinstance(answer, list), at
        if answer and wanted and isinstance(wanted[0], dict) and "col_id" not in wanted[0]:
            for entry in answer:
                assert_like(entry, wanted[0], f"{at}[]")
    elif wanted is not None:
        assert shape(answer) == shape(wanted), f"{at}: {answer!r} is not like {wanted!r}"


class Town:
    """The house, its people by name, its groups by name, and its posts."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url
        self.ids: dict[str, int] = {}

    def do(self, verb: Callable[[Tx], Any]) -> Any:
        return self.house.store.write(verb)

    def viewer(self, name: str) -> Viewer:
        return Viewer(self.ids[name])

    def say(self, who: str, **draft: Any) -> int:
        written = self.do(lambda tx: posts.write(tx, self.viewer(who), Draft(**draft)))
        number: int = written.id
        return number

    def client(self, who: str | None = None, **login: str) -> Client:
        client = Client(self.url)
        if who is not None:
            client.log_in(who, **login)
        return client


class Client:
    """A person's client: cookies, and the csrf token of the last login."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.Client(base_url=url, timeout=20, verify=False)  # to load what TLS needs takes long
        self.csrf = ""
        self.token = ""

    def log_in(self, who: str, **more: str) -> Any:
        form = {"email": f"{who}@example.org", "password": PASSWORD, **more}
        answer = self.http.post("/api/v1/login", data=form)
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["user"]["csrf_token"]
        self.token = answer.json()["token"]
        return answer.json()

    def get(self, name: str, /, **params: Any) -> httpx2.Response:
        return self.http.get(f"/api/v1/{name}", params=params)

    def post(self, name: str, /, **form: Any) -> httpx2.Response:
        form.setdefault("csrf", self.csrf)
        return self.http.post(f"/api/v1/{name}", data=form)

    def ok(self, name: str, /, **params: Any) -> Any:
        answer = self.get(name, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, name: str, /, **form: Any) -> tuple[str, str]:
        answer = self.post(name, **form)
        assert answer.status_code == 400, answer.text
        error = answer.json()
        assert list(error) == ["object", "type", "extra"]
        assert error["object"] == "error"
        return error["type"], error["extra"]


def _people(town: Town) -> None:
    secret = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for name in ("alice", "bob", "carol"):
        new = NewPerson(
            name=name,
            address=f"{name}@example.org",
            password_hash=secret,
            confirmed=True,
            display_name=name.title(),
        )
        town.ids[name] = town.do(lambda tx, new=new: accounts.add_person(tx, new))


def _groups(town: Town) -> None:
    alice = town.viewer("alice")
    for name, archive, listed in (
        ("open", Archive.PUBLIC, True),
        ("closed", Archive.MEMBERS, True),
        ("hidden", Archive.MEMBERS, False),
    ):
        new = NewGroup(name=name, description="People who meet by the well.", archive=archive, listed=listed)
        town.ids[name] = town.do(lambda tx, new=new: groups.create(tx, alice, new))
    town.do(lambda tx: members.join(tx, town.viewer("bob"), town.ids["open"]))
    town.do(lambda tx: members.put(tx, town.ids["closed"], town.ids["bob"], role=GroupRole.MEMBER))


def _posts(town: Town) -> None:
    here = town.ids["open"]
    town.ids["first"] = town.say("bob", text="Shall we meet? #Meeting", title="A meeting", group_id=here)
    first = town.ids["first"]
    town.ids["second"] = town.say(
        "alice", text=MAIL, markup=Markup.MAIL, title="Re: A meeting", parent_id=first
    )
    town.ids["third"] = town.say("bob", text="<p>Then <b>today</b></p>", markup=Markup.HTML, parent_id=first)
    town.ids["other"] = town.say("alice", text="Bread & <cheese>", title="Food & drink", group_id=here)
    town.ids["secret"] = town.say("alice", text="Between us", title="Quiet", group_id=town.ids["closed"])
    town.ids["unseen"] = town.say("alice", text="Deep down", title="Deep", group_id=town.ids["hidden"])


@contextmanager
def running_town(folder: Path, database: str = "") -> Iterator[Town]:
    """The door alone, on a real socket, over its own database."""
    house = open_house(folder, database=database)

    @asynccontextmanager
    async def lifespan(house: House) -> AsyncIterator[None]:
        house.store.attach(asyncio.get_running_loop())
        for attach in groupsio.ATTACH:
            attach(house)
        yield
        for detach in groupsio.DETACH:
            detach(house)

    made = Town(house, "")
    _people(made)
    _groups(made)
    _posts(made)
    site = Site(house, [door], lifespan=lifespan)
    server = uvicorn.Server(
        uvicorn.Config(site, port=0, log_level="critical", access_log=False, lifespan="on")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    made.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield made
    server.should_exit = True
    thread.join(10)
    house.store.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town of the test's own."""
    with running_town(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def quiet_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town for tests that change nothing."""
    with running_town(tmp_path_factory.mktemp("town") / "data") as made:
        yield made


@pytest.fixture
def any_town(settings: Settings) -> Iterator[Town]:
    """A town of the test's own, once on each database."""
    with running_town(settings.folder, settings.database) as made:
        yield made
