"""The house of the door: paths, methods, parameters wherever they are, formats, errors and their forms."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import NS, PASSWORD, Node, tree
from tests.wire.contract_tables import table

from folkmoot.doors.friendica import door

CALLS = {call["path"]: call for call in table("friendica")["endpoints"]}
MINE = (
    "conversation/show", "favorites", "favorites/list", "statuses/friends_timeline", "statuses/home_timeline",
    "statuses/mentions", "statuses/replies", "statuses/public_timeline", "statuses/networkpublic_timeline",
    "statuses/show", "statuses/user_timeline", "statusnet/conversation", "statuses/retweets_of_me",
    "statuses/mentions_timeline", "statuses/retweets/:id", "statuses/oembed", "statuses/retweeters/ids",
    "statuses/lookup", "search/tweets", "saved_searches/list", "saved_searches/show/:id", "saved_searches/create",
    "saved_searches/destroy/:id", "trends/place", "trends/available", "trends/closest", "search",
    "statusnet/tags/timeline/:tag", "statuses/retweeted_by_me", "statuses/retweeted_to_me",
)  # fmt: skip
FORMATS = ("json", "xml", "rss", "atom")
TYPES = {
    "json": "application/json",
    "xml": "text/xml",
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
}


@pytest.fixture(scope="module")
def node(plain_node: Node) -> Node:
    return plain_node


def path_of(call: str) -> str:
    return "/api/" + call.replace(":id", "7").replace(":tag", "word")


@pytest.mark.parametrize("call", MINE)
def test_formats_methods_and_login_of_each_call(node: Node, call: str) -> None:
    said, path = CALLS[call], path_of(call)
    method = "GET" if {"*", "GET"} & set(said["methods"]) else said["methods"][0]
    with node.client(None) as nobody, node.client("alice") as alice:
        for format in FORMATS:
            asked = nobody.request(method, f"{path}.{format}")
            assert asked.headers["content-type"].split(";")[0] == TYPES[format]
            if format not in said["formats"]:
                expected = (501, "Not Implemented")
            elif said["auth"]:
                expected = (401, "This API requires login")
                assert asked.headers["www-authenticate"] == 'Basic realm="Friendica"'
            else:
                assert asked.status_code in (200, 404)
                continue
            assert (asked.status_code, error(asked, format)["error"]) == expected
        if "*" not in said["methods"]:
            wrong = "PATCH"
            refused = nobody.request(wrong, f"{path}.json")
            assert (refused.status_code, refused.json()["error"]) == (405, "Method Not Allowed")
            assert set(said["methods"]) <= set(refused.headers["allow"].split(", "))
        for base in (
            path,
            path.replace("/api/", "/api/1.1/"),
            f"{path}/",
            f"{node.url}/{path}".replace("/api/", "/api//"),
        ):
            assert alice.request(method, base).status_code != 501, base


def error(answer: httpx2.Response, format: str) -> dict[str, Any]:
    """The fields of a refusal, whatever its form."""
    if format == "json":
        found: dict[str, Any] = answer.json()
        assert set(found) == {"error", "request", "code", "errors"}
        assert found["errors"][0]["message"] == found["error"]
        return found
    root = tree(answer)
    assert root.tag == "{http://api.twitter.com}status"
    fields = {name: root.findtext(name, namespaces=NS) or "" for name in ("error", "request", "code")}
    assert len(root) == 3
    return fields


@pytest.mark.parametrize("format", FORMATS)
def test_a_refusal_says_what_was_asked(node: Node, format: str) -> None:
    with node.client() as alice:
        answer = alice.get(f"/api/nope/x.{format}?a=1&b=%3Cc%3E'")
        found = error(answer, format)
        assert (answer.status_code, found["code"]) == (501, "501 Not Implemented")
        assert found["request"] == f"api/nope/x.{format}?a=1&b=%3Cc%3E'"
        unknown = alice.get("/api/statuses/show.json?id=7")
        assert unknown.json() == {
            "error": "There is no status with this id.",
            "request": "api/statuses/show.json?id=7",
            "code": "400 Bad Request",
            "errors": [{"code": 144, "message": "There is no status with this id."}],
        }
        for id_ in ("abc", "9" * 30, "-1", "", "1.5"):
            same = alice.get("/api/statuses/show.json", params={"id": id_})
            assert (same.status_code, same.json()["error"]) == (400, "There is no status with this id.")


def test_parameters_are_taken_from_everywhere(node: Node) -> None:
    post = node.says("alice", "somewhere")
    path, both = f"{node.url}/api/statuses/lookup.json", {"auth": ("alice", PASSWORD)}
    ways: list[dict[str, Any]] = [
        {"params": {"id": post}},
        {"data": {"id": post}},
        {"files": {"id": (None, str(post))}},
        {"json": {"id": post}},
        {"params": {"id": post}, "content": b"", "headers": {"content-type": "text/plain"}},
        {"params": {"id": post}, "content": b"", "headers": {"content-type": "application/json"}},
        {"params": {"id": 7}, "data": {"id": post}},
        {"params": {"id[]": post}},
    ]
    for way in ways:
        answer = httpx2.post(path, **both, **way)
        assert [found["id"] for found in answer.json()] == [post], way
    for method in ("GET", "POST", "PUT", "DELETE"):
        shown = httpx2.request(method, f"{node.url}/api/statuses/show.json", params={"id": post}, **both)
        assert shown.json()["id"] == post
    sent = httpx2.request("DELETE", f"{node.url}/api/statuses/show.xml", data={"id": post}, **both)
    assert tree(sent).findtext("id", namespaces=NS) == str(post)


def test_odd_numbers_and_truths_are_no_errors(node: Node) -> None:
    post = node.says("alice", "odd #odd https://example.org/x")
    with node.client() as alice:
        for odd in (
            {"count": "many"},
            {"page": "x"},
            {"max_id": "-1"},
            {"since_id": "null"},
            {"max_id": "9" * 40},
        ):
            assert alice.get("/api/statuses/user_timeline.json", params=odd).json()[0]["id"] == post
        for word, on in (
            ("true", True),
            ("TRUE", True),
            ("1", True),
            ("false", False),
            ("0", False),
            ("x", False),
        ):
            found = alice.get(f"/api/statuses/show/{post}.json?include_entities={word}").json()
            assert ("entities" in found) == on, word
        for word, many in (("1", True), ("yes", True), ("0", False), ("false", False), ("", False)):
            found = alice.get(f"/api/statuses/show/{post}.json?conversation={word}").json()
            assert isinstance(found, list) == many, word
        ignored = {
            "include_rts": 0,
            "trim_user": 1,
            "contributor_details": 1,
            "cursor": -1,
            "include_my_retweet": 1,
        }
        first = alice.get("/api/statuses/user_timeline.json", params=ignored).json()[0]
        assert first["user"]["screen_name"] == "alice"


def test_jsonp_of_answers_and_refusals(node: Node) -> None:
    with node.client() as alice:
        assert alice.get("/api/help/test.json?callback=f.g").text == 'f.g("ok")'
        refused = alice.get("/api/statuses/show.json?id=7&callback=f")
        assert refused.headers["content-type"].startswith("application/javascript")
        assert json.loads(refused.text.removeprefix("f(").removesuffix(")"))["code"] == "400 Bad Request"
        assert alice.get("/api/statuses/show.xml?id=7&callback=f").text.startswith("<?xml")
        found = alice.get("/api/search/tweets.json?q=odd&callback=f").text
        assert json.loads(found.removeprefix("f(").removesuffix(")"))["search_metadata"]["query"] == "odd"


def test_a_whole_thread_is_bounded_and_in_order(node: Node) -> None:
    first = node.says("alice", "long")
    node.house.store.write(
        lambda tx: [_say(tx, node, first) for _ in range(205)],
    )
    with node.client() as alice:
        found = [post["id"] for post in alice.get(f"/api/statuses/show/{first}.json?conversation=1").json()]
        assert (found[0], len(found), found) == (first, 206, sorted(found))


def _say(tx: Any, node: Node, parent: int) -> int:
    from folkmoot.domain.posts import posts
    from folkmoot.domain.posts.drafts import Draft

    return posts.write(tx, node.viewer("bob"), Draft(text="x", parent_id=parent)).id


def test_no_route_is_there_without_its_call() -> None:
    served = {route.path for route in door.table}
    assert {f"/api/{call.replace(':id', '{id}').replace(':tag', '{tag}')}" for call in MINE} <= served
