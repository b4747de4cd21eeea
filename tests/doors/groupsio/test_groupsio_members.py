"""Members as moderators handle them: lists, rights, adding, inviting, removing, banning, and the log of it all."""

from __future__ import annotations

from typing import Any

from tests.doors.groupsio.conftest import Client, Town, assert_like, example

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.groups import groups, memberaddresses, members, membership
from folkmoot.domain.groups.groups import GroupChange, Joining
from folkmoot.domain.mail import outbox
from folkmoot.domain.people import accounts, profiles
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft

MEMBER_KEYS = example("gettopic")["sub_data"][0]


def row_of(client: Client, who: str, kind: str = "members") -> Any:
    page = client.ok("getmembers", group_name="open", type=kind, limit=100)
    return next(entry for entry in page["data"] if entry["user_name"] == who)


def row_of_address(town: Town, address: str) -> Any:
    account = town.do(lambda tx: accounts.find_by_address(tx, address))
    return town.do(lambda tx: members.get(tx, town.ids["open"], account))


def letters(town: Town, kind: str = "group_text") -> list[tuple[str, str]]:
    def read(tx: Any) -> list[tuple[str, str]]:
        text = "SELECT address, payload FROM outbox WHERE kind = %(kind)s ORDER BY id"
        rows = tx.text_sql(text.replace("%(kind)s", ":kind"), text, kind=kind).fetchall()
        return [(row[0], row[1]) for row in rows]

    found: list[tuple[str, str]] = town.house.store.read(read)
    return found


def test_lists_have_the_contracts_shape_and_walk_by_token(any_town: Town) -> None:
    alice = any_town.client("alice")
    lines = "\n".join(f"Person {n:02} <p{n:02}@example.org>" for n in range(25))
    done = alice.post("directadd", group_name="open", emails=lines).json()
    assert (done["object"], done["total_emails"], done["errors"]) == ("direct_add_results", 25, None)
    assert len(done["added_members"]) == 25
    for order in ("created", "full_name", "email"):
        for way in ("asc", "desc"):
            seen: list[Any] = []
            page = alice.ok("getmembers", group_name="open", limit=10, sort_field=order, sort_dir=way)
            assert_like(page, {**example("getgroupaliases"), "data": [MEMBER_KEYS]})
            while True:
                seen += page["data"]
                assert page["total_count"] == 27
                assert (page["has_more"], page["next_page_token"] > 0) == (page["next_page_token"] > 0,) * 2
                assert 0 <= page["next_page_token"] < 1 << 31
                if not page["has_more"]:
                    break
                page = alice.ok("getmembers", page_token=page["next_page_token"])
            assert len({entry["id"] for entry in seen}) == len(seen) == 27
            if order != "created":
                values = [entry[order].lower() for entry in seen]
                assert values == sorted(values, reverse=way == "desc")
    found = alice.ok("searchmembers", group_name="open", q="PERSON 07")["data"]
    assert [entry["email"] for entry in found] == ["p07@example.org"]
    assert alice.ok("searchmembers", group_name="open", q="p1_@example")["data"] == []
    assert alice.get("searchmembers", group_name="open", q=" ").json()["extra"] == "invalid q"


def test_who_sees_members(town: Town) -> None:
    bob, carol, alice = town.client("bob"), town.client("carol"), town.client("alice")
    for client in (bob, carol):
        answer = client.get("getmembers", group_name="open").json()
        assert (answer["type"], answer["extra"]) == ("inadequate_permissions", "members_visible")
    assert alice.refused("updategroup", group_name="open", members_visible="group_view_members_subs") == (
        "invalid_value",
        "members_visible",
    )
    alice.post("updategroup", group_name="open", restricted="true", members_visible="group_view_members_subs")
    listed = bob.ok("getmembers", group_name="open")["data"]
    assert {entry["user_name"] for entry in listed} == {"alice", "bob"}
    assert {entry["approved_posts"] for entry in listed if entry["user_name"] == "alice"} == {0}
    assert (
        bob.get("getmembers", group_name="open", type="pending").json()["extra"] == "manage_pending_members"
    )
    assert carol.get("getmembers", group_name="open").json()["type"] == "inadequate_permissions"
    assert bob.ok("getsub", group_name="open")["user_name"] == "bob"
    assert carol.get("getsub", group_name="open").json()["type"] == "not_subscribed"
    own = bob.ok("getsub", group_name="open")["id"]
    assert_like(bob.ok("getmember", group_name="open", sub_id=own), MEMBER_KEYS)
    assert alice.get("getmember", group_name="closed", member_info_id=own).json() == {
        "object": "error", "type": "bad_request", "extra": "invalid member_info_id",
    }  # fmt: skip
    for id_ in (own, 987654321):
        for call in ("getmember", "updatemember"):
            answer = carol.post(call, group_name="open", member_info_id=id_).json()
            assert answer["type"] == "inadequate_permissions", (call, id_, answer)


def test_a_membership_tells_what_its_member_says(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    said = {"timezone": "Europe/Rome", "profile_privacy": "profile_private", "location": "Mill"}
    assert bob.post("updateuser", **said).status_code == 200
    told = (
        bob.ok("getsub", group_name="open"),
        bob.ok("getsubs")["data"][0],
        alice.ok("searchmembers", group_name="open", q="bob")["data"][0],
        next(
            each for each in alice.ok("getmembers", group_name="open")["data"] if each["user_name"] == "bob"
        ),
    )
    for each in told:
        assert {name: each[name] for name in said} == said


def test_who_shows_no_profile_stands_in_no_list_but_that_of_moderators(any_town: Town) -> None:
    town, alice, bob, carol = (
        any_town,
        *(any_town.client(who, token="true") for who in ("alice", "bob", "carol")),
    )
    town.do(lambda tx: members.join(tx, town.viewer("carol"), town.ids["open"]))
    told = GroupChange(joining=Joining.APPROVAL, settings={"members_visible": "members"})
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), town.ids["open"], told))
    own = bob.ok("getsub", group_name="open")["id"]

    def seen(by: Client) -> tuple[list[str], int, list[str], bool]:
        page = by.ok("getmembers", group_name="open", limit=1)
        total, names = page["total_count"], [each["user_name"] for each in page["data"]]
        while page["has_more"]:
            page = by.ok("getmembers", group_name="open", limit=1, page_token=page["next_page_token"])
            names += [each["user_name"] for each in page["data"]]
        found = by.ok("searchmembers", group_name="open", q="bob@")
        assert found["total_count"] == len(found["data"])
        one = by.get("getmember", group_name="open", member_info_id=own).status_code == 200
        return names, total, [each["user_name"] for each in found["data"]], one

    everybody = (["alice", "bob", "carol"], 3, ["bob"], True)
    for word in ("profile_public", "profile_members"):
        assert bob.post("updateprofile", profile_privacy=word).json()["profile_privacy"] == word
        assert seen(carol) == everybody, word
    bob.post("updateuser", profile_privacy="profile_private")
    assert seen(carol) == (["alice", "carol"], 2, [], False)
    assert seen(alice) == seen(bob) == everybody
    here, said = town.ids["open"], Draft(text="I am here", title="Me", group_id=town.ids["open"])
    town.do(lambda tx: posts.write(tx, town.viewer("bob"), said))
    for by, whole in ((carol, False), (alice, True), (bob, True)):
        found = by.ok("searcharchives", group_id=here, q="here")["data"]
        assert [each["can_view_profile"] for each in found] == [whole]
    assert row_of(alice, "bob")["profile_privacy"] == "profile_private"


def test_members_by_name_and_address(any_town: Town) -> None:
    """Lists follow when a name or an address changes; what is found is a part of any of them."""
    town, here = any_town, any_town.ids["open"]
    alice = town.client("alice")
    for address, name in (
        ("zoe@mill.example", "Zoë Ärmel"),
        ("nameless@mill.example", ""),
        ("x@b.example", "ben"),
    ):
        line = f"{name} <{address}>" if name else address
        assert alice.post("directadd", group_name="open", emails=line).json()["errors"] is None

    def names(**more: Any) -> list[str]:
        page = alice.ok("getmembers", group_name="open", limit=2, **more)
        found = page["data"]
        while page["has_more"]:
            page = alice.ok("getmembers", group_name="open", limit=2, page_token=page["next_page_token"])
            found += page["data"]
        return [each["full_name"] for each in found]

    def search(q: str) -> list[str]:
        page = alice.ok("searchmembers", group_name="open", q=q)
        assert page["total_count"] == len(page["data"])
        return [each["user_name"] for each in page["data"]]

    by_name = ["Alice", "ben", "Bob", "nameless", "Zoë Ärmel"]
    assert names(sort_field="full_name") == by_name
    assert names(sort_field="full_name", sort_dir="desc") == by_name[::-1]
    assert names(sort_field="email") == ["Alice", "Bob", "nameless", "ben", "Zoë Ärmel"]
    assert search("MILL") == ["nameless", "zoe"]
    assert (search("ärm"), search("oë"), search("100%"), search("_")) == (["zoe"], ["zoe"], [], [])
    bob = town.ids["bob"]
    town.do(lambda tx: profiles.update_profile(tx, Viewer(bob), profiles.ProfileChange(display_name="Åke")))
    town.do(lambda tx: accounts.add_address(tx, bob, "ake@b.example", confirmed=True))
    town.do(lambda tx: memberaddresses.choose(tx, Viewer(bob), here, "ake@b.example"))
    assert (search("åke"), search("ake@b"), search("bob@")) == (["bob"], ["bob"], [])
    assert names(sort_field="full_name")[-1] == "Åke"
    told = "UPDATE addresses SET folded = 'new@b.example' WHERE folded = 'ake@b.example'"
    town.do(lambda tx: (tx.text_sql(told, told), memberaddresses.changed(tx, bob)))
    assert search("new@b") == ["bob"]


def test_applicants_are_let_in_once_or_turned_down(any_town: Town) -> None:
    town = any_town
    alice, here = town.client("alice"), town.ids["open"]
    for kind in ("pending", "joining", "rejected_sub", "banned", "removed"):
        form = {
            "name": kind,
            "type": f"member_notice_{kind}",
            "subject": f"S {kind}",
            "message": "<p>Hello</p>",
        }
        assert alice.post("newmembernotice", group_name="open", **form).status_code == 200
    change = GroupChange(joining=Joining.APPROVAL)
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), here, change))
    town.do(lambda tx: members.join(tx, town.viewer("carol"), here))
    assert alice.ok("getgroup", group_name="open")["pending_subs_count"] == 1
    carol = row_of(alice, "carol", "pending")
    assert carol["status"] == "sub_status_pending"
    bob = town.client("bob")
    assert bob.refused("approvemember", group_name="open", member_info_id=carol["id"]) == (
        "inadequate_permissions",
        "manage_pending_members",
    )
    for _ in range(2):
        now = alice.post("approvemember", group_name="open", member_info_id=carol["id"]).json()
        assert now["status"] == "sub_status_normal"
    sent = [payload for address, payload in letters(town) if address == "carol@example.org"]
    assert ["S pending" in sent[0], "S joining" in sent[1], len(sent)] == [True, True, 2]
    banned = alice.post("banmember", group_name="open", sub_id=carol["id"]).json()
    assert banned["status"] == "sub_status_banned"
    assert alice.refused("directadd", group_name="open", emails="") == ("bad_request", "invalid emails")
    again = alice.post("directadd", group_name="open", emails="carol@example.org").json()
    assert again["errors"][0]["status"] == "banned"
    assert alice.post("unbanmember", group_name="open", member_info_id=carol["id"]).status_code == 200
    assert alice.refused("unbanmember", group_name="open", member_info_id=carol["id"]) == (
        "bad_request",
        "user not banned",
    )
    assert [entry["user_name"] for entry in alice.ok("getpastmembers", group_name="open")["data"]] == [
        "carol"
    ]
    town.do(lambda tx: members.join(tx, town.viewer("carol"), here))
    assert alice.post("removemember", group_name="open", sub_id=carol["id"]).status_code == 200
    log = alice.ok("getactivitylog", group_name="open", limit=100)
    assert_like(log, example("getactivitylog"))
    lines = [entry["entry"] for entry in log["data"]]
    assert lines[0] == "Alice turned down Carol"
    assert {"Alice banned Carol", "Alice unbanned Carol", "Alice approved Carol"} <= set(lines)
    assert len([line for line in lines if line == "Alice approved Carol"]) == 1
    assert log["data"][0]["via"] == "via_api"


def test_the_log_is_narrowed(town: Town) -> None:
    alice = town.client("alice")
    bob = row_of(alice, "bob")
    alice.post("directadd", group_name="open", emails="new@example.org")
    alice.post("updategroup", group_name="open", footer="Bye")

    def lines(**narrow: Any) -> int:
        count: int = alice.ok("getactivitylog", group_name="open", **narrow)["total_count"]
        return count

    assert lines() == 3
    assert (lines(filter_by="moderator"), lines(filter_by="payment"), lines(action="added_member")) == (
        2,
        0,
        1,
    )
    assert (lines(member_info_id=bob["id"]), lines(restrict_date="day")) == (1, 3)
    assert lines(restrict_date="custom", end_date="2001-01-01") == 0
    for name, value in (
        ("filter_by", "x"), ("restrict_date", "x"), ("action", "x"), ("start_date", "x"), ("end_date", "x"),
    ):  # fmt: skip
        error = alice.get("getactivitylog", group_name="open", **{name: value}).json()
        assert (error["type"], error["extra"]) == ("bad_request", f"invalid {name}")
    assert town.client("bob").get("getactivitylog", group_name="open").json()["extra"] == "view_activity"
    first = alice.ok("getactivitylog", group_name="open", limit=2)
    second = alice.ok("getactivitylog", page_token=first["next_page_token"])
    assert (len(second["data"]), second["has_more"]) == (1, False)


def test_options_of_a_member(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    form = {"group_name": "open", "member_info_id": row_of(alice, "bob")["id"]}
    now = alice.post(
        "updatemember", **form, email_delivery="email_delivery_digest", post_status="sub_poststatus_moderated",
        message_selection="message_selection_follow_only",
        auto_follow_replies="true",
    ).json()  # fmt: skip
    assert (now["email_delivery"], now["post_status"]) == (
        "email_delivery_digest",
        "sub_poststatus_moderated",
    )
    assert (now["message_selection"], now["auto_follow_replies"]) == ("message_selection_follow_only", True)
    own = bob.post("updatemember", **form, email_delivery="email_delivery_none").json()
    assert own["email_delivery"] == "email_delivery_none"
    assert bob.refused("updatemember", **form, post_status="sub_poststatus_allowed")[1] == (
        "manage_member_subscription_options"
    )


def test_invitations_and_leaving_by_list(any_town: Town) -> None:
    town = any_town
    alice = town.client("alice")
    done = alice.post(
        "invite", group_name="open", emails="Dora <dora@example.org>\nnonsense\na@x.org, b@x.org"
    ).json()
    assert list(done) == ["object", "total_emails", "errors", "invited"]
    assert (done["total_emails"], done["invited"]) == (3, ["dora@example.org"])
    assert {error["status"] for error in done["errors"]} == {"invalid email address"}
    ((address, payload),) = letters(town)
    assert address == "dora@example.org"
    assert "open+subscribe@lists.test" in payload
    alice.post("invite", group_name="open", emails="dora@example.org")
    assert len(letters(town)) == 1, "nobody is written to twice a day"
    row = row_of_address(town, "dora@example.org")
    for _ in range(membership.LETTERS_A_DAY + 3):
        assert alice.post("removemember", group_name="open", member_info_id=row.id).status_code == 200
        last = alice.post("invite", group_name="open", emails="dora@example.org").json()
        if last["errors"]:
            break
    assert last["errors"][0]["status"] == "written to too often today"
    assert len(letters(town)) == membership.LETTERS_A_DAY
    gone = alice.post(
        "bulkremovemembers", group_name="open", emails="alice@example.org\nbob@example.org\nzoe@example.org"
    ).json()
    assert (gone["removed"], [each["status"] for each in gone["errors"]]) == (
        1,
        ["last owner", "not subscribed"],
    )
    by_query = alice.http.post("/v1/getmembers", params={"group_name": "open"})
    assert [entry["user_name"] for entry in by_query.json()["data"]] == ["alice"]


def test_writes_by_cookie_need_csrf_and_by_token_none(town: Town) -> None:
    alice = town.client("alice", token="true")
    form = {"group_name": "open", "emails": "y@example.org"}
    assert alice.refused("directadd", **form, csrf="wrong") == ("bad_csrf", "")
    bearer = {"Authorization": f"Bearer {alice.token}"}
    alice.http.cookies.clear()
    answer = alice.http.get("/v1/directadd", params=form, headers=bearer)
    assert answer.json()["object"] == "direct_add_results"
    nobody = town.client()
    assert nobody.refused("directadd", **form)[0] == "authentication"


def test_probes_and_confirmations_only_where_they_make_sense(town: Town) -> None:
    alice = town.client("alice")
    bob = row_of(alice, "bob")
    form = {"group_name": "open", "member_info_id": bob["id"]}
    assert alice.refused("sendbounceprobe", **form) == ("bad_request", "user not bouncing")
    assert alice.refused("sendconfirmation", **form) == ("bad_request", "user already confirmed")
    text = (
        "INSERT INTO mail_health (address_id, account_id, state) SELECT id, account_id, 2 FROM addresses"
        " WHERE address = 'bob@example.org'"
    )
    town.do(lambda tx: tx.text_sql(text, text))
    assert row_of(alice, "bob", "bouncing")["user_status"] == "user_status_bounced"
    assert alice.post("sendbounceprobe", **form).json()["user_status"] == "user_status_bounced"
    assert len(letters(town, "bounce_probe")) == 1
    assert alice.post("sendbounceprobe", **form).status_code == 429
    assert town.house.store.read(outbox.next_due) is not None


def test_who_is_banned_above_is_out_below(town: Town) -> None:
    alice, here = town.client("alice"), town.ids["open"]
    below = {"group_name": "open", "sub_group_name": "inner", "desc": "A group within a group.",
             "privacy": "sub_group_privacy_none"}  # fmt: skip
    alice.post("createsubgroup", **below)
    inner = town.do(lambda tx: groups.id_of_address(tx, "open+inner"))
    assert inner is not None
    for group_id in (here, inner):
        town.do(lambda tx, group_id=group_id: members.put(tx, group_id, town.ids["carol"]))
    carol = town.do(lambda tx: members.get(tx, here, town.ids["carol"]))
    assert alice.post("banmember", group_name="open", member_info_id=carol.id).status_code == 200
    left = town.do(lambda tx: members.get(tx, inner, town.ids["carol"]))
    assert left.status == Membership.LEFT


def test_who_is_removed_above_stays_below(town: Town) -> None:
    """The records are separate: only leaving, or being banned, reaches below."""
    alice = town.client("alice")
    alice.post("createsubgroup", group_name="open", sub_group_name="inner", desc="A group within a group.")
    added = alice.post(
        "directadd", group_name="open", emails="carol@example.org", subgroupnames="open+inner"
    ).json()
    above, below = (each["id"] for each in added["added_members"])
    assert alice.post("removemember", group_name="open", member_info_id=above).status_code == 200
    assert (
        alice.ok("getmember", group_name="open+inner", member_info_id=below)["status"] == "sub_status_normal"
    )
