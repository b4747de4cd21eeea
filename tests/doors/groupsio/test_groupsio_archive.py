"""Topics, messages and searching: shapes, truth, pages that stay right while posts are added."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.doors.groupsio.conftest import Client, Town, assert_like, example

from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import Reaction

LISTS = [("gettopics", "gettopics"), ("getmessages", "getmessages"), ("searcharchives", "searcharchives")]


@pytest.mark.parametrize(("call", "name"), LISTS)
@pytest.mark.parametrize("who", [None, "bob", "alice"])
def test_lists_have_the_contracts_shapes(quiet_town: Town, call: str, name: str, who: str | None) -> None:
    assert_like(quiet_town.client(who).ok(call, group_name="open"), example(name))


def test_a_topic_has_the_contracts_shape(quiet_town: Town) -> None:
    page = quiet_town.client("alice").ok("gettopic", topic_id=quiet_town.ids["first"])
    assert_like(page, example("gettopic"))
    assert [m["id"] for m in page["data"]] == [quiet_town.ids[name] for name in ("first", "second", "third")]
    assert page["topic"]["num_messages"] == page["total_count"] == 3
    assert {info["user_name"] for info in page["sub_data"]} == {"alice", "bob"}
    assert {info["email"] for info in page["sub_data"]} == {"alice@example.org", "bob@example.org"}
    seen = quiet_town.client("bob").ok("gettopic", topic_id=quiet_town.ids["first"])["sub_data"]
    assert {info["email"] for info in seen} == {"", "bob@example.org"}
    assert quiet_town.client().ok("gettopic", topic_id=quiet_town.ids["first"])["sub_data"] == []


def test_topics_tell_the_truth(quiet_town: Town) -> None:
    page = quiet_town.client().ok("gettopics", groupid=quiet_town.ids["open"])
    food, meeting = page["data"]
    assert (food["subject"], food["num_messages"], food["name"]) == ("Food & drink", 1, "Alice")
    assert (meeting["subject"], meeting["num_messages"]) == ("A meeting #Meeting", 3)
    assert meeting["hashtags"][0]["topic_count"] == 1
    assert (page["total_count"], page["has_more"], page["next_page_token"]) == (2, False, 0)
    assert page["sort_field"] == "recentpostdate/sticky"


def test_a_mail_is_taken_apart(town: Town) -> None:
    town.do(lambda tx: reactions.react(tx, town.viewer("bob"), town.ids["second"], Reaction.LIKE))
    message = town.client("bob").ok("getmessage", group_name="open", msg_num=2)
    assert message["id"] == town.ids["second"]
    assert "I agree" in message["body"]
    assert "Shall we" not in message["body"]
    assert "Shall we" in message["quoted"]
    assert "Alice" in message["remainder"]
    assert (message["snippet"], message["is_plain_text"]) == ("I agree.", True)
    assert (message["has_liked"], message["num_likes"]) == (True, 1)
    assert (message["topic_id"], message["is_reply"]) == (town.ids["first"], True)
    third = town.client().ok("getmessage", group_name="open", msg_num=3)
    assert (third["subject"], third["is_plain_text"]) == ("Re: A meeting", False)
    assert "<b>today</b>" in third["body"] or "<strong>today</strong>" in third["body"]
    assert town.client().get("getmessage", group_name="open", msg_num=99).json()["extra"] == "invalid msg_num"


def test_both_methods_and_both_places(quiet_town: Town) -> None:
    wanted = quiet_town.client().ok("gettopics", group_name="open", limit=1)
    for base in ("/api/v1/", "/v1/"):
        url = f"{quiet_town.url}{base}gettopics"
        assert httpx2.get(url, params={"group_name": "open", "limit": 1}).json() == wanted
        assert httpx2.post(url, params={"group_name": "open", "limit": 1}).json() == wanted
        assert httpx2.post(url, data={"group_name": "open", "limit": 1}).json() == wanted
        assert httpx2.request("GET", url, data={"group_name": "open"}, params={"limit": 1}).json() == wanted
    answer = httpx2.get(f"{quiet_town.url}/v1/nothing")
    assert (answer.status_code, answer.text.strip()) == (404, "404 page not found")


def walk(client: Client, call: str, add: Any = None, **params: Any) -> list[Any]:
    """All items, page by page, by the token alone; *add* is called between pages."""
    page = client.ok(call, page_token=0, **params)
    items, number = list(page["data"]), 1
    while page["has_more"]:
        token = page["next_page_token"]
        assert 0 < token < 1 << 31
        assert page["start_item"] <= page["end_item"] <= page["total_count"]
        if add is not None:
            add(number)
        page = client.ok(call, page_token=token)
        assert page["start_item"] == len(items) + 1
        items += page["data"]
        number += 1
        assert number < 50
    assert page["next_page_token"] == 0
    return items


@pytest.mark.parametrize("call", ["getmessages", "gettopics", "searcharchives"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_stay_right_while_posts_are_added(any_town: Town, call: str, direction: str) -> None:
    here = any_town.ids["open"]
    for n in range(7):
        any_town.say("bob", text=f"again {n}", title=f"Number {n}", group_id=here)

    def add(number: int) -> None:
        if number < 5:
            any_town.say("alice", text=f"meanwhile {number}", title=f"Meanwhile {number}", group_id=here)

    before = any_town.client().ok(call, group_name="open", limit=100, sort_dir=direction)
    assert not before["has_more"]
    wanted = [item["id"] for item in before["data"]]
    got = [
        item["id"]
        for item in walk(any_town.client(), call, add, group_name="open", limit=2, sort_dir=direction)
    ]
    assert len(got) == len(set(got))
    assert [id_ for id_ in got if id_ in wanted] == wanted
    if direction == "desc":
        assert got == wanted


@pytest.mark.parametrize("field", ["recentpostdate/sticky", "created", "lastpost_time", "updated", "subject"])
def test_every_order_of_topics_walks(any_town: Town, field: str) -> None:
    for n in range(3):
        any_town.say("bob", text="x", title=f"Same {n % 2}", group_id=any_town.ids["open"])
    for direction in ("asc", "desc"):
        got = [t["id"] for t in walk(any_town.client(), "gettopics", group_name="open", limit=2, sort_field=field,
                                     sort_dir=direction)]  # fmt: skip
        assert len(got) == len(set(got)) == 5


def test_tokens_belong_to_who_got_them_and_to_their_call(any_town: Town) -> None:
    bob = any_town.client("bob")
    token = bob.ok("getmessages", group_name="closed", limit=1, sort_dir="asc")["next_page_token"]
    assert token == 0
    token = bob.ok("getmessages", group_name="open", limit=1)["next_page_token"]
    assert bob.ok("getmessages", group_name="open", limit=1)["next_page_token"] == token, (
        "the same page, the same token"
    )
    for other in (any_town.client(), any_town.client("carol")):
        assert other.get("getmessages", page_token=token).json()["extra"] == "invalid page_token"
    for wrong in (token + 1, -1, 1 << 40):
        assert bob.get("getmessages", page_token=wrong).json()["extra"] == "invalid page_token"
    assert bob.get("gettopics", page_token=token).json()["extra"] == "invalid page_token"
    assert bob.ok("getmessages", page_token=token, limit=3)["end_item"] == 4


def test_searching(any_town: Town) -> None:
    client = any_town.client()
    found = client.ok("searcharchives", group_name="open", q="bread")
    assert [hit["id"] for hit in found["data"]] == [any_town.ids["other"]]
    assert found["data"][0]["subject"] == "Food &amp; drink"
    assert "&lt;cheese&gt;" in found["data"][0]["summary"]
    assert found["query"] == "bread"

    def ids(**params: Any) -> list[int]:
        return [hit["id"] for hit in client.ok("searcharchives", group_name="open", **params)["data"]]

    assert set(ids(q="#meeting")) == {any_town.ids[name] for name in ("first", "second", "third")}
    assert ids(q=f"posterid:{any_town.ids['bob']} today") == [any_town.ids["third"]]
    assert ids(q="#meeting", collapse_topics="true") == [any_town.ids["third"]]
    assert len(ids(collapse_topics=1)) == 2
    assert ids(q="nothing-such") == []
    assert ids(q="bread", end_date="2001-01-01") == []
    assert ids(q="bread", start_date="01/31/2001") == [any_town.ids["other"]]
    assert ids(q="bread", preset_date_range="hour") == [any_town.ids["other"]]
    assert ids(q="Deep") == []
    assert (
        client.get("searcharchives", group_name="open", end_date="soon").json()["extra"] == "invalid end_date"
    )


def test_the_extended_answer(quiet_town: Town) -> None:
    page, user = quiet_town.client("bob").ok("gettopics", group_name="open", extended="True")
    assert (page["object"], user["object"]) == ("list", "user")
    assert quiet_town.client().ok("gettopics", group_name="open", extended="1")[1] is None


BAD = ["", "x", "-1", "1e9", "99999999999999999999", "9223372036854775807", "\u0000", "a" * 5000, "☃"]
PARAMETERS = ["group_id", "group_name", "topic_id", "msg_num", "limit", "page_token", "sort_field", "sort_dir", "q",
              "start_date", "draft_id", "draft_type", "message_id", "dm_member_id", "reply", "privacy"]  # fmt: skip
CALLS = ["getsubs", "getgroup", "getperms", "gettopics", "gettopic", "getmessages", "getmessage", "searcharchives",
         "getdrafts", "newdraft", "updatedraft", "postdraft", "deletedraft", "creategroup"]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_bad_input_is_never_our_failure(quiet_town: Town, call: str) -> None:
    client = quiet_town.client("bob")
    good = {
        "group_name": "open",
        "topic_id": quiet_town.ids["first"],
        "msg_num": 1,
        "draft_type": "draft_type_post",
    }
    for name in PARAMETERS:
        for value in BAD:
            answer = client.post(call, **{**good, name: value})
            assert answer.status_code in (200, 400), (name, value, answer.text)
    for body in (b"{", b"[]", b'{"group_id":{"a":[1]}}', b'{"limit":"x"}'):
        answer = client.http.post(
            f"/api/v1/{call}", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (200, 400), answer.text
