"""Homes kept warm, homes built anew and a plain-Python oracle say the same after every act; so do lists and places."""

from __future__ import annotations

import random
import re
import time
from datetime import timedelta

import pytest
import time_machine
from tests.conftest import DATABASES
from tests.domain.home_world import TAGS, World, found, step

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, bondlists, bonds, circles, regards, relations, servers
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import boosts, postfacts, posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.reading import fanin, feeds, interest, owntags, timelines
from folkmoot.domain.rows import Rows
from folkmoot.store.engine import Store
from folkmoot.store.sql import Query
from folkmoot.store.tx import Tx

WINDOW = 4


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is bounded is bounded so narrowly that few posts go beyond it."""
    monkeypatch.setattr(fanin, "BOOST_WINDOW", WINDOW)
    monkeypatch.setattr(fanin, "QUERIES", fanin.queries(4, 7, 5))
    monkeypatch.setattr(feeds, "FIRST", 5)
    monkeypatch.setattr(feeds, "KEEP", 12)
    monkeypatch.setattr(feeds, "SLACK", 3)


def paged(all_: list[int], page: Page) -> list[int]:
    """What a page of this list holds."""
    within = [i for i in all_ if page.low < i < page.high]
    return within[-page.limit :] if page.nearest else within[: page.limit]


def random_page(dice: random.Random, ids: list[int]) -> Page:
    some = sorted(dice.choice(ids) + dice.choice([0, 0, 1]) for _ in range(2)) if ids else [5, 9]
    return Page(
        limit=dice.choice([1, 3, 8]),
        before=some[1] if dice.random() < 0.6 else None,
        after=some[0] if dice.random() < 0.6 else None,
        nearest=dice.random() < 0.5,
    )


def check(tx: Tx, dice: random.Random, world: World, warm: feeds.Feeds, seed: str) -> None:
    whole = Page(limit=200)
    for me in world.readers:
        who, wanted = Viewer(me), world.home(me, WINDOW)
        assert warm.home(tx, who, whole) == wanted, (seed, "warm", me)
        page = random_page(dice, list(world.said))
        assert warm.home(tx, who, page) == paged(wanted, page), (seed, page, me)
    me = dice.choice(world.readers)
    assert feeds.Feeds().home(tx, Viewer(me), whole) == world.home(me, WINDOW), (seed, "built", me)
    for circle, kept in world.lists.items():
        expected, page = world.list_(circle, WINDOW), random_page(dice, list(world.said))
        assert timelines.circle(tx, Viewer(kept.owner), circle, whole) == expected, (seed, "list", circle)
        assert timelines.circle(tx, Viewer(kept.owner), circle, page) == paged(expected, page), (seed, page)
        kept_page = warm.circle_looks(tx, Viewer(kept.owner), circle, page)
        assert [look[0] for look in kept_page] == paged(expected, page), (seed, "kept list", circle, page)
    for viewer in (0, me):
        tag = dice.choice(TAGS)
        assert timelines.public(tx, Viewer(viewer), whole) == world.public(viewer), (seed, "public", viewer)
        assert timelines.tag(tx, Viewer(viewer), tag, whole) == world.tagged(viewer, tag), (seed, "tag", tag)
        found = (
            timelines.looks.public(tx, Viewer(viewer), whole),
            timelines.looks.tag(tx, Viewer(viewer), tag, whole),
        )
        assert [[look[0] for look in looks] for looks in found] == [
            world.public(viewer),
            world.tagged(viewer, tag),
        ]


@pytest.mark.parametrize(
    ("dialect", "seed"),
    # Each seed takes a while on PostgreSQL, and the rules are the same.
    [(dialect, seed) for dialect in DATABASES for seed in range(6 if dialect == "sqlite" else 1)],
)
def test_warm_is_rebuilt_is_oracle(store: Store, small: None, seed: int) -> None:
    dice, warm = random.Random(seed), feeds.Feeds()
    world = store.write(lambda tx: found(tx, dice))
    for number in range(200):
        # A write may be run again, so that what it does to the oracle happens on a copy of its dice alone.
        done, rows = store.write(lambda tx: (step(tx, dice, world), tx.recorded))
        warm.heard(rows)
        if number % 3 == 0 or "say" not in done:
            store.read(lambda tx, at=f"{seed}/{number} {done}": check(tx, dice, world, warm, at))  # type: ignore[misc]  # mypy can't type the default
    assert len(world.said) > 60
    assert len(world.lists) > 2


def test_news_are_taken_in_at_once_or_one_by_one(store: Store, small: None) -> None:
    dice, one_by_one, at_once = random.Random(99), feeds.Feeds(), feeds.Feeds()
    world = store.write(lambda tx: found(tx, dice))

    def both(tx: Tx) -> None:
        for me in world.readers:
            assert one_by_one.home(tx, Viewer(me), Page(limit=99)) == world.home(me, WINDOW)

    for _ in range(12):
        for feed in (one_by_one, at_once):
            store.read(lambda tx, f=feed: [f.home(tx, Viewer(me), Page()) for me in world.readers])  # type: ignore[misc]  # as above
        for _ in range(12):
            _, rows = store.write(lambda tx: (step(tx, dice, world), tx.recorded))
            one_by_one.heard(rows)
            at_once.heard(rows)
            store.read(both)
        for me in world.readers:
            late = store.read(lambda tx, me=me: at_once.home(tx, Viewer(me), Page(limit=99)))  # type: ignore[misc]  # as above
            assert late == world.home(me, WINDOW)


def test_a_mute_that_ends_is_over_without_news(store: Store) -> None:
    def begin(tx: Tx) -> tuple[int, int]:
        ada, ben = (accounts.add_person(tx, NewPerson(name=name)) for name in ("ada", "ben"))
        bonds.follow(tx, Viewer(ben), ada)
        said = posts.write(tx, Viewer(ada), Draft(text="hello", audience=0)).id
        bonds.mute(tx, Viewer(ben), ada, duration_ms=60_000)
        return ben, said

    ben, said = store.write(begin)
    warm = feeds.Feeds()

    def home() -> list[int]:
        return store.read(lambda tx: warm.home(tx, Viewer(ben), Page()))

    assert home() == []
    with time_machine.travel(timedelta(seconds=61)):
        assert home() == [said]


def test_a_home_in_memory_knows_its_repeats(store: Store) -> None:
    def begin(tx: Tx) -> tuple[int, list[int], int]:
        me, *others = (accounts.add_person(tx, NewPerson(name=name)) for name in ("me", "ada", "ben", "cleo"))
        for other in others[:2]:
            bonds.follow(tx, Viewer(me), other)
        return me, others, posts.write(tx, Viewer(others[2]), Draft(text="hello", audience=0)).id

    me, others, post = store.write(begin)
    warm = feeds.Feeds()
    time.sleep(0.002)  # what was heard before a snapshot began is in it
    assert store.read(lambda tx: warm.home(tx, Viewer(me), Page())) == []
    live: list[interest.Candidate] = []
    for booster in others[:2]:
        _, rows = store.write(lambda tx, who=booster: (boosts.boost(tx, Viewer(who), post), tx.recorded))  # type: ignore[misc]  # mypy can't type the default
        warm.heard(rows)
        live += [interest.candidate(r.data, r.subject_id) for r in rows if r.kind == journal.POST_ADDED]
    assert [warm.repeats(me, each) for each in live] == [False, True]
    assert not feeds.Feeds().repeats(me, live[1]), "a home that is not in memory tells nothing"
    assert store.read(lambda tx: warm.home(tx, Viewer(me), Page())) == [live[0].id]


def test_a_warm_home_costs_one_query(store: Store) -> None:
    """However many one follows and avoids, a page of a feed that is in memory is the question of sight alone."""

    def begin(tx: Tx) -> int:
        me = accounts.add_person(tx, NewPerson(name="reader"))
        for number in range(40):
            other = accounts.add_person(tx, NewPerson(name=f"writer{number}"))
            if number % 4:
                bonds.follow(tx, Viewer(me), other)
            else:
                bonds.mute(tx, Viewer(me), other)
            for _ in range(4):
                posts.write(tx, Viewer(other), Draft(text="hello", audience=0))
        return me

    me, warm = store.write(begin), feeds.Feeds()

    def counted(tx: Tx) -> int:
        asked: list[str] = []

        class Counting(type(tx)):  # type: ignore[misc]  # the dialect's own class, with a counter
            __slots__ = ()

            def _execute(self, text: str, values: object) -> object:
                asked.append(text)
                return super()._execute(text, values)

        seen = Counting(tx._con, tx.settings, tx.ids)
        assert len(warm.home(seen, Viewer(me), Page())) == 20
        return len(asked)

    assert store.read(counted) <= 10
    assert store.read(counted) == 1


def statements() -> dict[str, Query]:
    """Every statement of the modules about what people keep and want."""
    found: dict[str, Query] = {}
    for module in (bondlists, bonds, circles, interest, owntags, postfacts, regards, relations, servers):
        for name, value in [*vars(module).items(), *bondlists.LISTS.items()]:
            if isinstance(value, Query):
                found[f"{module.__name__}.{name}"] = value
            elif isinstance(value, Rows):
                found[f"{module.__name__}.{name}"] = value.statement(up=False)
    for way, (by_source, by_tag, _) in fanin.QUERIES.items():
        found[f"sources {way}"], found[f"tags {way}"] = by_source, by_tag
    return found


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_no_statement_reads_a_whole_table(store: Store) -> None:
    """Plans of PostgreSQL depend on statistics; its figures are in the benchmark."""
    asked = statements()
    assert len(asked) > 62

    def plans(tx: Tx) -> None:
        for name, query in asked.items():
            text = re.sub(r"json_each\(:\w+\)", "json_each('[1,2,3]')", query.sql("sqlite"))
            text = re.sub(r":[a-z]\w*", "1", text)
            steps = [row[3] for row in tx.text_sql("EXPLAIN QUERY PLAN " + text, "").fetchall()]
            fine = ("json_each", "CONSTANT", "SCAN found")
            assert not [s for s in steps if s.startswith("SCAN") and not any(f in s for f in fine)], (
                name,
                steps,
            )

    store.read(plans)
