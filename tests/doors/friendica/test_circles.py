"""Circles under both of their names: friendica/group_* and friendica/circle_*, word by word."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import Node, name_of, tree
from tests.doors.friendica.shapes import fits, same

from folkmoot.domain.people import bonds
from folkmoot.store.tx import Tx

WORDS = ["group", "circle"]


@pytest.fixture(scope="module")
def town(node: Node) -> Node:
    """mia follows bob; carol follows mia; alice is a stranger to her; noah blocks her."""
    for name in ("mia", "noah"):
        node.ids[name] = node.person(name)

    def bind(tx: Tx) -> None:
        bonds.follow(tx, node.viewer("mia"), node.ids["bob"])
        bonds.follow(tx, node.viewer("carol"), node.ids["mia"])
        bonds.block(tx, node.viewer("noah"), node.ids["mia"])

    node.house.store.write(bind)
    return node


@pytest.fixture(scope="module")
def mia(town: Node) -> Any:
    with town.client("mia") as client:
        yield client


def members(*ids: object) -> str:
    return json.dumps({"name": "ignored", "gid": 1, "user": [{"cid": id_} for id_ in ids]})


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("word", WORDS)
def test_a_circle_from_its_making_to_its_end(town: Node, mia: httpx2.Client, word: str) -> None:
    bob, carol, alice = (town.ids[name] for name in ("bob", "carol", "alice"))
    name = f"My <{word}> & co"
    files = {"json": (None, members(bob, carol))}
    made = mia.post(f"/api/friendica/{word}_create.json", params={"name": name}, files=files).json()
    fits(made, "group_result")
    assert {**made, "gid": 0} == {"success": True, "gid": 0, "name": name, "status": "ok", "wrong users": []}
    gid = made["gid"]
    (shown,) = mia.get(f"/api/friendica/{word}_show.json?gid={gid}").json()
    fits(shown, "group")
    assert (shown["name"], shown["gid"]) == (name, gid)
    assert [user["id"] for user in shown["user"]] == [bob, carol]
    for user in shown["user"]:
        fits(user, "user")
    changed = mia.post(
        f"/api/friendica/{word}_update.json?gid={gid}&name=other", data={"json": members(carol, alice, "7")}
    ).json()
    assert changed == {
        "success": True,
        "gid": gid,
        "name": name,
        "status": "missing user",
        "wrong users": [alice, 7],
    }
    (shown,) = mia.get(f"/api/friendica/{word}_show.json?gid={gid}").json()
    assert [user["id"] for user in shown["user"]] == [carol], "the whole membership is replaced"
    wrong = mia.post(f"/api/friendica/{word}_delete.json", data={"gid": gid, "name": name.lower()})
    assert error(wrong) == (400, f"wrong {word} name")
    gone = mia.post(f"/api/friendica/{word}_delete.json", params={"gid": gid, "name": name}).json()
    assert gone == {"success": True, "gid": gid, "name": name, "status": "deleted", "wrong users": []}
    again = mia.post(f"/api/friendica/{word}_delete.json", params={"gid": gid, "name": name})
    assert error(again) == (400, "gid not available")


@pytest.mark.parametrize("word", WORDS)
def test_what_is_refused_in_just_these_words(town: Node, mia: httpx2.Client, word: str) -> None:
    base = f"/api/friendica/{word}"
    assert error(mia.post(f"{base}_create.json", data={"json": members()})) == (
        400,
        f"{word} name not specified",
    )
    name = f"twice {word}"
    gid = mia.post(f"{base}_create.json", data={"name": name, "json": members()}).json()["gid"]
    again = mia.post(f"{base}_create.json", data={"name": name, "json": members()})
    assert error(again) == (400, f"{word} name already exists")
    assert error(mia.post(f"{base}_update.json?gid={gid}")) == (400, f"{word} name not specified")
    assert error(mia.post(f"{base}_update.json?name={name}")) == (400, "gid not specified")
    for other in ("7", "x", "-3", "9" * 30):
        assert error(mia.post(f"{base}_update.json?name=a&gid={other}")) == (400, "gid not available")
        assert error(mia.post(f"{base}_delete.json?name=a&gid={other}")) == (400, "gid not available")
        assert error(mia.get(f"{base}_show.json?gid={other}")) == (400, "gid not available"), other
    for query in ("", f"gid={gid}", f"name={name}"):
        assert error(mia.post(f"{base}_delete.json?{query}")) == (400, "gid or name not specified")
    with town.client("bob") as bob:
        theirs = bob.get(f"{base}_show.json?gid={gid}")
        assert theirs.text == bob.get(f"{base}_show.json?gid=7").text.replace("gid=7", f"gid={gid}")
    assert mia.get(f"{base}_create.json?name=x").status_code == 405
    assert town.client(None).get(f"{base}_show.json").status_code == 401


def test_broken_members_empty_no_circle(town: Node, mia: httpx2.Client) -> None:
    bob = town.ids["bob"]
    gid = mia.post("/api/friendica/group_create.json?name=kept", data={"json": members(bob)}).json()["gid"]
    url = f"/api/friendica/group_update.json?name=kept&gid={gid}"
    for broken in ("{", "[1]", '"x"', '{"user": 3}', "[" * 100_000, '{"user": {"cid": 1}}'):
        answer = mia.post(url, data={"json": broken})
        assert error(answer) == (400, "other API error"), broken[:20]
    for odd in ('{"user": [3, null, {"x": 1}, {"cid": null}, {"cid": {}}, {"cid": "a"}, {"cid": -4}]}',):
        assert mia.post("/api/friendica/group_create.json?name=odd", data={"json": odd}).json()["status"] == (
            "missing user"
        )
    assert mia.post(url).json()["status"] == "ok", "nothing sent changes nothing"
    (shown,) = mia.get(f"/api/friendica/group_show.json?gid={gid}").json()
    assert [user["id"] for user in shown["user"]] == [bob]
    as_json = mia.post(url, json={"json": {"user": [{"cid": str(bob)}]}})
    assert as_json.json()["status"] == "ok"
    assert mia.post(url, data={"json": "{}"}).json()["status"] == "ok"
    (shown,) = mia.get(f"/api/friendica/group_show.json?gid={gid}").json()
    assert shown["user"] == [], "an empty list empties it"


def test_no_stranger_and_nobody_who_blocks_is_a_contact(town: Node, mia: httpx2.Client) -> None:
    sent = members(town.ids["alice"], town.ids["noah"], town.closed_group, town.ids["mia"])
    made = mia.post("/api/friendica/group_create.json?name=few", data={"json": sent}).json()
    assert made["status"] == "missing user"
    assert made["wrong users"] == [town.ids["alice"], town.ids["noah"], town.closed_group]


def test_circles_in_xml(town: Node, mia: httpx2.Client) -> None:
    answer = mia.put(
        "/api/friendica/group_create.xml?name=in%20xml", data={"json": members(town.ids["bob"], 7)}
    )
    root = tree(answer)
    assert root.tag == "{http://api.twitter.com}group_create"
    assert [(name_of(child), child.text) for child in root if name_of(child) in ("status", "name")] == [
        ("name", "in xml"),
        ("status", "missing user"),
    ]
    wrong = next(child for child in root if name_of(child) == "wrong_users")
    assert [child.text for child in wrong] == ["7"]
    gid = next(child.text for child in root if name_of(child) == "gid")
    shown = tree(mia.get(f"/api/friendica/group_show.xml?gid={gid}"))
    assert (name_of(shown), [name_of(child) for child in shown]) == ("groups", ["group"])
    (users,) = [child for child in shown[0] if name_of(child) == "users"]
    assert [name_of(child) for child in users] == ["user"]
    same(users, mia.get(f"/api/friendica/group_show.json?gid={gid}").json()[0]["user"])
    later = tree(mia.get(f"/api/friendica/circle_show.xml?gid={gid}"))
    assert (name_of(later), [name_of(child) for child in later]) == ("group_update", ["group"])
    gone = tree(mia.delete(f"/api/friendica/group_delete.xml?gid={gid}&name=in%20xml"))
    assert name_of(gone) == "group_delete"


def test_a_circle_is_a_list_and_hears_what_is_spoken_to_it(town: Node, mia: httpx2.Client) -> None:
    carol = town.ids["carol"]
    gid = mia.post("/api/friendica/group_create.json?name=Spoken", data={"json": members(carol)}).json()[
        "gid"
    ]
    assert mia.get(f"/api/lists/show.json?list_id={gid}").json()["name"] == "Spoken"
    said = mia.post("/api/statuses/update.json", data={"status": "for few", "group_allow": str(gid)}).json()
    with town.client("carol") as inside, town.client("bob") as outside:
        assert inside.get(f"/api/statuses/show/{said['id']}.json").json()["text"] == "for few"
        assert outside.get(f"/api/statuses/show/{said['id']}.json").status_code == 400
    everything = mia.get("/api/friendica/group_show.json").json()
    assert gid in [group["gid"] for group in everything]
    for group in everything:
        fits(group, "group")
    assert everything == mia.get("/api/friendica/group_show.json?gid=0").json()


def test_of_many_who_take_a_name_at_once_one_has_it(town: Node) -> None:
    def take(_: int) -> int:
        with town.client("mia") as client:
            return client.post("/api/friendica/group_create.json?name=wanted").status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(take, range(6)))
    assert statuses == [200, 400, 400, 400, 400, 400]
