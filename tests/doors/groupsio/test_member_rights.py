"""What moderators may do with members: what each right opens, and that nobody climbs."""

from __future__ import annotations

import pytest
from tests.doors.groupsio.conftest import Town
from tests.doors.groupsio.test_groupsio_members import row_of

from folkmoot.domain.access import GroupRole, Membership, Viewer, standing
from folkmoot.domain.groups import members, membership
from folkmoot.domain.groups.membership import MemberChange

RIGHTS = [
    ("sub_perm_pendingmembers", "approvemember", "manage_pending_members"),
    ("sub_perm_removemembers", "removemember", "remove_members"),
    ("sub_perm_banmembers", "banmember", "ban_members"),
    ("sub_perm_invitemembers", "directadd", "invite_members"),
    ("sub_perm_modsub", "updatemember", "manage_member_subscription_options"),
    ("sub_perm_groupsettings", "updategroup", "manage_group_settings"),
]


@pytest.mark.parametrize(("right", "call", "perm"), RIGHTS)
def test_a_moderator_does_what_their_rights_allow(town: Town, right: str, call: str, perm: str) -> None:
    alice, bob, here = town.client("alice"), town.client("bob"), town.ids["open"]
    carol = town.do(lambda tx: members.put(tx, here, town.ids["carol"]))
    if call == "approvemember":
        town.do(lambda tx: members.put(tx, here, town.ids["carol"], status=Membership.PENDING))
    form = {"group_name": "open", "member_info_id": carol, "emails": "x@example.org", "footer": "F",
            "post_status": "sub_poststatus_moderated"}  # fmt: skip
    bob_id = row_of(alice, "bob")["id"]
    others = ",".join(name for name, _, _ in RIGHTS if name != right)
    for rights, allowed in ((others, False), ("", False), (right, True)):
        made = alice.post(
            "updatemember", group_name="open", member_info_id=bob_id, mod_status="sub_modstatus_moderator",
            mod_permissions=rights,
        ).json()  # fmt: skip
        assert set(made["mod_permissions"].split(",")) == set(rights.split(","))
        assert bob.ok("getperms", group_name="open")[perm] is allowed
        answer = bob.post(call, **form)
        if not allowed:
            assert (answer.json()["type"], answer.json()["extra"]) == ("inadequate_permissions", perm)
        else:
            assert answer.status_code == 200, answer.text


def test_nobody_climbs(town: Town) -> None:
    alice, bob, here = town.client("alice"), town.client("bob"), town.ids["open"]
    change = MemberChange(role=GroupRole.MODERATOR, rights=frozenset({"roles", "options", "remove", "ban"}))
    town.do(lambda tx: membership.update(tx, town.viewer("alice"), here, town.ids["bob"], change))
    mine, hers = row_of(alice, "bob")["id"], row_of(alice, "alice")["id"]
    for form in (
        {"member_info_id": mine, "mod_status": "sub_modstatus_owner"},
        {"member_info_id": mine, "mod_permissions": "sub_perm_groupsettings"},
        {"member_info_id": hers, "mod_status": "sub_modstatus_none"},
    ):
        assert bob.refused("updatemember", group_name="open", **form)[0] == "inadequate_permissions"
    for call in ("removemember", "banmember"):
        assert bob.refused(call, group_name="open", member_info_id=hers)[0] == "inadequate_permissions"
    assert (
        alice.refused("removemember", group_name="open", member_info_id=hers)[0] == "inadequate_permissions"
    )
    assert alice.refused("updatemember", group_name="open", member_info_id=mine, mod_permissions="x") == (
        "invalid_value",
        "mod_permissions",
    )
    ignored = alice.post("updatemember", group_name="open", member_info_id=mine, status="sub_status_banned")
    assert (ignored.status_code, ignored.json()["status"]) == (200, "sub_status_normal")


def test_who_is_made_a_moderator_gets_no_right_that_the_maker_lacks(town: Town) -> None:
    bob, here = town.client("bob"), town.ids["open"]
    roles = {"role": GroupRole.MODERATOR, "mod_permissions": "roles"}
    town.do(lambda tx: members.put(tx, here, town.ids["bob"], **roles))
    carol = town.do(lambda tx: members.put(tx, here, town.ids["carol"]))
    form = {"group_name": "open", "member_info_id": carol, "mod_status": "sub_modstatus_moderator"}
    assert bob.post("updatemember", **form).status_code == 200
    held = town.do(lambda tx: standing(tx, Viewer(town.ids["carol"]), here)).rights
    assert held <= {"roles"}
