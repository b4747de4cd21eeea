"""Mentions, favours, what was passed on, lookup, search, tags, trends and kept searches, as the contract has them."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import NS, Node, name_of, tree

from folkmoot.domain.access import Audience
from folkmoot.domain.people import bonds
from folkmoot.domain.posts import boosts, edits, reactions
from folkmoot.domain.posts.reactions import Reaction

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module", autouse=True)
def said(node: Node) -> dict[str, int]:
    """A talk among three, a secret, an answer to nobody here, and what was passed on."""
    write = node.house.store.write
    posts = {"first": node.says("alice", "Wisteria in bloom #Wisteria")}
    posts["answer"] = node.says("bob", "wisteria smells", parent_id=posts["first"])
    posts["third"] = node.says("carol", "so I hear", parent_id=posts["answer"])
    posts["own"] = node.says("alice", "it does", parent_id=posts["third"])
    posts["elsewhere"] = node.says("carol", "wisteria elsewhere")
    posts["named"] = node.says("bob", "@carol wisteria?")
    to = [node.ids["carol"]]
    posts["secret"] = node.says("bob", "wisteria secret #Wisteria", audience=int(Audience.DIRECT), to=to)
    posts["boost"] = write(lambda tx: boosts.boost(tx, node.viewer("carol"), posts["first"]))
    posts["own_boost"] = write(lambda tx: boosts.boost(tx, node.viewer("alice"), posts["answer"]))
    write(lambda tx: reactions.react(tx, node.viewer("bob"), posts["elsewhere"], Reaction.LIKE))
    write(lambda tx: reactions.react(tx, node.viewer("bob"), posts["first"], Reaction.LIKE))
    return posts


def ids(answer: httpx2.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [post["id"] for post in answer.json()]


def test_mentions_are_the_talks_one_is_part_of(node: Node, said: dict[str, int]) -> None:
    with node.client("alice") as alice, node.client("carol") as carol, node.client("bob") as bob:
        assert ids(alice.get("/api/statuses/mentions.json")) == [said["third"], said["answer"]]
        mine = [said["secret"], said["named"], said["own"], said["answer"], said["first"]]
        for call in ("mentions", "replies", "mentions_timeline"):
            assert ids(carol.get(f"/api/statuses/{call}.json")) == mine
        assert said["secret"] not in ids(alice.get("/api/statuses/mentions.json"))
        part = {"since_id": said["first"], "max_id": said["named"], "count": 2}
        assert ids(carol.get("/api/statuses/replies.json", params=part)) == [said["named"], said["own"]]
        assert ids(carol.get("/api/statuses/replies.json", params={"count": 2, "page": 2})) == mine[2:4]
        trimmed = carol.get("/api/statuses/mentions_timeline.json?trim_user=true").json()[0]["user"]
        assert trimmed == {"id": node.ids["bob"], "id_str": str(node.ids["bob"])}
        assert bob.post("/api/statuses/mentions_timeline.json").status_code == 405


def test_favours_are_the_callers_alone(node: Node, said: dict[str, int]) -> None:
    with node.client("bob") as bob:
        mine = [said["elsewhere"], said["first"]]
        assert ids(bob.get("/api/favorites.json")) == mine
        assert ids(bob.get("/api/favorites/list.json", params={"screen_name": "bob"})) == mine
        assert ids(bob.get("/api/favorites.json", params={"max_id": said["first"]})) == mine[1:]
        for other in ({"user_id": node.ids["alice"]}, {"screen_name": "nobody"}):
            assert ids(bob.get("/api/favorites.json", params=other)) == []
            assert ids(bob.get("/api/favorites/list.json", params=other)) == []
        assert len(tree(bob.get("/api/favorites.rss")).findall("./channel/item")) == 2


def test_what_was_passed_on(node: Node, said: dict[str, int]) -> None:
    with node.client("alice") as alice, node.client("carol") as carol, node.client("bob") as bob:
        assert said["first"] in ids(alice.get("/api/statuses/retweets_of_me.json"))
        assert "entities" in alice.get("/api/statuses/retweets_of_me.json").json()[0]
        assert ids(alice.get("/api/statuses/retweeted_by_me.json")) == [said["own_boost"]]
        assert ids(carol.get("/api/statuses/retweeted_by_me.json")) == [said["boost"]]
        assert said["own_boost"] not in ids(alice.get("/api/statuses/retweeted_to_me.json"))
        assert ids(bob.get("/api/statuses/retweeted_to_me.json")) == [said["own_boost"]]
        assert name_of(tree(alice.get("/api/statuses/retweeted_by_me.atom"))) == "feed"
        assert alice.get("/api/statuses/retweeted_by_me.rss").status_code == 501
        assert ids(bob.get(f"/api/statuses/retweets/{said['first']}.json")) == [said["boost"]]
        (post,) = bob.get(f"/api/statuses/retweets.json?id={said['first']}&trim_user=1").json()
        assert (post["user"]["id"], post["retweeted_status"]["id"]) == (node.ids["carol"], said["first"])
        for unknown in (7, said["secret"]):
            gone = alice.get(f"/api/statuses/retweets/{unknown}.json")
            assert (gone.status_code, gone.json()["error"]) == (404, "No status found with that ID.")


def test_who_passed_it_on_by_pages(node: Node, said: dict[str, int]) -> None:
    people = [node.person(f"passer{n}") for n in range(5)]
    write = node.house.store.write
    for each in people:
        viewer = node.viewer("bob").__class__(each)
        write(lambda tx, viewer=viewer: boosts.boost(tx, viewer, said["elsewhere"]))
    with node.client("alice") as alice:

        def page(cursor: int) -> dict[str, Any]:
            asked = {"id": said["elsewhere"], "count": 2, "cursor": cursor, "stringify_ids": "true"}
            found: dict[str, Any] = alice.get("/api/statuses/retweeters/ids.json", params=asked).json()
            return found

        first = page(-1)
        second = page(first["next_cursor"])
        third = page(second["next_cursor"])
        assert first["ids"] + second["ids"] + third["ids"] == [str(each) for each in people[::-1]]
        assert (first["previous_cursor"], third["next_cursor"], third["next_cursor_str"]) == (0, 0, "0")
        assert page(third["previous_cursor"])["ids"] == second["ids"]
        assert page(second["previous_cursor"])["previous_cursor"] == 0


def test_several_at_once(node: Node, said: dict[str, int]) -> None:
    with node.client("alice") as alice:
        wanted = f"{said['answer']},{said['first']},7,{said['secret']}"
        assert ids(alice.get("/api/statuses/lookup.json", params={"id": wanted})) == [
            said["answer"],
            said["first"],
        ]
        mapped = alice.post("/api/1.1/statuses/lookup.json", data={"id": wanted, "map": "true"}).json()["id"]
        assert list(mapped) == wanted.split(",")
        assert (mapped["7"], mapped[str(said["secret"])]) == (None, None)
        assert mapped[str(said["first"])]["id"] == said["first"]
        assert alice.get("/api/statuses/lookup.json").json() == []


def test_public_timelines_with_and_without_answers(node: Node, said: dict[str, int]) -> None:
    with node.client("alice") as alice:
        for call in ("public_timeline", "networkpublic_timeline"):
            found = ids(alice.get(f"/api/statuses/{call}.json?count=100"))
            assert {said["first"], said["answer"], said["named"]} <= set(found)
            assert not {said["secret"], said["boost"]} & set(found)
        firsts = ids(alice.get("/api/statuses/public_timeline.json?exclude_replies=yes&count=100"))
        assert (said["answer"] in firsts, said["own"] in firsts, said["named"] in firsts) == (
            False,
            False,
            True,
        )
        mine = ids(alice.get("/api/statuses/user_timeline/alice.json?exclude_replies=1"))
        assert (said["own"] in mine, said["first"] in mine) == (False, True)
        home = ids(alice.get("/api/statuses/home_timeline.json?exclude_replies=true&count=2"))
        assert said["own"] not in home
        assert said["own"] in ids(alice.get("/api/statuses/home_timeline.json?exclude_replies=false"))


def test_search_in_both_forms(node: Node, said: dict[str, int]) -> None:
    with node.client("alice") as alice:
        mine = ids(alice.get("/api/search.json", params={"q": "wisteria"}))
        assert said["first"] in mine
        assert said["secret"] not in mine
        found = alice.get(
            "/api/1.1/search/tweets.json", params={"q": "wisteria", "count": 1, "trim_user": 1}
        ).json()
        assert set(found) == {"statuses", "search_metadata"}
        facts = found["search_metadata"]
        assert [post["id"] for post in found["statuses"]] == [facts["max_id"]] == [int(facts["max_id_str"])]
        rest = alice.get(f"/api/search/tweets.json{facts['next_results']}").json()
        assert facts["max_id"] not in [post["id"] for post in rest["statuses"]]
        tagged = ids(alice.get("/api/search.json", params={"q": "#wisteria"}))
        assert tagged == [said["first"]]
        assert ids(alice.get("/api/search.json", params={"q": "wisteria from:alice"})) == [said["first"]]
        assert ids(alice.get("/api/search.json", params={"q": "wisteria from:nobody"})) == []
        past = {"q": "wisteria", "until": "2007-05-23"}
        assert alice.get("/api/search/tweets.json", params=past).json()["statuses"] == []
        for call in ("search", "search/tweets"):
            root = tree(alice.get(f"/api/{call}.xml", params={"q": "#wisteria"}))
            assert (name_of(root), len(root)) == ("statuses", 1)
            assert len(tree(alice.get(f"/api/{call}.atom?q=%23wisteria")).findall(f"{ATOM}entry")) == 1
            missing = alice.get(f"/api/{call}.json")
            assert (missing.status_code, missing.json()["error"]) == (400, "q parameter is required.")


def test_tags_are_read_by_everybody(node: Node, said: dict[str, int]) -> None:
    with node.client(None) as nobody, node.client("carol") as carol:
        for client in (nobody, carol):
            assert ids(client.get("/api/statusnet/tags/timeline/Wisteria.json")) == [said["first"]]
        assert (
            len(tree(nobody.get("/api/statusnet/tags/timeline/wisteria.rss")).findall("./channel/item")) == 1
        )
        assert ids(nobody.get("/api/statusnet/tags/timeline/unheard.json")) == []
        wrong = httpx2.get(f"{node.url}/api/statusnet/tags/timeline/wisteria.json", auth=("alice", "wrong"))
        assert wrong.status_code == 401


def test_trends_are_of_the_world(node: Node) -> None:
    with node.client("alice") as alice:
        (here,) = alice.get("/api/trends/place.json?id=1").json()
        assert set(here) == {"trends", "as_of", "created_at", "locations"}
        assert here["locations"] == [{"name": "Worldwide", "woeid": 1}]
        for call in ("available", "closest"):
            (place,) = alice.get(f"/api/trends/{call}.json?lat=1&long=2").json()
            assert (place["woeid"], place["placeType"]["code"]) == (1, 19)
        for query in ("?id=2", ""):
            gone = alice.get(f"/api/trends/place.json{query}")
            assert (gone.status_code, gone.json()["error"]) == (404, "Sorry, that page does not exist.")


def test_searches_are_kept(node: Node) -> None:
    with node.client("alice") as alice, node.client("bob") as bob:
        kept = alice.post("/api/saved_searches/create.json", params={"query": "#cats"}).json()
        assert (kept["name"], kept["query"], kept["position"]) == ("#cats", "#cats", None)
        assert re.fullmatch(r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d \+0000 \d{4}", kept["created_at"])
        assert alice.post("/api/saved_searches/create.json", data={"query": "#cats"}).json() == kept
        assert alice.get("/api/saved_searches/list.json").json() == [kept]
        assert alice.get(f"/api/saved_searches/show/{kept['id']}.json").json() == kept
        assert bob.get("/api/saved_searches/list.json").json() == []
        for call in (
            bob.get(f"/api/saved_searches/show/{kept['id']}.json"),
            bob.get("/api/saved_searches/show/7"),
        ):
            assert (call.status_code, call.json()["error"]) == (404, "Sorry, that page does not exist.")
        assert bob.post(f"/api/saved_searches/destroy/{kept['id']}.json").status_code == 404
        for number in range(24):
            assert (
                alice.post("/api/saved_searches/create.json", data={"query": f"q{number}"}).status_code == 200
            )
        full = alice.post("/api/saved_searches/create.json", data={"query": "one more"})
        assert (full.status_code, full.json()["errors"][0]["code"]) == (403, 172)
        assert alice.post(f"/api/saved_searches/destroy/{kept['id']}.json").json() == kept
        assert alice.get(f"/api/saved_searches/show/{kept['id']}.json").status_code == 404
        assert alice.post("/api/saved_searches/create.json").status_code == 400


def test_a_post_to_embed(node: Node, said: dict[str, int]) -> None:
    hostile = node.says("alice", "<script>alert(1)</script>", title='"><b>')
    with node.client(None) as nobody:
        page = nobody.get(f"/api/statuses/oembed.json?id={hostile}&maxwidth=9999&align=left").json()
        assert (page["type"], page["width"], page["height"]) == ("rich", 550, None)
        assert "<script" not in page["html"]
        assert page["html"].startswith('<blockquote class="twitter-tweet" align="left"')
        assert (
            nobody.get("/api/statuses/oembed.json", params={"url": page["url"]}).json()["url"] == page["url"]
        )
        for query in (f"?id={said['secret']}", "?id=7", "", "?url=https://elsewhere.example/1"):
            gone = nobody.get(f"/api/statuses/oembed.json{query}")
            assert (gone.status_code, gone.json()["error"]) == (404, "Not found")


def test_a_quote_shows_what_is_quoted_to_whom_may_see_it(node: Node) -> None:
    quoted = node.says("alice", "quote me")
    quoting = node.says("bob", "look", quote_of=quoted)
    for format in ("json", "xml"):
        with node.client("carol") as carol:
            for _ in range(2):
                whole = carol.get(f"/api/statuses/show/{quoting}.{format}")
                listed = carol.get(f"/api/statuses/user_timeline/bob.{format}?count=1")
                if format == "json":
                    (first,) = listed.json()
                    assert first == whole.json()
                    assert (first["is_quote_status"], first["quoted_status"]["id"]) == (True, quoted)
                else:
                    post = tree(listed).find("status", NS)
                    assert post is not None
                    assert post.findtext("quoted_status/id", namespaces=NS) == str(quoted)
                    assert tree(whole).findtext("is_quote_status", namespaces=NS) == "true"
    node.house.store.write(lambda tx: bonds.block(tx, node.viewer("carol"), node.ids["alice"]))
    with node.client("carol") as carol:
        (post,) = carol.get("/api/statuses/user_timeline/bob.json?count=1").json()
        assert (post["is_quote_status"], "quoted_status" in post) == (False, False)
    node.house.store.write(lambda tx: bonds.unblock(tx, node.viewer("carol"), node.ids["alice"]))
    node.house.store.write(lambda tx: edits.delete(tx, node.viewer("alice"), quoted))
    with node.client("carol") as carol:
        (post,) = carol.get("/api/statuses/user_timeline/bob.json?count=1").json()
        assert (post["is_quote_status"], "quoted_status" in post) == (False, False)


def test_a_text_that_is_a_share_passes_on(node: Node) -> None:
    post = node.says("alice", "share me")
    secret = node.says("alice", "not me", audience=int(Audience.DIRECT), to=[node.ids["bob"]])
    with node.client("bob") as bob:
        link = bob.get(f"/api/statuses/show/{post}.json").json()["external_url"]
        share = f"[share author='Alice' profile='{node.url}/@alice' link='{link}' posted='x']share me[/share]"
        made = bob.post("/api/statuses/update.json", data={"status": share}).json()
        assert (made["retweeted_status"]["id"], made["text"]) == (post, "share me")
        assert (
            "retweeted_status"
            not in bob.post("/api/statuses/update.json", data={"status": f"{share} yes"}).json()
        )
        private = share.replace(str(post), str(secret))
        assert (
            "retweeted_status" not in bob.post("/api/statuses/update.json", data={"status": private}).json()
        )
