"""Lists: made, changed, filled, and what their timelines hold by each rule of answers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

_count = iter(range(1000))
PATH = "/api/v1/lists"
HOME = "/api/v1/timelines/home"


def some(moot: Moot, *names: str) -> list[Person]:
    return [moot.person(f"{name}{next(_count)}") for name in names]


def follow(me: Person, *others: Person) -> None:
    for other in others:
        me.post(f"/api/v1/accounts/{other.id}/follow")


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def made(me: Person, *people: Person, **options: Any) -> str:
    """A list with these people."""
    new = me.post(PATH, title="Some", **options)
    if people:
        me.post(f"{PATH}/{new['id']}/accounts", account_ids=[str(p.id) for p in people])
    return str(new["id"])


def read(me: Person, list_id: str, **page: Any) -> list[str]:
    return ids(me.get(f"/api/v1/timelines/list/{list_id}", **page))


def test_a_list_from_its_making_to_its_end(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    assert kim.get(PATH) == []
    new = kim.post(PATH, title="  Close   friends ")
    assert new == {"id": new["id"], "title": "Close friends", "replies_policy": "list", "exclusive": False}
    assert kim.get(PATH) == [new]
    one = f"{PATH}/{new['id']}"
    assert kim.get(one) == new
    for method in ("GET", "PUT", "DELETE"):
        assert moot.call(method, one, lee.token, json={"title": "mine"}).status == 404, method
    found = moot.call("PUT", one, kim.token, json={"replies_policy": "none", "exclusive": True}).json
    assert found == {"id": new["id"], "title": "Close friends", "replies_policy": "none", "exclusive": True}
    found = moot.call("PUT", one, kim.token, data={"title": "Friends", "exclusive": "false"}).json
    assert found == {"id": new["id"], "title": "Friends", "replies_policy": "none", "exclusive": False}
    assert moot.call("DELETE", one, kim.token).json == {}
    assert moot.call("GET", one, kim.token).status == 404
    assert moot.call("DELETE", one, kim.token).status == 404
    assert kim.get(PATH) == []


def test_titles_and_policies_that_can_not_be(moot: Moot) -> None:
    (kim,) = some(moot, "kim")
    blank = {"error": "Validation failed: Title can't be blank"}
    for body in ({}, {"title": " "}, {"title": ""}):
        found = moot.call("POST", PATH, kim.token, json=body)
        assert (found.status, found.json) == (422, blank), body
    assert moot.call("POST", PATH, kim.token, json={"title": "x" * 257}).status == 422
    assert moot.call("POST", PATH, kim.token, json={"title": "x", "replies_policy": "some"}).status == 422
    new = kim.post(PATH, title="x" * 256, replies_policy="followed", exclusive=True)
    assert (len(new["title"]), new["replies_policy"], new["exclusive"]) == (256, "followed", True)
    found = moot.call("PUT", f"{PATH}/{new['id']}", kim.token, json={"title": ""})
    assert (found.status, found.json) == (422, blank)
    for _ in range(49):
        kim.post(PATH, title="more")
    assert moot.call("POST", PATH, kim.token, json={"title": "too many"}).status == 422


def test_who_may_ask(moot: Moot) -> None:
    (kim,) = some(moot, "kim")
    one = made(kim)
    poor = moot.token(kim.id, "read:search write:filters")
    calls = [("GET", ""), ("POST", "")] + [
        (method, f"/{one}{rest}")
        for method, rest in (
            ("GET", ""), ("PUT", ""), ("DELETE", ""),
            ("GET", "/accounts"), ("POST", "/accounts"), ("DELETE", "/accounts"),
        )
    ]  # fmt: skip
    for method, rest in calls:
        body = {"title": "x", "account_ids": ["1"]}
        assert moot.call(method, PATH + rest, json=body).status == 401, (method, rest)
        assert moot.call(method, PATH + rest, poor, json=body).status == 403, (method, rest)
    assert moot.call("GET", f"/api/v1/timelines/list/{one}").status == 401
    assert moot.call("GET", f"/api/v1/timelines/list/{one}", poor).status == 403
    assert moot.call("GET", "/api/v1/timelines/list/77", kim.token).status == 404


def test_members_come_and_go(moot: Moot) -> None:
    kim, lee, max_, nan = some(moot, "kim", "lee", "max", "nan")
    locked = moot.person(f"locked{next(_count)}", locked=True)
    follow(kim, lee, max_, locked)
    one = made(kim)
    path = f"{PATH}/{one}/accounts"
    assert moot.call("POST", path, kim.token, data={"account_ids[]": [lee.id, max_.id]}).json == {}
    assert ids(kim.get(path)) == [str(max_.id), str(lee.id)]
    found = moot.call("POST", path, kim.token, json={"account_ids": [str(locked.id), str(lee.id)]})
    assert (found.status, found.json) == (422, {"error": "Validation failed: Account has already been taken"})
    assert len(kim.get(path)) == 2, "all or none"
    assert moot.call("POST", path, kim.token, json={"account_ids": [str(nan.id)]}).status == 404, (
        "not followed"
    )
    assert moot.call("POST", path, kim.token, json={"account_ids": ["77"]}).status == 404
    assert moot.call("POST", path, lee.token, json={"account_ids": [str(lee.id)]}).status == 404, "not theirs"
    kim.post(path, account_ids=[str(locked.id), str(kim.id)])
    assert ids(kim.get(f"/api/v1/accounts/{lee.id}/lists")) == [one]
    assert kim.get(f"/api/v1/accounts/{nan.id}/lists") == []
    assert moot.call("GET", "/api/v1/accounts/77/lists", kim.token).status == 404
    everybody = [str(kim.id), str(locked.id), str(max_.id), str(lee.id)]
    assert ids(kim.get(path, limit=0)) == everybody
    page = moot.call("GET", path, kim.token, params={"limit": "3"})
    assert ids(page.json) == everybody[:3]
    next_ = page.headers["link"].split("<")[1].split(">")[0]
    assert ids(moot.call("GET", next_.removeprefix(moot.url), kim.token).json) == everybody[3:]
    form = moot.call("DELETE", path, kim.token, data={"account_ids[]": [lee.id, nan.id]})
    assert (form.status, form.json) == (200, {})
    assert moot.call("DELETE", path, kim.token, params={"account_ids[]": [max_.id]}).json == {}
    kim.post(f"/api/v1/accounts/{locked.id}/unfollow")
    assert ids(kim.get(path)) == [str(kim.id)], "who is followed no longer is in no list"


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("list", {"root", "boost", "self", "to me", "to member"}),
        ("followed", {"root", "boost", "self", "to me", "to member", "to followed"}),
        ("none", {"root", "boost", "self", "to me"}),
    ],
)
def test_what_a_list_holds(moot: Moot, policy: str, wanted: set[str]) -> None:
    kim, lee, max_, nan, odd = some(moot, "kim", "lee", "max", "nan", "odd")
    follow(kim, lee, max_, nan)
    one = made(kim, lee, max_, replies_policy=policy)
    roots = {who: who.say("a root")["id"] for who in (kim, lee, max_, nan, odd)}
    said = {
        "root": roots[lee],
        "self": lee.say("more", in_reply_to_id=roots[lee])["id"],
        "to me": lee.say("to me", in_reply_to_id=roots[kim])["id"],
        "to member": lee.say("to member", in_reply_to_id=roots[max_])["id"],
        "to followed": lee.say("to followed", in_reply_to_id=roots[nan])["id"],
        "to stranger": lee.say("to stranger", in_reply_to_id=roots[odd])["id"],
        "direct": lee.say(f"psst @{kim.name}", visibility="direct")["id"],
        "boost": lee.post(f"/api/v1/statuses/{roots[odd]}/reblog")["id"],
        "other": roots[nan],
        "mine": roots[kim],
    }
    names = {id_: name for name, id_ in said.items()}
    found = [names[i] for i in read(kim, one) if i in names]
    assert set(found) == wanted
    assert read(kim, one) == sorted(read(kim, one), key=int, reverse=True)
    kim.post(f"/api/v1/accounts/{odd.id}/mute")
    assert said["boost"] not in read(kim, one)
    kim.post(f"/api/v1/accounts/{lee.id}/mute")
    assert set(read(kim, one)) == {roots[max_]}, "muted members are left out of lists"


def test_exclusive_lists_keep_their_people_out_of_home(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    follow(kim, lee, max_)
    here, there = lee.say("one")["id"], max_.say("two")["id"]
    passed = lee.post(f"/api/v1/statuses/{there}/reblog")["id"]
    assert ids(kim.get(HOME)) == [there, here], "a boost of what is just below is a repeat"
    one = made(kim, lee)
    assert here in ids(kim.get(HOME))
    path = f"{PATH}/{one}"
    moot.call("PUT", path, kim.token, json={"title": "Some", "exclusive": True})
    assert ids(kim.get(HOME)) == [there]
    assert read(kim, one) == [passed, here]
    moot.call("DELETE", f"{path}/accounts", kim.token, json={"account_ids": [str(lee.id)]})
    assert here in ids(kim.get(HOME))
    kim.post(f"{path}/accounts", account_ids=[str(lee.id), str(kim.id)])
    own = kim.say("my own")["id"]
    assert ids(kim.get(HOME)) == [own, there], "one's own stay"
    assert moot.call("DELETE", path, kim.token).status == 200
    assert here in ids(kim.get(HOME))


def test_pages_of_a_list(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    follow(kim, lee)
    one = made(kim, lee)
    said = [lee.say(f"number {n}")["id"] for n in range(7)][::-1]
    assert read(kim, one, limit=3) == said[:3]
    assert read(kim, one, limit=3, max_id=said[2]) == said[3:6]
    assert read(kim, one, limit=2, min_id=said[5]) == said[3:5]
    assert read(kim, one, limit=2, since_id=said[5]) == said[:2]
    page = moot.call("GET", f"/api/v1/timelines/list/{one}", kim.token, params={"limit": "2"})
    assert f"max_id={said[1]}" in page.headers["link"]
