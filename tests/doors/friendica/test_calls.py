"""Every call of the first slice in JSON and XML, held against the contract's objects."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.friendica.node import NS, Node, name_of, tree
from tests.wire.contract_tables import table

OBJECTS = table("friendica")["objects"]
KINDS: dict[str, Any] = {"bool": bool, "int": int, "string": str}
REQUIRED = {
    name: {f["name"] for f in OBJECTS[name]["fields"] if "in" not in f and "since" not in f}
    for name in ("user", "status")
}
ABSENT = {
    "user": {"uid", "self", "network", "status", "verified"},
    "status": {"retweeted_status", "attachments", "entities"},
}
"""Keys that only some answers have."""


def holds(value: dict[str, Any], name: str) -> None:
    """*value* has the contract's keys, each of its kind."""
    fields = {f["name"]: f for f in OBJECTS[name]["fields"]}
    assert set(value) <= set(fields)
    assert REQUIRED[name] - ABSENT[name] <= set(value)
    for key, field in value.items():
        said = fields[key]
        if field is None:
            assert said["nullable"], key
        elif said["json_type"] in KINDS:
            assert type(field) is KINDS[said["json_type"]], key
        elif said["json_type"] == "user":
            holds(field, "user")
        elif said["json_type"] == "status":
            nested = {**field, "user": value} if name == "user" else field
            holds({k: v for k, v in nested.items() if k != "user"} | {"user": _USER}, "status")
        elif said["json_type"] == "activities":
            assert set(field) == {f["name"] for f in OBJECTS["activities"]["fields"]}


_USER: dict[str, Any] = {}


@pytest.fixture(scope="module", autouse=True)
def said(node: Node) -> dict[str, int]:
    with node.client() as alice:
        _USER.update(alice.get("/api/account/verify_credentials.json?skip_status=1").json(), verified=False)
    first = node.says(
        "alice", "A garden in spring #Garden https://example.org/a?b=1&c=2", title="Beds & borders"
    )
    answer = node.says("bob", "Yes @alice", parent_id=first)
    deep = node.says("alice", "And then?", parent_id=answer)
    group = node.says("alice", "Who waters?", title="Watering", group_id=node.open_group)
    return {"first": first, "answer": answer, "deep": deep, "group": group}


TIMELINES = (
    "statuses/home_timeline",
    "statuses/friends_timeline",
    "statuses/public_timeline",
    "statuses/user_timeline",
    "statuses/user_timeline/alice",
    "conversation/show/{first}",
    "statusnet/conversation/{first}",
    "gnusocial/conversation/{first}",
)


@pytest.mark.parametrize("base", ["/api/", "/api/1.1/"])
@pytest.mark.parametrize("path", TIMELINES)
def test_lists_in_every_form(node: Node, said: dict[str, int], base: str, path: str) -> None:
    path = base + path.format(**said)
    with node.client() as alice:
        posts = alice.get(f"{path}.json").json()
        assert alice.get(path).json() == posts
        assert posts
        assert [p["id"] for p in posts] == sorted((p["id"] for p in posts), reverse=True)
        for post in posts:
            holds(post, "status")
        root = tree(alice.get(f"{path}.xml"))
        assert name_of(root) == "statuses"
        assert [int(e.text or "") for e in root.findall("./status/id", NS)] == [p["id"] for p in posts]
        assert root.find("./status/statusnet:html", NS) is not None
        assert root.find("./status/friendica:activities/friendica:like", NS) is not None
        rss = tree(alice.get(f"{path}.rss"))
        assert (rss.tag, len(rss.findall("./channel/item"))) == ("rss", len(posts))
        atom = tree(alice.get(f"{path}.atom"))
        assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == len(posts)


def test_the_whole_thread_either_way(node: Node, said: dict[str, int]) -> None:
    thread = [said["first"], said["answer"], said["deep"]]
    with node.client("bob") as bob:
        newest_first = bob.get(f"/api/conversation/show.json?id={said['deep']}").json()
        assert [p["id"] for p in newest_first] == thread[::-1]
        oldest_first = bob.get(f"/api/statuses/show/{said['answer']}.json?conversation=1").json()
        assert [p["id"] for p in oldest_first] == thread
        assert {p["statusnet_conversation_id"] for p in oldest_first} == {said["first"]}
        page = bob.get(
            "/api/conversation/show.json", params={"id": said["deep"], "count": 1, "page": 2}
        ).json()
        assert [p["id"] for p in page] == [said["answer"]]


def test_since_excludes_and_max_includes(node: Node, said: dict[str, int]) -> None:
    with node.client() as alice:
        bounds = {"since_id": said["first"], "max_id": said["deep"]}
        found = alice.get("/api/statuses/user_timeline.json", params=bounds).json()
        assert [p["id"] for p in found] == [said["deep"]]
        for odd in (
            {"count": 0},
            {"count": -3, "page": -1},
            {"count": 10_000, "since_id": -5},
            {"max_id": ""},
        ):
            assert len(alice.get("/api/statuses/user_timeline.json", params=odd).json()) >= 3


def test_one_status(node: Node, said: dict[str, int]) -> None:
    with node.client("bob") as bob:
        post = bob.get(f"/api/statuses/show/{said['first']}.json?include_entities=true").json()
        holds(post, "status")
        assert post["text"] == "Beds & borders\n\nA garden in spring #Garden https://example.org/a?b=1&c=2"
        assert post["statusnet_html"].startswith("<h4>Beds &amp; borders</h4><p>A garden")
        assert (post["friendica_title"], post["friendica_comments"]) == ("Beds & borders", 1)
        (link,) = post["entities"]["urls"]
        assert post["text"][slice(*link["indices"])] == link["url"] == "https://example.org/a?b=1&c=2"
        (tag,) = post["entities"]["hashtags"]
        assert post["text"][slice(*tag["indices"])] == "#Garden"
        assert (post["in_reply_to_status_id"], post["geo"]) == (None, None)
        assert "entities" not in bob.get(f"/api/statuses/show.json?id={said['first']}").json()
        root = tree(bob.get(f"/api/statuses/show/{said['first']}.xml"))
        assert root.tag == "{http://api.twitter.com}status"
        assert root.findtext("user/screen_name", namespaces=NS) == "alice"
        assert root.findtext("statusnet:conversation_id", namespaces=NS) == str(said["first"])
        atom = tree(bob.get(f"/api/statuses/show/{said['first']}.atom"))
        assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == 1


def test_group_posts_stand_in_the_groups_timeline(node: Node, said: dict[str, int]) -> None:
    with node.client("bob") as bob:
        (post, *_) = bob.get("/api/statuses/user_timeline.json?screen_name=garden").json()
        assert (post["id"], post["friendica_owner"]["screen_name"]) == (said["group"], "garden")
        assert post["user"]["screen_name"] == post["friendica_author"]["screen_name"] == "alice"
        for named in (
            {"user_id": node.open_group},
            {"profileurl": f"{node.url}/@garden"},
            {"screen_name": f"garden@{node.house.settings.domain}"},
        ):
            assert bob.get("/api/statuses/user_timeline.json", params=named).json()[0]["id"] == said["group"]
        unknown = bob.get("/api/statuses/user_timeline.json?screen_name=nowhere")
        hidden = bob.get("/api/statuses/user_timeline.json?screen_name=cellar")
        assert (unknown.status_code, unknown.json()["error"]) == (400, "User not found.")
        assert hidden.content == unknown.content.replace(b"nowhere", b"cellar")


def test_the_caller(node: Node) -> None:
    with node.client() as alice:
        me = alice.get("/api/account/verify_credentials").json()
        holds(me, "user")
        assert (me["id"], me["id_str"], me["cid"]) == (
            node.ids["alice"],
            str(node.ids["alice"]),
            node.ids["alice"],
        )
        assert "verified" not in me
        assert "user" not in me["status"]
        assert "status" not in alice.get("/api/account/verify_credentials.json?skip_status=true").json()
        root = tree(alice.get("/api/account/verify_credentials.xml"))
        assert (name_of(root), root.findtext("screen_name", namespaces=NS)) == ("user", "alice")


def test_favours_are_likes(node: Node, said: dict[str, int]) -> None:
    with node.client("bob") as bob, node.client() as alice:
        post = bob.post(f"/api/favorites/create/{said['first']}.json").json()
        assert (post["favorited"], post["favorite_count"]) == (True, 1)
        assert [u["screen_name"] for u in post["friendica_activities"]["like"]] == ["bob"]
        seen = alice.get(f"/api/statuses/show/{said['first']}.json").json()
        assert (seen["favorited"], seen["favorite_count"]) == (False, 1)
        root = tree(bob.put("/api/favorites/create.xml", params={"id": said["first"]}))
        assert root.findtext("friendica:activities/friendica:like/user/screen_name", namespaces=NS) == "bob"
        again = bob.delete(f"/api/favorites/destroy.json?id={said['first']}").json()
        assert (again["favorited"], again["friendica_activities"]["like"]) == (False, [])
        for call in ("create", "destroy"):
            missing = bob.post(f"/api/favorites/{call}.json")
            assert (missing.status_code, missing.json()["error"]) == (400, "Invalid request.")
            unknown = bob.post(f"/api/favorites/{call}/77.json")
            assert (unknown.status_code, unknown.json()["error"]) == (400, "Invalid item.")


def test_passing_on_and_deleting(node: Node, said: dict[str, int]) -> None:
    private = node.says("alice", "for followers", audience=2)
    with node.client("bob") as bob, node.client("carol") as carol:
        shared = bob.post("/api/statuses/retweet.json", data={"id": said["first"]}).json()
        holds(shared, "status")
        assert shared["retweeted_status"]["id"] == said["first"]
        assert (shared["user"]["screen_name"], shared["friendica_author"]["screen_name"]) == ("bob", "alice")
        refused = [bob.post(f"/api/statuses/retweet/{i}.json") for i in (private, 10**15)]
        refused += [carol.post(f"/api/statuses/retweet/{private}.json")]
        for answer in refused:
            assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")
        gone = bob.request("DELETE", f"/api/statuses/destroy/{shared['id']}.xml")
        assert (gone.status_code, name_of(tree(gone))) == (200, "status")
        mine = node.says("bob", "to be deleted")
        assert carol.post(f"/api/statuses/destroy/{mine}.json").status_code == 400
        assert bob.post("/api/statuses/destroy.json", data={"id": mine}).json()["text"] == "to be deleted"
        lost = bob.get(f"/api/statuses/show/{mine}.json")
        assert (lost.status_code, lost.json()["error"]) == (400, "There is no status with this id.")


def test_what_needs_no_login(node: Node) -> None:
    with node.client(None) as nobody:
        for name in ("statusnet", "gnusocial"):
            site = nobody.get(f"/api/{name}/config.json").json()["site"]
            assert set(site) == {
                f["name"].split(".")[1] for f in OBJECTS["config"]["fields"] if "." in f["name"]
            }
            assert int(site["textlimit"]) == node.house.settings.max_characters
            assert nobody.get(f"/api/{name}/version.json").text == '"0.9.7"'
            root = tree(nobody.get(f"/api/{name}/config.xml"))
            assert (root.tag, root.findtext("site/textlimit")) == ("config", site["textlimit"])
            assert tree(nobody.get(f"/api/{name}/version.xml")).text == "0.9.7"
        assert nobody.get("/api/help/test").text == '"ok"'
        ok = tree(nobody.post("/api/1.1/help/test.xml"))
        assert (ok.tag, ok.text) == ("ok", "true")
        wrapped = nobody.get("/api/help/test.json?callback=got.it")
        assert wrapped.text == 'got.it("ok")'
        assert wrapped.headers["content-type"].startswith("application/javascript")
        assert nobody.get("/api/help/test.json?callback=a(1)").text == '"ok"'
