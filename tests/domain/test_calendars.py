"""Calendars of groups: of which events members are mailed, who is told who comes, and the one post of an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.domain.test_seats import HOUR, circle, person, say

from folkmoot.domain import views
from folkmoot.domain.access import Archive, MemberPosting, Viewer
from folkmoot.domain.errors import Conflict, Forbidden, TooMany
from folkmoot.domain.groups import groups, members, membership
from folkmoot.domain.groups.groups import GroupChange, Moderation
from folkmoot.domain.mail import eventmail, eventsummary, wishes
from folkmoot.domain.media.photos import Rights
from folkmoot.domain.people import between
from folkmoot.domain.people.relations import Relation
from folkmoot.domain.posts import reactions, reactors
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.sections import eventposts, events, inviting, ownevents
from folkmoot.domain.sections.answers import Answer
from folkmoot.domain.sections.events import EventChange, EventView, NewEvent
from folkmoot.domain.views import account
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx


def new(tx: Tx, starts: int = 1, **more: Any) -> NewEvent:
    """An event of an hour, so many hours from now."""
    begins = tx.now + starts * HOUR
    return NewEvent(name="Baking", starts_at=begins, ends_at=begins + HOUR, asks=True, **more)


def add(store: Store, who: Viewer, group_id: int, **more: Any) -> EventView:
    return store.write(lambda tx: events.add(tx, who, group_id, new(tx, **more)))


def counted(store: Store, sql: str) -> int:
    asked = f"SELECT count(*) FROM {sql}"
    return int(store.read(lambda tx: tx.text_sql(asked, asked).fetchone())[0])


def rounds(store: Store) -> int:
    return counted(store, "mail_runs")


def moderated(store: Store) -> tuple[Viewer, Viewer, int]:
    """The owner, a member, and their group, whose posts are read first."""
    owner, (one,), here = circle(store, 1)
    store.write(lambda tx: groups.update(tx, owner, here, GroupChange(moderation=Moderation.ALL)))
    return owner, one, here


def post_of(store: Store, event_id: int) -> int:
    return int(store.read(lambda tx: events.see(tx, Viewer.system(), event_id))[0].post_id or 0)


def test_who_comes_is_told_to_members_by_the_post_too(store: Store) -> None:
    owner, (one,), here = circle(store, 1)
    stranger, made = person(store, "stranger"), add(store, owner, here)
    store.write(lambda tx: eventposts.announce(tx, owner, made, Rights(), "web"))
    say(store, one, made.id, Answer.YES)
    post_id = post_of(store, made.id)
    store.write(lambda tx: reactions.react(tx, stranger, post_id, Reaction.LIKE))

    def told(who: Viewer) -> list[Reaction]:
        found = store.read(lambda tx: reactors.of_posts(tx, who, [post_id])).get(post_id, [])
        return sorted(kind for kind, _ in found)

    for who in (stranger, Viewer.anonymous()):
        assert told(who) == [Reaction.LIKE]
    for who in (owner, one):
        assert told(who) == [Reaction.LIKE, Reaction.ATTEND_YES]

    def party(tx: Tx) -> int:
        mine = ownevents.add(tx, owner, new(tx))
        eventposts.announce(tx, owner, mine, Rights(), "web")
        found = ownevents.find(tx, owner, mine.id)
        assert found
        assert found.post_id
        reactions.react(tx, one, found.post_id, Reaction.ATTEND_NO)
        assert reactors.of_posts(tx, stranger, [found.post_id]) == {
            found.post_id: [(Reaction.ATTEND_NO, one.account_id)]
        }
        return found.post_id

    assert store.write(party)


@pytest.mark.parametrize(
    "why", ["moderated", "announcement", MemberPosting.MODERATED, MemberPosting.FORBIDDEN]
)
def test_nobody_is_mailed_what_no_post_would_say(store: Store, why: str | MemberPosting) -> None:
    owner, (one,), here = circle(store, 1)
    trusted = add(store, one, here)
    assert rounds(store) == 1

    def hold(tx: Tx) -> None:
        if why == "moderated":
            groups.update(tx, owner, here, GroupChange(moderation=Moderation.ALL))
        elif why == "announcement":
            groups.update(tx, owner, here, GroupChange(posting=1))
        else:
            change = membership.MemberChange(posting=MemberPosting(why))
            membership.update(tx, owner, here, one.account_id, change)

    store.write(hold)
    his, gone = add(store, one, here, rule="FREQ=DAILY;COUNT=3"), add(store, one, here)
    cheap = EventChange(name="Cheap pills")
    store.write(lambda tx: events.change(tx, one, his.id, cheap))
    store.write(lambda tx: events.delete(tx, owner, gone.id))
    with pytest.raises(Forbidden) as refused:
        store.write(lambda tx: events.change(tx, one, trusted.id, cheap))
    assert refused.value.code == "manage_calendar"
    store.write(lambda tx: events.change(tx, one, trusted.id, EventChange(capacity=7)))
    assert rounds(store) == 1
    store.write(lambda tx: groups.update(tx, owner, here, GroupChange(settings={"invite_on_join": True})))
    week = datetime.now(UTC) + timedelta(days=7)
    summary = store.read(lambda tx: eventsummary._told(tx, here, {}, week, ZoneInfo("UTC")))
    assert (summary.count("Baking"), "Cheap" in summary) == (1, False)
    before = counted(store, "event_notes")

    def join(tx: Tx) -> None:
        eventmail.invite_newcomer(tx, here, members.invite_address(tx, here, "late@example.org"))

    store.write(join)
    assert counted(store, "event_notes") == before + 1, "of the one that the others know of"
    store.write(lambda tx: events.change(tx, owner, his.id, EventChange(name="Bread")))
    assert rounds(store) == 2, "a moderator's word is heard"
    store.write(lambda tx: events.delete(tx, one, trusted.id))
    assert rounds(store) == 3, "what was told is called off"


def test_calendars_have_an_end_and_a_pace(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (one,), here = circle(store, 1)
    made = add(store, one, here, rule="FREQ=DAILY;COUNT=3")
    monkeypatch.setattr(inviting, "MAX_EVENTS", 3)
    with pytest.raises(Conflict) as full:
        add(store, one, here)
    assert full.value.code == "too_many"
    monkeypatch.undo()

    def paced(tx: Tx) -> EventView:
        tx.settings = msgspec.structs.replace(tx.settings, posts_a_day=2)
        return events.add(tx, one, here, new(tx))

    store.write(paced)
    with pytest.raises(TooMany) as fast:
        store.write(paced)
    assert fast.value.code == "posts.daily"
    monkeypatch.setattr(inviting, "MAX_ROUNDS", 3)
    for name in ("a", "b"):
        store.write(lambda tx, name=name: events.change(tx, one, made.id, EventChange(name=name)))
    with pytest.raises(TooMany) as again:
        store.write(lambda tx: events.change(tx, one, made.id, EventChange(name="c")))
    assert again.value.code == "events"


def test_an_event_has_one_post_however_often_it_is_published(store: Store) -> None:
    owner, one, here = moderated(store)
    made = add(store, one, here)
    for who in (one, owner, one):
        store.write(lambda tx, who=who: eventposts.announce(tx, who, made, Rights(), "web"))
    assert counted(store, "posts") == 1
    store.write(lambda tx: events.delete(tx, one, made.id))
    assert counted(store, "posts WHERE state < 3") == 0, "nobody lets in what announces nothing"

    his = store.write(lambda tx: ownevents.add(tx, one, new(tx)))
    rights = Rights(deny_people=f"<{owner.account_id}>")

    def publish(tx: Tx) -> None:
        eventposts.announce(tx, one, ownevents.find(tx, one, his.id) or his, rights, "web")

    for _ in range(3):
        store.write(publish)
        assert counted(store, "circles WHERE hidden = 1") == 1
    assert counted(store, "posts WHERE state < 3") == 1


def test_a_post_that_waits_says_what_its_event_is_now(store: Store) -> None:
    _, one, here = moderated(store)
    made = add(store, one, here)
    store.write(lambda tx: eventposts.announce(tx, one, made, Rights(), "web"))
    store.write(lambda tx: events.change(tx, one, made.id, EventChange(name="Roasting", place="at the fire")))
    id_ = post_of(store, made.id)
    said = store.read(lambda tx: views.post(tx, one, id_))
    assert said.title == "Roasting"
    assert "at the fire" in said.html


def test_who_was_invited_gets_no_mail_of_the_post(store: Store) -> None:
    owner, _, here = circle(store, 1)
    made = add(store, owner, here)
    late = add(store, owner, here, starts=-3)
    for event in (made, late):
        store.write(lambda tx, event=event: eventposts.announce(tx, owner, event, Rights(), "web"))
    posts = [post_of(store, event.id) for event in (made, late)]
    assert store.read(lambda tx: [wishes.facts_of(tx, id_).unmailed for id_ in posts]) == [True, False]


def test_of_a_group_that_is_hidden_no_relation_is_told(store: Store) -> None:
    owner, (one,), here = circle(store, 1)
    stranger = person(store, "stranger")

    def run(tx: Tx) -> tuple[Relation, Relation]:
        member, group = account(tx, one.account_id), account(tx, here)
        open_ = between.between(tx, owner, member, group)
        groups.update(tx, owner, here, GroupChange(archive=Archive.MEMBERS, listed=False))
        return open_, between.between(tx, stranger, member, group)

    shown, hidden = store.write(run)
    assert shown.following
    assert hidden == Relation(id=here)
