"""A group's settings as they are changed and as they act, subgroups, other names, notices, and a group's end."""

from __future__ import annotations

from typing import Any

from tests.doors.groupsio.conftest import Town, assert_like, example

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groupclock, grouplife, holding, members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import groupmail, runs
from folkmoot.doors.mail import recipients


def test_an_update_answers_with_the_group(any_town: Town) -> None:
    alice = any_town.client("alice")
    group = alice.post(
        "updategroup", group_name="closed", title="Closed ones", footer="Bye", extended="true"
    ).json()
    assert_like(group[0], example("updategroup"))
    assert (group[0]["title"], group[0]["footer"], group[1]["user_name"]) == ("Closed ones", "Bye", "alice")
    assert group[0]["new_users_moderated"] is True, "an unguarded group is guarded"
    now = alice.post(
        "updategroup", group_name="closed", restricted="true", new_users_moderated="false"
    ).json()
    assert (now["restricted"], now["new_users_moderated"]) == (True, False)
    assert any_town.client("bob").refused("updategroup", group_name="open", title="x") == (
        "inadequate_permissions",
        "manage_group_settings",
    )


def test_what_was_closed_stays_closed(town: Town) -> None:
    alice = town.client("alice")
    for privacy in ("group_privacy_none", "group_privacy_unlisted_public", "sub_group_privacy_none", "x"):
        assert alice.refused("updategroup", group_name="closed", privacy=privacy) == (
            "invalid_value",
            "privacy",
        )
    now = alice.post("updategroup", group_name="closed", privacy="group_privacy_unlisted").json()
    assert now["privacy"] == "group_privacy_unlisted"
    assert alice.post("updategroup", group_name="open", privacy="group_privacy_archives").status_code == 200
    assert town.client("carol").get("getmessages", group_name="open").json()["extra"] == "archives_visible"


def test_bad_values_change_nothing(town: Town) -> None:
    alice = town.client("alice")
    for name, value in (
        ("default_timezone", "Mars/Olympus"), ("unmoderate_users_after", -1),
        ("allow_parent_subs_to_post", "true"), ("reply_to", "x"), ("footer", "x" * 10_001),
    ):  # fmt: skip
        assert alice.refused("updategroup", group_name="open", title="New", **{name: value}) == (
            "invalid_value",
            name,
        ), name
    assert alice.refused("updategroup", group_name="open", desc="x")[1] == "description too short"
    assert alice.ok("getgroup", group_name="open")["title"] == "open"


def test_mail_rules_reach_every_member(any_town: Town) -> None:
    town, here = any_town, any_town.ids["open"]
    alice, bob = town.client("alice"), town.viewer("bob")
    town.do(lambda tx: members.set_delivery(tx, bob, here, Delivery.NONE))
    town.do(lambda tx: members.set_delivery(tx, town.viewer("alice"), here, Delivery.DIGEST))
    now = alice.post(
        "updategroup", group_name="open", disable_no_email="true", force_html_emails="true",
        email_delivery_default="email_delivery_none",
    ).json()  # fmt: skip
    assert now["email_delivery_default"] == "email_delivery_special"
    have = {
        entry["user_name"]: entry["email_delivery"]
        for entry in alice.ok("getmembers", group_name="open")["data"]
    }
    assert have == {"alice": "email_delivery_html_digest", "bob": "email_delivery_special"}
    town.do(lambda tx: members.set_delivery(tx, bob, here, Delivery.NONE))
    assert town.client("bob").ok("getsub", group_name="open")["email_delivery"] == "email_delivery_special"
    added = alice.post("directadd", group_name="open", emails="z@example.org").json()["added_members"][0]
    assert added["email_delivery"] == "email_delivery_special"


def test_a_locked_group_takes_nothing(town: Town) -> None:
    alice = town.client("alice")
    assert alice.post("updategroup", group_name="open", lock_group="true").json()["locked"] is True
    perms = alice.ok("getperms", group_name="open")
    assert (perms["can_post"], perms["manage_files"], perms["files_visible"]) == (False, False, True)
    assert alice.refused("updategroup", group_name="open", title="x") == ("bad_request", "group is locked")
    draft = alice.post("newdraft", group_name="open", draft_type="draft_type_post")
    assert draft.json().get("extra") == "can_post" or alice.refused(
        "postdraft", draft_id=draft.json()["id"]
    ) != ("", "")
    assert (
        alice.post("updategroup", group_name="open", lock_group="false", title="x").json()["locked"] is False
    )


def test_subgroups_and_the_sight_of_their_parents_members(any_town: Town) -> None:
    town = any_town
    alice, bob, carol = (town.client(who) for who in ("alice", "bob", "carol"))
    new = {"group_name": "open", "desc": "A group within a group.", "csrf": alice.csrf}
    made = alice.post(
        "createsubgroup", **new, sub_group_name="inner", privacy="sub_group_privacy_limited_archives"
    ).json()
    assert_like(made, example("createsubgroup"))
    assert (made["name"], made["parent_group_id"]) == ("open+inner", town.ids["open"])
    assert made["privacy"] == "sub_group_privacy_limited_archives"
    again = {**new, "sub_group_name": "inner", "privacy": "sub_group_privacy_none"}
    assert alice.refused("createsubgroup", **again) == ("bad_request", "name already taken")
    assert (
        alice.refused("createsubgroup", **{**again, "group_name": "open inner"})[1] == "group is a subgroup"
    )
    assert bob.refused("createsubgroup", **{**again, "csrf": bob.csrf})[1] == "manage_subgroups"
    inner = made["id"]
    town.say("alice", text="Within", title="Inside", group_id=inner)
    assert len(bob.ok("getmessages", group_name="open+inner")["data"]) == 1
    for call in ("getmessages", "gettopics"):
        assert carol.get(call, group_name="open+inner").json()["type"] == "inadequate_permissions"
    assert carol.get("getmessage", group_name="open+inner", msg_num=1).status_code == 400
    assert bob.ok("getperms", group_name="open inner")["can_post"] is False
    alice.post("updategroup", group_name="open+inner", allow_parent_subs_to_post="true")
    assert bob.ok("getperms", group_name="open+inner")["can_post"] is True
    assert town.say("bob", text="From above", title="Above", group_id=inner)
    page = alice.ok("getsubgroups", group_name="open")
    assert_like(page, example("getsubgroups"))
    assert [entry["name"] for entry in page["data"]] == ["open+inner"]
    assert alice.refused("updategroup", group_name="open+inner", default_timezone="Europe/Rome") == (
        "invalid_value",
        "default_timezone",
    )
    refused = alice.post("directadd", group_name="open+inner", emails="carol@example.org").json()["errors"]
    assert refused[0]["status"] == "not a member of the parent group"
    both = alice.post(
        "directadd", group_name="open", emails="carol@example.org", subgroupnames="open+inner"
    ).json()
    assert [entry["group_name"] for entry in both["added_members"]] == ["open", "open+inner"]
    carol_id = town.ids["carol"]
    town.do(lambda tx: members.leave(tx, Viewer(carol_id), town.ids["open"]))
    assert carol.get("getsub", group_name="open+inner").json()["type"] == "not_subscribed"


def test_names_of_subgroups(town: Town) -> None:
    """A name may hold periods, the privacy may be left out, and no group takes the place of a word of the parent's
    address."""
    alice = town.client("alice")
    form = {"group_name": "open", "desc": "A group within a group."}
    made = alice.post("createsubgroup", **form, sub_group_name="rye.2").json()
    assert (made["name"], made["privacy"]) == ("open+rye.2", "sub_group_privacy_none")
    for name in (
        *recipients.PLAIN_WORDS,
        *recipients.SECRET_WORDS,
        "Confirm-1",
        "reply-5",
        "bounce-5",
        "rsvp",
        "a..b",
    ):
        assert alice.refused("createsubgroup", **form, sub_group_name=name)[1] == "invalid group_name", name
    assert alice.refused("updategroup", group_id=made["id"], name="open+help")[1] == "invalid group_name"
    assert alice.refused("creategroup", group_name="rye.2", desc=form["desc"], privacy="group_privacy_none") == (
        "bad_request", "invalid group_name",
    )  # fmt: skip


def test_what_a_group_says_of_itself(town: Town) -> None:
    """When it was changed, and how many chats are open: to those who may see them."""
    alice, carol = town.client("alice"), town.client("carol")
    before = alice.ok("getgroup", group_name="open")
    assert before["open_chats_count"] == 0
    for subject in ("One", "Two"):
        chat = alice.post("newchat", group_name="open", subject=subject, desc="Talk", announce="false")
        assert chat.status_code == 200, chat.text
    told = "UPDATE groups SET created_at = 1000, updated_at = NULL"
    town.do(lambda tx: tx.text_sql(told, told))
    assert (
        alice.post("updategroup", group_name="open", title="Bakers").json()["updated"]
        > before["updated"][:10]
    )
    now = alice.ok("getgroup", group_name="open")
    assert (now["open_chats_count"], now["created"]) == (2, "1970-01-01T00:00:01Z")
    assert carol.ok("getgroup", group_name="open")["open_chats_count"] == 0


def test_aliases_share_the_names_of_groups(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    group = alice.post("newgroupalias", group_name="open", alias_name="Wells").json()
    assert_like(group, example("newgroupalias"))
    assert (group["alias"], group["name"]) == ("Wells", "open")
    assert bob.ok("getgroup", group_name="wells")["name"] == "open"
    assert alice.refused("newgroupalias", group_name="open", alias_name="a b") == (
        "bad_request",
        "invalid alias_name",
    )
    assert alice.refused("newgroupalias", group_name="open", alias_name="closed")[1] == "invalid alias_name"
    founding = {"group_name": "wells", "desc": "Another one of that name", "privacy": "group_privacy_none"}
    assert bob.refused("creategroup", **founding) == ("bad_request", "name already taken")
    assert alice.refused("updategroup", group_name="closed", name="wells") == ("bad_request", "name exists")
    assert alice.refused("updategroup", group_name="open", alias="") == ("invalid_value", "alias")
    page = alice.ok("getgroupaliases", group_name="open")
    assert_like(page, example("getgroupaliases"))
    assert bob.refused("deletegroupalias", alias_group_name="wells")[0] == "inadequate_permissions"
    assert alice.post("deletegroupalias", alias_group_id=page["data"][0]["id"]).json()["alias"] == ""
    assert alice.refused("deletegroupalias", alias_group_name="wells") == (
        "bad_request",
        "invalid alias_group_name",
    )
    assert bob.post("creategroup", **founding).status_code == 200


def test_another_name(town: Town) -> None:
    alice = town.client("alice")
    assert alice.post("updategroup", group_name="open", name="meadow").json()["name"] == "meadow"
    assert alice.get("getgroup", group_name="open").json()["type"] == "group_not_found"
    taken = {"group_name": "open", "desc": "Another one of that name", "privacy": "group_privacy_none"}
    assert alice.refused("creategroup", **taken) == ("bad_request", "name already taken")
    assert alice.refused("updategroup", group_name="meadow", name="a b") == (
        "bad_request",
        "invalid group_name",
    )
    assert alice.refused("updategroup", group_name="closed", name="open")[1] == "name exists"
    back = alice.post("updategroup", group_name="meadow", name="open").json()
    assert back["name"] == "open", "a group may have its own old name back"
    assert alice.refused("updategroup", group_name="closed", name="meadow")[1] == "name exists"


def test_the_end_of_a_group(any_town: Town) -> None:
    town = any_town
    alice, bob = town.client("alice"), town.client("bob")
    below = {"group_name": "open", "sub_group_name": "inner", "desc": "A group within a group.",
             "privacy": "sub_group_privacy_none"}  # fmt: skip
    alice.post("createsubgroup", **below)
    assert alice.refused("deletegroup", group_name="open", understand="yes") == ("bad_request", "understand")
    phrase = {"group_name": "open", "understand": "I understand"}
    assert bob.refused("deletegroup", **phrase) == ("inadequate_permissions", "delete_group")
    answer = alice.post("deletegroup", **phrase)
    assert (answer.status_code, answer.content) == (200, b"")
    for name in ("open", "open+inner"):
        assert alice.get("getgroup", group_name=name).json()["type"] == "group_not_found"
    for call, key in (("getgroup", "group_id"), ("getmessages", "group_id")):
        assert alice.get(call, **{key: town.ids["open"]}).json()["type"] == "group_not_found"
    assert [entry["group_name"] for entry in bob.ok("getsubs")["data"]] == ["closed"]
    again = {"group_name": "open", "desc": "The same once more", "privacy": "group_privacy_none"}
    assert bob.refused("creategroup", **again) == ("bad_request", "name already taken")
    while town.do(grouplife.erase):
        pass

    def left(tx: Any) -> int:
        text = f"SELECT count(*) FROM posts WHERE group_id = {town.ids['open']} AND state <> 3"
        count: int = tx.text_sql(text, text).fetchone()[0]
        return count

    assert town.house.store.read(left) == 0
    assert town.house.store.read(lambda tx: tx.text_sql(
        *["SELECT count(*) FROM groups WHERE deleted_at IS NOT NULL"] * 2
    ).fetchone()[0]) == 0  # fmt: skip


def test_notices_to_members(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    form = {"group_name": "open", "name": "Rules", "type": "member_notice_guidelines", "subject": "Our rules",
            "message": "<p>Be kind</p>", "guidelines_subject": "Once a month", "send_on_join": "true"}  # fmt: skip
    made = alice.post("newmembernotice", **form).json()
    assert_like(made, example("newmembernotice"))
    assert (made["guidelines_monthly_subject"], made["send_on_join"]) == ("Once a month", True)
    assert alice.refused("newmembernotice", **form) == ("bad_request", "already have guidelines")
    assert bob.ok("getperms", group_name="open")["guidelines_visible"] is True
    assert alice.refused("newmembernotice", **{**form, "group_name": "nowhere"})[1] == "invalid group_id"
    for field, value in (("name", " "), ("subject", " "), ("type", "x"), ("message", "<p> </p>")):
        assert alice.refused("newmembernotice", **{**form, field: value}) == (
            "bad_request",
            f"invalid {field}",
        )
    own = alice.post("newmembernotice", **{**form, "type": "member_notice_banned"}).json()["id"]
    assert alice.refused("updatemembernotice", member_notice_id=own, type="member_notice_guidelines") == (
        "bad_request",
        "already have guidelines",
    )
    changed = alice.post("updatemembernotice", member_notice_id=own, subject="Out", private="true").json()
    assert_like(changed, example("updatemembernotice"))
    assert (changed["subject"], changed["name"], changed["private"]) == ("Out", "Rules", True)
    assert bob.refused("deletemembernotice", member_notice_id=own)[1] == "manage_group_settings"
    listed = alice.ok("getmembernotices", group_name="open", type="member_notice_banned")
    assert [entry["id"] for entry in listed["data"]] == [own]
    answer = alice.post("deletemembernotice", member_notice_id=own)
    assert (answer.status_code, answer.content) == (200, b"")
    assert alice.refused("deletemembernotice", member_notice_id=own) == (
        "bad_request",
        "invalid member_notice_id",
    )


def test_messages_that_wait(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    alice.post("updategroup", group_name="open", moderated="true")
    any_town.say("bob", text="Please let me in", title="Waiting", group_id=any_town.ids["open"])
    page = alice.ok("getpendingmessages", group_name="open")
    assert [(entry["subject"], entry["sender_email"]) for entry in page["data"]] == [
        ("Waiting", "bob@example.org")
    ]
    assert (page["total_count"], page["has_more"], page["next_page_token"]) == (1, False, 0)
    assert bob.get("getpendingmessages", group_name="open").json()["extra"] == "manage_pending_messages"


def test_time_closes_threads_and_sends_the_guidelines(any_town: Town) -> None:
    town = any_town
    alice = town.client("alice")
    alice.post("updategroup", group_name="open", auto_close_threads="true", close_threads_after=3)
    alice.post(
        "newmembernotice", group_name="open", name="R", type="member_notice_guidelines", subject="S", message="Hi",
        send_monthly="true",
    )  # fmt: skip
    assert town.do(groupclock.tick) == 0
    for text in ("UPDATE threads SET created_at = 1000", "UPDATE group_notices SET created_at = 1000"):
        town.do(lambda tx, text=text: tx.text_sql(text, text))
    assert town.do(groupclock.tick) == 3
    assert town.do(groupclock.tick) == 0
    for run_id in town.house.store.read(runs.waiting):
        while town.do(lambda tx, run_id=run_id: groupmail.step(tx, run_id)):
            continue
    queued = "SELECT count(*) FROM outbox WHERE kind = 'group_text'"
    assert town.house.store.read(lambda tx: tx.text_sql(queued, queued).fetchone()[0]) == 2
    topics = alice.ok("gettopics", group_name="open")["data"]
    assert all(topic["is_closed"] for topic in topics)


def test_what_moderators_decide_on_posts_is_logged(town: Town) -> None:
    alice, owner = town.client("alice"), town.viewer("alice")
    alice.post("updategroup", group_name="open", moderated="true")
    one, two = (
        town.say("bob", text="Please", title=title, group_id=town.ids["open"]) for title in ("One", "Two")
    )
    town.do(lambda tx: holding.release(tx, owner, one))
    town.do(lambda tx: holding.reject(tx, owner, two))
    log = alice.ok("getactivitylog", group_name="open", filter_by="message")["data"]
    assert [entry["entry"] for entry in log] == [
        "Alice turned down a message of Bob: Two",
        "Alice let in a message of Bob: One",
    ]
