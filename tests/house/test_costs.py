"""What pages cost: the same number of statements for a short page and a long one, in a small archive and a large one,
each a walk along an index."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import DATABASES
from tests.house import crowd
from tests.house.other_pages import FRIENDICA, GROWING_THERE, OTHERS
from tests.support.postgres import Cluster
from tests.support.server import open_house

from folkmoot import app
from folkmoot.doors.frame.door import Route
from folkmoot.doors.mastodon import door
from folkmoot.store import sqlite
from folkmoot.store.tx import Tx

Statement = tuple[str, dict[str, Any]]
SORTS = 12
"""A page may ask for so many sorts of things that another has not on it; twenty more posts would ask twenty times."""
SMALL, LARGE = (3_000, 200, 3_000), (30_000, 2_000, 30_000)
"""Posts, people and notices of the two archives."""
STEP = 100
"""So many of SQLite's instructions are counted as one."""

QUERIES = {
    "/api/v1/accounts": "id[]={other}&id[]={me}",
    "/api/v1/accounts/familiar_followers": "id[]={other}",
    "/api/v1/accounts/lookup": "acct=reader",
    "/api/v1/accounts/relationships": "id[]={other}&id[]={me}",
    "/api/v1/accounts/search": "q=harbour",
    "/api/v1/domain_blocks/preview": "domain=far.test",
    "/api/v1/markers": "timeline[]=home",
    "/api/v1/peers/search": "q=server1",
    "/api/v1/search": "q=harbour",
    "/api/v1/statuses": "id[]={post}",
    "/api/v1/timelines/link": "url=https://page.test/0",
    "/api/v2/search": "q=harbour+mark7",
}
NAMED = {
    "hashtag": "harbour",
    "name": "harbour",
    "year": "2025",
    "date": "2025-01-01",
    "group_key": "ungrouped-{notice}",
}
"""What stands in paths beside ids."""
UNASKED = re.compile(r"/streaming|/oauth|\.well-known|/health|/api/oembed|/async_refreshes|/media/")
"""No pages: streams, forms, constants."""

SCANS = {
    "publishers": "read by their ids, 200 at most",
    "terms USING INDEX sqlite_autoindex_terms_1": "written by the staff, one a year",
    "rules": "written by the staff",
    "emojis": "the whole set is the answer; put there by the staff",
    "domain_blocks": "the whole list is the answer; made by the staff",
    "accounts USING INDEX accounts_staff": "the staff alone is in it",
    "accounts USING INDEX accounts_followed": "walked from its upper end until a page is full",
    "accounts USING INDEX accounts_spoke": "walked from its upper end until a page is full",
    "accounts USING COVERING INDEX accounts_domain": "names of servers, from the index alone",
}
"""What may be read from end to end, and why."""
KEPT = re.compile(r"/instance($|/activity|/peers)|/nodeinfo/|/peers/search")
"""Figures of the whole community: counted anew once a minute or an hour at most, or (servers) read off an index."""
GROWING = {
    "/api/v1/domain_blocks/preview": (375, "counts the reader's own bonds"),
    "/api/v1/accounts/familiar_followers": (625, "grows with the reader's own follows"),
    "/api/v1/featured_tags": (1500, "a person's last 1,000 posts"),
    "/api/v1/featured_tags/suggestions": (1200, "a person's last 1,000 posts"),
    "/api/v1/profile": (1500, "a person's last 1,000 posts"),
    "/api/v1/accounts/search": (200, "500 accounts whose names begin alike"),
    "/api/v2/search": (400, "500 accounts and tags that begin alike; all posts with both words"),
    "/api/v1/search": (600, "500 accounts and tags that begin alike; all posts with both words"),
    "/api/v1/timelines/direct": (
        4500,
        "grows with the reader's own direct conversations; an address of old clients",
    ),
}
"""Pages that may cost more in a larger archive, by the reader's own doing or up to a bound: the most that they may cost
in the larger one here (half as much again as they were measured at), and why."""


class Place:
    """One archive, and a server's inside asked without sockets."""

    def __init__(self, folder: Path, size: tuple[int, int, int], database: str = "") -> None:
        self.house = open_house(folder, database=database, answers_mb=0)
        self.crowd = crowd.fill(self.house.store, *size)
        self.site = app.build(self.house)

    def ask(self, path: str, query: str) -> tuple[int, list[Statement]]:
        """The status of one GET, and its statements: with empty caches, but with homes and lists in memory."""
        heard: list[Statement] = []
        asyncio.run(self._ask(path, query))
        for cache in self.house.caches.values():
            cache.clear()
        with pytest.MonkeyPatch.context() as patch:
            execute = Tx._execute

            def overheard(tx: Tx, text: str, values: Any) -> Any:
                if tx.settings is self.house.settings:  # other servers of this process go on meanwhile
                    heard.append((text, dict(values)))
                return execute(tx, text, values)

            patch.setattr(Tx, "_execute", overheard)
            return asyncio.run(self._ask(path, query)), heard

    async def _ask(self, path: str, query: str) -> int:
        told: list[int] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                told.append(message["status"])

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        host = self.house.settings.base_url.partition("//")[2].encode()
        token = b"Bearer " + self.crowd.token.encode()
        await self.site(
            {
                "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "",
                "query_string": query.encode(), "http_version": "1.1", "scheme": "http", "asgi": {},
                "headers": [(b"host", host), (b"authorization", token)], "client": ("127.0.0.1", 9),
                "server": ("127.0.0.1", 9),
            },
            receive, send,
        )  # fmt: skip
        return told[0]

    def address(self, route: Route, limit: int | None) -> tuple[str, str]:
        """Path and query of a route, about things that are there."""
        facts = {name: getattr(self.crowd, name) for name in ("me", "other", "post", "notice")}

        def named(found: re.Match[str]) -> str:
            name, path = found.group(1), route.path
            if name in NAMED:
                return NAMED[name].format(**facts)
            for part, fact in (
                ("/polls/", "poll"),
                ("filters", ""),
                ("/statuses/", "post"),
                ("notifications/{", "notice"),
            ):
                if part in path:
                    return str({**facts, "poll": self.crowd.post - 4 * 60_000 * 2048, "": 1}[fact])
            if "_collections" in path or name == "account_id":
                return str(self.crowd.me)
            return str(self.crowd.other if "/accounts/" in path else 1)

        query = QUERIES.get(route.path, "").format(**facts)
        return re.sub(r"\{(\w+)\}", named, route.path), query + (f"&limit={limit}" if limit else "")


@pytest.fixture(scope="module")
def patient() -> Iterator[None]:
    """No read is ended after 10 ms and run again: its statements would be counted twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "LOOP_READ_SECONDS", 60)
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, patient: None) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("small"), SMALL)
    yield place
    place.house.store.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, patient: None) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("large"), LARGE)
    yield place
    place.house.store.close()


def routes() -> list[Route]:
    return [route for route in door.table if route.method == "GET" and not UNASKED.search(route.path)]


def limits(route: Route) -> tuple[int | None, ...]:
    """A short page and a long one, where there are pages."""
    return (20, 40) if "limit" in getattr(route.ask, "__struct_fields__", ()) else (None,)


def other_pages(place: Place, count: int) -> Iterator[tuple[str, str, str]]:
    """(what, path, query) of each page in each of its forms."""
    facts = vars(place.crowd)
    for path, query in OTHERS.items():
        size = "limit" if path.startswith("/api/v1/") else "count"
        yield path, path.format(**facts), f"{query.format(**facts)}&{size}={count}".lstrip("&")
    for path, query in FRIENDICA.items():
        for suffix in ("", ".atom") if path.endswith(("home_timeline", "/show")) else ("",):
            yield path, path + suffix, f"{query.format(**facts)}&count={count}".lstrip("&")


class Counting:
    """SQLite's own work for statements, in instructions: it does not depend on how busy the machine is."""

    def __init__(self, place: Place) -> None:
        self.con = sqlite3.connect(sqlite.database_file(place.house.settings))
        self.con.execute("PRAGMA query_only=1")
        self.n = 0
        self.con.set_progress_handler(self._count, STEP)

    def _count(self) -> int:
        self.n += 1
        return 0

    def cost(self, statements: list[Statement]) -> int:
        before = self.n
        for text, values in statements:
            self.con.execute(text, values).fetchall()
        return self.n - before


def test_pages_cost_the_same_whatever_their_length_and_the_archive(small: Place, large: Place) -> None:
    counts: dict[str, list[int]] = {}
    dearer: dict[str, tuple[int, int]] = {}
    fine, work = 0, (Counting(small), Counting(large))
    for route in routes():
        counts[route.path] = []
        costs = [0, 0]
        for limit in limits(route):
            for n, place in enumerate((small, large)):
                status, heard = place.ask(*place.address(route, limit))
                assert status in (200, 204, 401, 404), (route.path, status)
                fine += status == 200
                counts[route.path].append(len(heard))
                costs[n] = max(costs[n], work[n].cost(heard))
        if costs[1] > 2 * costs[0] + 30 and not KEPT.search(route.path):
            dearer[route.path] = (costs[0], costs[1])
    assert fine > 300, "most of them answer with something"
    uneven = {path: n for path, n in counts.items() if max(n) - min(n) > SORTS and not KEPT.search(path)}
    assert uneven == {}
    assert {path: found for path, found in dearer.items() if found[1] > _most(GROWING, path)} == {}


def _most(growing: dict[str, tuple[int, str]], path: str) -> int:
    return growing[path][0] if path in growing else 0


def test_pages_of_the_other_doors_too(small: Place, large: Place) -> None:
    counts: dict[str, set[int]] = defaultdict(set)
    costs: dict[str, tuple[int, int]] = {}
    bad: dict[str, set[str]] = defaultdict(set)
    refused: dict[str, tuple[int, int]] = {}
    work = (Counting(small), Counting(large))
    tables = {row[0] for row in work[1].con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for count in (20, 80):
        pages = zip(other_pages(small, count), other_pages(large, count), strict=True)
        for (what, path, here), (_, same, there) in pages:
            (status, few), (also, many) = small.ask(path, here), large.ask(same, there)
            if not status == also == 200:
                refused[path] = (status, also)
            path = what if what in OTHERS else path
            counts[path] |= {len(few), len(many)}
            costs[path] = (work[0].cost(few), work[1].cost(many))
            grown = costs[path][1] > 2 * costs[path][0] + 30
            if grown and costs[path][1] > _most(GROWING_THERE, what):
                bad[path].add(f"{costs[path]}")
            for text, values in many:
                plan = [row[3] for row in work[1].con.execute(f"EXPLAIN QUERY PLAN {text}", values)]
                bad[path] |= set(scanned(plan, tables))
    assert refused == {}
    assert {path: found for path, found in bad.items() if found} == {}
    # A quoted post is loaded as the page around it is, and sixty more posts would ask sixty times.
    assert {path: n for path, n in counts.items() if max(n) - min(n) > 2 * SORTS} == {}


def scanned(plan: list[str], tables: set[str]) -> list[str]:
    """Tables that a plan of SQLite's reads from end to end, with the index that it does it by."""
    found = [
        line.removeprefix("SCAN ") for line in plan if line.startswith("SCAN ") and "VIRTUAL" not in line
    ]
    return [line for line in found if line.split()[0] in tables and line not in SCANS]


def test_sqlite_walks_indexes(large: Place) -> None:
    con = sqlite3.connect(sqlite.database_file(large.house.settings))
    tables = {row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    bad: dict[str, set[str]] = defaultdict(set)
    for route in routes():
        if KEPT.search(route.path):
            continue
        for text, values in large.ask(*large.address(route, limits(route)[-1]))[1]:
            plan = [row[3] for row in con.execute(f"EXPLAIN QUERY PLAN {text}", values)]
            for line in scanned(plan, tables):
                bad[line].add(route.path)
    assert bad == {}


@pytest.mark.skipif("postgresql" not in DATABASES, reason="FOLKMOOT_TEST_DATABASES leaves PostgreSQL out")
def test_postgresql_has_an_index_for_each(cluster: Cluster, tmp_path: Path) -> None:
    """Where a whole table has to be read although that is made dear, no index leads to what is wanted."""
    bad: dict[str, set[str]] = defaultdict(set)
    with cluster.database() as url:
        place = Place(tmp_path, (1_000, 100, 900), url)
        try:
            for route in routes():
                if KEPT.search(route.path):
                    continue
                _, heard = place.ask(*place.address(route, limits(route)[-1]))
                for name in place.house.store.read(lambda tx, heard=heard: _scans(tx, heard)):
                    bad[name].add(route.path)
            for what, path, query in other_pages(place, 20):
                _, heard = place.ask(path, query)
                for name in place.house.store.read(lambda tx, heard=heard: _scans(tx, heard)):
                    bad[name].add(what)
        finally:
            place.house.store.close()
    assert {name: paths for name, paths in bad.items() if name not in SCANS} == {}


def _scans(tx: Tx, heard: list[Statement]) -> set[str]:
    """Tables that PostgreSQL has to read from end to end."""
    found: set[str] = set()
    for text, values in heard:
        if text.lstrip().startswith(("SELECT", "WITH")) and "advisory" not in text:
            plan = tx.text_sql("", f"EXPLAIN {text}", **values).fetchall()
            found.update(re.findall(r"Seq Scan on (\w+)", " ".join(row[0] for row in plan)))
    return found
