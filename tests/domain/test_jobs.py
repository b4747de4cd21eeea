"""The journal as a queue: nothing is lost, nothing loops, poison waits where it can be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from folkmoot.domain import jobs, journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import postfacts, posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors.frame.house import House
from folkmoot.store.engine import Store
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.tx import JournalRow, Tx
from folkmoot.work import worker as worker_module
from folkmoot.work.worker import TOGETHER, Worker


def _say(store: Store, count: int) -> list[int]:
    def run(tx: Tx) -> list[int]:
        ada = accounts.add_person(tx, NewPerson(name="ada"))
        group = groups.create(
            tx, Viewer(ada), groups.NewGroup(name="garden", description="a place to dig in")
        )
        return [
            posts.write(tx, Viewer(ada), Draft(text=f"post {n}", group_id=group)).id for n in range(count)
        ]

    return store.write(run)


async def test_each_event_is_done_once_and_in_order(store: Store) -> None:
    said = _say(store, 120)
    got: list[int] = []

    async def handle(house: House, rows: Sequence[JournalRow]) -> None:
        assert len(rows) <= TOGETHER
        got.extend(row.subject_id for row in rows)

    worker = Worker(House(settings=store.settings, store=store), {journal.POST_ADDED: [handle]})
    while await worker.once():
        pass
    assert got == said
    assert store.read(jobs.waiting) == 0


async def test_what_followers_are_told_of_a_new_post_is_what_is_asked_of_an_old_one(store: Store) -> None:
    told: list[JournalRow] = []
    store.follow(told.extend)
    store.attach(asyncio.get_running_loop())

    def run(tx: Tx) -> None:
        ada, bo = (accounts.add_person(tx, NewPerson(name=name)) for name in ("ada", "bo"))
        group = groups.create(
            tx, Viewer(ada), groups.NewGroup(name="garden", description="a place to dig in")
        )
        bare = posts.write(tx, Viewer(ada), Draft(text="to whom it may concern", audience=0)).id
        for text, more in (
            ("an answer", {"parent_id": bare}),
            ("hello @bo", {}),
            ("of #herons", {"audience": 1}),
            ("psst", {"audience": 3, "to": [bo]}),
            ("all", {"group_id": group, "title": "on #boats"}),
        ):
            posts.write(tx, Viewer(ada), Draft(text=text, **more))

    await store.awrite(run)
    added = [row for row in told if row.kind == journal.POST_ADDED]
    assert len(added) == 6
    for row in added:
        assert row.data == store.read(lambda tx, id_=row.subject_id: postfacts.of(tx, id_))  # type: ignore[misc]  # a bound default


def test_posts_of_one_commit_are_written_into_the_text_index_together(store: Store) -> None:
    _say(store, 20)
    segments = "SELECT count(DISTINCT segid) FROM post_search_idx"
    if store.dialect == "sqlite":
        assert store.read(lambda tx: tx.text_sql(segments, "").fetchone()[0]) == 1


def test_a_post_outside_groups_leaves_no_work(store: Store) -> None:
    def run(tx: Tx) -> None:
        ada = accounts.add_person(tx, NewPerson(name="ada"))
        posts.write(tx, Viewer(ada), Draft(text="to whom it may concern", audience=0))

    store.write(run)
    assert store.read(jobs.waiting) == 0


async def test_poison_is_put_aside_and_replayed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _say(store, 3)
    broken, got = True, list[int]()
    monkeypatch.setattr(jobs, "FIRST_GAP_MS", 0)

    async def handle(house: House, rows: Sequence[JournalRow]) -> None:
        ids = [row.subject_id for row in rows]
        if broken and said[1] in ids:
            raise ValueError("poison")
        got.extend(ids)

    worker = Worker(House(settings=store.settings, store=store), {journal.POST_ADDED: [handle]})
    for _ in range(jobs.TRIES + 2):
        await worker.once()
    assert got == [said[0], said[2]]
    aside = store.read(jobs.shunted)
    assert [job.row.subject_id for job in aside] == [said[1]]
    assert "ValueError: poison" in aside[0].error
    broken = False
    assert store.write(lambda tx: jobs.replay(tx, [aside[0].row.id])) == 1
    await worker.once()
    assert got == [said[0], said[2], said[1]]
    with pytest.raises(NotFound):
        store.write(lambda tx: jobs.replay(tx, [aside[0].row.id]))


async def test_a_claim_that_died_is_taken_over_after_its_lease(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(store, 1)
    assert len(store.write(jobs.claim)) == 1
    assert store.write(jobs.claim) == []
    monkeypatch.setattr(jobs, "LEASE_MS", -1)
    store.write(lambda tx: tx.run(jobs._LEASE, ids=list(range(50)), until=tx.now - 1))
    assert len(store.write(jobs.claim)) == 1


async def test_two_workers_share_the_work(store: Store) -> None:
    said = _say(store, 200)
    got: list[int] = []

    async def handle(house: House, rows: Sequence[JournalRow]) -> None:
        await asyncio.sleep(0)
        got.extend(row.subject_id for row in rows)

    house = House(settings=store.settings, store=store)
    workers = [Worker(house, {journal.POST_ADDED: [handle]}) for _ in range(2)]

    async def run(worker: Worker) -> None:
        while await worker.once():
            pass

    await asyncio.gather(*map(run, workers))
    assert sorted(got) == said


async def test_what_is_done_stays_done_where_the_database_goes_away(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, got = _say(store, 2 * TOGETHER), list[int]()
    write, away, failures = store.awrite, False, 0

    async def awrite(fn: Any) -> Any:
        if away:
            raise StoreUnavailable("away")
        return await write(fn)

    async def handle(house: House, rows: Sequence[JournalRow]) -> None:
        nonlocal away, failures
        if got and not failures:
            away, failures = True, 1
            raise StoreUnavailable("away")
        got.extend(row.subject_id for row in rows)

    monkeypatch.setattr(store, "awrite", awrite)
    worker = Worker(House(settings=store.settings, store=store), {journal.POST_ADDED: [handle]})
    with pytest.raises(StoreUnavailable):
        await worker.once()
    assert got == said[:TOGETHER]
    away = False
    store.write(lambda tx: tx.run(jobs._LEASE, ids=list(range(50)), until=tx.now - 1))
    await worker.once()
    assert got == said
    assert store.read(jobs.waiting) == 0


async def test_a_database_that_goes_away_while_the_worker_rests_is_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "BUSY_SECONDS", 0)
    read, rests = store.aread, 0

    async def aread(fn: Any) -> Any:
        nonlocal rests
        rests += fn is jobs.next_due
        if fn is jobs.next_due and rests == 1:
            raise StoreUnavailable("away")
        if rests == 2:
            worker.stop()
        return await read(fn)

    monkeypatch.setattr(store, "aread", aread)
    worker = Worker(House(settings=store.settings, store=store), {})
    await asyncio.wait_for(worker.run(), 20)
    assert rests == 2


async def test_a_chore_looks_at_once_at_what_calls_for_it_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "BUSY_SECONDS", 60)
    called, by_clock = asyncio.Event(), 0

    async def deliver(house: House) -> int:
        called.set()
        return 0

    async def tidy(house: House) -> int:
        nonlocal by_clock
        by_clock += 1
        return 0

    worker = Worker(House(settings=store.settings, store=store), {}, {deliver: journal.MAIL_QUEUED, tidy: ""})
    store.follow(worker.heard)
    store.attach(asyncio.get_running_loop())
    running = asyncio.create_task(worker.run())
    for _ in range(3):
        await asyncio.wait_for(called.wait(), 20)
        await asyncio.sleep(0.05)
        called.clear()
        await store.awrite(lambda tx: journal.record(tx, journal.MAIL_QUEUED, 1, 1))
    await asyncio.wait_for(called.wait(), 20)
    worker.stop()
    await asyncio.wait_for(running, 20)
    assert by_clock == 1
