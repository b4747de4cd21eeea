"""Lists as Twitter and GNU Social know them: made, filled, read, in pages; private ones known to their owner alone."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import Node, name_of, tree
from tests.doors.friendica.shapes import fits, same

from folkmoot.domain.access import Audience
from folkmoot.domain.people import bonds


@pytest.fixture(scope="module")
def town(node: Node) -> Node:
    """olga follows bob; pia blocks olga."""
    for name in ("olga", "pia"):
        node.ids[name] = node.person(name)
    node.house.store.write(lambda tx: bonds.follow(tx, node.viewer("olga"), node.ids["bob"]))
    node.house.store.write(lambda tx: bonds.block(tx, node.viewer("pia"), node.ids["olga"]))
    return node


@pytest.fixture(scope="module")
def olga(town: Node) -> Any:
    with town.client("olga") as client:
        yield client


@pytest.fixture(scope="module")
def made(olga: httpx2.Client) -> dict[str, Any]:
    answer = olga.post("/api/lists/create.json", data={"name": "Böse & Gute", "mode": "private"})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_list_has_every_key(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    fits(made, "list")
    fits(made["user"], "user")
    assert (made["slug"], made["full_name"], made["uri"]) == (
        "böse-gute",
        "@olga/böse-gute",
        "/olga/lists/böse-gute",
    )
    assert (made["mode"], made["following"], made["user"]["screen_name"]) == ("private", True, "olga")
    root = tree(olga.get(f"/api/lists/show.xml?list_id={made['id']}"))
    assert name_of(root) == "list"
    same(root, olga.get(f"/api/lists/show.json?list_id={made['id']}").json())


def test_a_list_is_named_by_id_or_slug(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    for query in (
        {"list_id": made["id"]},
        {"slug": made["slug"]},
        {"slug": made["slug"], "owner_screen_name": "olga"},
        {"slug": made["slug"].upper(), "owner_id": town.ids["olga"]},
    ):
        assert olga.get("/api/lists/show.json", params=query).json()["id"] == made["id"], query
    for query in (
        {},
        {"list_id": "7"},
        {"list_id": "x"},
        {"slug": "none"},
        {"slug": made["slug"], "owner_screen_name": "bob"},
        {"slug": made["slug"], "owner_id": "7"},
    ):
        assert error(olga.get("/api/lists/show.json", params=query)) == (404, "List not found."), query


def test_nobody_else_knows_of_a_list(town: Node, made: dict[str, Any]) -> None:
    with town.client("bob") as bob:
        for path in ("show", "members", "subscribers", "statuses"):
            theirs = bob.get(f"/api/lists/{path}.json?list_id={made['id']}")
            nothing = bob.get(f"/api/lists/{path}.json?list_id=7")
            assert theirs.status_code == 404
            assert theirs.text.replace(str(made["id"]), "7") == nothing.text
        for path in ("update", "destroy", "members/create", "members/destroy"):
            data = {"list_id": made["id"], "screen_name": "bob", "name": "mine"}
            assert error(bob.post(f"/api/lists/{path}.json", data=data)) == (404, "List not found.")
        assert bob.get("/api/lists/list.json?screen_name=olga").json() == []
        assert bob.get("/api/lists/ownerships.json?screen_name=olga").json()["lists"] == []


def test_a_public_list_is_shown_to_others(town: Node, olga: httpx2.Client) -> None:
    data = {"name": "On show", "description": "who I read"}
    made = olga.post("/api/lists/create.json", data=data).json()
    assert (made["mode"], made["description"]) == ("public", "who I read")
    by_id = {"list_id": made["id"]}
    town.ids["quin"] = town.person("quin")
    olga.post("/api/lists/members/create.json", data={**by_id, "screen_name": "quin"})
    said = town.says("quin", "for whoever reads the list")
    with town.client("carol") as carol, town.client("pia") as pia:
        shown = carol.get("/api/lists/show.json", params=by_id).json()
        fits(shown, "list")
        assert (shown["following"], shown["member_count"], shown["user"]["screen_name"]) == (False, 1, "olga")
        assert carol.get("/api/lists/show.json?slug=on-show&owner_screen_name=olga").json() == shown
        assert carol.get("/api/lists/list.json?screen_name=olga").json() == [shown]
        members = carol.get("/api/lists/members.json", params=by_id).json()["users"]
        assert [user["screen_name"] for user in members] == ["quin"]
        assert [post["id"] for post in carol.get("/api/lists/statuses.json", params=by_id).json()] == [said]
        for path in ("update", "destroy", "members/create", "members/destroy", "subscribers/create"):
            theirs = carol.post(f"/api/lists/{path}.json", data={**by_id, "screen_name": "bob"})
            assert error(theirs) == (404, "List not found."), path
        apart = pia.get("/api/lists/show.json", params=by_id)
        assert error(apart) == (404, "List not found."), "there is a block between"
        hidden = {**by_id, "mode": "private", "description": ""}
        changed = olga.post("/api/lists/update.json", data=hidden).json()
        assert (changed["name"], changed["mode"], changed["description"]) == ("On show", "private", "")
        assert error(carol.get("/api/lists/show.json", params=by_id)) == (404, "List not found.")
        assert carol.get("/api/lists/list.json?screen_name=olga").json() == []
    assert olga.post("/api/lists/update.json", data={**by_id, "mode": "half"}).status_code == 400
    olga.post("/api/lists/destroy.json", data=by_id)


def test_making_and_renaming(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    assert error(olga.post("/api/lists/create.json")) == (400, "circle name not specified")
    again = olga.post("/api/lists/create.json", data={"name": made["name"]})
    assert error(again) == (400, "circle name already exists")
    other = olga.post("/api/lists/create.xml", data={"name": "second"})
    id_ = next(child.text for child in tree(other) if name_of(child) == "id")
    taken = olga.post("/api/lists/update.json", data={"list_id": id_, "name": made["name"]})
    assert error(taken) == (400, "circle name already exists")
    renamed = olga.post("/api/lists/update.json", data={"list_id": id_, "name": "Third one"}).json()
    assert (renamed["name"], renamed["slug"]) == ("Third one", "third-one")
    assert olga.post(f"/api/lists/update.json?list_id={id_}&mode=public").json()["name"] == "Third one"
    gone = olga.post("/api/lists/destroy.json", data={"slug": "third-one"}).json()
    assert gone["id_str"] == id_
    assert error(olga.post("/api/lists/destroy.json", data={"list_id": id_})) == (404, "List not found.")
    assert error(olga.post("/api/lists/destroy.json")) == (400, "gid not specified")
    assert olga.post("/api/lists/create.json", data={"name": "x" * 300}).status_code == 400


def test_who_is_in_a_list(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    id_ = made["id"]
    for name in ("bob", "carol", "bob"):
        answer = olga.post("/api/lists/members/create.json", data={"list_id": id_, "screen_name": name})
        fits(answer.json(), "list")
    assert olga.get(f"/api/lists/show.json?list_id={id_}").json()["member_count"] == 2
    page = olga.get(f"/api/lists/members.json?list_id={id_}&count=1").json()
    fits(page, "users_page")
    assert [user["screen_name"] for user in page["users"]] == ["carol"]
    rest = olga.get(f"/api/lists/members.json?list_id={id_}&count=1&cursor={page['next_cursor']}").json()
    assert [user["screen_name"] for user in rest["users"]] == ["bob"]
    assert (rest["next_cursor"], rest["previous_cursor"] < 0) == (0, True)
    back = olga.get(f"/api/lists/members.json?list_id={id_}&count=1&cursor={rest['previous_cursor']}").json()
    assert [user["screen_name"] for user in back["users"]] == ["carol"]
    root = tree(olga.get(f"/api/lists/members.xml?list_id={id_}&skip_status=1"))
    assert name_of(root) == "users_list"
    same(root, olga.get(f"/api/lists/members.json?list_id={id_}&skip_status=1").json())
    shown = olga.get(f"/api/lists/members/show.json?list_id={id_}&screen_name=carol").json()
    assert shown["screen_name"] == "carol"
    for name in ("alice", "nobody_here"):
        answer = olga.get(f"/api/lists/members/show.json?list_id={id_}&screen_name={name}")
        assert error(answer) == (404, "The specified user is not a member of this list.")
    for name in ("nobody_here", "cellar", "pia"):
        answer = olga.post("/api/lists/members/create.json", data={"list_id": id_, "screen_name": name})
        assert error(answer) == (404, "No such user."), name
    gone = olga.post("/api/lists/members/destroy.json", data={"list_id": id_, "screen_name": "carol"}).json()
    assert gone["member_count"] == 1


def test_many_in_and_out_at_once(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    data = {"list_id": made["id"], "screen_name": "alice,carol,nobody_here", "user_id": str(town.ids["bob"])}
    assert olga.post("/api/lists/members/create_all.json", data=data).json()["member_count"] == 3
    data = {"list_id": made["id"], "screen_name": "alice"}
    assert olga.post("/api/lists/members/destroy_all.json", data=data).json()["member_count"] == 2


def test_what_a_list_tells(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    """bob is followed, carol is only in the list, alice is not in it."""
    id_ = made["id"]
    first = town.says("bob", "bob to all")
    public = town.says("carol", "carol to all")
    town.says("carol", "carol to her followers", audience=int(Audience.FOLLOWERS))
    outside = town.says("alice", "alice to all")
    answer = town.says("bob", "bob answers himself", parent_id=first)
    with town.client("bob") as bob:
        shared = bob.post(f"/api/statuses/retweet/{outside}.json").json()["id"]
    url = f"/api/lists/statuses.json?list_id={id_}"
    told = olga.get(url).json()
    assert [post["id"] for post in told] == [shared, answer, public, first]
    for post in told:
        fits(post["user"], "user")
    ids = [[post["id"] for post in olga.get(f"{url}&{query}").json()] for query in (
        "include_rts=false", "exclude_replies=true", f"conversation_id={first}", "count=2&page=2",
        f"since_id={public}", f"max_id={public}",
    )]  # fmt: skip
    assert ids == [
        [answer, public, first],
        [shared, public, first],
        [answer, first],
        [public, first],
        [shared, answer],
        [public, first],
    ]
    assert [child.tag for child in tree(olga.get(url.replace("json", "xml")))] == [
        "{http://api.twitter.com}status"
    ] * 4
    assert name_of(tree(olga.get(url.replace("json", "rss")))) == "rss"
    assert name_of(tree(olga.get(url.replace("json", "atom")))) == "feed"
    assert error(olga.get("/api/lists/statuses.json")) == (400, "list_id not specified")


def test_lists_of_lists(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    for name in ("a", "b"):
        olga.post("/api/lists/create.json", data={"name": name}).raise_for_status()
    mine = olga.get("/api/lists/list.json").json()
    assert [one["name"] for one in mine] == ["Böse & Gute", "a", "b"]
    for one in mine:
        fits(one, "list")
    page = olga.get("/api/lists/ownerships.json?count=2").json()
    fits(page, "lists_page")
    assert [one["name"] for one in page["lists"]] == ["b", "a"]
    rest = olga.get(f"/api/lists/ownerships.json?count=2&cursor={page['next_cursor']}").json()
    assert [one["name"] for one in rest["lists"]] == ["Böse & Gute"]
    back = olga.get(f"/api/lists/ownerships.json?count=2&cursor={rest['previous_cursor']}").json()
    assert [one["name"] for one in back["lists"]] == ["b", "a"]
    holding = olga.get("/api/lists/memberships.json?screen_name=bob").json()
    assert [one["id"] for one in holding["lists"]] == [made["id"]]
    assert olga.get("/api/lists/subscriptions.json").json()["lists"] == []
    for call in ("list", "ownerships", "memberships", "subscriptions"):
        root = tree(olga.get(f"/api/lists/{call}.xml?screen_name=olga"))
        assert name_of(root) == "lists_list"
        assert next(name_of(child) for child in root) == "lists"
        answer = olga.get(f"/api/lists/{call}.json?screen_name=nobody_here")
        assert error(answer) == (404, "User not found")
    assert olga.get("/api/lists.json").json() == []
    assert name_of(tree(olga.get("/api/lists.xml"))) == "lists"


def test_only_the_owner_reads_a_list(town: Node, olga: httpx2.Client, made: dict[str, Any]) -> None:
    page = olga.get(f"/api/lists/subscribers.json?list_id={made['id']}").json()
    assert [user["screen_name"] for user in page["users"]] == ["olga"]
    shown = olga.get(f"/api/lists/subscribers/show.json?list_id={made['id']}&screen_name=olga").json()
    assert shown["screen_name"] == "olga"
    other = olga.get(f"/api/lists/subscribers/show.json?list_id={made['id']}&screen_name=bob")
    assert error(other) == (404, "The specified user is not a subscriber of this list.")
    for call in ("create", "destroy"):
        assert (
            olga.post(f"/api/lists/subscribers/{call}.json?list_id={made['id']}").json()["id"] == made["id"]
        )
        assert olga.post(f"/api/lists/subscribers/{call}.json?list_id=7").status_code == 404
