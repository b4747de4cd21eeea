"""Finding people and posts: suggestions, the directory, and the operators of the search."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person


@pytest.fixture(scope="module")
def folk(moot: Moot) -> dict[str, Person]:
    found = {name: moot.person(name, discoverable=True) for name in ("ana", "ben", "cy", "dot", "eve")}
    found["hid"] = moot.person("hid")
    found["ana"].post(f"/api/v1/accounts/{found['ben'].id}/follow")
    for name in ("cy", "hid"):
        found["ben"].post(f"/api/v1/accounts/{found[name].id}/follow")
    found["ben"].post(f"/api/v1/accounts/{found['dot'].id}/follow")
    found["eve"].post(f"/api/v1/accounts/{found['dot'].id}/follow")
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return [entry.get("account", entry)["acct"] for entry in found]


def test_friends_of_friends_come_first(folk: dict[str, Person]) -> None:
    found = folk["ana"].get("/api/v2/suggestions")
    assert names(found)[:2] == ["cy", "dot"]
    assert (found[0]["source"], found[0]["sources"]) == (
        "past_interactions",
        ["friends_of_friends", "most_followed"],
    )
    assert (found[2]["source"], found[2]["sources"]) == ("global", ["most_followed"])
    assert not {"ana", "ben", "hid"} & set(names(found))


def test_the_first_version_and_limits(moot: Moot, folk: dict[str, Person]) -> None:
    answer = moot.call("GET", "/api/v1/suggestions?limit=1", folk["ana"].token)
    assert names(answer.json) == ["cy"]
    assert "deprecation" in answer.headers
    assert moot.call("GET", "/api/v1/suggestions").status == 401
    assert moot.call("GET", "/api/v2/suggestions", moot.token(folk["ana"].id, "write")).status == 403


def test_whoever_is_avoided_is_not_suggested(moot: Moot, folk: dict[str, Person]) -> None:
    ana = folk["ana"]
    moot.call("POST", f"/api/v1/accounts/{ana.id}/block", folk["cy"].token)
    assert "cy" not in names(ana.get("/api/v2/suggestions"))
    moot.call("POST", f"/api/v1/accounts/{ana.id}/unblock", folk["cy"].token)
    ana.post(f"/api/v1/accounts/{folk['cy'].id}/mute")
    assert "cy" not in names(ana.get("/api/v2/suggestions"))
    ana.post(f"/api/v1/accounts/{folk['cy'].id}/unmute")


def test_dismissing(moot: Moot, folk: dict[str, Person]) -> None:
    path = f"/api/v1/suggestions/{folk['dot'].id}"
    assert moot.call("DELETE", path, folk["ana"].token).json == {}
    assert moot.call("DELETE", path, folk["ana"].token).json == {}
    assert "dot" not in names(folk["ana"].get("/api/v2/suggestions"))
    assert "dot" in names(moot.person("newcomer").get("/api/v2/suggestions"))


def test_the_directory(moot: Moot, folk: dict[str, Person]) -> None:
    folk["cy"].say("I speak")
    active = moot.get("/api/v1/directory")
    assert names(active)[0] == "cy"
    assert "hid" not in names(active)
    newest = names(moot.get("/api/v1/directory", order="new", local=True))
    assert newest == ["eve", "dot", "cy", "ben", "ana"]
    assert names(moot.get("/api/v1/directory", order="new", offset=2, limit=2)) == ["cy", "ben"]
    assert moot.get("/api/v1/directory", offset=1000) == []
    folk["ana"].post(f"/api/v1/accounts/{folk['cy'].id}/mute")
    assert "cy" not in names(folk["ana"].get("/api/v1/directory"))
    folk["ana"].post(f"/api/v1/accounts/{folk['cy'].id}/unmute")


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def said(moot: Moot, folk: dict[str, Person]) -> dict[str, str]:
    ana, ben = folk["ana"], folk["ben"]
    out = {"plain": ana.say("oranges and lemons", language="en")["id"]}
    out["german"] = ana.say("oranges auf deutsch", language="de")["id"]
    out["warned"] = ana.say("oranges, rotten", sensitive=True)["id"]
    out["answer"] = ana.say("oranges again", in_reply_to_id=out["plain"])["id"]
    out["poll"] = ana.say("oranges?", poll={"options": ["yes", "no"], "expires_in": 600})["id"]
    out["unlisted"] = ana.say("oranges quietly", visibility="unlisted")["id"]
    out["bens"] = ben.say("oranges of mine")["id"]
    return out


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("oranges", "unlisted poll answer warned german plain"),
        ("oranges language:de", "german"),
        ("oranges is:sensitive", "warned"),
        ("oranges is:reply", "answer"),
        ("oranges has:poll", "poll"),
        ("oranges -has:poll -is:reply -is:sensitive", "unlisted german plain"),
        ("oranges has:media", ""),
        ("oranges in:public", "poll answer warned german plain"),
        ("from:me", "unlisted poll answer warned german plain"),
        ("oranges from:ana", "unlisted poll answer warned german plain"),
        ("oranges from:@ana", "unlisted poll answer warned german plain"),
        ("oranges -from:ana", ""),
        ("oranges from:nobodyatall", ""),
        ("oranges before:2020-01-01", ""),
        ("oranges after:2020-01-01 lemons", "plain"),
        ("oranges during:2020-01-01", ""),
        ('"oranges and lemons"', "plain"),
    ],
)
def test_operators(folk: dict[str, Person], said: dict[str, str], query: str, wanted: str) -> None:
    found = folk["ana"].get("/api/v2/search", q=query, type="statuses")["statuses"]
    assert [post["id"] for post in found] == [said[name] for name in wanted.split()]


def test_bounds_and_authors(folk: dict[str, Person], said: dict[str, str]) -> None:
    ana = folk["ana"]

    def search(**params: Any) -> list[str]:
        found = ana.get("/api/v2/search", q="oranges", type="statuses", **params)["statuses"]
        return [post["id"] for post in found]

    assert search(max_id=said["german"]) == [said["plain"]]
    assert search(min_id=said["plain"], limit=2) == [said["warned"], said["german"]]
    assert search(offset=4, limit=1) == [said["german"]]
    assert search(account_id=str(folk["ben"].id)) == []
    assert search(account_id=str(ana.id), limit=1) == [said["unlisted"]]
    assert search(limit=0) == []


def test_strangers_posts_are_found_only_when_they_let_them(
    folk: dict[str, Person], said: dict[str, str]
) -> None:
    ben = folk["ben"]
    assert [p["id"] for p in ben.get("/api/v2/search", q="oranges")["statuses"]] == [said["bens"]]
    ben.post(f"/api/v1/statuses/{said['plain']}/favourite")
    assert said["plain"] in [p["id"] for p in ben.get("/api/v2/search", q="oranges")["statuses"]]


def test_refusals(moot: Moot, folk: dict[str, Person]) -> None:
    for params, status in (
        ({"q": " "}, 400),
        ({}, 400),
        ({"q": "x", "resolve": "true"}, 401),
        ({"q": "x", "offset": "1"}, 401),
    ):
        assert moot.call("GET", "/api/v2/search", params=params).status == status, params
    found = moot.call("GET", "/api/v2/search", folk["ana"].token, params={"q": "x", "offset": "-1"})
    assert found.status == 400
    assert set(moot.get("/api/v2/search", q="ana")) == {"accounts", "statuses", "hashtags"}
    assert names(moot.get("/api/v2/search", q="ana", type="hashtags")["accounts"]) == []


def test_addresses_lead_to_what_they_name(moot: Moot, folk: dict[str, Person], said: dict[str, str]) -> None:
    ben = folk["ben"]
    found = ben.get("/api/v2/search", q=f"{moot.url}/@ana/{said['plain']}", resolve=True)
    assert ([p["id"] for p in found["statuses"]], found["accounts"]) == ([said["plain"]], [])
    assert names(ben.get("/api/v2/search", q=f"{moot.url}/@cy")["accounts"]) == ["cy"]
    assert ben.get("/api/v2/search", q=f"{moot.url}/@cy", type="statuses")["accounts"] == []


def test_the_search_of_old(moot: Moot, folk: dict[str, Person], said: dict[str, str]) -> None:
    folk["ana"].say("#Citrus")
    found = folk["ana"].get("/api/v1/search", q="citrus")
    assert found["hashtags"] == ["citrus"]
    assert set(found) == {"accounts", "statuses", "hashtags"}
    assert moot.call("GET", "/api/v1/search?q=x").status == 401


def test_people_one_follows(folk: dict[str, Person]) -> None:
    ana = folk["ana"]
    assert names(ana.get("/api/v1/accounts/search", q="b", following=True)) == ["ben"]
    assert names(ana.get("/api/v1/accounts/search", q="cy", following=True)) == []
    assert names(ana.get("/api/v2/search", q="ben", type="accounts", following=True)["accounts"]) == ["ben"]
