"""Mails find their threads whatever the order in which they come, with ancestors missing, and in loops."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup
from folkmoot.kit.mail import threads as jwz
from folkmoot.settings import Settings
from folkmoot.store.engine import Store, open_store
from folkmoot.store.schema.posts import posts as posts_t
from folkmoot.store.schema.posts import threads as threads_t
from folkmoot.store.sql import Query, p

HOUR = 3_600_000
START = 1_500_000_000_000
_SHAPE = Query(
    sa.select(
        posts_t.c.id, posts_t.c.message_id, posts_t.c.parent_id, posts_t.c.thread_id, posts_t.c.replies_n
    ).where(posts_t.c.group_id == p("group_id"))
)
_THREADS = Query(sa.select(threads_t.c.id, threads_t.c.posts_n).where(threads_t.c.group_id == p("group_id")))


@pytest.fixture
def one(tmp_path: Path, run_folder: Path) -> Iterator[Store]:
    from tests.support.postgres import Template

    Template(run_folder).copy_to(tmp_path / "one")
    opened = open_store(Settings(data=str(tmp_path / "one")))
    yield opened
    opened.close()


class Lists:
    """Groups into which the same mails are written in different orders."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.count = 0
        self.owner = store.write(
            lambda tx: accounts.add_person(tx, NewPerson(name="owner", address="owner@example.org"))
        )

    def write(self, mails: list[jwz.Ref]) -> dict[str, str | None]:
        """Write the mails in this order into a new group; each one's parent by name."""
        self.count += 1
        new = groups.NewGroup(name=f"g{self.count}", description="a group of people")
        group = self.store.write(lambda tx: groups.create(tx, Viewer(self.owner), new))
        for mail in mails:
            assert mail.date is not None
            chain = jwz.parent_candidates(mail.references, mail.in_reply_to)[::-1]
            draft = Draft(
                text="x", markup=Markup.MAIL, door="mail", group_id=group, message_id=mail.id, title=mail.subject,
                references=chain, happened_at=int(mail.date.timestamp() * 1000),
            )  # fmt: skip
            self.store.write(lambda tx, d=draft: posts.write(tx, Viewer(self.owner), d))
        return self.shape(group)

    def shape(self, group: int) -> dict[str, str | None]:
        rows = self.store.read(lambda tx: tx.all(_SHAPE, group_id=group))
        sizes = dict(self.store.read(lambda tx: tx.all(_THREADS, group_id=group)))
        by_id = {row[0]: row for row in rows}
        for row in rows:
            top = row
            for _ in range(len(rows)):
                top = by_id[top[2]] if top[2] is not None else top
            assert top[2] is None, "a loop"
            assert row[3] == top[0], "a thread is named after its first post"
            assert row[4] == sum(1 for other in rows if other[2] == row[0])
        assert sizes == {row[0]: sum(1 for o in rows if o[3] == row[0]) for row in rows if row[2] is None}
        return {row[1]: by_id[row[2]][1] if row[2] is not None else None for row in rows}


def mail(name: str, hour: int, *references: str, subject: str = "s") -> jwz.Ref:
    return jwz.Ref(name, references, (), subject, datetime.fromtimestamp((START + hour * HOUR) / 1000, UTC))


def a_month(seed: int) -> list[jwz.Ref]:
    """Threads of a list of which some messages are missing; some answers name only their nearest ancestors."""
    dice = random.Random(seed)
    chains: list[list[str]] = []
    mails: list[jwz.Ref] = []
    for number in range(dice.randint(6, 22)):
        name = f"m{number}"
        chain = dice.choice(chains) if chains and dice.random() < 0.8 else []
        topic = chain[0] if chain else name
        told = chain[-dice.choice((2, 3, 9)) :] if chain else []
        subject = f"Re: about {topic}" if chain else f"about {topic}"
        mails.append(mail(name, number, *told, subject=subject))
        chains.append([*chain, name])
    missing = {ref.id for ref in mails if dice.random() < 0.3}
    return [ref for ref in mails if ref.id not in missing]


def test_any_order_gives_the_same_threads(one: Store) -> None:
    lists = Lists(one)
    different = []
    for seed in range(25):
        mails = a_month(seed)
        shapes = [lists.write(mails), lists.write(mails[::-1])]
        random.Random(seed).shuffle(mails)
        shapes.append(lists.write(mails))
        different += [seed for shape in shapes[1:] if shape != shapes[0]]
    assert different == []


def test_those_who_miss_the_same_ancestor_stay_together(one: Store) -> None:
    lists = Lists(one)
    mails = [mail("c", 3, "lost"), mail("b", 2, "lost"), mail("d", 4, "lost", "c"), mail("a", 1, "lost")]
    expected = {"a": None, "b": "a", "c": "a", "d": "c"}
    assert lists.write(mails) == lists.write(mails[::-1]) == expected
    found = [*mails, mail("lost", 0)]
    assert lists.write(found) == {"lost": None, "a": "lost", "b": "lost", "c": "lost", "d": "c"}


def test_loops_of_references_end(one: Store) -> None:
    lists = Lists(one)
    assert set(lists.write([mail("a", 1, "b"), mail("b", 2, "a")])) == {"a", "b"}
    assert lists.write([mail("a", 1, "a")]) == {"a": None}
    ring = [mail(f"r{n}", n, f"r{(n + 1) % 5}") for n in range(5)]
    assert len(lists.write(ring)) == 5
    many = [f"x{n}" for n in range(10_000)]
    assert lists.write([mail("x9999", 1), mail("long", 2, *many)])["long"] == "x9999"


def test_answers_without_references_join_the_latest_earlier_thread_of_their_subject(one: Store) -> None:
    lists = Lists(one)
    day = 24
    mails = [
        mail("old", 0, subject="Lunch"),
        mail("new", 10 * day, subject="Lunch"),
        mail("early", 1, subject="Re: Lunch"),
        mail("late", 11 * day, subject="AW: [g] Lunch"),
        mail("much later", 90 * day, subject="Re: Lunch"),
        mail("other", 2, subject="Lunches"),
    ]
    expected = {"old": None, "new": None, "early": "old", "much later": None, "other": None}
    for order in (mails, mails[::-1], mails[2:] + mails[:2]):
        got = lists.write(order)
        assert {name: got[name] for name in expected} == expected
