"""Mail that is over does not stay for ever, and how a person's mail fared is found without a walk through all of it."""

from __future__ import annotations

import re

import msgspec
import pytest
from tests.support.mailgroup import DAY, HOUR, Moot

from folkmoot.domain import journal
from folkmoot.domain.mail import deliveries, outbox
from folkmoot.doors.mail.send import handle
from folkmoot.store.sql import Query
from folkmoot.store.tx import JournalRow


def kept(moot: Moot) -> list[str]:
    query = "SELECT address FROM outbox ORDER BY id"
    return [row[0] for row in moot.house.read(lambda tx: tx.text_sql(query, query).fetchall())]


def test_what_is_over_is_forgotten_after_a_month_and_what_waits_is_not(
    either: Moot, monkeypatch: pytest.MonkeyPatch
) -> None:
    moot = either
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    alice = moot.person("alice")
    group = moot.group(alice)
    people = [moot.join(group, name) for name in ("bob", "carol", "dora")]
    moot.sink.refuse = lambda address: {"carol@example.org": "550 no", "dora@example.org": "451 later"}.get(
        address
    )
    post = moot.say(alice, group)
    moot.work()
    everybody = sorted(f"{name}@example.org" for name in ("alice", "bob", "carol", "dora"))
    assert sorted(kept(moot)) == everybody
    moot.wait(outbox.KEPT_MS - DAY)
    relayed = moot.house.house.settings
    moot.house.house.settings = msgspec.structs.replace(relayed, smtp_relay="")
    moot.work()
    assert sorted(kept(moot)) == everybody
    moot.wait(2 * DAY)
    moot.work()
    assert kept(moot) == ["dora@example.org"], "it waits"
    arrived, _ = moot.house.read(lambda tx: deliveries.last(tx, people[0]))
    assert arrived is None
    row = JournalRow(1, journal.POST_ADDED, alice, post, {"group_id": group}, moot.now - outbox.KEPT_MS)
    moot.house.await_(handle(moot.house.house, [row]))
    assert kept(moot) == ["dora@example.org"], "who had it a month ago does not get it again"
    moot.house.house.settings = relayed
    moot.sink.refuse = lambda address: None
    moot.work()
    moot.wait(HOUR)
    moot.work()
    assert kept(moot) == []


def test_how_mail_fared_is_found_by_its_posts(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    bob = moot.join(group, "bob")
    post = moot.say(alice, group)
    moot.work()
    for asked in (0, group):
        arrived, tried = moot.house.read(lambda tx, g=asked: deliveries.last(tx, bob, g))
        assert arrived is not None
        assert tried is not None
        assert (arrived.post_id, tried.post_id) == (post, post)

    def plan(query: Query) -> str:
        text = query.sql("sqlite")
        values = dict.fromkeys(re.findall(r"(?<!:):(\w+)", text), 1)
        rows = moot.house.read(lambda tx: tx.text_sql(f"EXPLAIN QUERY PLAN {text}", "", **values).fetchall())
        return "\n".join(row[3] for row in rows)

    for query in (deliveries._ARRIVED, deliveries._TRIED):
        found = plan(query)
        assert (
            "SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (kind=? AND post_id=? AND address=?)"
            in found
        )
        assert not re.search(r"SCAN (outbox|posts|members|groups)", found), found
    assert "SEARCH outbox USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan(outbox._OLD)
