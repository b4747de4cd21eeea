"""Groups and permissions: the contract's shapes, hidden groups, founding, and the table of settings both ways."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.groupsio.conftest import Town, assert_like, example

from folkmoot.domain.access import GroupRole, Viewer, standing
from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups import groups, membership
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.doors.groupsio import perms, settings
from folkmoot.wire.groupsio.perms import Perms


def test_groups_and_perms_have_the_contracts_shapes(quiet_town: Town) -> None:
    alice = quiet_town.client("alice")
    assert_like(alice.ok("getgroup", group_name="open"), example("getgroup"))
    assert_like(alice.ok("getperms", group_name="open"), example("getperms"))
    page = alice.ok("getsubs")
    assert_like(page, {**example("getdrafts"), "data": example("gettopic")["sub_data"]})
    assert [entry["group_name"] for entry in page["data"]] == ["closed", "hidden", "open"]
    assert page["data"][0]["mod_status"] == "sub_modstatus_owner"


def test_a_group_tells_the_truth(quiet_town: Town) -> None:
    group = quiet_town.client("alice").ok("getgroup", group_id=quiet_town.ids["open"])
    assert (group["subs_count"], group["threads_count"], group["messages_count"]) == (2, 2, 4)
    assert (group["privacy"], group["email_address"]) == ("group_privacy_none", "open@lists.test")
    assert group["perms"]["manage_group_settings"] is True
    assert group["most_recent_message"] > "2020"


def test_a_hidden_group_is_an_unknown_one(quiet_town: Town) -> None:
    for client in (quiet_town.client(), quiet_town.client("bob")):
        for name in ("getgroup", "getperms", "gettopics", "getmessages", "searcharchives"):
            hidden = client.get(name, group_name="hidden")
            unknown = client.get(name, group_name="nowhere")
            by_id = client.get(name, group_id=quiet_town.ids["hidden"])
            assert hidden.status_code == unknown.status_code == by_id.status_code == 400
            assert hidden.content == unknown.content == by_id.content
            assert hidden.json()["type"] == "group_not_found"
        topic = client.get("gettopic", topic_id=quiet_town.ids["unseen"])
        assert topic.content == client.get("gettopic", topic_id=12345).content
        assert topic.json() == {"object": "error", "type": "bad_request", "extra": "invalid topic_id"}
    bob = quiet_town.client("bob")
    new: dict[str, Any] = {"draft_type": "draft_type_post"}
    assert (
        bob.post("newdraft", group_name="hidden", **new).content
        == bob.post("newdraft", group_id=5, **new).content
    )


def test_a_private_archive_of_a_listed_group(quiet_town: Town) -> None:
    carol, bob = quiet_town.client("carol"), quiet_town.client("bob")
    for name in ("gettopics", "getmessages", "searcharchives"):
        assert carol.get(name, group_name="closed").json()["type"] == "inadequate_permissions"
        assert bob.get(name, group_name="closed").status_code == 200
    assert carol.ok("getperms", group_name="closed")["archives_visible"] is False
    assert bob.ok("getperms", group_name="closed")["archives_visible"] is True
    answer = carol.get("getmessage", group_name="closed", msg_num=1)
    assert answer.json()["type"] == "inadequate_permissions"


def test_a_group_the_caller_is_not_in_is_asked_for_by_name(quiet_town: Town) -> None:
    carol = quiet_town.client("carol")
    assert carol.get("getgroup", group_id=quiet_town.ids["open"]).json()["type"] == "group_not_found"
    assert carol.ok("getgroup", group_name="OPEN")["footer"] == ""
    assert carol.get("getgroup").json()["extra"] == "invalid group_id"


def test_founding(town: Town) -> None:
    carol = town.client("carol")
    new = {"group_name": "bakers", "desc": "<p>People who bake.</p>", "privacy": "group_privacy_unlisted"}
    answer = carol.post("creategroup", **new, email_delivery="email_delivery_digest", extended="true").json()
    group, user = answer
    assert_like(group, example("creategroup"))
    assert user["user_name"] == "carol"
    assert (group["name"], group["privacy"], group["plain_desc"]) == (
        "bakers", "group_privacy_unlisted", "People who bake.",
    )  # fmt: skip
    mine = carol.ok("getsubs")["data"][0]
    assert (mine["mod_status"], mine["email_delivery"]) == ("sub_modstatus_owner", "email_delivery_digest")
    assert carol.refused("creategroup", **new) == ("bad_request", "name already taken")
    assert carol.refused("creategroup", **{**new, "group_name": "a b"}) == (
        "bad_request",
        "invalid group_name",
    )
    short = {**new, "group_name": "x", "desc": "short"}
    assert carol.refused("creategroup", **short) == ("bad_request", "description too short")
    assert carol.refused("creategroup", **{**new, "privacy": "none"}) == ("invalid_value", "privacy")


def test_every_permission_has_a_rule(town: Town) -> None:
    assert set(perms.ACTS) == set(Perms.__struct_fields__) - {"object"}
    assert len(perms.ACTS) == 49


def test_permissions_by_role(town: Town) -> None:
    here = town.ids["open"]

    def of(who: str | None) -> Perms:
        def read(tx: Any) -> Perms:
            viewer = town.viewer(who) if who else Viewer.anonymous()
            return perms.own(tx, standing(tx, viewer, here))

        answer: Perms = town.house.store.read(read)
        return answer

    nobody, member, owner = of(None), of("bob"), of("alice")
    assert (nobody.archives_visible, nobody.can_post, nobody.sub_page) == (True, False, False)
    assert (member.can_post, member.manage_members, member.files_visible) == (True, False, True)
    assert (owner.delete_group, owner.manage_group_settings) == (True, True)
    town.do(
        lambda tx: membership.set_role(tx, town.viewer("alice"), here, town.ids["bob"], GroupRole.MODERATOR)
    )
    moderator = of("bob")
    assert (moderator.manage_pending_messages, moderator.delete_group) == (True, False)
    town.do(
        lambda tx: groups.update(
            tx, town.viewer("alice"), here, GroupChange(settings={"files_access": "none"})
        )
    )
    assert of("alice").files_visible is False


def test_settings_go_both_ways(town: Town) -> None:
    here, alice = town.ids["open"], town.viewer("alice")
    values = {
        setting.name: {bool: not setting.default, int: 7}.get(type(setting.default), setting.default)
        for setting in settings.FURTHER
    }
    fields = settings.translate(values)
    assert list(fields) == ["settings"]
    town.do(lambda tx: groups.update(tx, alice, here, GroupChange(**fields)))
    view = town.house.store.read(lambda tx: groups.see(tx, alice, here))
    shown = settings.shown(view, to_moderators=True)
    assert {name: shown[name] for name in values} == values
    assert {setting.key for setting in settings.FURTHER} == set(view.settings)
    assert settings.differences(view, fields) == {}


def test_settings_that_share_a_column(town: Town) -> None:
    here, alice = town.ids["open"], town.viewer("alice")

    def change(**given: Any) -> dict[str, Any]:
        def write(tx: Any) -> Any:
            now = groups.see(tx, alice, here)
            groups.update(tx, alice, here, GroupChange(**settings.translate(given, now)))
            return groups.see(tx, alice, here)

        return settings.shown(town.do(write), to_moderators=True)

    assert change(new_users_moderated=True)["new_users_moderated"] is True
    assert change(announce=True)["announce"] is True
    assert change(allow_non_subs_to_post=True)["announce"] is True, "the stricter stays"
    assert change(announce=False)["announce"] is False
    assert change(moderation="first_message_moderated")["moderation"] == "first_message_moderated"
    assert change(moderated=False)["moderation"] == "not_moderated"
    assert change(restricted=True)["restricted"] is True
    assert change(privacy="group_privacy_archives")["privacy"] == "group_privacy_archives"
    with pytest.raises(Invalid, match="no group setting"):
        settings.translate({"colour_of_the_sky": 1})
    with pytest.raises(Invalid):
        settings.translate({"announce": "perhaps"})
