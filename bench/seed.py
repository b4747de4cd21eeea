"""A seeded store to measure on: 100,000 posts, 500 readers who follow 200 each, one group with an archive."""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg

from folkmoot import app
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts, bonds, circles, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.reading import filters
from folkmoot.settings import Settings
from folkmoot.store import migrate
from folkmoot.store.schema import metadata
from folkmoot.store.sqlite import database_file
from folkmoot.store.tx import Tx

SYLLABLES = (
    "ba",
    "ke",
    "lo",
    "mi",
    "nu",
    "par",
    "ro",
    "sel",
    "ti",
    "van",
    "wen",
    "zor",
    "cha",
    "dri",
    "fel",
    "gom",
)
TAGS = ("harbour", "lantern", "meadow", "orchard", "kettle", "violin", "granite", "ferry")
READERS = 500
FOLLOWS = 200
BATCH = 500
VOCABULARY = 6_000


def vocabulary() -> list[str]:
    """Made-up words, the same each time, the frequent ones first."""
    dice, words = random.Random(3), dict[str, None]()
    while len(words) < VOCABULARY:
        words["".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4)))] = None
    return list(words)


WORDS = vocabulary()
WEIGHTS = list(itertools.accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))


def habits(tx: Tx, me: int, n: int, others: list[int]) -> int:
    """What makes a reader's pages dearer: each has a list; a third filters words, a third mutes, a third has chosen
    languages of somebody they follow. Returns the list."""
    who = Viewer(me)
    if n % 3 == 0:
        words = [filters.KeywordChange(keyword=word) for word in WORDS[200 + n % 50 : 205 + n % 50]]
        filters.create(
            tx, who, filters.FilterChange(title="words", contexts=["home", "public"], keywords=words)
        )
    followed = [r.id for r in bonds.relations(tx, who, others) if r.following]
    if n % 3 == 1:
        for other in [other for other in others if other != me and other not in followed][:5]:
            bonds.mute(tx, who, other)
    if n % 3 == 2:
        for other in followed[:5]:
            bonds.follow(tx, who, other, languages="en,de")
    made = circles.create(tx, who, "near")
    circles.add(tx, who, made.id, followed)
    return made.id


def text_of(dice: random.Random) -> str:
    """Some 20 words, now and then with a tag or an address, so that a page of 20 weighs about 50 kB of JSON."""
    words = dice.choices(WORDS, cum_weights=WEIGHTS, k=dice.randint(8, 32))
    if dice.random() < 0.3:
        words.append("#" + dice.choice(TAGS))
    if dice.random() < 0.2:
        words.append(f"https://example.org/{dice.choice(WORDS)}/{dice.randint(1, 999)}")
    return " ".join(words)


def seed(settings: Settings, n_posts: int = 100_000, note: Path | None = None) -> None:
    """Fill an empty store; tokens and ids that the benchmark needs go to bench.txt in the data folder."""
    house = app.open_house(settings)
    store, dice, begun = house.store, random.Random(7), time.time()

    def people(tx: Tx) -> list[int]:
        return [
            accounts.add_person(
                tx, NewPerson(name=f"reader{n}", display_name=f"Reader {n}", address=f"r{n}@bench.test")
            )
            for n in range(READERS)
        ]

    ids = store.write(people)

    def follows(tx: Tx) -> None:
        for me in ids:
            for other in dice.sample(ids, FOLLOWS + 1)[:FOLLOWS]:
                if other != me:
                    bonds.follow(tx, Viewer(me), other)

    store.write(follows)
    lists = store.write(lambda tx: [habits(tx, me, n, dice.sample(ids, 40)) for n, me in enumerate(ids)])
    group = store.write(
        lambda tx: groups.create(
            tx, Viewer(ids[0]), groups.NewGroup(name="archive", description="a group to read in")
        )
    )
    store.write(lambda tx: [members.put(tx, group, i) for i in ids[1:101]])
    start = int(time.time() * 1000) - n_posts * 2_000
    said: list[int] = []

    def portion(tx: Tx, first: int) -> None:
        for n in range(first, min(first + BATCH, n_posts)):
            draft = Draft(text=text_of(dice), audience=int(Audience.PUBLIC), happened_at=start + n * 2_000)
            if n % 4 == 3:
                draft.group_id, draft.title = group, text_of(dice)[:40]
            elif said and dice.random() < 0.3:
                draft.parent_id = said[-dice.randint(1, min(60, len(said)))]
            author = ids[dice.randrange(101)] if draft.group_id else dice.choice(ids)
            written = posts.write(tx, Viewer(author), draft)
            if draft.group_id is None:
                said.append(written.id)

    for first in range(0, n_posts, BATCH):
        store.write(lambda tx, first=first: portion(tx, first))
        if sys.stderr.isatty():
            print(f"\r{first + BATCH} posts", end="", file=sys.stderr)

    def thread(tx: Tx) -> int:
        root = posts.write(tx, Viewer(ids[1]), Draft(text=text_of(dice), audience=0)).id
        last = root
        for n in range(29):
            last = posts.write(
                tx,
                Viewer(ids[n % 20]),
                Draft(text=text_of(dice), audience=0, parent_id=last if n % 3 else root),
            ).id
        return root

    root = store.write(thread)

    def tokens(tx: Tx) -> list[str]:
        return [
            logins.issue_token(tx, account_id=i, app_id=None, scopes="read write follow push")[1] for i in ids
        ]

    made = store.write(tokens)
    lines = [
        f"list {lists[0]}",
        f"status {said[-1]}",
        f"word {WORDS[40]}+{WORDS[90]}",
        f"thread {root}",
        f"group {group}",
        f"account {ids[2]}",
        *(f"token {t} {i}" for t, i in zip(made, ids, strict=True)),
    ]
    (settings.folder / "bench.txt").write_text("\n".join(lines))
    store.close()
    print(
        f"{n_posts} posts in {time.time() - begun:.0f} s ({settings.database or 'SQLite'})", file=sys.stderr
    )


def transfer(source: Settings, target: Settings) -> None:
    """Copy a seeded SQLite store into an empty PostgreSQL database: minutes less than saying all again."""
    target.folder.mkdir(parents=True, exist_ok=True)
    migrate.ensure(target)
    begun = time.time()
    with (
        closing(sqlite3.connect(database_file(source))) as old,
        psycopg.connect(target.database) as new,
        new.cursor() as cursor,
    ):
        for table in metadata.sorted_tables:
            names = ", ".join(column.name for column in table.columns)
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as rows:
                for row in old.execute(f"SELECT {names} FROM {table.name}"):
                    rows.write_row(row)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('journal', 'id'), (SELECT max(id) FROM journal))"
        )
    for name in ("bench.txt", "secret"):
        shutil.copyfile(source.folder / name, target.folder / name)
    print(f"copied in {time.time() - begun:.0f} s", file=sys.stderr)
