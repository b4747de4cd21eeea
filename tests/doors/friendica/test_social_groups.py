"""Groups in the words of GNU Social: who knows of them, joins them and reads them; and their events."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import Node, name_of, tree
from tests.doors.friendica.shapes import fits, same

from folkmoot.domain.access import Archive, Membership, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.domain.people.showing import ProfileSight
from folkmoot.domain.sections import answers
from folkmoot.domain.sections import events as calendar
from folkmoot.domain.sections.answers import Answer, Reply
from folkmoot.domain.sections.events import EventChange
from folkmoot.store.tx import Tx

BASE = "/api/statusnet/groups"


@pytest.fixture(scope="module")
def town(node: Node) -> Node:
    """alice owns all: an open group, a hidden one, and a listed one that only members read and join by approval."""

    def found(tx: Tx) -> int:
        new = groups.NewGroup(
            name="orchard",
            title="The Orchard",
            description="listed, but only members read it",
            archive=Archive.MEMBERS,
            joining=int(groups.Joining.APPROVAL),
            settings={"members_visible": "members"},
        )
        return groups.create(tx, node.viewer("alice"), new)

    node.ids["rosa"] = node.person("rosa")
    node.ids["orchard"] = node.house.store.write(found)
    return node


@pytest.fixture(scope="module")
def rosa(town: Node) -> Any:
    with town.client("rosa") as client:
        yield client


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_group_has_every_key(town: Node, rosa: httpx2.Client) -> None:
    id_ = town.open_group
    ways = (
        f"{BASE}/show/{id_}.json",
        f"{BASE}/show/garden.json",
        f"{BASE}/show.json?id=garden",
        f"{BASE}/show.json?group_id={id_}",
        f"{BASE}/show.json?group_name=garden",
        "/api/gnusocial/groups/show/garden.json",
        f"/api/1.1/statusnet/groups/show/{id_}.json",
    )
    for way in ways:
        group = rosa.get(way).json()
        fits(group, "gs_group")
        assert (group["id"], group["nickname"], group["member"], group["blocked"]) == (
            id_,
            "garden",
            False,
            False,
        )
        assert (group["admin_count"], group["member_count"], group["original_logo"]) == (1, 2, None)
        assert group["description"] == "a group of people who meet here"
    root = tree(rosa.get(f"{BASE}/show/garden.xml"))
    assert name_of(root) == "group"
    same(root, rosa.get(f"{BASE}/show/garden.json").json())


def test_a_hidden_group_is_not_there(town: Node, rosa: httpx2.Client) -> None:
    for call in ("show", "timeline", "membership", "admins"):
        hidden = rosa.get(f"{BASE}/{call}/cellar.json")
        nothing = rosa.get(f"{BASE}/{call}/nowhere.json")
        assert error(nothing) == (404, "Group not found.")
        assert hidden.text.replace("cellar", "nowhere") == nothing.text
        assert error(rosa.get(f"{BASE}/{call}/{town.closed_group}.json")) == (404, "Group not found.")
        assert error(rosa.get(f"{BASE}/{call}.json")) == (404, "Group not found.")
    for call in ("join", "leave"):
        assert error(rosa.post(f"{BASE}/{call}/cellar.json")) == (404, "Group not found.")
    assert error(rosa.get(f"{BASE}/is_member.json?group_name=cellar")) == (404, "Group not found.")
    for path in (f"{BASE}/list_all.json", f"{BASE}/list/alice.json"):
        assert "cellar" not in rosa.get(path).text
    with town.client("alice") as alice:
        assert alice.get(f"{BASE}/show/cellar.json").json()["member"] is True
        assert "cellar" in alice.get(f"{BASE}/list_all.json").text


def test_joining_and_leaving(town: Node, rosa: httpx2.Client) -> None:
    joined = rosa.post(f"{BASE}/join/garden.json").json()
    fits(joined, "gs_group")
    assert (joined["member"], joined["member_count"]) == (True, 3)
    assert rosa.post(f"{BASE}/join.json", data={"id": town.open_group}).json()["member_count"] == 3
    assert rosa.get(f"{BASE}/is_member.json?group_id={town.open_group}").json() == {"is_member": True}
    root = tree(rosa.get(f"{BASE}/is_member.xml?id=garden"))
    assert (name_of(root), root.text) == ("is_member", "true")
    mine = rosa.get(f"{BASE}/list.json").json()
    assert [group["nickname"] for group in mine] == ["garden"]
    left = rosa.post(f"{BASE}/leave/garden.json").json()
    assert (left["member"], left["member_count"]) == (False, 2)
    assert rosa.post(f"{BASE}/leave/garden.json").status_code == 200
    assert rosa.get(f"{BASE}/is_member.json?id=garden").json() == {"is_member": False}
    assert rosa.get(f"{BASE}/join/garden.json").status_code == 405


def test_a_group_that_admits_by_approval(town: Node, rosa: httpx2.Client) -> None:
    asked = rosa.post(f"{BASE}/join/orchard.json").json()
    assert (asked["member"], asked["member_count"]) == (False, 1)
    with town.client("alice") as alice:
        alice.post("/api/statuses/update.json", data={"status": "under the trees"})
    refused = rosa.get(f"{BASE}/timeline/orchard.json")
    assert error(refused) == (403, "Only members may read this group.")
    assert error(rosa.get(f"{BASE}/membership/orchard.json"))[0] == 403
    assert rosa.get(f"{BASE}/is_member.json?id=orchard&screen_name=alice").json() == {"is_member": False}
    store = town.house.store
    store.write(lambda tx: members.put(tx, town.ids["orchard"], town.ids["rosa"]))
    assert rosa.get(f"{BASE}/timeline/orchard.json").json() == []
    people = rosa.get(f"{BASE}/membership/orchard.json").json()
    assert [user["screen_name"] for user in people] == ["rosa", "alice"]
    for user in people:
        fits(user, "user")
    assert [user["screen_name"] for user in rosa.get(f"{BASE}/admins/orchard.json").json()] == ["alice"]
    second = rosa.get(f"{BASE}/membership/orchard.json?count=1&page=2").json()
    assert [user["screen_name"] for user in second] == ["alice"]
    root = tree(rosa.get(f"{BASE}/membership/orchard.xml"))
    assert (name_of(root), [name_of(child) for child in root]) == ("users", ["user", "user"])
    assert rosa.get(f"{BASE}/is_member.json?id=orchard&screen_name=alice").json() == {"is_member": True}
    shy = ProfileChange(profile_sight=ProfileSight.MODERATORS)
    store.write(lambda tx: update_profile(tx, town.viewer("alice"), shy))
    people = rosa.get(f"{BASE}/membership/orchard.json").json()
    assert [user["screen_name"] for user in people] == ["rosa"]
    assert rosa.get(f"{BASE}/is_member.json?id=orchard&screen_name=alice").json() == {"is_member": False}
    shown = ProfileChange(profile_sight=ProfileSight.MEMBERS)
    store.write(lambda tx: update_profile(tx, town.viewer("alice"), shown))
    banned = int(Membership.BANNED)
    store.write(lambda tx: members.put(tx, town.ids["orchard"], town.ids["rosa"], status=banned))
    assert rosa.get(f"{BASE}/show/orchard.json").json()["blocked"] is True
    answer = rosa.post(f"{BASE}/join/orchard.json")
    assert error(answer) == (403, "You have been blocked from that group by the admin.")


def test_the_timeline_of_a_group(town: Node, rosa: httpx2.Client) -> None:
    ids = [
        town.says("bob", f"<b>{n}</b> in the garden", group_id=town.open_group, title=f"t{n}")
        for n in range(3)
    ]
    url = f"{BASE}/timeline/garden.json"
    assert [post["id"] for post in rosa.get(url).json()][:3] == ids[::-1]
    assert [post["id"] for post in rosa.get(f"{url}?count=1&max_id={ids[1]}").json()] == [ids[1]]
    assert [post["id"] for post in rosa.get(f"{url}?since_id={ids[1]}").json()] == [ids[2]]
    assert [post["id"] for post in rosa.get(f"{url}?count=1&page=2").json()] == [ids[1]]
    root = tree(rosa.get(f"{BASE}/timeline/garden.xml?count=2"))
    assert (name_of(root), [name_of(child) for child in root]) == ("statuses", ["status", "status"])
    for format, name in (("rss", "rss"), ("atom", "feed")):
        assert name_of(tree(rosa.get(f"{BASE}/timeline/garden.{format}"))) == name


def test_lists_of_groups(town: Node, rosa: httpx2.Client) -> None:
    everything = rosa.get(f"{BASE}/list_all.json").json()
    for group in everything:
        fits(group, "gs_group")
    ids = [group["id"] for group in everything]
    assert {town.open_group, town.ids["orchard"]} <= set(ids)
    assert ids == sorted(ids, reverse=True), "the newest first"
    assert [group["id"] for group in rosa.get(f"{BASE}/list_all.json?count=1&page=2").json()] == ids[1:2]
    assert [group["id"] for group in rosa.get(f"{BASE}/list_all.json?max_id={ids[-1]}").json()] == ids[-1:]
    root = tree(rosa.get(f"{BASE}/list_all.xml"))
    assert (name_of(root), {name_of(child) for child in root}) == ("groups", {"group"})
    for format, name in (("rss", "rss"), ("atom", "feed")):
        feed = tree(rosa.get(f"{BASE}/list_all.{format}"))
        assert name_of(feed) == name
        assert b"The Orchard" in rosa.get(f"{BASE}/list_all.{format}").content
    with town.client("alice") as alice:
        mine = alice.get(f"{BASE}/list.json?screen_name=alice").json()
        assert {"garden", "cellar", "orchard"} <= {group["nickname"] for group in mine}
    assert error(rosa.get(f"{BASE}/list/nobody_here.json?screen_name=nobody_here")) == (404, "User not found")


def test_making_a_group(town: Node, rosa: httpx2.Client) -> None:
    data = {
        "nickname": "cats",
        "full_name": "Cats & Co",
        "description": "cats",
        "homepage": "https://cats.example",
        "location": "Ulm",
        "aliases": "felines, kitties",
    }
    made = rosa.post(f"{BASE}/create.json", data=data).json()
    fits(made, "gs_group")
    assert (made["nickname"], made["fullname"], made["member"], made["admin_count"]) == (
        "cats",
        "Cats & Co",
        True,
        1,
    )
    assert (made["homepage"], made["location"], made["description"]) == (
        "https://cats.example",
        "Ulm",
        "cats",
    )
    assert rosa.get(f"{BASE}/show/felines.json").json()["id"] == made["id"]
    taken = rosa.post(f"{BASE}/create.json", data={"nickname": "cats"})
    assert error(taken) == (403, "Nickname already in use. Try another one.")
    for name in ("", "a b", "postmaster", "x" * 80):
        answer = rosa.post(f"{BASE}/create.json", data={"nickname": name})
        assert error(answer) == (403, "Not a valid nickname."), name
    broken = rosa.post(f"{BASE}/create.json", data={"nickname": "dogs", "aliases": "cats"})
    assert broken.status_code == 403
    assert error(rosa.get(f"{BASE}/show/dogs.json")) == (404, "Group not found."), "all or nothing"
    only = rosa.post(f"{BASE}/leave/cats.json")
    assert only.status_code == 403, "a group needs an owner"


def test_events_of_groups(town: Node, rosa: httpx2.Client) -> None:
    with town.client("alice") as alice:
        data = {
            "name": "Party & more",
            "start_time": "2030-07-22T18:00:00Z",
            "end_time": "2030-07-22T20:00:00Z",
            "desc": "[b]bring[/b] cake",
            "place": "the garden",
            "allow_cid": f"<{town.open_group}>",
        }
        made = alice.post("/api/friendica/event_create.json", data=data).json()
        assert made["success"] is True
        fits(made["event"], "event")
        id_ = made["event_id"]
        assert (made["event"]["start_time"], made["event"]["end_time"]) == (
            "2030-07-22 18:00:00",
            "2030-07-22 20:00:00",
        )
        assert "<strong>bring</strong>" in made["event"]["desc"] or "<b>bring</b>" in made["event"]["desc"]
        changed = alice.post(
            "/api/friendica/event_create.json", data={**data, "id": id_, "name": "Feast", "end_time": ""}
        ).json()["event"]
        assert (changed["name"], changed["end_time"], changed["nofinish"]) == (
            "Feast",
            "0001-01-01 00:00:00",
            True,
        )
        (event,) = alice.get("/api/friendica/events.json").json()
        assert event == changed
        assert alice.get(f"/api/friendica/events.json?since_id={id_}").json() == []
        root = tree(alice.get("/api/friendica/events.xml"))
        assert (name_of(root), [name_of(child) for child in root]) == ("events", ["event"])
        same(root[0], event)
        for missing, words in (
            ("name", "event name not specified"),
            ("start_time", "startDate not specified"),
        ):
            rest = {key: value for key, value in data.items() if key != missing}
            assert error(alice.post("/api/friendica/event_create.json", data=rest)) == (400, words)
        assert rosa.get("/api/friendica/events.json").json() == [], "she is no member"
        theirs = rosa.post("/api/friendica/event_delete.json", data={"id": id_})
        assert error(theirs) == (400, "id not available")
        assert theirs.text == rosa.post("/api/friendica/event_delete.json", data={"id": 7}).text
        assert error(alice.post("/api/friendica/event_delete.json")) == (400, "id not specified")
        gone = alice.post("/api/friendica/event_delete.json", data={"id": id_}).json()
        assert gone == {"id": id_, "status": "deleted"}
        assert error(alice.post("/api/friendica/event_delete.json", data={"id": id_})) == (
            400,
            "id not available",
        )


def coming(client: httpx2.Client, post_id: int) -> dict[str, list[str]]:
    said = client.get(f"/api/statuses/show/{post_id}.json").json()["friendica_activities"]
    return {
        kind: [user["screen_name"] for user in said[kind]]
        for kind in ("attendyes", "attendno", "attendmaybe")
        if said[kind]
    }


def test_a_post_and_its_event_have_one_answer(town: Node) -> None:
    """The verbs answer the calendar's event, whichever of the two they name; what the calendar hears the post shows."""
    data = {"name": "Harvest", "start_time": "2032-09-01T10:00:00", "allow_cid": f"<{town.open_group}>"}
    store, bob_id = town.house.store, town.ids["bob"]

    def answered(event_id: int) -> int | None:
        found = store.read(lambda tx: answers.of(tx, town.viewer("bob"), [event_id])).get(event_id)
        return found.kind if found else None

    with town.client("alice") as alice, town.client("bob") as bob, town.client("rosa") as rosa:
        made = alice.post("/api/friendica/event_create.json", data={**data, "publish": "true"}).json()
        event_id = made["event_id"]
        (post,) = alice.get("/api/statuses/user_timeline/garden.json?count=1").json()
        assert (post["friendica_title"], "2032-09-01 10:00 UTC" in post["text"]) == ("Harvest", True)
        for id_, verb, kind in (
            (post["id"], "attendyes", Answer.YES),
            (event_id, "attendno", Answer.NO),
            (post["id"], "attendmaybe", Answer.MAYBE),
        ):
            assert bob.post(f"/api/friendica/activity/{verb}.json?id={id_}").json() == "ok"
            assert answered(event_id) == kind
            assert coming(alice, post["id"]) == {verb: ["bob"]}
        assert bob.post(f"/api/friendica/activity/unattendyes.json?id={event_id}").json() == "ok"
        assert coming(alice, post["id"]) == {"attendmaybe": ["bob"]}, "that was not the answer"
        bob.post(f"/api/friendica/activity/unattendmaybe.json?id={post['id']}")
        assert (answered(event_id), coming(alice, post["id"])) == (None, {})
        store.write(lambda tx: answers.answer(tx, Viewer(bob_id), event_id, Reply(Answer.YES)))
        assert coming(alice, post["id"]) == {"attendyes": ["bob"]}, "as the calendar heard it"
        for id_ in (post["id"], event_id):
            refused = rosa.post(f"/api/friendica/activity/attendyes.json?id={id_}")
            assert error(refused) == (400, "Error adding activity"), "she is no member"
        store.write(lambda tx: calendar.change(tx, town.viewer("alice"), event_id, EventChange(capacity=1)))
        alice.post(f"/api/friendica/activity/attendyes.json?id={post['id']}")
        assert answered(event_id) == Answer.YES
        assert coming(alice, post["id"]) == {"attendyes": ["bob"]}, "who waits for a seat does not come yet"
        bob.post(f"/api/friendica/activity/attendno.json?id={event_id}")
        assert coming(alice, post["id"]) == {"attendyes": ["alice"], "attendno": ["bob"]}
        changed = {**data, "id": event_id, "name": "Great harvest"}
        alice.post("/api/friendica/event_create.json", data=changed)
        assert alice.get(f"/api/statuses/show/{post['id']}.json").json()["friendica_title"] == "Great harvest"
        alice.post("/api/friendica/event_delete.json", data={"id": event_id})
        assert alice.get(f"/api/statuses/show/{post['id']}.json").status_code == 400


def test_for_whom_a_published_event_is(town: Node) -> None:
    data = {"name": "Surprise", "start_time": "2032-10-01T10:00:00", "publish": "1"}
    for_bob = {**data, "allow_cid": f"<{town.ids['bob']}>"}
    with town.client("alice") as alice, town.client("bob") as bob, town.client("rosa") as rosa:
        made = alice.post("/api/friendica/event_create.json", data=for_bob).json()
        assert made["event"]["allow_cid"] == f"<{town.ids['bob']}>"
        (post,) = alice.get("/api/statuses/user_timeline.json?count=1").json()
        show = f"/api/statuses/show/{post['id']}.json"
        assert (post["friendica_title"], post["friendica_private"]) == ("Surprise", True)
        assert [one.get(show).status_code for one in (bob, rosa)] == [200, 400]
        (theirs,) = bob.get("/api/friendica/events.json").json()
        assert {**made["event"], "cid": town.ids["alice"], "allow_cid": ""} == theirs, "bob follows alice"
        assert rosa.get("/api/friendica/events.json").json() == []
        assert bob.post(f"/api/friendica/activity/attendyes.json?id={post['id']}").json() == "ok"
        refused = rosa.post(f"/api/friendica/activity/attendyes.json?id={made['event_id']}")
        assert error(refused) == (400, "Error adding activity")
        others = {**data, "id": made["event_id"], "deny_cid": f"<{town.ids['bob']}>", "allow_cid": ""}
        again = alice.post("/api/friendica/event_create.json", data=others).json()["event"]
        assert (again["allow_cid"], again["deny_cid"]) == ("", f"<{town.ids['bob']}>")
        assert [one.get(show).status_code for one in (bob, rosa)] == [400, 400]
        assert bob.get("/api/friendica/events.json").json() == []
        all_ = alice.post("/api/friendica/event_create.json", data={**data, "id": made["event_id"]}).json()[
            "event"
        ]
        assert all_["deny_cid"] == ""
        assert [one.get(show).status_code for one in (bob, rosa)] == [200, 200]
        foreign = alice.post("/api/friendica/event_create.json", data={**data, "allow_gid": "<7>"})
        assert foreign.status_code == 400
        alice.post("/api/friendica/event_delete.json", data={"id": made["event_id"]})
        assert alice.get(show).status_code == 400


def test_events_of_ones_own(town: Node) -> None:
    town.ids["tess"] = town.person("tess")
    with town.client("tess") as tess, town.client("bob") as bob:
        made = tess.post(
            "/api/friendica/event_create.json?name=Dentist&start_time=2031-02-03T10:00:00"
        ).json()
        fits(made["event"], "event")
        id_ = made["event_id"]
        assert (made["event"]["start_time"], made["event"]["nofinish"]) == ("2031-02-03 10:00:00", True)
        assert tess.get("/api/friendica/events.json").json() == [made["event"]]
        assert id_ not in [event["id"] for event in bob.get("/api/friendica/events.json").json()]
        for path, data in (
            ("event_delete", {"id": id_}),
            ("event_create", {"id": id_, "name": "x", "start_time": "2031-01-01"}),
        ):
            theirs = bob.post(f"/api/friendica/{path}.json", data=data)
            assert error(theirs) == (400, "id not available")
        moved = tess.post(
            "/api/friendica/event_create.xml",
            data={"id": id_, "name": "Dentist", "start_time": "2031-02-04", "place": "Ulm"},
        )
        assert name_of(tree(moved)) == "event_create"
        (event,) = tess.get("/api/friendica/events.json?count=5").json()
        assert (event["start_time"], event["place"]) == ("2031-02-04 00:00:00", "Ulm")
        for broken in (
            {"name": "x", "start_time": "soon"},
            {"name": "x", "start_time": "2031-02-04", "end_time": "2031-02-01"},
            {"name": "x" * 400, "start_time": "2031-02-04"},
        ):
            assert tess.post("/api/friendica/event_create.json", data=broken).status_code == 400
        assert name_of(tree(tess.post(f"/api/friendica/event_delete.xml?id={id_}"))) == "event_delete"
        assert tess.get("/api/friendica/events.json").json() == []
