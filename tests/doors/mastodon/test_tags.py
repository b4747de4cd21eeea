"""Hashtags: looked at, followed into one's home, shown on profiles."""

from __future__ import annotations

from typing import Any

from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain.access import Archive

_count = iter(range(1000))
HOME = "/api/v1/timelines/home"


def some(moot: Moot, *names: str) -> list[Person]:
    return [moot.person(f"{name}{next(_count)}") for name in names]


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def test_a_tag_used_or_not(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    lee.say("have some #FreshTea")
    found = moot.get("/api/v1/tags/freshTEA")
    assert set(found) == {"id", "name", "url", "history"}
    assert found["name"] == "freshtea"
    assert found["url"] == f"{moot.url}/tags/freshtea"
    assert len(found["history"]) == 7
    assert all(set(each) == {"day", "uses", "accounts"} for each in found["history"])
    assert all(isinstance(value, str) for each in found["history"] for value in each.values())
    mine = kim.get("/api/v1/tags/freshtea")
    assert (mine["following"], mine["featuring"]) == (False, False)
    unused = kim.get("/api/v1/tags/neverseen")
    assert (unused["name"], unused["following"]) == ("neverseen", False)
    for name in ("12", "a b", "%23", "a-b"):
        assert moot.call("GET", f"/api/v1/tags/{name}", kim.token).status == 404, name


def test_followed_tags_bring_public_posts_home(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    first = lee.say("about #Gardens")["id"]
    assert kim.get(HOME) == []
    found = kim.post("/api/v1/tags/GARDENS/follow")
    assert (found["name"], found["following"], found["featuring"]) == ("gardens", True, False)
    assert kim.post("/api/v1/tags/gardens/follow")["following"] is True, "again is fine"
    assert ids(kim.get(HOME)) == [first]
    second = lee.say("more #gardens")["id"]
    for visibility in ("unlisted", "private", "direct"):
        lee.say("quiet #gardens", visibility=visibility)
    lee.say("no tag")
    later = lee.say("a tag to come")["id"]
    assert ids(kim.get(HOME)) == [second, first]
    path = f"/api/v1/statuses/{later}"
    assert moot.call("PUT", path, lee.token, json={"status": "it came #gardens"}).status == 200
    assert ids(kim.get(HOME)) == [later, second, first]
    assert moot.call("PUT", path, lee.token, json={"status": "it went"}).status == 200
    assert ids(kim.get(HOME)) == [second, first]
    max_.post(f"/api/v1/statuses/{first}/reblog")
    assert ids(kim.get(HOME)) == [second, first], "boosts come by following people"
    kim.post(f"/api/v1/accounts/{lee.id}/mute")
    assert kim.get(HOME) == []
    kim.post(f"/api/v1/accounts/{lee.id}/unmute")
    assert kim.post("/api/v1/tags/gardens/unfollow")["following"] is False
    assert kim.get(HOME) == []
    assert kim.post("/api/v1/tags/gardens/unfollow")["following"] is False


def test_open_groups_are_heard_by_their_tags(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    open_ = moot.group(lee, f"open{next(_count)}")
    closed = moot.group(lee, f"closed{next(_count)}", archive=Archive.MEMBERS)
    kim.post("/api/v1/tags/compost/follow")
    said = []
    for group in (open_, closed):
        name = lee.get(f"/api/v1/accounts/{group}")["acct"]
        said.append(lee.say(f"@{name} on #compost"))
    assert [s["visibility"] for s in said] == ["public", "private"]
    assert ids(kim.get(HOME)) == [said[0]["id"]]


def test_the_list_of_followed_tags(moot: Moot) -> None:
    (kim,) = some(moot, "kim")
    for number in range(4):
        kim.post(f"/api/v1/tags/list{number}x/follow")
    page = moot.call("GET", "/api/v1/followed_tags", kim.token, params={"limit": "3"})
    assert [t["name"] for t in page.json] == ["list3x", "list2x", "list1x"]
    assert all(t["following"] for t in page.json)
    next_ = page.headers["link"].split("<")[1].split(">")[0]
    assert [t["name"] for t in moot.call("GET", next_.removeprefix(moot.url), kim.token).json] == ["list0x"]


def test_tags_on_a_profile(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    kim.say("one #Bread")
    kim.say("two #bread #salt")
    kim.say("three #bread", visibility="private")
    path = "/api/v1/featured_tags"
    assert {t["name"] for t in kim.get(f"{path}/suggestions")} == {"bread", "salt"}
    found = kim.post(path, name="#Bread")
    assert set(found) == {"id", "name", "url", "statuses_count", "last_status_at"}
    assert (found["name"], found["statuses_count"], len(found["last_status_at"])) == ("Bread", "2", 10)
    assert kim.post(path, name="bread")["id"] == found["id"], "again is the same"
    assert [t["name"] for t in kim.get(f"{path}/suggestions")] == ["salt"]
    assert kim.post("/api/v1/tags/water/feature")["featuring"] is True
    water = next(t for t in kim.get(path) if t["name"] == "water")
    assert (water["statuses_count"], water["last_status_at"]) == ("0", None)
    assert moot.get(f"/api/v1/accounts/{kim.id}/featured_tags") == kim.get(path)
    assert ids(lee.get(f"/api/v1/accounts/{kim.id}/statuses", tagged="bread")) != []
    assert kim.post("/api/v1/tags/water/unfeature")["featuring"] is False
    assert moot.call("DELETE", f"{path}/{found['id']}", lee.token).status == 404, "not theirs"
    assert moot.call("DELETE", f"{path}/{found['id']}", kim.token).json == {}
    assert moot.call("DELETE", f"{path}/{found['id']}", kim.token).status == 404
    assert kim.get(path) == []


def test_tags_that_can_not_be(moot: Moot) -> None:
    (kim,) = some(moot, "kim")
    invalid = {"error": "Validation failed: Tag is invalid"}
    for name in ("", " ", "two words", "42", "x" * 101):
        found = moot.call("POST", "/api/v1/featured_tags", kim.token, json={"name": name})
        assert (found.status, found.json) == (422, invalid), name
    for verb in ("follow", "unfollow", "feature", "unfeature"):
        assert moot.call("POST", f"/api/v1/tags/42/{verb}", kim.token).status == 404, verb
    for number in range(10):
        kim.post("/api/v1/featured_tags", name=f"tag{number}x")
    assert moot.call("POST", "/api/v1/featured_tags", kim.token, json={"name": "eleventh"}).status == 422
    assert len(kim.get("/api/v1/featured_tags")) == 10


def test_who_may_ask(moot: Moot) -> None:
    (kim,) = some(moot, "kim")
    poor = moot.token(kim.id, "read:search")
    calls = [("POST", f"/api/v1/tags/tea/{verb}") for verb in ("follow", "unfollow", "feature", "unfeature")]
    calls += [("POST", "/api/v1/featured_tags"), ("DELETE", "/api/v1/featured_tags/1")]
    calls += [("GET", "/api/v1/featured_tags/suggestions"), ("GET", "/api/v1/followed_tags")]
    for method, path in calls:
        assert moot.call(method, path).status == 401, path
        assert moot.call(method, path, poor).status == 403, path
