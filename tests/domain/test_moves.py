"""Accounts that move: what the domain does, on each database."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa

from folkmoot.domain import journal, views
from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.errors import Forbidden, Invalid, Refusal
from folkmoot.domain.groups import groups
from folkmoot.domain.notices import notice_lists
from folkmoot.domain.people import (
    account_words,
    accounts,
    bonds,
    circles,
    moves,
    suggestions,
)
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.staff import sanctions
from folkmoot.domain.staff.sanctions import Sanction
from folkmoot.store.engine import Store
from folkmoot.store.schema.accounts import accounts as accounts_t
from folkmoot.store.schema.work import journal as journal_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
_WORKED_OFF = Query(sa.delete(journal_t))
_OWED = Query(
    sa.select(journal_t.c.id, journal_t.c.actor_id, journal_t.c.subject_id, journal_t.c.data)
    .where(journal_t.c.kind == journal.ACCOUNT_MOVED, journal_t.c.id > p("after"))
    .order_by(journal_t.c.id)
)


def person(tx: Tx, name: str, **more: Any) -> Viewer:
    new = NewPerson(name=name, address=f"{name}@cast.test", password_hash="x", confirmed=True, **more)
    return accounts.viewer_of(tx, accounts.add_person(tx, new))


def carried(tx: Tx) -> int:
    """Does what the worker would; how many steps it took."""
    import msgspec

    done = after = 0
    while row := tx.one(_OWED, after=after):
        after, data = row[0], msgspec.json.decode(row[3])
        moves.bring_more(tx, row[1], row[2], data["step"], data["after"])
        done += 1
    return done


def refused(kind: type[Refusal], code: str, verb: Any, *args: Any, **more: Any) -> None:
    with pytest.raises(kind) as why:
        verb(*args, **more)
    assert why.value.code == code


def pair(tx: Tx) -> tuple[Viewer, Viewer]:
    """Somebody's old and new account, the new one naming the old."""
    old, new = person(tx, "old"), person(tx, "new")
    moves.add_alias(tx, new, "@old")
    return old, new


def test_nobody_moves_to_an_account_that_does_not_say_so(store: Store) -> None:
    def run(tx: Tx) -> None:
        old, new, gone = person(tx, "old"), person(tx, "new"), person(tx, "gone")
        group = groups.create(tx, new, groups.NewGroup(name="garden", description="All that grows here."))
        assert group
        refused(Invalid, "account.no_alias", moves.move, tx, old, "new")
        moves.add_alias(tx, old, "new")  # the wrong way round
        refused(Invalid, "account.no_alias", moves.move, tx, old, "new")
        for name in ("nobody", "garden", "", "old@elsewhere.test"):
            refused(Invalid, "account.unknown", moves.add_alias, tx, new, name)
            refused(Invalid, "account.unknown", moves.move, tx, old, name)
        refused(Forbidden, "self", moves.add_alias, tx, new, "new")
        moves.add_alias(tx, new, f"old@{tx.settings.domain}")
        moves.add_alias(tx, new, "old")
        assert moves.aliases(tx, new) == [old.account_id]
        moves.remove_alias(tx, new, old.account_id)
        refused(Invalid, "account.no_alias", moves.move, tx, old, "new")
        moves.add_alias(tx, gone, "old")
        tx.update(accounts_t, {"id": gone.account_id}, suspended_at=tx.now)
        refused(Invalid, "account.unknown", moves.move, tx, old, "gone")
        for number in range(moves.MAX_ALIASES):
            person(tx, f"more{number}")
        for number in range(moves.MAX_ALIASES):
            moves.add_alias(tx, new, f"more{number}")
        refused(Forbidden, "aliases.too_many", moves.add_alias, tx, new, "old")

    store.write(run)


def test_who_follows_comes_along(store: Store) -> None:
    def run(tx: Tx) -> None:
        old, new = pair(tx)
        fan, both, foe, asker, list_owner = (person(tx, n) for n in ("fan", "both", "foe", "asker", "lister"))
        bonds.follow(tx, fan, old.account_id, boosts=False, notify=True, languages="de")
        for who in (both, foe, list_owner, new):
            bonds.follow(tx, who, old.account_id)
        bonds.follow(tx, both, new.account_id)
        bonds.block(tx, foe, new.account_id)
        circle = circles.create(tx, list_owner, "Mine")
        circles.add(tx, list_owner, circle.id, [old.account_id])
        tx.update(accounts_t, {"id": old.account_id}, locked=1)
        bonds.follow(tx, asker, old.account_id)
        moves.move(tx, old, "new")
        assert carried(tx) == 3
        stands = {
            name: bonds.relations(tx, who, [new.account_id, old.account_id])
            for name, who in (("fan", fan), ("both", both), ("foe", foe), ("asker", asker))
        }
        assert [(r[0].following, r[1].following) for r in stands.values()] == [
            (True, False), (True, False), (False, False), (False, False),
        ]  # fmt: skip
        assert (stands["fan"][0].boosts, stands["fan"][0].notify, stands["fan"][0].languages) == (
            False,
            True,
            "de",
        )
        assert stands["asker"][1].requested
        assert [a for _, a in circles.listing(tx, list_owner, circle.id, None)] == [new.account_id]
        found = views.accounts_by_ids(tx, [old.account_id, new.account_id])
        assert (found[old.account_id].followers_n, found[new.account_id].followers_n) == (0, 3)
        assert found[old.account_id].moved_to == found[new.account_id]
        assert notice_lists.count_after(tx, new, 0) == 1, "of the one who followed without being brought"

    store.write(run)


def test_a_locked_account_is_asked_and_avoidance_comes_along(store: Store) -> None:
    def run(tx: Tx) -> None:
        old, new = pair(tx)
        tx.update(accounts_t, {"id": new.account_id}, locked=1)
        fan, blocker, muter, friend = (person(tx, n) for n in ("fan", "blocker", "muter", "friend"))
        bonds.follow(tx, fan, old.account_id)
        bonds.follow(tx, friend, new.account_id)
        bonds.accept(tx, new, friend.account_id)
        for who in (blocker, friend):
            bonds.block(tx, who, old.account_id)
        bonds.mute(tx, muter, old.account_id, notices_too=False)
        moves.move(tx, old, "new")
        carried(tx)
        of = {
            v.account_id: bonds.relations(tx, v, [new.account_id])[0] for v in (fan, blocker, muter, friend)
        }
        assert (of[fan.account_id].requested, of[fan.account_id].following) == (True, False)
        assert of[blocker.account_id].blocking
        assert (of[muter.account_id].muting, of[muter.account_id].muting_notices) == (True, False)
        assert (of[friend.account_id].following, of[friend.account_id].blocking) == (True, False)

    store.write(run)


def test_many_come_in_portions_and_a_move_that_is_taken_back_stops(store: Store) -> None:
    many = moves.AT_ONCE + 5

    def run(tx: Tx) -> None:
        old, new = pair(tx)
        for number in range(many):
            bonds.follow(tx, person(tx, f"fan{number}"), old.account_id)
        moves.move(tx, old, "new")
        moves.bring_more(tx, old.account_id, new.account_id, 0, 0)
        assert views.account(tx, new.account_id).followers_n == moves.AT_ONCE
        moves.stay(tx, old)
        carried(tx)
        found = views.accounts_by_ids(tx, [old.account_id, new.account_id])
        assert [v.followers_n for v in found.values()] in ([5, moves.AT_ONCE], [moves.AT_ONCE, 5])
        assert found[old.account_id].moved_to is None
        refused(Forbidden, "moved.soon", moves.move, tx, old, "new")
        tx.update(accounts_t, {"id": old.account_id}, moved_at=tx.now - 31 * DAY_MS)
        moves.move(tx, old, "new")
        assert carried(tx) > 3
        assert views.account(tx, new.account_id).followers_n == many

    store.write(run)


def test_who_moved_is_not_followed_nor_suggested(store: Store) -> None:
    def run(tx: Tx) -> None:
        old, new = pair(tx)
        third, fan = person(tx, "third"), person(tx, "fan")
        for who in (old, new):
            tx.update(accounts_t, {"id": who.account_id}, discoverable=1)

        def listed() -> tuple[set[int], set[int], set[int], set[int]]:
            wanted = {old.account_id, new.account_id}
            return (
                wanted & {s.id for s in suggestions.suggest(tx, fan, 40)},
                wanted & set(suggestions.directory(tx, fan, newest=True, local=True, limit=40, offset=0)),
                wanted & set(account_words.matching(tx, "ol")),
                wanted & set(account_words.matching(tx, "old")),
            )

        both, only = {old.account_id, new.account_id}, {new.account_id}
        assert listed() == (both, both, {old.account_id}, {old.account_id})
        before = views.account(tx, old.account_id)
        moves.move(tx, old, "new")
        assert listed() == (only, only, set(), {old.account_id})
        refused(Forbidden, "moved", bonds.follow, tx, fan, old.account_id)
        # A chain is not gone along, and what changes there is another look here.
        moves.add_alias(tx, old, "third")
        refused(Forbidden, "moved", moves.move, tx, third, "old")
        moves.add_alias(tx, third, "new")
        moves.move(tx, new, "third")
        found = views.account(tx, old.account_id)
        assert found.rev > before.rev + 1
        assert found.moved_to is not None
        assert found.moved_to.id == new.account_id
        assert found.moved_to.moved_to is None

    store.write(run)


@pytest.mark.parametrize("suspended", [True, False])
def test_nobody_is_left_behind_where_the_new_account_was_away(store: Store, suspended: bool) -> None:
    def run(tx: Tx) -> None:
        (old, new), boss = pair(tx), person(tx, "boss", role=Role.ADMIN)
        third, fan = person(tx, "third"), person(tx, "fan")
        bonds.follow(tx, fan, old.account_id)
        moves.add_alias(tx, third, "new")
        moves.move(tx, old, "new")
        if suspended:
            sanctions.impose(tx, boss, new.account_id, Sanction(kind="suspend"))
        else:
            moves.move(tx, new, "third")
        carried(tx)
        assert bonds.relations(tx, fan, [old.account_id])[0].following
        tx.run(_WORKED_OFF)
        if suspended:
            sanctions.lift(tx, boss, new.account_id, "suspend")
        else:
            tx.update(accounts_t, {"id": new.account_id}, moved_to_id=None)
            moves.move(tx, old, "new")  # again, within the pause
            refused(Forbidden, "moved.soon", moves.move, tx, new, "third")
        carried(tx)
        assert bonds.relations(tx, fan, [new.account_id])[0].following

    store.write(run)


def at_once(store: Store, first: Any, second: Any) -> None:
    """*second* begins while what *first* did is not committed; *first* gets what it calls to let the other begin."""
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        time.sleep(0.2)

    thread = threading.Thread(target=store.write, args=(lambda tx: first(tx, wait),))
    thread.start()
    assert begun.wait(10)
    try:
        store.write(second)
    finally:
        thread.join()


def test_of_two_who_move_to_each_other_one_stays(store: Store) -> None:
    old, new = store.write(pair)
    store.write(lambda tx: moves.add_alias(tx, old, "new"))

    def first(tx: Tx, wait: Any) -> None:
        moves.move(tx, old, "new")
        wait()

    at_once(store, first, lambda tx: refused(Forbidden, "moved", moves.move, tx, new, "old"))


def test_who_acts_and_who_is_brought_along_do_not_wait_for_each_other(store: Store) -> None:
    def prepare(tx: Tx) -> tuple[Viewer, Viewer, Viewer]:
        (old, new), fans = pair(tx), [person(tx, "fan"), person(tx, "other")]
        for fan in fans:
            bonds.follow(tx, fan, old.account_id)
        moves.move(tx, old, "new")
        return old, new, fans[1]

    old, new, other = store.write(prepare)

    tries: list[str] = []

    def first(tx: Tx, wait: Any) -> None:
        tries.append("other")
        bonds.alone(tx, other.account_id, new.account_id)
        assert not bonds.relations(tx, other, [new.account_id])[0].following  # so that the lock is sent off
        wait()
        bonds.follow(tx, other, new.account_id)

    def second(tx: Tx) -> None:
        tries.append("worker")
        moves.bring_more(tx, old.account_id, new.account_id, 0, 0)

    at_once(store, first, second)
    assert tries == ["other", "worker"], "neither had to begin anew"
    assert store.read(lambda tx: views.account(tx, new.account_id)).followers_n == 2
