"""Seats of events: freed by whoever leaves the group however they leave, and never given twice."""

from __future__ import annotations

import threading

import pytest

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.groups import groups, members, membership
from folkmoot.domain.groups.groups import GroupChange, NewGroup
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.sections import answers, events
from folkmoot.domain.sections.answers import Answer, Reply
from folkmoot.domain.sections.events import NewEvent
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx

HOUR = 3_600_000


def person(store: Store, name: str) -> Viewer:
    return Viewer(store.write(lambda tx: accounts.add_person(tx, NewPerson(name=name, confirmed=True))))


def circle(store: Store, n: int) -> tuple[Viewer, list[Viewer], int]:
    """The owner, n members, and the group."""
    owner, people = person(store, "owner"), [person(store, f"m{i}") for i in range(n)]
    new = NewGroup(name="bakers", description="Those who bake bread.")
    group_id = store.write(lambda tx: groups.create(tx, owner, new))
    for who in people:
        store.write(lambda tx, who=who: members.put(tx, group_id, who.account_id, role=GroupRole.MEMBER))
    return owner, people, group_id


def event(store: Store, owner: Viewer, group_id: int, *, capacity: int, past: bool = False) -> int:
    def run(tx: Tx) -> int:
        start = tx.now + (-2 if past else 2) * HOUR
        new = NewEvent(name="Baking", starts_at=start, ends_at=start + HOUR, asks=True, capacity=capacity)
        return events.add(tx, owner, group_id, new).id

    return store.write(run)


def say(store: Store, who: Viewer, event_id: int, kind: Answer = Answer.YES) -> int:
    return store.write(lambda tx: answers.answer(tx, who, event_id, Reply(kind))).kind


def kinds(store: Store, event_id: int) -> dict[int, int]:
    return {each.account_id: each.kind for each in store.read(lambda tx: answers.coming(tx, event_id))}


@pytest.mark.parametrize("way", ["leave", "ban", "remove", "delete"])
def test_who_leaves_the_group_gives_the_seat_to_who_waited_first(store: Store, way: str) -> None:
    owner, (one, two, three), here = circle(store, 3)
    coming, gone = (event(store, owner, here, capacity=1, past=past) for past in (False, True))
    assert [say(store, who, coming) for who in (one, two, three)] == [
        Answer.YES,
        Answer.WAITING,
        Answer.WAITING,
    ]
    say(store, one, gone)

    def out(tx: Tx) -> None:
        if way == "leave":
            members.leave(tx, one, here)
        elif way == "delete":
            members.put(tx, here, one.account_id, role=GroupRole.MEMBER, status=Membership.LEFT)
        else:
            status = Membership.BANNED if way == "ban" else Membership.LEFT
            membership.set_status(tx, owner, here, one.account_id, status)

    store.write(out)
    assert kinds(store, coming) == {two.account_id: Answer.YES, three.account_id: Answer.WAITING}
    told = "SELECT count(*) FROM notices WHERE kind = 'event_seat'"
    assert store.read(lambda tx: tx.text_sql(told, told).fetchone())[0] == 1
    store.write(lambda tx: members.put(tx, here, one.account_id, role=GroupRole.MEMBER))
    assert kinds(store, coming) == {two.account_id: Answer.YES, three.account_id: Answer.WAITING}
    assert kinds(store, gone) == {one.account_id: Answer.YES}
    assert say(store, one, coming) == Answer.WAITING


def test_twenty_at_once_for_five_seats(store: Store) -> None:
    owner, people, here = circle(store, 20)
    coming = event(store, owner, here, capacity=5)
    refused: list[BaseException] = []

    def answer(who: Viewer) -> None:
        try:
            say(store, who, coming)
        except BaseException as error:
            refused.append(error)
            raise

    def everybody(who: list[Viewer], target: object) -> None:
        threads = [threading.Thread(target=target, args=(each,)) for each in who]  # type: ignore[arg-type]  # a function of one
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    everybody(people, answer)
    assert refused == []
    said = kinds(store, coming)
    assert sorted(said.values()) == [Answer.YES] * 5 + [Answer.WAITING] * 15
    leaving = [who for who in people if said[who.account_id] == Answer.YES][:3]
    everybody(leaving, lambda who: store.write(lambda tx: members.leave(tx, who, here)))
    after = kinds(store, coming)
    assert sorted(after.values()) == [Answer.YES] * 5 + [Answer.WAITING] * 12
    assert not {who.account_id for who in leaving} & set(after)


def test_a_public_calendar_is_read_by_all_and_answered_by_members(store: Store) -> None:
    owner, (one,), here = circle(store, 1)
    stranger, coming = person(store, "stranger"), event(store, owner, here, capacity=0)
    with pytest.raises(Forbidden) as refused:
        store.read(lambda tx: events.see(tx, stranger, coming))
    assert refused.value.code == "not_member"
    change = GroupChange(settings={"calendar_access": "public"})
    store.write(lambda tx: groups.update(tx, owner, here, change))
    assert store.read(lambda tx: events.see(tx, stranger, coming))[0].id == coming
    with pytest.raises(Forbidden) as no_answer:
        say(store, stranger, coming)
    assert no_answer.value.code == "not_member"
    assert say(store, one, coming) == Answer.YES
    with pytest.raises(NotFound):
        say(store, one, coming + 1)
