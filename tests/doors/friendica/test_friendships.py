"""Following, asking, blocking and muting, and how two people stand to each other."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import Node, name_of, tree
from tests.doors.friendica.shapes import OBJECTS, fits, same

from folkmoot.domain.people import bonds, profiles
from folkmoot.domain.people.profiles import ProfileChange


@pytest.fixture(scope="module")
def town(node: Node) -> Node:
    for name in ("hugo", "ines", "jan", "kim", "lea"):
        node.ids[name] = node.person(name)
    change = ProfileChange(locked=True)
    node.house.store.write(lambda tx: profiles.update_profile(tx, node.viewer("jan"), change))
    return node


@pytest.fixture(scope="module")
def hugo(town: Node) -> Any:
    with town.client("hugo") as client:
        yield client


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_following_and_no_longer(town: Node, hugo: httpx2.Client) -> None:
    ines = town.ids["ines"]
    ways: list[dict[str, Any]] = [
        {"url": "/api/friendships/create.json", "data": {"screen_name": "ines"}},
        {"url": "/api/friendships/create.json", "params": {"user_id": ines}},
        {"url": f"/api/friendships/create/{ines}.json"},
        {"url": "/api/1.1/friendships/create/ines.json", "data": {"follow": "true"}},
        {"url": "/api/friendships/create.json", "data": {"id": "ines"}},
    ]
    for way in ways:
        user = hugo.post(**way).json()
        fits(user, "user")
        assert (user["id"], user["following"], user["cid"]) == (ines, True, ines), way
        again = hugo.post("/api/friendships/create.json", data={"screen_name": "ines"})
        assert error(again) == (403, "Could not follow user: ines is already on your list.")
        gone = hugo.post("/api/friendships/destroy.json", data={"screen_name": "ines"}).json()
        assert (gone["id"], gone["following"], gone["cid"]) == (ines, False, 0)
        assert error(hugo.post(f"/api/friendships/destroy/{ines}.json")) == (404, "Not Following Contact")
    root = tree(hugo.post("/api/friendships/create.xml", data={"screen_name": "ines"}))
    assert name_of(root) == "user"
    told = hugo.post("/api/friendships/create.json?screen_name=ines&follow=true").json()
    assert told["notifications"] is True, "who follows already is told from now on"
    hugo.post(f"/api/friendships/destroy.json?profileurl={town.url}/@ines").raise_for_status()


def test_what_following_refuses(town: Node, hugo: httpx2.Client) -> None:
    for data in ({"screen_name": "nobody_here"}, {"user_id": "7"}, {"screen_name": "cellar"}, {}):
        answer = hugo.post("/api/friendships/create.json", data=data)
        assert error(answer) == (403, "Could not follow user: profile not found."), data
    for data in ({"screen_name": "nobody_here"}, {"screen_name": "cellar"}):
        answer = hugo.post("/api/friendships/destroy.json", data=data)
        assert error(answer) == (403, "Could not unfollow user: User not found."), data
    assert error(hugo.post("/api/friendships/destroy.json")) == (400, "no user_id specified")
    own = hugo.post("/api/friendships/destroy.json?screen_name=hugo")
    assert error(own) == (403, "You cannot unfollow yourself.")
    assert hugo.post("/api/friendships/create.json?screen_name=hugo").status_code == 403
    assert hugo.get("/api/friendships/create.json?screen_name=ines").status_code == 405
    assert town.client(None).post("/api/friendships/create.json?screen_name=ines").status_code == 401


def test_a_group_is_followed_by_joining_it(town: Node, hugo: httpx2.Client) -> None:
    joined = hugo.post("/api/friendships/create.json", data={"screen_name": "garden"}).json()
    assert (joined["id"], joined["following"]) == (town.open_group, True)
    assert hugo.post("/api/friendships/destroy.json?screen_name=garden").json()["following"] is False


def test_asking_who_asks_and_whom_one_asked(town: Node, hugo: httpx2.Client) -> None:
    asked = hugo.post("/api/friendships/create.json", data={"screen_name": "jan"}).json()
    assert (asked["following"], asked["follow_request_sent"]) == (False, True)
    again = hugo.post("/api/friendships/create.json", data={"screen_name": "jan"})
    assert again.status_code == 200, "asking twice is asking"
    page = hugo.get("/api/friendships/outgoing.json").json()
    fits(page, "ids_page")
    assert page["ids"] == [town.ids["jan"]]
    with town.client("jan") as jan:
        page = jan.get("/api/friendships/incoming.json?stringify_ids=true").json()
        assert (page["ids"], page["total_count"]) == ([str(town.ids["hugo"])], 1)
        assert jan.get("/api/friendships/outgoing.json").json()["ids"] == []
    back = hugo.post("/api/friendships/destroy.json", data={"screen_name": "jan"}).json()
    assert back["follow_request_sent"] is False
    assert hugo.get("/api/friendships/incoming.xml").status_code == 501


def test_whether_one_follows_another(town: Node, hugo: httpx2.Client) -> None:
    bob, alice = town.ids["bob"], town.ids["alice"]
    for query in (
        "user_a=bob&user_b=alice",
        f"user_a={bob}&user_b={alice}",
        f"user_id_a={bob}&user_id_b={alice}",
        "screen_name_a=bob&screen_name_b=alice",
        f"user_a=bob&user_id_b={alice}",
    ):
        answer = hugo.get(f"/api/friendships/exists.json?{query}")
        assert (answer.status_code, answer.json()) == (200, True), query
    assert hugo.get("/api/friendships/exists.json?user_a=alice&user_b=bob").json() is False
    root = tree(hugo.get("/api/friendships/exists.xml?user_a=bob&user_b=alice"))
    assert (name_of(root), root.text) == ("friends", "true")
    for query in ("", "user_a=bob", "user_a=bob&user_b=nobody_here", "user_a=bob&user_b=cellar"):
        answer = hugo.get(f"/api/friendships/exists.json?{query}")
        assert error(answer) == (400, "Two valid IDs or nick names must be supplied."), query


def test_a_hidden_friendship_is_none(town: Node, hugo: httpx2.Client) -> None:
    store, hide = town.house.store, ProfileChange(hide_collections=True)
    store.write(lambda tx: bonds.follow(tx, town.viewer("kim"), town.ids["lea"]))
    url = "/api/friendships/exists.json?user_a=kim&user_b=lea"
    assert hugo.get(url).json() is True
    for name in ("kim", "lea"):
        store.write(lambda tx, name=name: profiles.update_profile(tx, town.viewer(name), hide))
    assert hugo.get(url).json() is False
    show = "/api/friendships/show.json?source_screen_name=kim&target_screen_name=lea"
    assert hugo.get(show).json()["relationship"]["source"]["following"] is False
    with town.client("lea") as lea:
        assert lea.get(url).json() is True, "whom it is about knows it"


def test_both_ends_of_a_relationship(town: Node, hugo: httpx2.Client) -> None:
    hugo.post("/api/friendships/create.json", data={"screen_name": "ines"})
    told = hugo.get("/api/friendships/show.json?target_screen_name=ines").json()
    fits(told["relationship"], "relationship_ends") if "relationship_ends" in OBJECTS else None
    source, target = told["relationship"]["source"], told["relationship"]["target"]
    assert {
        key: source[key] for key in ("screen_name", "following", "followed_by", "blocking", "can_dm")
    } == {"screen_name": "hugo", "following": True, "followed_by": False, "blocking": False, "can_dm": True}
    assert list(source) == [
        *("id", "id_str", "screen_name", "following", "followed_by", "live_following"),
        *("following_received", "following_requested", "notifications_enabled", "can_dm", "blocking"),
        *("blocked_by", "muting", "want_retweets", "all_replies", "marked_spam"),
    ]
    assert (target["screen_name"], target["following"], target["followed_by"]) == ("ines", False, True)
    root = tree(hugo.get(f"/api/friendships/show.xml?target_id={town.ids['ines']}"))
    assert name_of(root) == "relationship"
    same(root, told["relationship"])
    others = hugo.get("/api/friendships/show.json?source_screen_name=bob&target_screen_name=alice").json()
    assert others["relationship"]["source"]["following"] is True
    assert others["relationship"]["source"]["blocking"] is None, "only bob knows"
    unknown = hugo.get("/api/friendships/show.json?target_screen_name=nobody_here")
    assert error(unknown) == (404, "Could not find target user.")
    hidden = hugo.get("/api/friendships/show.json?target_screen_name=cellar")
    assert hidden.text.replace("cellar", "nobody_here") == unknown.text
    source_unknown = hugo.get("/api/friendships/show.json?source_id=7&target_screen_name=ines")
    assert error(source_unknown) == (404, "Could not determine source user.")


def test_options_of_a_friendship(town: Node, hugo: httpx2.Client) -> None:
    url = "/api/friendships/update.json"
    told = hugo.post(url, data={"screen_name": "ines", "device": "true", "retweets": "false"}).json()
    source = told["relationship"]["source"]
    assert (source["notifications_enabled"], source["want_retweets"]) == (True, False)
    assert hugo.get("/api/friendships/no_retweets/ids.json").json() == [town.ids["ines"]]
    assert hugo.get("/api/friendships/no_retweets/ids.json?stringify_ids=1").json() == [str(town.ids["ines"])]
    kept = hugo.post(url, data={"screen_name": "ines", "retweets": "true"}).json()["relationship"]["source"]
    assert (kept["notifications_enabled"], kept["want_retweets"]) == (True, True)
    assert error(hugo.post(url, data={"screen_name": "kim"})) == (404, "Not Following Contact")
    assert error(hugo.post(url, data={"screen_name": "nobody_here"})) == (404, "User not found")


def test_many_relationships_at_once(town: Node, hugo: httpx2.Client) -> None:
    hugo.post("/api/blocks/create.json?screen_name=carol")
    hugo.post("/api/mutes/users/create.json?screen_name=kim")
    names = "ines,carol,kim,bob,nobody_here,cellar"
    found = hugo.get("/api/friendships/lookup.json", params={"screen_name": names}).json()
    for row in found:
        fits(row, "connection")
    assert {row["screen_name"]: row["connections"] for row in found} == {
        "ines": ["following"],
        "carol": ["blocking"],
        "kim": ["muting"],
        "bob": ["none"],
    }
    with town.client("ines") as ines:
        (row,) = ines.get(f"/api/friendships/lookup.json?user_id={town.ids['hugo']}").json()
        assert row["connections"] == ["followed_by"]


@pytest.mark.parametrize("what", ["blocks", "mutes/users"])
def test_blocking_and_muting(town: Node, what: str) -> None:
    other = town.ids["bob"]
    with town.client("kim") as kim:
        user = kim.post(f"/api/{what}/create.json", data={"user_id": other}).json()
        fits(user, "user")
        assert user["statusnet_blocking"] is (what == "blocks")
        assert kim.post(f"/api/{what}/create.json", data={"user_id": other}).status_code == 200
        ids = kim.get(f"/api/{what}/ids.json?stringify_ids=true").json()
        fits(ids, "ids_page")
        assert (ids["ids"], ids["total_count"]) == ([str(other)], 1)
        page = kim.get(f"/api/{what}/list.json").json()
        fits(page, "users_page")
        assert [row["screen_name"] for row in page["users"]] == ["bob"]
        gone = kim.post(f"/api/{what}/destroy.json?screen_name=bob").json()
        assert (gone["id"], gone["statusnet_blocking"]) == (other, False)
        assert kim.post(f"/api/{what}/destroy.json?screen_name=bob").status_code == 200
        assert kim.get(f"/api/{what}/ids.json").json()["ids"] == []
        assert kim.get(f"/api/{what}/create.json?screen_name=bob").status_code == 405
        unknown = (404, "No such user." if what == "blocks" else "User not found")
        for call in ("create", "destroy"):
            for name in ("nobody_here", "cellar"):
                assert error(kim.post(f"/api/{what}/{call}.json?screen_name={name}")) == unknown
        assert kim.post(f"/api/{what}/create.json?screen_name=kim").status_code == 403


def test_a_block_ends_follows_both_ways(town: Node) -> None:
    with town.client("kim") as kim, town.client("ines") as ines:
        kim.post("/api/friendships/create.json?screen_name=ines").raise_for_status()
        ines.post("/api/friendships/create.json?screen_name=kim").raise_for_status()
        answer = kim.post("/api/blocks/create/ines.xml")
        assert tree(answer).findtext("{http://status.net/schema/api/1/}blocking") == "true"
        assert kim.get("/api/friendships/exists.json?user_a=ines&user_b=kim").json() is False
        assert kim.get("/api/friendships/exists.json?user_a=kim&user_b=ines").json() is False
        assert ines.post("/api/friendships/create.json?screen_name=kim").status_code == 403
        own = kim.post("/api/blocks/create.json?screen_name=kim")
        assert error(own) == (403, "You cannot block yourself!")
        assert kim.post("/api/blocks/destroy/ines.json").json()["statusnet_blocking"] is False
