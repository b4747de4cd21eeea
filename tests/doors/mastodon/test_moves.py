"""Accounts that moved or are remembered, as clients see them, and the worker that brings followers along."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import msgspec
import pytest
from tests.doors.mastodon.contract_shape import faults
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.people import bonds, moves
from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.domain.staff import memorials
from folkmoot.store.tx import JournalRow
from folkmoot.work import bonds as bond_work

_numbers = itertools.count(1)


@pytest.fixture
def old(moot: Moot) -> Person:
    return moot.person(f"old{next(_numbers)}")


@pytest.fixture
def new(moot: Moot) -> Person:
    return moot.person(f"new{next(_numbers)}")


def move(moot: Moot, old: Person, new: Person) -> None:
    def run(tx: Any) -> None:
        moves.add_alias(tx, new.viewer, old.name)
        moves.move(tx, old.viewer, new.name)

    moot.store.write(run)


def worker(moot: Moot) -> None:
    """Every step of every move, as the worker takes them."""
    sql = "SELECT id, actor_id, subject_id, data, created_at FROM journal WHERE kind = 'account_moved' ORDER BY id"
    done = 0
    while len(rows := moot.store.read(lambda tx: tx.text_sql(sql, sql).fetchall())) > done:
        id_, actor, subject, data, when = rows[done]
        event = JournalRow(id_, journal.ACCOUNT_MOVED, actor, subject, msgspec.json.decode(data), when)
        asyncio.run_coroutine_threadsafe(bond_work.go_on(moot.house, [event]), moot.loop).result(20)
        done += 1


def test_an_account_that_moved_says_where_it_is(moot: Moot, old: Person, new: Person) -> None:
    fan = moot.person(f"fan{next(_numbers)}")
    post = old.say("Before I go")
    moot.store.write(lambda tx: bonds.follow(tx, fan.viewer, old.id))
    assert fan.get("/api/v1/timelines/home")[0]["account"].get("moved") is None
    move(moot, old, new)
    for shown in (
        fan.get(f"/api/v1/accounts/{old.id}"),
        fan.get("/api/v1/accounts/lookup", acct=old.name),
        fan.get(f"/api/v1/statuses/{post['id']}")["account"],
        fan.get("/api/v1/timelines/home")[0]["account"],
        old.get("/api/v1/accounts/verify_credentials"),
    ):
        assert not list(faults("Account", {k: v for k, v in shown.items() if k not in ("source", "role")}))
        assert shown["moved"]["id"] == str(new.id)
        assert "moved" not in shown["moved"]
    moot.store.write(lambda tx: update_profile(tx, new.viewer, ProfileChange(display_name="Here now")))
    assert fan.get(f"/api/v1/accounts/{old.id}")["moved"]["display_name"] == "Here now"
    worker(moot)
    stands = fan.get("/api/v1/accounts/relationships", **{"id[]": [old.id, new.id]})
    assert [(r["id"], r["following"]) for r in stands] == [(str(old.id), False), (str(new.id), True)]
    shown = fan.get(f"/api/v1/accounts/{old.id}")
    assert (shown["followers_count"], shown["moved"]["followers_count"]) == (0, 1)
    there = new.say("After the move")
    assert fan.get("/api/v1/timelines/home")[0]["id"] == there["id"]
    found = moot.call("POST", f"/api/v1/accounts/{old.id}/follow", fan.token)
    assert (found.status, found.json) == (403, {"error": "This action is not allowed"})
    moot.store.write(lambda tx: moves.stay(tx, old.viewer))
    assert "moved" not in fan.get(f"/api/v1/accounts/{old.id}")


def test_who_is_suspended_leads_nowhere(moot: Moot, old: Person, new: Person) -> None:
    move(moot, old, new)
    sql = f"UPDATE accounts SET suspended_at = 1, rev = rev + 1 WHERE id = {old.id}"
    moot.store.write(lambda tx: tx.text_sql(sql, sql))
    assert "moved" not in new.get(f"/api/v1/accounts/{old.id}")


def test_a_memorial_is_marked_and_its_tokens_are_over(moot: Moot, old: Person, new: Person) -> None:
    post = old.say("Remember me")
    moot.store.write(lambda tx: memorials.remember(tx, Viewer.system(), old.id))
    shown = new.get(f"/api/v1/statuses/{post['id']}")["account"]
    assert shown["memorial"] is True
    assert not list(faults("Account", shown))
    found = moot.call("GET", "/api/v1/accounts/verify_credentials", old.token)
    assert (found.status, found.json) == (401, {"error": "The access token is invalid"})
    assert "memorial" not in new.get(f"/api/v1/accounts/{new.id}")
