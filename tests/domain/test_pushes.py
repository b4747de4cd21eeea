"""The queue of pushes on each database: what is claimed, by whom, and what is dropped instead."""

from __future__ import annotations

from typing import Any

import pytest

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.notices import pushes
from folkmoot.domain.notices.pushes import NewSubscription, Push
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts as posts_
from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.drafts import Draft
from folkmoot.store.engine import Store

PLENTY: dict[str, int] = {"per_host": 8, "total": 64}


class House:
    """Ann with an app, and people who like what she says."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ann = self.person("ann")
        self.post = store.write(lambda tx: posts_.write(tx, self.ann, Draft(text="mine"))).id
        self.token = self.subscribe("https://one.example/x")

    def person(self, name: str) -> Viewer:
        return Viewer(self.store.write(lambda tx: accounts.add_person(tx, NewPerson(name=name))))

    def subscribe(self, endpoint: str, **more: Any) -> int:
        def make(tx: Any) -> int:
            token, _ = logins.issue_token(tx, account_id=self.ann.account_id, app_id=None, scopes="push")
            new = NewSubscription(
                endpoint=endpoint, public_key="k", auth="a", kinds=frozenset({"like"}), **more
            )
            pushes.subscribe(tx, self.ann, token, new)
            return token

        return self.store.write(make)

    def liked(self, name: str) -> None:
        who = self.person(name)
        self.store.write(lambda tx: reactions.react(tx, who, self.post, reactions.Reaction.LIKE))

    def claim(self, busy: dict[str, int] | None = None, **limits: int) -> list[Push]:
        return self.store.write(lambda tx: pushes.claim(tx, busy or {}, **{**PLENTY, **limits}))

    def sql(self, text: str) -> None:
        self.store.write(lambda tx: tx.text_sql(text, text) and None)

    def left(self) -> int:
        count = "SELECT count(*) FROM pushes"
        return int(self.store.read(lambda tx: tx.text_sql(count, count).fetchone()[0]))


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def test_each_is_claimed_once_and_again_after_its_lease(house: House) -> None:
    assert house.store.read(pushes.next_due) is None
    house.liked("bob")
    house.liked("cat")
    first = house.claim()
    assert [(p.host, p.attempts, p.to.token_id) for p in first] == [("one.example", 1, house.token)] * 2
    assert house.claim() == []
    house.sql("UPDATE pushes SET leased_until = 1")
    assert [p.attempts for p in house.claim()] == [2, 2]
    house.store.write(lambda tx: pushes.done(tx, [p.id for p in first]))
    assert house.left() == 0


def test_a_host_has_its_share_and_others_theirs(house: House) -> None:
    house.subscribe("https://two.example:8443/y")
    for n in range(5):
        house.liked(f"reader{n}")
    taken = house.claim(per_host=2)
    assert sorted(p.host for p in taken) == ["one.example"] * 2 + ["two.example:8443"] * 2
    assert [p.host for p in house.claim({"one.example": 2}, per_host=2, total=1)] == ["two.example:8443"]
    assert house.claim({"one.example": 2, "two.example:8443": 2}, per_host=2) == []
    assert len(house.claim()) == 5


def test_a_failure_waits_longer_each_time_and_ends(house: House) -> None:
    house.liked("bob")
    gaps = []
    for _ in range(pushes.TRIES):
        (push,) = house.claim()

        def fail(tx: Any, push: Push = push) -> tuple[bool, int]:
            return pushes.failed(tx, push), (pushes.next_due(tx) or 0) - tx.now

        again, gap = house.store.write(fail)
        gaps.append(gap if again else None)
        house.sql("UPDATE pushes SET run_at = 0")
    assert gaps == [15_000, 60_000, 240_000, 960_000, 3_600_000, None]
    assert house.left() == 0


def test_a_receiver_may_ask_for_patience_but_not_for_ever(house: House) -> None:
    house.liked("bob")
    (push,) = house.claim()
    for asked, waited in ((40_000, 40_000), (10**10, pushes.LONGEST_GAP_MS), (1, 15_000)):

        def fail(tx: Any, asked: int = asked) -> int:
            pushes.failed(tx, push, asked)
            return (pushes.next_due(tx) or 0) - tx.now

        assert house.store.write(fail) == waited


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE pushes SET created_at = 1",
        "UPDATE tokens SET revoked_at = 1",
        "UPDATE accounts SET suspended_at = 1 WHERE name = 'ann'",
        "UPDATE logins SET state = 3",
        "DELETE FROM push_subscriptions",
    ],
)
def test_what_must_not_leave_is_dropped(house: House, end: str) -> None:
    house.liked("bob")
    house.sql(end)
    assert house.claim() == []
    assert house.left() == 0


def test_a_subscription_replaces_the_tokens_older_one_and_ends_with_it(house: House) -> None:
    house.liked("bob")
    new = NewSubscription(endpoint="https://new.example/", public_key="k", auth="a")
    made = house.store.write(lambda tx: pushes.subscribe(tx, house.ann, house.token, new))
    assert (made.endpoint, made.kinds, made.policy) == ("https://new.example/", frozenset(), "all")
    assert house.left() == 0  # what was on its way to the old one goes with it
    house.store.write(lambda tx: logins.revoke_token(tx, house.token, house.ann.account_id))
    with pytest.raises(NotFound):
        house.store.read(lambda tx: pushes.of_token(tx, house.token))


def test_only_web_addresses_and_known_policies(house: House) -> None:
    for bad in ("", "x", "https://", "javascript:alert(1)", "https://a b/", "http://u@h/", "https://h:0/"):
        with pytest.raises(Invalid):
            pushes.host_of(bad)
    assert pushes.host_of("https://Push.Example:443/x") == "push.example:443"
    with pytest.raises(Invalid):
        house.store.write(lambda tx: pushes.change(tx, house.token, kinds=None, policy="some"))
