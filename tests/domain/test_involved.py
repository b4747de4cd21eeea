"""Talks that one is part of, and who reacted or passed on, page by page however many there are."""

from __future__ import annotations

from tests.domain.three import ME, THIRD, YOU, House

from folkmoot.domain.access import Audience
from folkmoot.domain.paging import Page
from folkmoot.domain.people import bonds
from folkmoot.domain.posts import boosts, passers, reactors
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.reading import involved
from folkmoot.store.engine import Store
from folkmoot.store.schema.posts import reactions
from folkmoot.store.tx import Tx


def test_talks_by_pages(store: Store) -> None:
    def talk(tx: Tx) -> None:
        house = House(tx)
        first = house.say(ME, "a", audience=Audience.PUBLIC)
        mine = [house.say(YOU, f"b{n}", first) for n in range(230)]
        house.say(YOU, "elsewhere", audience=Audience.PUBLIC)
        hidden = house.say(THIRD, "for one", first, Audience.DIRECT)
        me = house.viewer(ME)
        seen = involved.threads(tx, me, Page(limit=200))
        assert hidden not in seen  # it is spoken to nobody
        assert seen == mine[::-1][:200]
        assert involved.threads(tx, me, Page(limit=200, offset=100)) == mine[::-1][100:]
        bounds = Page(limit=5, before=mine[100], after=mine[97])
        assert involved.threads(tx, me, bounds) == [mine[99], mine[98]]
        assert involved.threads(tx, house.viewer(THIRD), Page(limit=1)) == [mine[-1]]
        bonds.block(tx, me, house.ids[YOU])
        assert involved.threads(tx, me, Page(limit=20)) == []

    store.write(talk)


def test_the_first_who_reacted_of_few_and_of_many(store: Store) -> None:
    def react(tx: Tx) -> None:
        house = House(tx)
        busy, quiet = (house.say(ME, name, audience=Audience.PUBLIC) for name in ("busy", "quiet"))
        assert reactors.of_posts(tx, house.viewer(ME), [busy, quiet]) == {}
        people = list(range(1_000, 1_700))

        def add(post: int, kind: Reaction, who: int) -> None:
            tx.insert(
                reactions, id=tx.ids.next(), account_id=who, post_id=post, kind=int(kind), created_at=tx.now
            )

        def fill(count: int) -> None:
            for who in people[:count]:
                tx.insert_new(
                    reactions,
                    id=tx.ids.next(),
                    account_id=who,
                    post_id=busy,
                    kind=int(Reaction.LIKE),
                    created_at=0,
                )

        add(quiet, Reaction.DISLIKE, 7)
        add(busy, Reaction.BOOKMARK, 7)
        add(busy, Reaction.ATTEND_MAYBE, 8)
        for count in (5, 40, 700):
            fill(count)
            wanted = [(Reaction.LIKE, who) for who in people[: min(count, reactors.MOST)]]
            assert reactors.of_posts(tx, house.viewer(ME), [busy, quiet]) == {
                busy: [*wanted, (Reaction.ATTEND_MAYBE, 8)],
                quiet: [(Reaction.DISLIKE, 7)],
            }

    store.write(react)


def test_boosts_of_a_post_and_of_a_reader(store: Store) -> None:
    def pass_on(tx: Tx) -> None:
        house = House(tx)
        post = house.say(ME, "a", audience=Audience.PUBLIC)
        made = [boosts.boost(tx, house.viewer(name), post) for name in (YOU, THIRD)]
        me = house.viewer(ME)
        assert passers.boosts_of(tx, me, made[0], Page()) == [
            (made[1], house.ids[THIRD]), (made[0], house.ids[YOU]),
        ]  # fmt: skip
        assert [
            id_ for id_, _ in passers.boosts_of(tx, me, post, Page(after=0, limit=1, nearest=True))
        ] == made[:1]
        assert involved.boosted(tx, me, Page()) == [post]
        assert involved.boosts(tx, house.viewer(YOU), Page()) == made[:1]
        assert involved.boosts_at_home(tx, me, Page()) == []
        bonds.follow(tx, me, house.ids[YOU])
        assert involved.boosts_at_home(tx, me, Page()) == made[:1]
        boosts.unboost(tx, house.viewer(YOU), post)
        assert involved.boosts_at_home(tx, me, Page()) == []

    store.write(pass_on)
