"""Webhooks, keys with a name, and lost second factors from the command line."""

from __future__ import annotations

import pytest
from tests.support.command import Command

from folkmoot.domain.people import accounts, factors, keys
from folkmoot.store.engine import Store
from folkmoot.store.schema.entering import second_factors


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_webhooks_come_and_go(folkmoot: Command) -> None:
    folkmoot.ok("user", "create", "anna")
    folkmoot.ok("group", "create", "garden", "--owner", "anna", "--desc", "About our gardens.")
    made = folkmoot.json("webhook", "add", "garden", "https://example.org/hook", "--secret", "between us")
    assert (made["url"], made["secret"]) == ("https://example.org/hook", "between us")
    assert [each["id"] for each in folkmoot.json("webhook", "list", "garden")] == [made["id"]]
    assert "url: invalid" in folkmoot("webhook", "add", "garden", "nonsense").stderr
    assert "no group" in folkmoot("webhook", "list", "desert").stderr
    folkmoot.ok("webhook", "remove", made["id"])
    assert folkmoot.json("webhook", "list", "garden") == []
    assert folkmoot("webhook", "remove", made["id"]).returncode == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_lost_second_factor(folkmoot: Command, store: Store) -> None:
    folkmoot.ok("user", "create", "anna")
    me = store.read(lambda tx: accounts.viewer_of(tx, accounts.find_by_name(tx, "anna") or 0))
    store.write(lambda tx: factors.begin(tx, me))
    store.write(lambda tx: tx.update(second_factors, {"account_id": me.account_id}, confirmed_at=tx.now))
    assert "alone" in folkmoot.ok("user", "second-factor-off", "anna")
    assert not store.read(lambda tx: factors.is_on(tx, me.account_id))
    assert "no second factor" in folkmoot.ok("user", "second-factor-off", "anna")
    secret = folkmoot.ok("token", "create", "--account", "anna", "--name", "backup", "--days", "3").strip()
    assert len(secret) == 64
    key = store.read(lambda tx: keys.of(tx, me))[0]
    assert (key.name, (key.expires_at or 0) - key.created_at) == ("backup", 3 * 86_400_000)
