"""The demo community: made once, kept, and never in somebody else's house."""

from __future__ import annotations

import pytest
from tests.support.command import Command

from folkmoot.domain import demo, groups, logins, passwords
from folkmoot.domain.access import Role, Viewer
from folkmoot.store.engine import Store


def test_it_is_made_once_and_kept(folkmoot: Command, store: Store) -> None:
    said = folkmoot.ok("demo", "--check")
    for door in ("web", "Mastodon", "Friendica", "Groups.io", "mail"):
        assert door in said
    group, _ = store.read(lambda tx: groups.find(tx, Viewer.system(), demo.GROUP))
    assert (group.topics_n, group.members_n) == (2, 3)
    for name, password in demo.PEOPLE:
        login = store.read(lambda tx, name=name: logins.find_login(tx, name))
        assert login is not None
        assert passwords.verify(login.password_hash, password)
    assert store.read(lambda tx: logins.token(tx, demo.TOKEN)).viewer.role == Role.OWNER
    folkmoot.ok("user", "password", "anna", "--password", "a better one")
    folkmoot.ok("demo", "--check")
    login = store.read(lambda tx: logins.find_login(tx, "anna"))
    assert login is not None
    assert passwords.verify(login.password_hash, "a better one"), "a second run keeps what became of it"
    assert store.read(lambda tx: groups.find(tx, Viewer.system(), demo.GROUP))[0].topics_n == 2


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_it_stays_out_of_a_real_community(folkmoot: Command) -> None:
    folkmoot.ok("user", "create", "anna")
    assert "another community" in folkmoot.refused("demo", "--check")
    assert [p["name"] for p in folkmoot.json("user", "list")] == ["anna"]
