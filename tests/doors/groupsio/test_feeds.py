"""Feeds behind the door: one a group, each section as far as the reader sees it; and every example's shape."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.groupsio.conftest import Client, Town, assert_like, example
from tests.doors.groupsio.test_attachments import draft, picture, send
from tests.doors.groupsio.test_chats import begin
from tests.doors.groupsio.test_sections_calendar import add, section
from tests.doors.groupsio.test_sections_files import send as send_file

from folkmoot.domain.errors import Forbidden
from folkmoot.domain.posts import polls
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.sections import tables
from folkmoot.domain.sections.cells import Column
from folkmoot.domain.sections.tables import NewTable
from folkmoot.doors.groupsio import feeds
from folkmoot.store.tx import Tx


def furnish(town: Town, alice: Client) -> None:
    """Something in every section of the open group."""
    made = draft(alice, subject="Recipes", body="<p>See below #Bread</p>")
    send(alice, made["id"], ("pot.png", picture(), "image/png"))
    assert alice.post("postdraft", draft_id=made["id"]).status_code == 200
    begin(alice)
    add(alice, name="Gone", start_time="2020-06-09T10:00:00Z", end_time="2020-06-09T11:00:00Z")
    add(alice, name="To come")
    assert send_file(alice, ("a.txt", b"Bread", "text/plain")).status_code == 200
    alice.post("newwikipage", group_name="open", title="Bread", body="<p>Rye</p>")
    new = NewTable(name="Ovens", columns=[Column(name="Heat", type="number")])
    town.do(lambda tx: tables.add(tx, town.viewer("alice"), town.ids["open"], new))
    below = alice.post(
        "createsubgroup",
        group_name="open",
        sub_group_name="rye",
        desc="Those who bake with rye.",
        privacy="sub_group_privacy_none",
    )
    assert below.status_code == 200, below.text


def test_a_feed_holds_what_is_new_everywhere(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    furnish(any_town, alice)
    feed = bob.ok("getsinglefeed", group_name="open")
    assert_like(alice.ok("getsinglefeed", group_name="open"), example("getsinglefeed"))
    assert {key: len(value) for key, value in feed.items() if isinstance(value, list)} == {
        "topics": 3,
        "events": 1,
        "files": 1,
        "photos": 1,
        "chats": 1,
        "wikis": 1,
        "subgroups": 1,
        "tables": 1,
        "hashtags": 2,
    }
    newest = feed["topics"][0]
    assert newest["topic"]["subject"].startswith("Recipes")
    assert [(i["name"], i["type"], i["sub_type"], i["image_width"]) for i in newest["images"]] == [
        ("pot.png", "image", "png", 40)
    ]
    assert isinstance(newest["images"][0]["id"], str)
    assert feed["events"][0]["name"] == "To come"
    assert [tag["name"] for tag in feed["hashtags"]] == ["Bread", "Meeting"]
    assert (feed["photos"][0]["format"], feed["photos"][0]["email"]) == ("png", "alice@...")
    assert feed["subgroups"][0]["name"] == "open+rye"
    assert (feed["group"]["name"], feed["member_info"]["user_id"]) == ("open", any_town.ids["bob"])
    pair = bob.ok("getsinglefeed", group_id=any_town.ids["open"], extended="1")
    assert (pair[0]["object"], pair[1]["user_name"]) == ("feed", "bob")


def test_closed_sections_are_left_out(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    furnish(town, alice)
    for name in ("calendar", "files", "photos", "chat", "wiki", "database"):
        section(town, name, "moderators_only")
    feed = bob.ok("getsinglefeed", group_name="open")
    kept = {key for key, value in feed.items() if isinstance(value, list) and value}
    assert kept == {"topics", "subgroups", "hashtags"}
    whole = alice.ok("getsinglefeed", group_name="open")
    assert all(whole[key] for key in ("events", "files", "photos", "chats", "wikis", "tables"))


def test_a_page_of_feeds_is_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 2)
    alice = town.client("alice")
    first = alice.ok("getfeed", limit=100)
    assert (len(first["data"]), first["has_more"], first["end_item"]) == (2, True, 2)
    rest = alice.ok("getfeed", limit=100, page_token=first["next_page_token"])
    assert (len(rest["data"]), rest["start_item"], rest["next_page_token"]) == (1, 3, 0)


def test_a_page_costs_the_same_however_many_feeds_it_has(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = town.client("alice")
    furnish(town, alice)
    asked: list[str] = []
    execute = Tx._execute

    def counted(tx: Tx, text: str, values: Any) -> Any:
        asked.append(text)
        return execute(tx, text, values)

    monkeypatch.setattr(Tx, "_execute", counted)
    costs = []
    for limit, feeds_n in ((1, 1), (3, 3), (100, 4)):
        asked.clear()
        assert len(alice.ok("getfeed", limit=limit)["data"]) == feeds_n
        costs.append(len(asked))
    assert max(costs) == costs[0] <= 65


def test_feeds_of_all_groups_go_on_by_token(town: Town) -> None:
    alice, bob, carol = town.client("alice"), town.client("bob"), town.client("carol")
    first = alice.ok("getfeed", limit=2)
    assert_like(first, example("getfeed"))
    rest = alice.ok("getfeed", limit=2, page_token=first["next_page_token"])
    names = [feed["group"]["name"] for feed in first["data"] + rest["data"]]
    assert names == ["open", "closed", "hidden"]
    assert (first["total_count"], rest["start_item"], rest["has_more"]) == (3, 3, False)
    assert carol.ok("getfeed")["data"] == []
    assert bob.ok("getfeed", extended="true")[1]["user_name"] == "bob"
    assert carol.refused("getsinglefeed", group_name="open") == ("inadequate_permissions", "sub_page")
    assert carol.refused("getsinglefeed", group_name="hidden") == ("group_not_found", "")
    assert town.client().refused("getfeed")[0] == "authentication"


def test_polls_stand_in_messages(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    poll = NewPoll(options=["Rye", "Wheat"], seconds=3600)
    id_ = any_town.say("bob", text="Which?", title="A poll", poll=poll, group_id=any_town.ids["open"])
    message = alice.ok("getmessages", group_name="open", limit=1)["data"][0]
    found = any_town.do(lambda tx: polls.of_posts(tx, any_town.viewer("alice"), [id_]))[id_]
    assert (message["id"], message["poll_id"]) == (id_, found.id)
    assert alice.ok("getmessage", group_name="open", msg_num=message["msg_num"])["poll_id"] == found.id
    assert alice.ok("getmessages", group_name="open", limit=2)["data"][1]["poll_id"] == 0
    alice.post("updategroup", group_name="open", polls_access="polls_access_none")
    assert bob.ok("getmessages", group_name="open", limit=1)["data"][0]["poll_id"] == 0
    assert bob.ok("getperms", group_name="open")["polls_visible"] is False


def test_polls_obey_the_groups_setting(any_town: Town) -> None:
    alice = any_town.client("alice")
    poll = NewPoll(options=["Rye", "Wheat"], seconds=3600)
    here = any_town.ids["open"]
    id_ = any_town.say("alice", text="Which?", title="A poll", poll=poll, group_id=here)
    found = any_town.do(lambda tx: polls.of_posts(tx, any_town.viewer("alice"), [id_]))[id_]
    with pytest.raises(Forbidden):
        any_town.do(lambda tx: polls.vote(tx, any_town.viewer("carol"), found.id, [0]))
    assert any_town.do(lambda tx: polls.vote(tx, any_town.viewer("bob"), found.id, [0])).voters_n == 1
    alice.post("updategroup", group_name="open", polls_access="polls_access_moderators_only")
    with pytest.raises(Forbidden):
        any_town.say("bob", text="Me too?", title="No poll", poll=poll, group_id=here)
    assert any_town.say("alice", text="Again?", title="A poll more", poll=poll, group_id=here)
    alice.post("updategroup", group_name="open", polls_access="polls_access_none")
    with pytest.raises(Forbidden):
        any_town.say("alice", text="Never?", title="No poll", poll=poll, group_id=here)
