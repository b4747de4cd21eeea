"""Pages of notices: bundles agree with what hangs on them, every way to ask with filtering all, each by an index."""

from __future__ import annotations

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.domain.three import ME, THIRD, YOU, House

from folkmoot.domain.access import Viewer
from folkmoot.domain.notices import notice_lists, notices
from folkmoot.domain.notices.notice_kinds import BUNDLED, KINDS
from folkmoot.domain.notices.notice_lists import Wanted
from folkmoot.domain.notices.notice_rules import Choice
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, bonds
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import boosts, posts, reactions
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx


def _heads(tx: Tx, account_id: int) -> dict[str, tuple[int, int, list[int]]]:
    """For each bundle what its only head says: how many, the first, who came last."""
    found: dict[str, tuple[int, int, list[int]]] = {}
    for notice in notice_lists.page_of(tx, Viewer(account_id), Page(limit=200), Wanted(bundled=BUNDLED)):
        if notice.bundle:
            assert notice.bundle not in found
            sample = [int(id_) for id_ in notice.sample.split(",")]
            found[notice.bundle] = (notice.told_n, notice.first_id or 0, sample)
    return found


def _members(tx: Tx, account_id: int) -> dict[str, tuple[int, int, list[int]]]:
    """The same, counted from the notices themselves."""
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for notice in notice_lists.page_of(tx, Viewer(account_id), Page(limit=200)):
        if notice.bundle:
            rows[notice.bundle].append((notice.id, notice.actor_id))
    return {name: (len(r), r[-1][0], [actor for _, actor in r[:8]]) for name, r in rows.items()}


def test_heads_agree_with_what_hangs_on_them(store: Store) -> None:
    rng = random.Random(5)
    me, *others = store.write(
        lambda tx: [
            accounts.add_person(tx, NewPerson(name=f"p{n}", address=f"p{n}@example.org", confirmed=True))
            for n in range(13)
        ]
    )
    mine = store.write(lambda tx: [posts.write(tx, Viewer(me), Draft(text=str(n))).id for n in range(3)])

    def one(tx: Tx) -> None:
        who, post = Viewer(rng.choice(others)), rng.choice(mine)
        act = rng.randrange(8)
        if act <= 2:
            reactions.react(tx, who, post, Reaction.LIKE)
        elif act == 3:
            reactions.unreact(tx, who, post, Reaction.LIKE)
        elif act == 4:
            bonds.follow(tx, who, me) if rng.random() < 0.7 else bonds.unfollow(tx, who, me)
        elif act == 5:
            boosts.boost(tx, who, post) if rng.random() < 0.7 else boosts.unboost(tx, who, post)
        elif act == 6 and rng.random() < 0.3:
            bonds.block(tx, Viewer(me), who.account_id)
            bonds.unblock(tx, Viewer(me), who.account_id)
        elif rng.random() < 0.3:
            found = notice_lists.page_of(tx, Viewer(me), Page(limit=50))
            notices.dismiss(tx, Viewer(me), [n.id for n in rng.sample(found, min(2, len(found)))])

    most = 0
    for _ in range(120):
        store.write(one)
        heads = store.read(lambda tx: _heads(tx, me))
        assert heads == store.read(lambda tx: _members(tx, me))
        most = max(most, *(n for n, _, _ in heads.values()), 0)
    assert most >= 5


def test_two_at_once_join_one_bundle(store: Store) -> None:
    me, *others = store.write(
        lambda tx: [
            accounts.add_person(tx, NewPerson(name=f"p{n}", address=f"p{n}@example.org", confirmed=True))
            for n in range(9)
        ]
    )
    post = store.write(lambda tx: posts.write(tx, Viewer(me), Draft(text="hello")).id)
    with ThreadPoolExecutor(8) as pool:
        for who in others:
            pool.submit(store.write, lambda tx, w=who: reactions.react(tx, Viewer(w), post, Reaction.LIKE))
    ((told_n, _, sample),) = store.read(lambda tx: _heads(tx, me)).values()
    assert told_n == 8
    assert sorted(sample) == sorted(others)


def test_a_bundle_spans_twelve_hours(store: Store) -> None:
    def play(tx: Tx) -> list[tuple[str, int]]:
        h = House(tx)
        post = h.say(ME, "hello")
        started = tx.now
        for hours, name in ((0, YOU), (11, THIRD)):
            tx.now = started + hours * 3_600_000
            reactions.react(tx, h.viewer(name), post, Reaction.LIKE)
        tx.now = started + 13 * 3_600_000
        late = accounts.add_person(tx, NewPerson(name="late", address="late@example.org", confirmed=True))
        reactions.react(tx, Viewer(late), post, Reaction.LIKE)
        found = notice_lists.page_of(tx, h.viewer(ME), Page(), Wanted(bundled=BUNDLED))
        return [(notice.bundle.split("-")[0], notice.told_n) for notice in found]

    assert store.write(play) == [("like", 1), ("like", 2)]


def test_every_way_to_ask_gives_what_filtering_all_gives(store: Store) -> None:
    rng = random.Random(7)

    def play(tx: Tx) -> int:
        h = House(tx)
        h.rule(new_accounts=Choice.ACCEPT, direct_mentions=Choice.ACCEPT)
        mine = [h.say(ME, str(n)) for n in range(4)]
        for n in range(60):
            name = rng.choice((YOU, THIRD))
            kind = rng.choice(list(KINDS))
            notices.add(tx, h.ids[ME], kind, h.ids[name], rng.choice([None, *mine]), about_id=n)
        everything = notice_lists.page_of(tx, h.viewer(ME), Page(limit=200), Wanted(aside=True))
        heads = {
            n.id for n in notice_lists.page_of(tx, h.viewer(ME), Page(limit=200), Wanted(bundled=BUNDLED))
        }
        for _ in range(40):
            wanted = Wanted(
                kinds=rng.choice([None, frozenset(rng.sample(list(KINDS), rng.randrange(0, 18)))]),
                actor_id=rng.choice([None, h.ids[YOU]]),
                aside=rng.random() < 0.5,
                bundled=frozenset(rng.sample(sorted(BUNDLED), rng.randrange(0, 5))),
            )
            after, before = (n.id for n in sorted(rng.sample(everything, 2), key=lambda n: n.id))
            page = Page(limit=rng.choice([3, 200]), before=before, after=after, nearest=rng.random() < 0.5)
            fit = [
                n
                for n in everything
                if (wanted.kinds is None or n.kind in wanted.kinds)
                and wanted.actor_id in (None, n.actor_id)
                and (wanted.aside or not n.filtered)
                and (n.kind not in wanted.bundled or n.id in heads or not n.bundle)
                and after < n.id < before
            ]
            expected = fit[-page.limit :] if page.nearest else fit[: page.limit]
            assert notice_lists.page_of(tx, h.viewer(ME), page, wanted) == expected
        return len(everything)

    assert store.write(play) > 30


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_page_walks_an_index(store: Store) -> None:
    """No statement of a list reads a table whole, and one walk alone sorts nothing."""
    known = frozenset(KINDS) - {"member_request"}
    one_walk = [Wanted(kinds=known), Wanted(kinds=known, bundled=BUNDLED), Wanted(kinds=frozenset({"post"}))]
    several = [Wanted(kinds=frozenset({"mention"}), aside=True), Wanted(bundled=frozenset({"like"}))]

    def plan(tx: Tx, wanted: Wanted) -> list[str]:
        text = notice_lists._query(wanted, 40, False).sql("sqlite")
        rows = tx.text_sql(f"EXPLAIN QUERY PLAN {text}", "", account_id=1, low=0, high=1)
        return [str(row[3]) for row in rows]

    for wanted, index in zip(one_walk, ("account", "heads", "kind"), strict=True):
        found = store.read(lambda tx, w=wanted: plan(tx, w))
        assert [line.split()[4] for line in found if "SEARCH notices" in line] == [f"notices_{index}"]
        assert not [line for line in found if line.startswith("SCAN") or "TEMP B-TREE" in line]
    for wanted in several:
        found = store.read(lambda tx, w=wanted: plan(tx, w))
        walks = [line for line in found if "SEARCH notices" in line]
        assert len(walks) > 1
        assert all("INDEX notices_kind" in line and "head=?" in line for line in walks)
        assert not [line for line in found if line.startswith("SCAN notices")]
