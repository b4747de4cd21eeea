"""An address that was known by mail alone joins an account: what was mailed to it and what waits for it holds."""

from __future__ import annotations

import pytest
from tests.domain.test_seats import event, person
from tests.support.mailgroup import DAY, Moot

from folkmoot.domain.access import GroupRole, MemberPosting, Membership, Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import Joining, NewGroup
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import groupmail, mailproofs
from folkmoot.domain.people import accounts, adopting, ownaddresses
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import reactions
from folkmoot.domain.sections import answers
from folkmoot.domain.sections.answers import Answer, Reply
from folkmoot.doors.mail.confirmations import carry_out
from folkmoot.store.engine import Store
from folkmoot.store.schema.accounts import accounts as accounts_t
from folkmoot.store.schema.groups import groups as groups_t
from folkmoot.store.tx import Tx

BARGE = "barge@example.org"


def known_by_mail(store: Store, *here: int, address: str = BARGE, **options: int) -> int:
    """An address, member of these groups."""

    def run(tx: Tx) -> int:
        id_ = accounts.person_of_address(tx, address, "Barge")
        for group_id in here:
            members.put(tx, group_id, id_, **options)
        return id_

    return store.write(run)


def join(store: Store, me: int, other: int) -> None:
    assert store.read(lambda tx: adopting.may_join(tx, other))
    store.write(lambda tx: adopting.join(tx, me, other, BARGE))


def stands(store: Store, group_id: int, who: int) -> tuple[int, int] | None:
    found = store.read(lambda tx: members.get(tx, group_id, who))
    return None if found is None else (found.role, found.status)


def group(store: Store, owner: Viewer, name: str = "bakers", joining: int = Joining.OPEN) -> int:
    new = NewGroup(name=name, description="Those who bake bread.", joining=joining)
    return store.write(lambda tx: groups.create(tx, owner, new))


@pytest.mark.parametrize("was", [None, Membership.LEFT, Membership.PENDING])
def test_what_waits_and_what_was_mailed_still_holds(moot: Moot, was: Membership | None) -> None:
    store, alice = moot.house.store, moot.person("alice")
    here, me = moot.group(alice), moot.person("sven")
    moot.choose(here, alice, Delivery.NONE)
    other = known_by_mail(store, here, delivery=Delivery.DIGEST)
    if was is not None:
        store.write(lambda tx: members.put(tx, here, me, status=was))
    before = store.read(lambda tx: members.get(tx, here, other))
    assert before is not None
    first = moot.say(alice, here, "for the digest", title="One")
    muted = moot.say(alice, here, "not wanted", title="Two")
    store.write(lambda tx: reactions.mute_thread(tx, Viewer(other), muted, on=True))
    moot.work()
    unsubscribe = store.write(lambda tx: mailproofs.make(tx, other, "unsubscribe", here, BARGE))
    join(store, me, other)
    mine = store.read(lambda tx: members.get(tx, here, me))
    assert mine is not None
    assert (mine.id, mine.status, mine.delivery) == (before.id, Membership.NORMAL, Delivery.DIGEST)
    marked = "SELECT account_id FROM digest_marks"
    assert store.read(lambda tx: tx.text_sql(marked, marked).fetchall()) == [(me,)]
    moot.wait(DAY)
    moot.work()
    (mail,) = moot.take("barge")
    assert "for the digest" in mail.get_content()
    assert "not wanted" not in mail.get_content(), "what was muted stays so"
    moot.choose(here, me, Delivery.SINGLE)
    again = moot.say(alice, here, "one by one", parent_id=first)
    store.write(lambda tx: groupmail.send_post(tx, again))
    assert store.read(lambda tx: groups.see(tx, Viewer(alice), here)).members_n == 2
    proof = store.write(
        lambda tx: mailproofs.use(tx, unsubscribe, address=BARGE, purposes=frozenset({"unsubscribe"}))
    )
    assert proof.account_id == me, "who has the address now is meant"
    store.write(lambda tx: carry_out(tx, proof, BARGE))
    assert stands(store, here, me) == (GroupRole.MEMBER, Membership.LEFT)


def test_a_single_post_that_was_queued_leaves(moot: Moot) -> None:
    store, alice = moot.house.store, moot.person("alice")
    here, me = moot.group(alice), moot.person("sven")
    other = known_by_mail(store, here)
    post = moot.say(alice, here, "on its way")
    store.write(lambda tx: groupmail.send_post(tx, post))
    join(store, me, other)
    moot.work()
    (mail,) = moot.take("barge")
    assert "on its way" in mail.get_content()
    assert moot.take("sven") == []


def test_answers_to_events_come_along_and_keep_their_seat(store: Store) -> None:
    owner, me = person(store, "owner"), person(store, "sven")
    here = group(store, owner)
    other = known_by_mail(store, here)
    waiting = person(store, "wanda")
    store.write(lambda tx: members.put(tx, here, waiting.account_id))
    store.write(lambda tx: members.put(tx, here, me.account_id))
    coming = event(store, owner, here, capacity=1)
    for who in (Viewer(other), waiting):
        store.write(lambda tx, who=who: answers.answer(tx, who, coming, Reply(Answer.YES)))
    join(store, me.account_id, other)
    said = {each.account_id: each.kind for each in store.read(lambda tx: answers.coming(tx, coming))}
    assert said == {me.account_id: Answer.YES, waiting.account_id: Answer.WAITING}


def test_a_ban_holds_whoever_of_the_two_has_it(store: Store) -> None:
    owner, me = person(store, "owner"), person(store, "sven")
    mine, theirs = group(store, me, "mine"), group(store, owner, "theirs")
    below = group(store, owner, "below")
    store.write(lambda tx: tx.update(groups_t, {"account_id": below}, parent_id=theirs))
    other = known_by_mail(store, theirs, below, role=GroupRole.OWNER)
    store.write(lambda tx: members.put(tx, mine, other, status=Membership.BANNED))
    for here in (theirs, below):
        store.write(lambda tx, here=here: members.put(tx, here, owner.account_id, role=GroupRole.MODERATOR))
    store.write(lambda tx: members.put(tx, theirs, me.account_id, status=Membership.BANNED))
    join(store, me.account_id, other)
    assert stands(store, theirs, me.account_id) == (GroupRole.MEMBER, Membership.BANNED)
    assert stands(store, mine, me.account_id) == (GroupRole.MEMBER, Membership.BANNED)
    assert stands(store, below, me.account_id) is None, "nobody is in a group below a ban"
    for here in (theirs, below):
        assert stands(store, here, owner.account_id) == (GroupRole.OWNER, Membership.NORMAL), "one owns it"
        assert stands(store, here, other) == (GroupRole.MEMBER, Membership.LEFT)
    with pytest.raises(Forbidden):
        store.write(lambda tx: members.join(tx, me, mine))


def test_the_higher_role_counts_and_who_waits_is_asked_about_once(store: Store) -> None:
    owner, me = person(store, "owner"), person(store, "sven")
    here, asks = group(store, owner), group(store, owner, "asks", joining=Joining.APPROVAL)
    other = known_by_mail(store, here, role=GroupRole.OWNER)
    store.write(lambda tx: members.put(tx, here, me.account_id))
    store.write(lambda tx: members.join(tx, Viewer(other), asks))
    join(store, me.account_id, other)
    assert stands(store, here, me.account_id) == (GroupRole.OWNER, Membership.NORMAL)
    assert stands(store, asks, me.account_id) == (GroupRole.MEMBER, Membership.PENDING)
    asked = "SELECT actor_id FROM notices WHERE kind = 'member_request'"
    assert store.read(lambda tx: tx.text_sql(asked, asked).fetchall()) == [(me.account_id,)]


def test_a_silenced_address_joins_nobody(store: Store) -> None:
    other = known_by_mail(store)
    store.write(lambda tx: tx.update(accounts_t, {"id": other}, silenced_at=tx.now))
    assert not store.read(lambda tx: adopting.may_join(tx, other))


def test_an_old_main_address_that_was_never_proven_hears_nothing(store: Store) -> None:
    new = NewPerson(name="sven", address="claimed@example.org", state=accounts.LoginState.ACTIVE)
    me = store.write(lambda tx: accounts.add_person(tx, new))
    store.write(lambda tx: accounts.add_address(tx, me, BARGE, confirmed=True))
    store.write(lambda tx: ownaddresses.make_main(tx, Viewer(me), BARGE))
    assert store.read(lambda tx: ownaddresses.of(tx, Viewer(me))) == [BARGE]
    told = "SELECT count(*) FROM outbox"
    assert store.read(lambda tx: tx.text_sql(told, told).fetchone()[0]) == 0


@pytest.mark.parametrize("was", [Membership.NORMAL, Membership.LEFT])
@pytest.mark.parametrize(
    ("mine", "theirs", "left"),
    [
        (MemberPosting.DEFAULT, MemberPosting.FORBIDDEN, MemberPosting.FORBIDDEN),
        (MemberPosting.FREE, MemberPosting.MODERATED, MemberPosting.MODERATED),
        (MemberPosting.MODERATED, MemberPosting.FREE, MemberPosting.MODERATED),
        (MemberPosting.FIRST_MODERATED, MemberPosting.STARTED_MODERATED, MemberPosting.FIRST_MODERATED),
    ],
)
def test_what_somebody_may_not_say_they_may_not_say_by_another_address(
    store: Store, was: Membership, mine: MemberPosting, theirs: MemberPosting, left: MemberPosting
) -> None:
    here, me = group(store, person(store, "owner")), person(store, "sven").account_id
    store.write(lambda tx: members.put(tx, here, me, status=was, posting=int(mine)))
    join(store, me, known_by_mail(store, here, posting=int(theirs)))
    found = store.read(lambda tx: members.get(tx, here, me))
    assert found is not None
    assert (found.status, found.posting) == (Membership.NORMAL, left)
