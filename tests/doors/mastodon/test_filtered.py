"""What filters say of posts: in every place where a post is shown, after changes and edits, and live on streams."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.stream_server import Town, said, settled, subscribe, town
from tests.support.waiting import soon

from folkmoot.domain.access import Viewer
from folkmoot.domain.media import media
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.posts import boosts, edits
from folkmoot.domain.posts.drafts import Change
from folkmoot.domain.reading import filters
from folkmoot.domain.reading.filters import FilterChange, KeywordChange
from folkmoot.doors.mastodon import filtered
from folkmoot.settings import Settings

NAMES = (f"reader{n}" for n in itertools.count())
V2 = "/api/v2/filters"


@pytest.fixture
def ann(moot: Moot) -> Person:
    return moot.person(next(NAMES))


@pytest.fixture
def bob(moot: Moot, ann: Person) -> Person:
    """Somebody whom ann follows."""
    made = moot.person(next(NAMES))
    ann.post(f"/api/v1/accounts/{made.id}/follow")
    return made


def keep(who: Person, *words: str, whole_word: bool = True, **more: Any) -> Any:
    """A filter of some words."""
    keywords = [{"keyword": word, "whole_word": whole_word} for word in words]
    return who.post(V2, **{"title": "Fruit", "context": ["home"], "keywords_attributes": keywords, **more})


def shown(who: Person, status: Any) -> Any:
    """How a status looks to somebody."""
    return who.get(f"/api/v1/statuses/{status['id']}")


def words(status: Any) -> list[str]:
    """The keywords that matched."""
    return [word for result in status["filtered"] for word in result["keyword_matches"] or ()]


def of(status: Any, listed: list[Any]) -> Any:
    """The status among those listed."""
    return next(s for s in listed if status["id"] in (s["id"], (s["reblog"] or s)["id"]))


def test_wherever_a_post_is_shown(moot: Moot, ann: Person, bob: Person) -> None:
    kept = keep(ann, "banana", filter_action="hide")
    post = bob.say(f"A Banana for @{ann.name} #fruitsalad")
    plain = bob.say("nothing of that #fruitsalad")
    answer = bob.say("more banana", in_reply_to_id=post["id"])
    boost = moot.person(next(NAMES)).post(f"/api/v1/statuses/{post['id']}/reblog")
    ann.post(f"/api/v1/statuses/{post['id']}/bookmark")
    result = [
        {
            "filter": {
                "id": kept["id"],
                "title": "Fruit",
                "context": ["home"],
                "expires_at": None,
                "filter_action": "hide",
            },
            "keyword_matches": ["banana"],
            "status_matches": None,
        }
    ]
    (notice,) = ann.get("/api/v1/notifications", **{"types[]": "mention"})
    around = ann.get(f"/api/v1/statuses/{answer['id']}/context")
    below = ann.get(f"/api/v1/statuses/{post['id']}/context")
    places = {
        "home": ann.get("/api/v1/timelines/home"),
        "public": ann.get("/api/v1/timelines/public"),
        "tag": ann.get("/api/v1/timelines/tag/fruitsalad"),
        "account": ann.get(f"/api/v1/accounts/{bob.id}/statuses"),
        "bookmarks": ann.get("/api/v1/bookmarks"),
        "notice": [notice["status"]],
        "single": [shown(ann, post)],
        "several": ann.get("/api/v1/statuses", **{"id[]": post["id"]}),
        "ancestors": around["ancestors"],
        "favourite": [ann.post(f"/api/v1/statuses/{post['id']}/favourite")],
    }
    for _ in range(2):
        for place, listed in places.items():
            assert of(post, listed)["filtered"] == result, place
        places["home"] = ann.get("/api/v1/timelines/home")
    for place in ("home", "public", "tag", "account"):
        assert of(plain, places[place])["filtered"] == [], place
    assert below["descendants"][0]["filtered"] == result
    wrapped = shown(ann, boost)
    assert (wrapped["filtered"], wrapped["reblog"]["filtered"]) == (result, result)
    assert shown(bob, post)["filtered"] == []
    assert "filtered" not in moot.get(f"/api/v1/statuses/{post['id']}")


def test_ones_own_posts_are_left_to_the_client(ann: Person) -> None:
    keep(ann, "banana")
    assert words(ann.say("my banana")) == ["banana"]
    assert words(ann.get("/api/v1/timelines/home")[0]) == ["banana"]


def test_every_change_counts_at_the_next_request(ann: Person, bob: Person) -> None:
    post = bob.say("apples and bananas")
    assert shown(ann, post)["filtered"] == []
    kept = keep(ann, "banana")
    assert shown(ann, post)["filtered"] == []
    path = f"{V2}/keywords/{kept['keywords'][0]['id']}"
    ann.moot.call("PUT", path, ann.token, json={"whole_word": False})
    assert words(shown(ann, post)) == ["banana"]
    ann.post(f"{V2}/{kept['id']}/keywords", keyword="apples", whole_word=True)
    assert words(shown(ann, post)) == ["apples", "banana"]
    ann.moot.call("PUT", f"{V2}/{kept['id']}", ann.token, json={"title": "Food"})
    assert shown(ann, post)["filtered"][0]["filter"]["title"] == "Food"
    edit = f"/api/v1/statuses/{post['id']}"
    bob.moot.call("PUT", edit, bob.token, json={"status": "only apples"})
    assert words(shown(ann, post)) == words(ann.get("/api/v1/timelines/home")[0]) == ["apples"]
    bob.moot.call("PUT", edit, bob.token, json={"status": "only pears"})
    assert shown(ann, post)["filtered"] == ann.get("/api/v1/timelines/home")[0]["filtered"] == []
    bob.moot.call("PUT", edit, bob.token, json={"status": "only pears", "spoiler_text": "banana"})
    assert words(shown(ann, post)) == ["banana"]
    ann.moot.call("DELETE", f"{V2}/{kept['id']}", ann.token)
    assert shown(ann, post)["filtered"] == ann.get("/api/v1/timelines/home")[0]["filtered"] == []


def test_descriptions_and_several_filters(moot: Moot, ann: Person, bob: Person) -> None:
    new = NewMedia(kind="image", mime="image/png", blob="cd" * 32, description="a ripe mango")
    file = moot.store.write(lambda tx: media.add(tx, Viewer(bob.id), new))
    post = bob.say("look", media_ids=[str(file)])
    first, second = keep(ann, "mango", "fig"), keep(ann, "ripe mango", "look", title="More")
    found = shown(ann, post)["filtered"]
    assert [(r["filter"]["id"], r["keyword_matches"]) for r in found] == [
        (first["id"], ["mango"]),
        (second["id"], ["look", "ripe mango"]),
    ]
    change = {"status": "look", "media_ids": [str(file)]}
    described = {"media_attributes": [{"id": str(file), "description": "a plum"}]}
    moot.call("PUT", f"/api/v1/statuses/{post['id']}", bob.token, json={**change, **described})
    assert words(shown(ann, post)) == ["look"]


def test_answers_of_a_poll(ann: Person, bob: Person) -> None:
    asked = {"options": ["banana", "apple"], "expires_in": 600}
    post = bob.say("what to eat?", poll=asked)
    keep(ann, "apple")
    assert words(shown(ann, post)) == ["apple"]
    edit = {"status": "what to eat?", "poll": {**asked, "options": ["banana", "fig"]}}
    assert bob.moot.call("PUT", f"/api/v1/statuses/{post['id']}", bob.token, json=edit).status == 200
    assert shown(ann, post)["filtered"] == []


def test_what_ran_out_is_listed_and_matches_no_more(ann: Person, bob: Person) -> None:
    post = bob.say("a banana")
    kept = keep(ann, "banana", expires_in=1)
    keep(ann, "banana", expires_in=600, title="Later")
    titles = [r["filter"]["title"] for r in shown(ann, post)["filtered"]]
    assert titles == ["Fruit", "Later"]
    soon(lambda: [r["filter"]["title"] for r in shown(ann, post)["filtered"]] == ["Later"])
    assert [r["filter"]["title"] for r in ann.get("/api/v1/timelines/home")[0]["filtered"]] == ["Later"]
    assert ann.get(V2)[0]["id"] == kept["id"]
    keep(ann, "banana", expires_in=-5, title="Never")
    assert len(shown(ann, post)["filtered"]) == 1


def test_a_thousand_keywords(ann: Person, bob: Person) -> None:
    keep(ann, *(f"word{n}" for n in range(1000)), whole_word=False)
    for n in range(20):
        bob.say(f"an ordinary post number {n}, " + "with some more words " * 15)
    hit = bob.say("this has word777 in it")
    begun = time.monotonic()
    found = ann.get("/api/v1/timelines/home", limit=40)
    assert time.monotonic() - begun < 2
    assert [s["id"] for s in found if s["filtered"]] == [hit["id"]]
    assert words(of(hit, found)) == ["word7", "word77", "word777"]


def test_memory_is_bounded(moot: Moot, ann: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtered, "REMEMBERED", 3)
    monkeypatch.setattr(filtered, "READERS", 2)
    readers = [ann, moot.person(next(NAMES)), moot.person(next(NAMES))]
    for who in readers:
        keep(who, "banana")
    posts = [bob.say(f"banana {n}") for n in range(10)]
    for _ in range(2):
        bob.say("no fruit")  # no answer stands any more
        for who in readers:
            assert [words(shown(who, post)) for post in posts] == [["banana"]] * 10
            kept = moot.house.kept[filtered.KEPT]
            assert len(kept) <= 2
            assert len(kept[who.id].memo[0]) <= 4


# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

USER, PUBLIC = "/api/v1/streaming/user", "/api/v1/streaming/public"


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


def fruit(place: Town, who: Viewer, word: str = "banana") -> Any:
    new = FilterChange(title="Fruit", contexts=["home"], keywords=[KeywordChange(keyword=word)])
    return place.store.write(lambda tx: filters.create(tx, who, new))


async def test_streams_tell_of_changes(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    async with (
        place.events(USER, place.token(ann)) as events,
        place.socket(f"?access_token={place.token(ann)}&stream=user") as socket,
        place.events(USER, place.token(bob)) as other,
    ):
        await place.connected(3)
        assert await events._chunk() == b":)\n"
        await asyncio.to_thread(fruit, place, ann)
        assert await events._chunk() == b"event: filters_changed\ndata: undefined\n\n"
        async with asyncio.timeout(20):
            assert json.loads(await socket.recv()) == {"stream": ["user"], "event": "filters_changed"}
        assert await other.silent()


async def test_streams_say_what_matched(place: Town) -> None:
    ann, bob, cat = place.person("ann"), place.person("bob"), place.person("cat")
    for who in (ann, cat):
        place.follow(who, bob)
    kept = fruit(place, ann)
    tokens = {who: place.token(who) for who in (ann, cat)}
    async with (
        place.events(USER, tokens[ann]) as home,
        place.events(PUBLIC, tokens[ann]) as public,
        place.events(USER, tokens[cat]) as other,
        place.events(PUBLIC, tokens[cat]) as beside,
    ):
        await place.connected(4)
        post = await asyncio.to_thread(place.post, bob, "a banana for @ann")
        heard = dict([await home.next(), await home.next()])
        event, status = await public.next()
        assert (event, status["id"], heard["update"]["id"]) == ("update", str(post), str(post))
        for found in (status, heard["update"], heard["notification"]["status"]):
            assert [r["keyword_matches"] for r in found["filtered"]] == [["banana"]]
            assert found["filtered"][0]["filter"]["id"] == str(kept.id)
        assert (await other.next())[1]["filtered"] == []
        assert (await beside.next())[1]["filtered"] == []
        await asyncio.to_thread(
            place.store.write, lambda tx: edits.edit(tx, bob, post, Change(text="a pear"))
        )
        assert (await home.next())[1]["filtered"] == []
        assert (await public.next())[1]["filtered"] == []
        await asyncio.to_thread(fruit, place, ann, "pear")
        assert (await home._chunk()).startswith(b"event: filters_changed")
        await asyncio.to_thread(place.post, bob, "another pear")
        assert [r["keyword_matches"] for r in (await home.next())[1]["filtered"]] == [["pear"]]


async def test_a_boost_is_filtered_inside_and_outside(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.follow(ann, bob)
    post = place.post(place.person("cat"), "a banana")
    async with place.socket(f"?access_token={place.token(ann)}") as socket:
        await subscribe(socket, "user")
        await settled(socket)
        fruit(place, ann)
        async with asyncio.timeout(20):
            assert json.loads(await socket.recv())["event"] == "filters_changed"
        place.store.write(lambda tx: boosts.boost(tx, bob, post))
        _, event, status = await said(socket)
        assert event == "update"
        assert status["filtered"] == status["reblog"]["filtered"] != []
