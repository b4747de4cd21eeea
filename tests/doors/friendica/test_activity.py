"""Verbs of reaction: likes, dislikes, who comes; set and unset, at once, and shown with every post."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from tests.doors.friendica.node import NS, Node, name_of, tree
from tests.support.server import running_server
from tests.wire.contract_tables import table

from folkmoot.domain.access import Audience

CALL = next(e for e in table("friendica")["endpoints"] if e["path"] == "friendica/activity/<verb>")
VERBS = CALL["params"][0]["type"].removeprefix("enum(").removesuffix(")").split("|")
PLAIN = [verb for verb in VERBS if not verb.startswith("un")]
KEYS = [*PLAIN, "announce"]


def who(post: Any) -> dict[str, list[str]]:
    return {key: [user["screen_name"] for user in post["friendica_activities"][key]] for key in KEYS}


def nobody() -> dict[str, list[str]]:
    return {key: [] for key in KEYS}


@pytest.mark.parametrize("verb", PLAIN)
def test_a_verb_and_its_opposite(node: Node, verb: str) -> None:
    id_ = node.says("alice", f"react with {verb}")
    with node.client("bob") as bob:
        show = f"/api/statuses/show/{id_}"
        for _ in "12":  # a second time changes nothing
            answer = bob.post(f"/api/friendica/activity/{verb}.json?id={id_}", content=b"")
            assert answer.content == b'"ok"'
        assert who(bob.get(f"{show}.json").json()) == nobody() | {verb: ["bob"]}
        root = tree(bob.get(f"{show}.xml"))
        found = root.findtext(f"friendica:activities/friendica:{verb}/user/screen_name", namespaces=NS)
        assert found == "bob"
        (post,) = bob.get("/api/statuses/user_timeline/alice.json?count=1").json()
        assert who(post) == nobody() | {verb: ["bob"]}
        assert post["favorited"] is (verb == "like")
        for _ in "12":
            root = tree(bob.put(f"/api/friendica/activity/un{verb}.xml", data={"id": id_}))
            assert (name_of(root), root.text) == ("ok", "true")
        assert who(bob.get(f"{show}.json").json()) == nobody()


def test_one_comes_or_not(node: Node) -> None:
    id_ = node.says("alice", "a party")
    with node.client("bob") as bob:
        for verb in ("attendyes", "dislike", "like", "attendmaybe", "attendno"):
            bob.post(f"/api/friendica/activity/{verb}", data={"id": id_})
        found = who(bob.get(f"/api/statuses/show/{id_}").json())
        assert found == nobody() | {"like": ["bob"], "dislike": ["bob"], "attendno": ["bob"]}


def test_many_at_once_leave_one_answer(node: Node) -> None:
    id_ = node.says("alice", "come or not")
    kinds = ("attendyes", "attendno", "attendmaybe", "like")
    statuses: list[int] = []
    token = {"authorization": f"Bearer {node.token('carol')}"}

    def say(verb: str) -> None:
        with node.client(None) as carol:
            carol.headers.update(token)
            statuses.append(carol.post(f"/api/friendica/activity/{verb}", data={"id": id_}).status_code)

    threads = [threading.Thread(target=say, args=(verb,)) for verb in kinds * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * len(threads)
    with node.client() as alice:
        post = alice.get(f"/api/statuses/show/{id_}").json()
    found = who(post)
    assert (found["like"], post["favorite_count"]) == (["carol"], 1)
    assert sum(len(found[verb]) for verb in kinds[:3]) == 1


def test_a_like_is_the_same_in_every_door(node: Node) -> None:
    id_ = node.says("alice", "liked twice over")
    with node.client("bob") as bob:
        bob.post(f"/api/favorites/create/{id_}.json")
        assert who(bob.get(f"/api/statuses/show/{id_}").json())["like"] == ["bob"]
        assert [post["id"] for post in bob.get("/api/favorites.json?count=1").json()] == [id_]
        bob.post(f"/api/friendica/activity/unlike?id={id_}")
        assert id_ not in [post["id"] for post in bob.get("/api/favorites.json?count=1").json()]


def test_what_can_not_be_reacted_to(node: Node) -> None:
    secret = node.says("alice", "to myself", audience=int(Audience.DIRECT))
    with node.client("bob") as bob, node.client(None) as anybody:
        for verb in VERBS:
            for id_ in ("7", str(secret), "", "nonsense", "-1", "9" * 30):
                answer = bob.post(f"/api/friendica/activity/{verb}.json", data={"id": id_})
                assert (answer.status_code, answer.json()["error"]) == (400, "Error adding activity"), (
                    verb,
                    id_,
                )
        root = tree(bob.post("/api/friendica/activity/like.xml?id=7"))
        assert root.findtext("error", namespaces=NS) == "Error adding activity"
        for verb in ("adore", "ununlike", "LIKE", "un", "announce"):
            assert bob.post(f"/api/friendica/activity/{verb}.json?id=7").status_code == 501
        assert bob.get("/api/friendica/activity/like.json?id=7").status_code == 405
        assert anybody.get("/api/friendica/activity/like.json").status_code == 405
        assert anybody.post("/api/friendica/activity/like.json?id=7").status_code == 401


def test_taking_a_retweet_back(node: Node) -> None:
    id_ = node.says("alice", "pass me on", audience=0)
    with node.client("bob") as bob:
        shared = bob.post(f"/api/statuses/retweet/{id_}.json").json()
        assert shared["retweeted_status"]["id"] == id_
        for path in (f"/api/statuses/unretweet/{id_}.json", f"/api/1.1/statuses/unretweet/{id_}.json"):
            post = bob.post(path).json()
            assert (post["id"], post["retweeted"], post["retweet_count"]) == (id_, False, 0)
        assert bob.get(f"/api/statuses/show/{shared['id']}.json").status_code == 400
        again = bob.post("/api/statuses/retweet.json", data={"id": id_}).json()
        assert bob.post(f"/api/statuses/unretweet/{again['id']}.json").json()["id"] == id_
        secret = node.says("alice", "@bob not to pass on", audience=int(Audience.DIRECT))
        for hidden in (secret, 7):
            answer = bob.post(f"/api/statuses/retweet/{hidden}.json")
            assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")
        answer = bob.post("/api/statuses/retweet.json")
        assert (answer.status_code, answer.json()["error"]) == (400, "An id is missing.")


def test_dislikes_in_the_words_of_another_door(tmp_path: Path) -> None:
    """Friendica's addition to Mastodon's API answers with that door's posts and people."""
    with running_server(tmp_path, worker=False) as server:
        node = Node(server.house)
        id_ = node.says("alice", "not for everybody's taste")
        secret = node.says("alice", "mine", audience=int(Audience.DIRECT))
        token = {"authorization": f"Bearer {node.token('carol')}"}
        with node.client("bob") as bob, node.client(None) as carol:
            path = f"/api/friendica/statuses/{id_}"
            post = bob.post(f"{path}/dislike").json()
            assert (post["id"], post["friendica"]) == (str(id_), {"dislikes_count": 1, "disliked": True})
            assert post["account"]["username"] == "alice"
            post = carol.post(f"{path}/undislike", headers=token).json()
            assert post["friendica"] == {"dislikes_count": 1, "disliked": False}
            people = carol.get(f"{path}/disliked_by", headers=token).json()
            assert [person["username"] for person in people] == ["bob"]
            assert bob.post(f"{path}/undislike").json()["friendica"] == {
                "dislikes_count": 0,
                "disliked": False,
            }
            for other in (secret, 7, "x"):
                for method, last in (("POST", "dislike"), ("POST", "undislike"), ("GET", "disliked_by")):
                    answer = bob.request(method, f"/api/friendica/statuses/{other}/{last}")
                    assert (answer.status_code, answer.json()["error"]) == (404, "Record not found")
            favourite = carol.post(f"/api/v1/statuses/{id_}/favourite", headers=token)
            assert favourite.status_code == 200
            assert who(bob.get(f"/api/statuses/show/{id_}.json").json())["like"] == ["carol"]
            assert carol.post(f"{path}/dislike").status_code == 401
