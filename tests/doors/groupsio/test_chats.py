"""Chats behind the door: begun, joined, spoken in, heard live by both kinds of stream, and who may do what."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.doors.groupsio.conftest import Client, Town, assert_like, example
from tests.doors.groupsio.test_sections_calendar import section

from folkmoot.domain.access import GroupRole, MemberPosting
from folkmoot.domain.groups import members
from folkmoot.domain.sections import chats, ending, lines
from folkmoot.domain.staff import erasure


def begin(client: Client, group: str = "open", **more: Any) -> Any:
    told = {
        "group_name": group,
        "subject": "Bread",
        "desc": "<p>Which <b>flour</b>?</p>",
        "announce": "false",
    }
    answer = client.post("newchat", **{**told, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def say(client: Client, chat: Any, text: str) -> Any:
    answer = client.post("newchatmessage", chat_id=chat["id"], message=text)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_chat_has_every_field(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    made = begin(alice, desc="<p>Which <b>flour</b>?</p><script>x</script>")
    assert_like(made, example("newchat"))
    assert (made["user_id"], made["name"], made["num_messages"], made["is_closed"]) == (
        any_town.ids["alice"],
        "Alice",
        0,
        False,
    )
    assert made["desc"] == "<p>Which <b>flour</b>?</p>"
    assert (made["chat_sub"]["user_id"], made["chat_sub"]["chat_id"]) == (any_town.ids["alice"], made["id"])
    listed = bob.ok("getchats", group_name="open")
    assert_like(alice.ok("getchats", group_name="open"), example("getchats"))
    assert (listed["total_count"], listed["data"][0]["id"], listed["data"][0]["chat_sub"]["id"]) == (
        1,
        made["id"],
        0,
    )
    seat = bob.post("joinchat", chat_id=made["id"]).json()
    assert_like(seat, example("joinchat"))
    people = bob.post("chatmembers", chatsub_id=seat["id"], csrf="").json()
    assert_like(people, example("chatmembers"))
    assert [each["user_id"] for each in people["data"]] == [any_town.ids["alice"], any_town.ids["bob"]]
    changed = alice.post("updatechat", chat_id=made["id"], subject="Rye bread").json()
    assert_like(changed, example("updatechat"))
    assert (changed["subject"], changed["desc"]) == ("Rye bread", made["desc"])


def test_what_is_said_is_read_page_by_page(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    chat = begin(alice)
    bob.post("joinchat", chat_id=chat["id"])
    for n in range(1, 6):
        said = say(alice if n % 2 else bob, chat, f"Line {n} <b> & https://example.org/")
        assert_like(said, example("getchathistory")["data"][0])
        assert (said["msg_num"], said["version"], said["type"]) == (n, 1, "chat_msg_type_normal")
    assert said["message"].startswith("Line 5 &lt;b&gt; &amp; <a href=")
    assert said["email"] == "alice@..."
    first = bob.ok("getchathistory", chat_id=chat["id"], limit=2)
    assert_like(first, example("getchathistory"))
    assert (first["total_count"], first["has_more"], [m["msg_num"] for m in first["data"]]) == (
        5,
        True,
        [5, 4],
    )
    token = first["next_page_token"]
    rest = bob.ok("getchathistory", chat_id=chat["id"], limit=100, page_token=token)
    assert ([m["msg_num"] for m in rest["data"]], rest["next_page_token"]) == ([3, 2, 1], 0)
    assert rest["start_item"] == 3
    now = bob.ok("getchats", group_name="open")["data"][0]
    assert (now["num_messages"], now["chat_sub"]["last_msg_seen"]) == (5, 4)
    seen = bob.post("seenchat", chat_id=chat["id"], msg_num=99).json()
    assert seen["last_msg_seen"] == 5
    assert bob.post("seenchat", chat_id=chat["id"], msg_num=1).json()["last_msg_seen"] == 5


def test_lines_are_changed_and_taken_back(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    chat = begin(alice)
    id_ = chat["id"]
    bob.post("joinchat", chat_id=id_)
    say(bob, chat, "Whole gran")
    fixed = bob.post("updatechatmessage", chat_id=id_, msg_num=1, message="Whole grain").json()
    assert (fixed["message"], fixed["version"], fixed["msg_num"]) == ("Whole grain", 2, 1)
    same = bob.post("updatechatmessage", chat_id=id_, msg_num=1, message="Whole grain").json()
    assert same["version"] == 2
    for call, form in (("updatechatmessage", {"message": "x"}), ("deletechatmessage", {})):
        assert bob.refused(call, chat_id=id_, msg_num=7, **form) == ("bad_request", "invalid msg_num")
    assert alice.refused("updatechatmessage", chat_id=id_, msg_num=1, message="No") == (
        "inadequate_permissions",
        "line_owner",
    )
    say(alice, chat, "Mine")
    assert bob.refused("deletechatmessage", chat_id=id_, msg_num=2)[0] == "inadequate_permissions"
    gone = alice.post("deletechatmessage", chat_id=id_, msg_num=1).json()
    assert (gone["type"], gone["delete_msg_num"], gone["msg_num"], gone["message"]) == (
        "chat_msg_type_delete",
        1,
        3,
        "",
    )
    history = alice.ok("getchathistory", chat_id=id_)["data"]
    assert [(m["msg_num"], m["type"]) for m in history] == [
        (3, "chat_msg_type_delete"),
        (2, "chat_msg_type_normal"),
    ]
    assert alice.ok("getchats", group_name="open")["data"][0]["num_messages"] == 1
    assert alice.refused("deletechatmessage", chat_id=id_, msg_num=3) == ("bad_request", "invalid msg_num")


def test_refusals_in_the_contracts_words(town: Town) -> None:
    alice, bob, carol = town.client("alice"), town.client("bob"), town.client("carol")
    for extra, wrong in (
        ("invalid group_id", {"group_name": "nowhere"}),
        ("invalid subject", {"subject": "  "}),
        ("invalid subject", {"subject": "x" * 201}),
        ("invalid desc", {"desc": " "}),
        ("invalid desc", {"desc": "<script>x</script>"}),
        ("invalid announce", {"announce": None}),
    ):
        told = {"group_name": "open", "subject": "Bread", "desc": "Flour", "announce": "0", **wrong}
        form = {key: value for key, value in told.items() if value is not None}
        assert alice.refused("newchat", **form) == ("bad_request", extra), wrong
    assert alice.refused("newchat", csrf="no", group_name="open")[0] in ("bad_csrf", "bad_request")
    chat = begin(alice)
    id_ = chat["id"]
    for call in ("updatechat", "deletechat", "joinchat"):
        for wrong_id in (0, 5, 1 << 62, -3):
            assert alice.refused(call, chat_id=wrong_id) == ("bad_request", "invalid chat_id")
        assert alice.refused(call) == ("bad_request", "invalid chat_id")
        assert alice.refused(call, chat_id=id_, csrf="wrong")[0] == "bad_csrf"
    assert alice.refused("joinchat", chat_id=id_) == ("bad_request", "already subscribed")
    assert bob.refused("deletechat", chat_id=id_) == ("inadequate_permissions", "chat_owner")
    assert bob.refused("newchatmessage", chat_id=id_, message="Hi") == ("bad_request", "not in chat")
    seat = bob.post("joinchat", chat_id=id_).json()
    for text in ("", "   ", "x" * 4001):
        assert bob.refused("newchatmessage", chat_id=id_, message=text) == ("bad_request", "invalid message")
    for call in ("chatmembers", "leavechat"):
        assert alice.refused(call, chatsub_id=seat["id"]) == ("bad_request", "invalid chatsub_id")
        assert bob.refused(call, chatsub_id=1) == ("bad_request", "invalid chatsub_id")
    assert carol.refused("joinchat", chat_id=id_)[0] == "bad_request"
    alice.post("updatechat", chat_id=id_, is_closed="true")
    assert bob.refused("chatmembers", chatsub_id=seat["id"]) == ("bad_request", "closed chat")
    assert bob.refused("newchatmessage", chat_id=id_, message="Hi") == ("bad_request", "closed chat")
    gone = bob.post("leavechat", chatsub_id=seat["id"])
    assert (gone.status_code, gone.text) == (200, "")
    assert bob.refused("joinchat", chat_id=id_) == ("bad_request", "closed chat")
    assert bob.ok("getchats", group_name="open")["data"] == []
    assert [c["id"] for c in bob.ok("getchats", group_name="open", show_closed="1")["data"]] == [id_]
    ended = alice.post("deletechat", chat_id=id_)
    assert (ended.status_code, ended.text) == (200, "")
    assert alice.refused("getchathistory", chat_id=id_) == ("bad_request", "invalid chat_id")


def test_the_section_setting_says_who_sees_and_begins(town: Town) -> None:
    alice, bob, carol = town.client("alice"), town.client("bob"), town.client("carol")
    nobody = town.client()
    chat = begin(bob)
    for setting, sees, begins, stranger in (
        ("subscribers", True, True, False),
        ("limited", True, False, False),
        ("moderators_only", False, False, False),
        ("none", False, False, False),
        ("public", True, True, True),
        ("public_limited", True, False, True),
    ):
        section(town, "chat", setting)
        seen = bob.get("getchats", group_name="open")
        assert (seen.status_code == 200) == sees, setting
        if not sees:
            assert seen.json()["extra"] == "chat_visible"
            assert bob.refused("joinchat", chat_id=chat["id"]) == ("bad_request", "invalid chat_id")
        told = {"group_name": "open", "subject": "S", "desc": "D", "announce": "0"}
        answer = bob.post("newchat", **told)
        assert (answer.status_code == 200) == begins, setting
        if not begins:
            assert answer.json()["extra"] == "manage_chats"
        for outsider in (carol, nobody):
            assert (outsider.get("getchats", group_name="open").status_code == 200) == stranger, setting
    section(town, "chat", "public")
    assert carol.refused("joinchat", chat_id=chat["id"])[0] == "inadequate_permissions"
    assert carol.refused("getchathistory", chat_id=chat["id"])[0] == "inadequate_permissions"
    section(town, "chat", "limited")
    assert alice.post("joinchat", chat_id=chat["id"]).status_code == 200
    forbidden = {"role": GroupRole.MEMBER, "posting": int(MemberPosting.FORBIDDEN)}
    town.do(lambda tx: members.put(tx, town.ids["open"], town.ids["bob"], **forbidden))
    assert bob.refused("newchatmessage", chat_id=chat["id"], message="Hi")[0] == "inadequate_permissions"
    assert alice.refused("getchats", group_name="nowhere") == ("group_not_found", "")
    assert carol.refused("getchats", group_name="hidden") == ("group_not_found", "")


def test_who_left_the_group_is_out_and_moderators_take_over(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    chat = begin(bob)
    say(bob, chat, "Hi")
    assert alice.refused("updatechat", chat_id=chat["id"], is_closed="1")[1] == "chat_owner"
    town.do(lambda tx: members.leave(tx, town.viewer("bob"), town.ids["open"]))
    assert bob.refused("newchatmessage", chat_id=chat["id"], message="Again")[0] == "bad_request"
    alice.post("joinchat", chat_id=chat["id"])
    seat = alice.ok("getchats", group_name="open")["data"][0]["chat_sub"]["id"]
    people = alice.post("chatmembers", chatsub_id=seat).json()["data"]
    assert [each["user_id"] for each in people] == [town.ids["alice"]]
    closed = alice.post("updatechat", chat_id=chat["id"], is_closed="1")
    assert closed.json()["is_closed"] is True


def test_a_chat_can_be_announced(town: Town) -> None:
    alice = town.client("alice")
    chat = begin(alice, announce="true")
    newest = alice.ok("getmessages", group_name="open", limit=1)["data"][0]
    assert newest["subject"] == "New chat: Bread"
    assert f"/@open/chats/{chat['id']}" in newest["body"]


def test_pages_of_chats_go_on_by_token(town: Town) -> None:
    alice = town.client("alice")
    made = [begin(alice, subject=f"Chat {n}")["id"] for n in range(5)]
    first = alice.ok("getchats", group_name="open", limit=2, sort_field="name", sort_dir="desc")
    second = alice.ok("getchats", page_token=first["next_page_token"], limit=3)
    assert [c["id"] for c in first["data"] + second["data"]] == made[::-1]
    assert (first["total_count"], second["has_more"], second["next_page_token"]) == (5, False, 0)
    assert alice.refused("getchats", group_name="open", sort_field="colour") == (
        "invalid_value",
        "sort_field",
    )


def test_too_many_lines_and_too_many_seats(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    chat = begin(alice)
    monkeypatch.setattr(lines, "A_MINUTE", 2)
    say(alice, chat, "1")
    say(alice, chat, "2")
    answer = alice.post("newchatmessage", chat_id=chat["id"], message="3")
    assert (answer.status_code, answer.json()["type"]) == (429, "rate_limit")
    assert answer.headers["retry-after"] == "60"
    monkeypatch.setattr(chats, "MAX_SEATS", 1)
    assert bob.refused("joinchat", chat_id=chat["id"]) == ("bad_request", "chat is full")


def test_a_deleted_group_takes_its_chats_and_wiki_along(any_town: Town) -> None:
    alice = any_town.client("alice")
    chat = begin(alice)
    say(alice, chat, "Hi")
    alice.post("newwikipage", group_name="open", title="T", body="<p>x</p>")
    while any_town.do(lambda tx: ending.end(tx, any_town.ids["open"])):
        pass
    for table in ("chats", "chat_members", "chat_lines", "wiki_pages", "wiki_revisions"):
        sql = f"SELECT count(*) FROM {table}"
        assert any_town.do(lambda tx, sql=sql: tx.text_sql(sql, sql).fetchone())[0] == 0, table


def test_who_is_erased_takes_their_lines_along(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    chat = begin(alice)
    bob.post("joinchat", chat_id=chat["id"])
    for client, text in ((alice, "mine"), (bob, "his"), (bob, "his too")):
        say(client, chat, text)
    any_town.do(lambda tx: members.leave(tx, any_town.viewer("bob"), any_town.ids["open"]))
    any_town.do(lambda tx: erasure.finish(tx, any_town.ids["bob"]))
    assert [m["message"] for m in alice.ok("getchathistory", chat_id=chat["id"])["data"]] == ["mine"]
    assert alice.ok("getchats", group_name="open")["data"][0]["num_messages"] == 1


def test_numbers_stay_whole_when_many_speak_at_once(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    chat = begin(alice)
    bob.post("joinchat", chat_id=chat["id"])

    def talk(client: Client) -> None:
        for n in range(8):
            say(client, chat, f"{n}")

    threads = [threading.Thread(target=talk, args=(client,)) for client in (alice, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = alice.ok("getchathistory", chat_id=chat["id"], limit=100)["data"]
    assert [m["msg_num"] for m in history] == list(range(16, 0, -1))
    assert alice.ok("getchats", group_name="open")["data"][0]["num_messages"] == 16
