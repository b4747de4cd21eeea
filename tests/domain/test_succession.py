"""A group whose last owner is erased, or banned above it, has another owner at once, who is told."""

from __future__ import annotations

import threading
import time

import pytest
from tests.domain.test_seats import circle, person

from folkmoot.domain.access import GroupRole, Membership, Role
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import groups, members, membership, succession
from folkmoot.domain.groups.groups import NewGroup
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.staff import erasure
from folkmoot.store.engine import Store
from folkmoot.store.schema.accounts import accounts as accounts_t
from folkmoot.store.tx import Tx


def owners(store: Store, group_id: int) -> list[int]:
    sql = f"SELECT account_id FROM members WHERE group_id = {group_id} AND role = 20 AND status = 0"
    return [row[0] for row in store.read(lambda tx: tx.text_sql(sql, sql).fetchall())]


def told(store: Store, account_id: int) -> list[int]:
    sql = f"SELECT actor_id FROM notices WHERE account_id = {account_id} AND kind = 'group_owner'"
    return [row[0] for row in store.read(lambda tx: tx.text_sql(sql, sql).fetchall())]


def erase(store: Store, account_id: int) -> None:
    def run(tx: Tx) -> None:
        while erasure.cut_bonds(tx, account_id):
            pass
        erasure.finish(tx, account_id)

    store.write(run)


def test_the_moderator_with_the_most_rights_follows_and_no_suspended_one(store: Store) -> None:
    owner, people, here = circle(store, 4)
    few, gone, first, second = (each.account_id for each in people)

    def run(tx: Tx) -> None:
        members.put(tx, here, few, role=GroupRole.MODERATOR, mod_permissions="posts")
        for id_ in (gone, first, second):
            members.put(tx, here, id_, role=GroupRole.MODERATOR)
        tx.update(accounts_t, {"id": gone}, suspended_at=tx.now)

    store.write(run)
    erase(store, owner.account_id)
    assert owners(store, here) == [first]
    assert (told(store, first), told(store, second)) == ([here], [])


def test_a_group_with_another_owner_stays_theirs(store: Store) -> None:
    owner, (one, two), here = circle(store, 2)
    store.write(lambda tx: members.put(tx, here, one.account_id, role=GroupRole.OWNER))
    store.write(lambda tx: members.put(tx, here, two.account_id, role=GroupRole.MODERATOR))
    erase(store, owner.account_id)
    assert owners(store, here) == [one.account_id]
    assert not told(store, one.account_id)


def test_without_moderators_the_servers_owner_follows(store: Store) -> None:
    owner, _, here = circle(store, 1)
    site = person(store, "site")
    store.write(lambda tx: tx.update(accounts_t, {"id": site.account_id}, role=int(Role.OWNER)))
    erase(store, owner.account_id)
    assert owners(store, here) == [site.account_id]
    found = store.read(lambda tx: members.get(tx, here, site.account_id))
    assert found is not None
    assert found.delivery == Delivery.SPECIAL, "nobody gets a group's mail who did not ask for it"
    assert told(store, site.account_id) == [here]


def test_where_nobody_is_there_the_group_has_no_owner(store: Store) -> None:
    owner, _, here = circle(store, 1)
    erase(store, owner.account_id)
    assert owners(store, here) == []


@pytest.mark.parametrize("moderated", [True, False])
def test_whoever_is_banned_above_loses_the_groups_below(store: Store, moderated: bool) -> None:
    """Nobody is safe from a ban by owning a group below."""
    owner, (one, two), above = circle(store, 2)

    def run(tx: Tx) -> int:
        rye = NewGroup(name="rye", description="Those who bake rye bread.")
        below = groups.create(tx, one, rye, groups.see(tx, one, above))
        if moderated:
            members.put(tx, below, two.account_id, role=GroupRole.MODERATOR)
        membership.set_status(tx, owner, above, one.account_id, Membership.BANNED)
        return below

    below = store.write(run)
    assert owners(store, below) == [owner.account_id]
    assert told(store, owner.account_id) == [below]
    assert not store.read(lambda tx: members.in_group(tx, below, one.account_id))


def test_a_moderator_above_takes_no_group_below_by_banning_its_owner(store: Store) -> None:
    """Whoever may ban above and let posts in below is not who follows the one that they banned."""
    owner, (one, two), above = circle(store, 2)

    def run(tx: Tx) -> int:
        rye = NewGroup(name="rye", description="Those who bake rye bread.")
        below = groups.create(tx, one, rye, groups.see(tx, one, above))
        members.put(tx, above, two.account_id, role=GroupRole.MODERATOR, mod_permissions="ban")
        members.put(tx, below, two.account_id, role=GroupRole.MODERATOR, mod_permissions="posts")
        membership.set_status(tx, two, above, one.account_id, Membership.BANNED)
        return below

    below = store.write(run)
    assert owners(store, below) == [owner.account_id]
    found = store.read(lambda tx: members.get(tx, below, two.account_id))
    assert found is not None
    assert (found.role, found.mod_permissions) == (GroupRole.MODERATOR, "posts")


@pytest.mark.parametrize("erased", [False, True])
def test_of_two_last_owners_who_go_at_once_one_stays(store: Store, erased: bool) -> None:
    owner, (one,), here = circle(store, 1)
    store.write(lambda tx: members.put(tx, here, one.account_id, role=GroupRole.OWNER))
    gone = threading.Event()

    def first(tx: Tx) -> None:
        if erased:
            succession.put_out(tx, here, owner.account_id)
        else:
            members.leave(tx, owner, here)
        gone.set()
        time.sleep(0.2)  # the other one goes before this is committed

    thread = threading.Thread(target=store.write, args=(first,))
    thread.start()
    assert gone.wait(10)
    with pytest.raises(Forbidden, match="a group needs an owner"):
        store.write(lambda tx: members.leave(tx, one, here))
    thread.join()
    assert owners(store, here) == [one.account_id]
