"""What waits for a moderator carries nothing yet, and what was let in is no pass for other words."""

from __future__ import annotations

import time
from typing import Any

import pytest
import time_machine

from folkmoot.domain.access import Archive, Audience, MemberPosting, Membership, Viewer, hidden_groups
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import groups, holding, members
from folkmoot.domain.groups.groups import Moderation, NewGroup
from folkmoot.domain.media import cards
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, bonds
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import boosts, edits, polls, posts, quotes, reactions, scheduled
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.reading import timelines
from folkmoot.domain.text import Markup
from folkmoot.store.engine import Store
from folkmoot.store.schema.accounts import accounts as accounts_table
from folkmoot.store.schema.groups import groups as groups_table
from folkmoot.store.schema.groups import members as members_table
from folkmoot.store.tx import Tx

Rows = list[tuple[Any, ...]]


class House:
    """A group with an owner, a member and one whose posts wait."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.owner, self.ada, self.ben = (self.person(name) for name in ("owner", "ada", "ben"))
        self.group = groups.create(tx, self.owner, NewGroup(name="harbour", description="of ships and more"))
        for who in (self.ada, self.ben):
            members.put(tx, self.group, who.account_id)
        self.posting(self.ben, MemberPosting.MODERATED)

    def person(self, name: str) -> Viewer:
        return Viewer(accounts.add_person(self.tx, NewPerson(name=name, confirmed=True)))

    def posting(self, who: Viewer, posting: MemberPosting) -> None:
        member = members.get(self.tx, self.group, who.account_id)
        assert member is not None
        self.tx.update(members_table, {"id": member.id}, posting=int(posting))

    def status(self, who: Viewer, status: Membership) -> None:
        member = members.get(self.tx, self.group, who.account_id)
        assert member is not None
        self.tx.update(members_table, {"id": member.id}, status=int(status))

    def say(self, who: Viewer, text: str, **more: Any) -> posts.Written:
        return posts.write(self.tx, who, Draft(text=text, group_id=self.group, **more))

    def rows(self, text: str) -> Rows:
        return list(self.tx.text_sql(text, text).fetchall())


def test_nothing_is_hung_on_what_waits(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        held = house.say(house.ben, "wait", poll=NewPoll(options=["a", "b"], seconds=600))
        assert held.held
        for act in (
            lambda: boosts.boost(tx, house.owner, held.id),
            lambda: reactions.react(tx, house.owner, held.id, Reaction.LIKE),
            lambda: reactions.pin(tx, house.ben, held.id),
            lambda: polls.vote(tx, house.owner, polls.of_posts(tx, house.owner, [held.id])[held.id].id, [0]),
            lambda: posts.write(tx, house.owner, Draft(text="answer", parent_id=held.id)),
        ):
            with pytest.raises(Forbidden) as refused:
                act()
            assert refused.value.code == "held"
        reactions.react(tx, house.owner, held.id, Reaction.BOOKMARK)
        holding.release(tx, house.owner, held.id)
        assert boosts.boost(tx, house.owner, held.id)
        assert not posts.write(tx, house.owner, Draft(text="answer", parent_id=held.id)).held

    store.write(run)


def test_a_poll_runs_from_the_moment_it_is_let_in(store: Store) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:

        def ask(tx: Tx) -> tuple[House, int]:
            house = House(tx)
            return house, house.say(house.ben, "?", poll=NewPoll(options=["a", "b"], seconds=600)).id

        house, held = store.write(ask)
        clock.shift(7200)

        def let_in(tx: Tx) -> int:
            holding.release(tx, house.owner, held)
            poll = polls.of_posts(tx, house.ada, [held])[held]
            assert not poll.expired
            polls.vote(tx, house.ada, poll.id, [1])
            return poll.expires_at or 0

        assert store.write(let_in) == int(time.time() * 1000) + 600_000


def test_whose_words_are_read_first_may_not_rewrite_them(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        said = house.say(house.ada, "mild").id
        edits.edit(tx, house.ada, said, Change(text="milder"))
        for change, code in (
            (lambda: house.posting(house.ada, MemberPosting.MODERATED), "moderated"),
            (lambda: house.posting(house.ada, MemberPosting.FIRST_MODERATED), "moderated"),
            (lambda: house.posting(house.ada, MemberPosting.FORBIDDEN), "forbidden"),
            (lambda: house.status(house.ada, Membership.BANNED), "not_member"),
        ):
            change()
            with pytest.raises(Forbidden) as refused:
                edits.edit(tx, house.ada, said, Change(text="wild"))
            assert refused.value.code == code
        waiting = house.say(house.ben, "wiat").id
        assert edits.edit(tx, house.ben, waiting, Change(text="wait"))
        tx.update(groups_table, {"account_id": house.group}, moderation=int(Moderation.ALL))
        house.status(house.ada, Membership.NORMAL)
        house.posting(house.ada, MemberPosting.DEFAULT)
        with pytest.raises(Forbidden):
            edits.edit(tx, house.ada, said, Change(text="wild"))

    store.write(run)


def test_an_edit_keeps_whom_a_post_was_given_to_and_tells_no_blocker(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        to = house.ada.account_id
        draft = Draft(text="hello @ben", audience=Audience.DIRECT, to=[to])
        said = posts.write(tx, house.owner, draft).id
        bonds.block(tx, house.ben, house.owner.account_id)
        third = house.person("third")
        bonds.block(tx, third, house.owner.account_id)
        edits.edit(tx, house.owner, said, Change(text="hello @third"))
        listed = house.rows(f"SELECT account_id FROM addressed WHERE post_id = {said} AND silent = 0")
        assert [row[0] for row in listed] == [to]
        assert not house.rows(f"SELECT id FROM notices WHERE account_id = {third.account_id}")

    store.write(run)


def test_an_edit_of_a_waiting_post_tells_nobody(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        held = house.say(house.ben, "wait").id
        edits.edit(tx, house.ben, held, Change(text="wait @ada"))
        mine = f"SELECT kind FROM notices WHERE account_id = {house.ada.account_id}"
        assert not house.rows(mine)
        holding.release(tx, house.owner, held)
        assert house.rows(mine) == [("mention",)]

    store.write(run)


def test_what_was_said_in_html_keeps_it_while_its_words_stay(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        draft = Draft(
            text="bold", html="<p><b>bold</b></p>", markup=Markup.MAIL, title="old", group_id=house.group
        )
        said = posts.write(tx, house.ada, draft).id
        before = house.rows(f"SELECT html, plain FROM bodies WHERE post_id = {said}")
        assert "<b>" in before[0][0] or "<strong>" in before[0][0]
        assert edits.edit(tx, house.ada, said, Change(title="new"))
        assert house.rows(f"SELECT html, plain FROM bodies WHERE post_id = {said}") == before

    store.write(run)


def test_members_of_the_group_above_know_a_group_for_them(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        parent = groups.see(tx, house.owner, house.group)
        new = NewGroup(name="crew", description="of the crew alone", archive=Archive.PARENT, listed=False)
        below = groups.create(tx, house.owner, new, parent)
        stranger = house.person("stranger")
        assert hidden_groups(tx, stranger, [below]) == {below}
        assert hidden_groups(tx, house.ada, [below]) == set()

    store.write(run)


def test_who_is_blocked_may_not_quote(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        said = posts.write(tx, house.ada, Draft(text="mine", audience=Audience.PUBLIC)).id
        assert quotes.rules(tx, house.ben, [said])[said].may
        bonds.block(tx, house.ben, house.ada.account_id)
        assert not quotes.rules(tx, house.ben, [said])[said].may

    store.write(run)


def test_pages_of_pins_go_on_beside_the_pin_they_name(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        said = [posts.write(tx, house.ada, Draft(text=f"{n}", audience=Audience.PUBLIC)).id for n in range(3)]
        for post_id in (said[1], said[2], said[0]):
            reactions.pin(tx, house.ada, post_id)
        by_pin = [said[0], said[2], said[1]]
        me = house.ada.account_id
        assert timelines.pinned(tx, house.ben, me, Page()) == by_pin
        assert timelines.pinned(tx, house.ben, me, Page(limit=1)) == by_pin[:1]
        assert timelines.pinned(tx, house.ben, me, Page(limit=1, before=by_pin[0])) == by_pin[1:2]
        assert (
            timelines.pinned(tx, house.ben, me, Page(after=by_pin[2], limit=1, nearest=True)) == by_pin[1:2]
        )

    store.write(run)


def test_what_could_not_be_made_is_kept_for_its_author(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        due = tx.now + 600_000
        draft = Draft(text="later", group_id=house.group)
        id_ = scheduled.schedule(tx, house.ada, draft, due, {"text": "later"})
        scheduled.note_failure(tx, scheduled.Due(id_, 0), Forbidden("locked", code="locked"))
        assert [s.id for s in scheduled.listing(tx, house.ada, Page())] == [id_]
        assert scheduled.move(tx, house.ada, id_, due + 60_000).due_at == due + 60_000
        assert house.rows(f"SELECT state, error FROM scheduled WHERE id = {id_}") == [(scheduled.WAITING, "")]
        scheduled.cancel(tx, house.ada, id_)
        assert not scheduled.listing(tx, house.ada, Page())

    store.write(run)


def test_a_bot_hears_of_what_happens_to_it(store: Store) -> None:
    def run(tx: Tx) -> None:
        house = House(tx)
        bot = house.person("bot")
        tx.update(accounts_table, {"id": bot.account_id}, kind=int(accounts.Kind.SERVICE))
        posts.write(tx, house.ada, Draft(text="hello @bot", audience=Audience.PUBLIC))
        assert house.rows(f"SELECT kind FROM notices WHERE account_id = {bot.account_id}") == [("mention",)]

    store.write(run)


def test_a_card_is_shown_while_its_page_is_looked_at_anew(store: Store) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:

        def first(tx: Tx) -> tuple[House, int]:
            house = House(tx)
            said = posts.write(
                tx, house.ada, Draft(text="https://example.org/a", audience=Audience.PUBLIC)
            ).id
            cards.found(tx, cards.claim(tx)[0], cards.NewCard(title="A page"))
            return house, said

        house, said = store.write(first)
        clock.shift(cards.FRESH_MS / 1000 + 1)

        def again(tx: Tx) -> None:
            posts.write(tx, house.ben, Draft(text="https://example.org/a", audience=Audience.PUBLIC))
            assert cards.waits(tx)
            assert cards.of_posts(tx, [said])[said].title == "A page"

        store.write(again)
