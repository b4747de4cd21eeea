"""Answers that stand: for the same question of the same caller, until anything is committed, a second at most."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.doors.frame.door_for_tests import call, loads, make_site

from folkmoot.doors.frame import Site
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.pieces import Pieces
from folkmoot.doors.frame.standing import LASTS_MS, LEAST_MS, OVERHEAD, Standing
from folkmoot.store.sqlite import connect, database_file

NOTE = "/api/v1/notes/5"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made, _ = make_site(tmp_path)
    yield made
    made.house.store.close()


def moments(site: Site) -> list[int]:
    """The clock, in a list whose only item a test may move."""
    clock = [1_000_000]
    site.house.clock = lambda: clock[0]
    return clock


async def made_for(site: Site, path: str = NOTE, query: bytes = b"", **headers: str) -> int:
    """Which time of making an answer comes from."""
    status, _, body = await call(
        site,
        "GET",
        path,
        query=query,
        headers={name.replace("_", "-"): words for name, words in headers.items()},
    )
    assert status == 200
    return int(loads(body)["made"])


async def test_the_same_question_is_worked_out_once(site: Site) -> None:
    moments(site)
    first = await made_for(site)
    assert await made_for(site) == first
    others = [
        await made_for(site, "/api/v1/notes/6"),
        await made_for(site, query=b"a=1"),
        await made_for(site, Authorization="Bearer 7"),
        await made_for(site, Authorization="Bearer 8"),
        await made_for(site, If_None_Match='"x"'),
        await made_for(site, If_Modified_Since="yesterday"),
    ]
    _, _, body = await call(site, "GET", NOTE, body=b"a=1")
    others.append(int(loads(body)["made"]))
    assert len({first, *others}) == 8
    assert await made_for(site, Authorization="Bearer 8") == others[3]


async def test_any_commit_ends_it_whoever_made_it(site: Site) -> None:
    moments(site)
    first = await made_for(site)
    await call(
        site,
        "POST",
        "/api/v1/notes",
        body=b'{"text":"hi"}',
        headers={"Authorization": "Bearer 7", "Content-Type": "application/json"},
    )
    second = await made_for(site)
    assert second != first
    with closing(connect(database_file(site.house.settings))) as other:
        other.execute("INSERT INTO frame_notes VALUES ('of another process')")
    assert await made_for(site) not in (first, second)


async def test_news_that_come_after_the_commit_end_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    moments(site)
    first = await made_for(site)
    monkeypatch.setattr(type(site.house.feeds), "told", 1)
    assert await made_for(site) != first


async def test_what_is_asked_at_length_is_not_kept(site: Site) -> None:
    moments(site)
    assert await made_for(site, query=b"a=" + b"x" * 600) != await made_for(site, query=b"a=" + b"x" * 600)


async def test_it_lasts_a_second(site: Site) -> None:
    clock = moments(site)
    first = await made_for(site)
    clock[0] += LEAST_MS - 1
    assert await made_for(site) == first
    clock[0] += LASTS_MS - LEAST_MS + 1
    second = await made_for(site)
    assert second != first
    clock[0] -= LASTS_MS * 60
    assert await made_for(site) != second, "a clock that was set back"


async def test_refusals_are_made_anew(site: Site) -> None:
    moments(site)
    for _ in range(2):
        assert (await call(site, "GET", "/api/v1/notes/404"))[0] == 404
    assert not site.house.standing._answers


async def test_a_standing_answer_counts_like_any_other(site: Site) -> None:
    moments(site)
    left = []
    for _ in range(3):
        status, headers, _ = await call(
            site, "GET", NOTE, query=b"counted=1", headers={"Authorization": "Bearer 7"}
        )
        assert status == 200
        left.append(int(headers[b"x-ratelimit-remaining"]))
    assert left == [2, 1, 0]
    refused, _, _ = await call(site, "GET", NOTE, query=b"counted=1", headers={"Authorization": "Bearer 7"})
    assert refused == 429


def asked(version: list[int]) -> Any:
    """A call by nobody that sees contents of the *version*."""
    return SimpleNamespace(
        tx=SimpleNamespace(version=lambda: version[0]),
        house=SimpleNamespace(feeds=SimpleNamespace(told=0)),
        http=SimpleNamespace(query=b"", headers={}, method="GET", has_body=False),
        viewer=SimpleNamespace(account_id=0),
        caller=None,
        question=None,
        path={},
    )


def test_an_answer_costs_what_is_its_own() -> None:
    cache = ByteCache(50_000)
    caches = {"posts": cache, "emoji": ByteCache(50_000)}
    standing, at = Standing(20_000, lambda: 0, caches), asked([1])
    route: Any = asked
    shared = [b"x" * 5000 for _ in range(3)]
    for number, each in enumerate(shared):
        cache.put(number, each)
    for query in range(10):
        at.http.query = b"%d" % query
        answer = Response(200, Pieces.array([*shared, b"mine!"], own=5))
        assert standing.answer(route, at, lambda answer=answer: answer).body.count(b",") == 3  # type: ignore[misc,attr-defined]
    assert standing.size == 10 * (5 + 8 * 9 + OVERHEAD)
    for number in range(100, 108):
        cache.put(number, b"y" * 6000)
    assert cache.evicted <= 20_000
    at.http.query = b"more"
    standing.answer(route, at, lambda: Response(200, b""))
    assert len(standing._answers) == 11
    for number in range(200, 208):
        cache.put(number, b"z" * 6000)
    at.http.query = b"still more"
    standing.answer(route, at, lambda: Response(200, b""))
    assert len(standing._answers) == 1, "they would hold what the cache let go"
    del caches["posts"]
    at.http.query = b"once more"
    standing.answer(route, at, lambda: Response(200, b""))
    assert len(standing._answers) == 1, "they would hold what went with the whole cache"


def test_memory_is_bounded() -> None:
    clock, version = [0], [1]
    standing, at = Standing(100_000, lambda: clock[0], {}), asked(version)

    def put(query: int, size: int) -> None:
        at.http.query = b"%d" % query
        route: Any = put
        standing.answer(route, at, lambda: Response(200, b"x" * size))

    for query in range(200):
        put(query, 9000)
        assert standing.size <= 100_000
        assert standing.size == sum(len(kept.answer.body) + OVERHEAD for kept in standing._answers.values())
    first = next(iter(standing._answers))
    assert len(standing._answers) == 10
    put(1000, 90_000)
    assert len(standing._answers) == 10
    assert next(iter(standing._answers)) == first, "a crowd that asks by turns finds some of its answers"
    clock[0] += LASTS_MS
    put(1001, 10)
    assert len(standing._answers) == 1, "what no longer stands makes room"
    version[0] = 2
    put(1002, 10)
    assert len(standing._answers) == 1, "as does what was made of other contents"
