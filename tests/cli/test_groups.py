"""Groups and members from the command line."""

from __future__ import annotations

import pytest
from tests.support.command import Command

from folkmoot.domain.access import GroupRole, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.people import accounts
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx


def test_a_group_is_made_filled_and_listed(folkmoot: Command, store: Store) -> None:
    folkmoot.ok("user", "create", "anna")
    made = folkmoot.json(
        "group", "create", "gardeners", "--owner", "anna", "--title", "Gardeners", "--desc", "About our gardens.",
        "--set", "privacy=group_privacy_unlisted", "--set", "restricted=true", "--set", "close_threads_after=30",
    )  # fmt: skip
    assert made["address"] == "gardeners@localhost"
    folkmoot.ok("user", "create", "bruno")
    folkmoot.ok("member", "add", "--group", "gardeners", "--account", "bruno", "--role", "moderator")
    folkmoot.ok(
        "member", "add", "--group", "gardeners", "--email", "carla@example.net", "--delivery", "digest"
    )

    def look(tx: Tx) -> None:
        group, _ = groups.find(tx, Viewer.system(), "gardeners")
        assert (group.listed, group.joining, group.members_n) == (False, groups.Joining.APPROVAL, 3)
        assert group.settings == {"close_threads_days": 30}
        bruno = members.get(tx, group.id, accounts.find_by_name(tx, "bruno") or 0)
        carla = members.get(tx, group.id, accounts.find_by_address(tx, "carla@example.net") or 0)
        assert bruno is not None
        assert carla is not None
        assert (bruno.role, carla.delivery) == (GroupRole.MODERATOR, Delivery.DIGEST)

    store.read(look)
    listed = folkmoot.json("group", "list")
    assert [(g["name"], g["members"], g["archive"], g["listed"]) for g in listed] == [
        ("gardeners", 3, "members", False)
    ]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_refusals_are_one_line(folkmoot: Command) -> None:
    folkmoot.ok("user", "create", "anna")
    assert "nobody" in folkmoot.refused("group", "create", "x", "--owner", "nobody")
    assert "name" in folkmoot.refused("group", "create", "bad name", "--owner", "anna")
    assert "size" in folkmoot.refused("group", "create", "x", "--owner", "anna", "--set", "size=3")
    assert "NAME=VALUE" in folkmoot.refused(
        "group", "create", "x", "--owner", "anna", "--set", "size", code=2
    )
    assert "no group" in folkmoot.refused("member", "add", "--group", "x", "--account", "anna")
    assert "sometimes" in folkmoot.refused(
        "member", "add", "--group", "x", "--account", "anna", "--delivery", "sometimes"
    )
    folkmoot.refused("member", "add", "--group", "x", code=2)
    assert folkmoot.json("group", "list") == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_tag_is_given_rules(folkmoot: Command) -> None:
    folkmoot.ok("user", "create", "anna")
    folkmoot.ok("group", "create", "gardeners", "--owner", "anna")
    told = ("group", "tag", "gardeners", "#offers")
    rules = folkmoot.json(*told, "--set", "until=hashtag_delete_month", "--set", "no_email=true")
    assert (rules["until"], rules["no_email"], rules["moderated"]) == ("hashtag_delete_month", True, False)
    assert "until" in folkmoot.refused(*told, "--set", "until=tomorrow")
    assert folkmoot.json(*told, "--remove") == {}
    folkmoot.refused(*told, "--remove")
