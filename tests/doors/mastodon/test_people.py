"""Bonds between people as clients see them: follow, block, mute, note, endorse, block a server; and what home does."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.support.waiting import soon

from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.store.schema.accounts import accounts as accounts_t

_count = iter(range(1000))
HOME = "/api/v1/timelines/home"
PLAIN = {
    "following": False,
    "showing_reblogs": False,
    "notifying": False,
    "languages": None,
    "followed_by": False,
    "blocking": False,
    "blocked_by": False,
    "muting": False,
    "muting_notifications": False,
    "muting_expires_at": None,
    "requested": False,
    "requested_by": False,
    "domain_blocking": False,
    "endorsed": False,
    "note": "",
}


def fresh(moot: Moot, name: str, **options: Any) -> Person:
    return moot.person(f"{name}{next(_count)}", **options)


def some(moot: Moot, *names: str) -> list[Person]:
    return [fresh(moot, name) for name in names]


def afar(moot: Moot, name: str, domain: str) -> Person:
    """Somebody whose account is of another server."""
    who = fresh(moot, name)
    moot.store.write(lambda tx: tx.update(accounts_t, {"id": who.id}, domain=domain))
    return who


def bond(me: Person, other: Person | int) -> dict[str, Any]:
    found = me.get("/api/v1/accounts/relationships", id=other if isinstance(other, int) else other.id)
    assert len(found) == 1
    return dict(found[0])


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def act(me: Person, other: Person, verb: str, **data: Any) -> dict[str, Any]:
    return dict(me.post(f"/api/v1/accounts/{other.id}/{verb}", **data))


# ── what is answered ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_answer_is_the_whole_relation(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    base = {"id": str(lee.id), **PLAIN}
    assert bond(kim, lee) == base
    followed = {**base, "following": True, "showing_reblogs": True}
    assert act(kim, lee, "follow") == followed
    assert bond(lee, kim) == {**base, "id": str(kim.id), "followed_by": True}
    assert act(kim, lee, "note", comment="owes me tea") == {**followed, "note": "owes me tea"}
    assert act(kim, lee, "endorse")["endorsed"] is True
    assert act(kim, lee, "pin")["endorsed"] is True
    found = act(kim, lee, "mute", duration=3600, notifications=False)
    assert (found["muting"], found["muting_notifications"]) == (True, False)
    assert found["muting_expires_at"] > "2026"
    assert (found["endorsed"], found["note"], found["following"]) == (True, "owes me tea", True)
    assert act(kim, lee, "unmute")["muting_expires_at"] is None
    found = act(kim, lee, "block")
    assert found == {**base, "blocking": True, "note": "owes me tea"}, "a block ends follow and endorsement"
    assert bond(lee, kim) == {**base, "id": str(kim.id), "blocked_by": True}
    assert act(kim, lee, "unblock") == {**base, "note": "owes me tea"}
    assert act(kim, lee, "note", comment="") == base


def test_options_of_a_follow_change_and_stay(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    found = act(kim, lee, "follow", reblogs=False, notify=True, languages=["en", "pt-BR", "; drop"])
    assert (found["showing_reblogs"], found["notifying"], found["languages"]) == (
        False,
        True,
        ["en", "pt-BR"],
    )
    found = act(kim, lee, "follow")
    assert (found["showing_reblogs"], found["notifying"], found["languages"]) == (
        False,
        True,
        ["en", "pt-BR"],
    )
    found = act(kim, lee, "follow", reblogs=True, languages=[])
    assert (found["showing_reblogs"], found["notifying"], found["languages"]) == (True, True, None)
    assert kim.get(f"/api/v1/accounts/{kim.id}")["following_count"] == 1


def test_relationships_keep_order_and_skip_the_unknown(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    path = "/api/v1/accounts/relationships"
    assert ids(kim.get(path, **{"id[]": [max_.id, "77", "x", lee.id, max_.id]})) == [
        str(max_.id),
        str(lee.id),
    ]
    assert ids(kim.get(path, id=lee.id)) == [str(lee.id)]
    assert kim.get(path) == []
    moot.store.write(lambda tx: tx.update(accounts_t, {"id": max_.id}, suspended_at=tx.now))
    both = {"id[]": [lee.id, max_.id]}
    assert ids(kim.get(path, **both)) == [str(lee.id)]
    assert ids(kim.get(path, with_suspended=True, **both)) == [str(lee.id), str(max_.id)]
    assert moot.call("POST", f"/api/v1/accounts/{max_.id}/follow", kim.token).status == 404


def test_what_may_not_be_said_of_oneself_or_across_a_block(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    denied = {"error": "This action is not allowed"}
    for verb in ("follow", "block", "mute"):
        found = moot.call("POST", f"/api/v1/accounts/{kim.id}/{verb}", kim.token)
        assert (found.status, found.json) == (403, denied), verb
    act(lee, kim, "block")
    assert moot.call("POST", f"/api/v1/accounts/{lee.id}/follow", kim.token).status == 403
    assert moot.call("POST", f"/api/v1/accounts/{kim.id}/follow", lee.token).status == 403
    found = moot.call("POST", f"/api/v1/accounts/{lee.id}/endorse", kim.token)
    said = "Validation failed: You must be already following the person you want to endorse"
    assert (found.status, found.json) == (422, {"error": said})
    found = moot.call("POST", f"/api/v1/accounts/{lee.id}/note", kim.token, json={"comment": "x" * 2001})
    assert found.status == 422
    assert act(kim, lee, "note", comment="x" * 2000)["note"] == "x" * 2000
    found = moot.call("POST", "/api/v1/domain_blocks", kim.token, json={"domain": "no domain"})
    assert (found.status, found.json["error"][:17]) == (422, "Validation failed")


READS = (
    "blocks",
    "mutes",
    "endorsements",
    "domain_blocks",
    "follow_requests",
    "followed_tags",
    "featured_tags",
)
VERBS = ("note", "pin", "unpin", "endorse", "unendorse", "remove_from_followers", "mute", "unmute", "block")


def test_who_may_ask(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    poor = moot.token(kim.id, "read:search")
    for name in READS:
        assert moot.call("GET", f"/api/v1/{name}").status == 401, name
        assert moot.call("GET", f"/api/v1/{name}", poor).status == 403, name
        assert kim.get(f"/api/v1/{name}") == []
        assert "link" not in moot.call("GET", f"/api/v1/{name}", kim.token).headers
    for verb in VERBS:
        path = f"/api/v1/accounts/{lee.id}/{verb}"
        assert moot.call("POST", path).status == 401, verb
        assert moot.call("POST", path, poor).status == 403, verb
        assert moot.call("POST", f"/api/v1/accounts/77/{verb}", kim.token).status == 404, verb
    for path in ("endorsements", "featured_tags", "followers"):
        assert moot.get(f"/api/v1/accounts/{lee.id}/{path}") == []
        assert moot.call("GET", f"/api/v1/accounts/77/{path}").status == 404
    assert kim.get(f"/api/v1/accounts/{lee.id}/identity_proofs") == []
    assert moot.call("GET", "/api/v1/accounts/77/identity_proofs", kim.token).status == 404


# ── lists of people ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["block", "mute", "endorse"])
def test_lists_are_paged_by_their_own_rows(moot: Moot, name: str) -> None:
    kim = fresh(moot, "kim")
    others = some(moot, *["lee"] * 5)
    for other in others:
        act(kim, other, "follow")
        act(kim, other, name)
    wanted = [str(other.id) for other in others][::-1]
    path: str | None = f"/api/v1/{name}s" if name != "endorse" else "/api/v1/endorsements"
    assert ids(kim.get(str(path))) == wanted
    assert ids(kim.get(str(path), max_id=wanted[0])) != wanted[1:], "the cursor is no account"
    got: list[str] = []
    path = f"{path}?limit=2"
    prev = ""
    while path:
        found = moot.call("GET", path, kim.token)
        got += ids(found.json)
        links = {
            part.split('"')[1]: part.split("<")[1].split(">")[0] for part in found.headers["link"].split(",")
        }
        prev = prev or links["prev"]
        path = links.get("next", "").removeprefix(moot.url)
    assert got == wanted
    assert "since_id=" in prev
    assert moot.call("GET", prev.removeprefix(moot.url), kim.token).json == []


def test_the_list_of_mutes_says_when_they_end(moot: Moot) -> None:
    kim, lee, max_, nan = some(moot, "kim", "lee", "max", "nan")
    act(kim, lee, "mute")
    act(kim, max_, "mute", duration=600)
    act(kim, nan, "mute", duration=1)
    first = kim.get("/api/v1/mutes")
    assert ids(first) == [str(nan.id), str(max_.id), str(lee.id)]
    assert first[2]["mute_expires_at"] is None
    assert first[1]["mute_expires_at"] > first[0]["mute_expires_at"]
    assert "mute_expires_at" not in kim.get(f"/api/v1/accounts/{max_.id}")
    act(kim, max_, "mute", duration=0)
    soon(lambda: len(kim.get("/api/v1/mutes")) == 2)
    assert [(a["id"], a["mute_expires_at"]) for a in kim.get("/api/v1/mutes")] == [
        (str(max_.id), None),
        (str(lee.id), None),
    ]
    assert bond(kim, nan)["muting"] is False


def test_hidden_people_are_not_told(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    act(lee, kim, "follow")
    act(lee, kim, "endorse")
    act(max_, lee, "follow")
    paths = [f"/api/v1/accounts/{lee.id}/{name}" for name in ("followers", "following", "endorsements")]
    assert [len(max_.get(path)) for path in paths] == [1, 1, 1]
    moot.store.write(lambda tx: update_profile(tx, lee.viewer, ProfileChange(hide_collections=True)))
    assert [max_.get(path) for path in paths] == [[], [], []]
    assert [len(lee.get(path)) for path in paths] == [1, 1, 1]
    assert max_.get("/api/v1/accounts/familiar_followers", **{"id[]": kim.id})[0]["accounts"] == []


def test_familiar_followers(moot: Moot) -> None:
    kim, lee, max_, nan = some(moot, "kim", "lee", "max", "nan")
    for one, other in ((kim, lee), (kim, max_), (lee, nan), (max_, nan), (nan, max_)):
        act(one, other, "follow")
    path = "/api/v1/accounts/familiar_followers"
    found = moot.call("GET", path, kim.token, json={"id": [str(nan.id), str(lee.id), "77"]}).json
    assert [(f["id"], set(ids(f["accounts"]))) for f in found] == [
        (str(nan.id), {str(lee.id), str(max_.id)}),
        (str(lee.id), set()),
    ]
    assert "acct" in found[0]["accounts"][0]
    assert kim.get(path, id=nan.id)[0]["id"] == str(nan.id)


# ── effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_block_ends_everything_between_two(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    act(kim, lee, "follow")
    act(lee, kim, "follow")
    mine = kim.post("/api/v1/lists", title="friends")
    theirs = lee.post("/api/v1/lists", title="friends")
    for who, other, kept in ((kim, lee, mine), (lee, kim, theirs)):
        who.post(f"/api/v1/lists/{kept['id']}/accounts", account_ids=[str(other.id)])
    lee.say(f"hello @{kim.name}")
    assert len(kim.get("/api/v1/notifications")) == 2
    act(kim, lee, "block")
    assert kim.get("/api/v1/notifications") == []
    for who, kept in ((kim, mine), (lee, theirs)):
        assert who.get(f"/api/v1/lists/{kept['id']}/accounts") == []
        account = who.get(f"/api/v1/accounts/{who.id}")
        assert (account["followers_count"], account["following_count"]) == (0, 0)


def test_a_request_is_let_in_turned_down_or_ended(moot: Moot) -> None:
    kim = fresh(moot, "kim", locked=True)
    lee, max_, nan = some(moot, "lee", "max", "nan")
    for who in (lee, max_, nan):
        found = act(who, kim, "follow")
        assert (found["following"], found["requested"]) == (False, True)
    assert bond(kim, lee)["requested_by"] is True
    path = "/api/v1/follow_requests"
    assert ids(kim.get(path)) == [str(nan.id), str(max_.id), str(lee.id)]
    assert kim.post(f"{path}/{lee.id}/authorize")["followed_by"] is True
    assert kim.post(f"{path}/{max_.id}/reject")["requested_by"] is False
    assert moot.call("POST", f"{path}/{max_.id}/authorize", kim.token).status == 404
    assert (
        moot.call("PATCH", "/api/v1/accounts/update_credentials", kim.token, json={"locked": False}).status
        == 200
    )
    assert kim.get(path) == [], "who unlocks lets in all who wait"
    assert ids(kim.get(f"/api/v1/accounts/{kim.id}/followers")) == [str(nan.id), str(lee.id)]
    assert act(kim, lee, "remove_from_followers")["followed_by"] is False
    assert act(kim, lee, "remove_from_followers")["followed_by"] is False
    assert bond(lee, kim)["following"] is False


def test_following_by_name_as_in_2_9(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    assert kim.post("/api/v1/follows", uri=f"@{lee.name}")["id"] == str(lee.id)
    assert bond(kim, lee)["following"] is True
    assert moot.call("POST", "/api/v1/follows", kim.token, json={"uri": "nobody@nowhere.test"}).status == 404


def test_blocking_a_server(moot: Moot) -> None:
    kim, ben = some(moot, "kim", "ben")
    far = afar(moot, "far", "far.example")
    act(kim, far, "follow")
    act(far, kim, "follow")
    act(kim, ben, "follow")
    post = far.say("from afar #distance")
    ben.post(f"/api/v1/statuses/{post['id']}/reblog")
    path = "/api/v1/domain_blocks"
    assert len(kim.get(HOME)) == 1
    assert kim.get(f"{path}/preview", domain="FAR.example") == {"following_count": 1, "followers_count": 1}
    assert moot.call("POST", path, kim.token, data={"domain": " Far.Example "}).json == {}
    assert moot.call("POST", path, kim.token, json={"domain": "far.example"}).json == {}
    assert kim.get(path) == ["far.example"]
    found = bond(kim, far)
    assert (found["domain_blocking"], found["following"], found["followed_by"]) == (True, False, False)
    for timeline in (HOME, "/api/v1/timelines/public", "/api/v1/timelines/tag/distance"):
        assert post["id"] not in str(kim.get(timeline)), timeline
    assert moot.call("POST", f"/api/v1/accounts/{far.id}/follow", kim.token).status == 403
    assert ids(kim.get(f"/api/v1/accounts/{far.id}/statuses")) == [post["id"]], "a profile stays visible"
    assert moot.call("DELETE", path, kim.token, data={"domain": "far.example"}).json == {}
    assert kim.get(path) == []
    assert post["id"] in ids(kim.get("/api/v1/timelines/tag/distance"))
    for number in range(3):
        kim.post(path, domain=f"n{number}.example")
    page = moot.call("GET", path, kim.token, params={"limit": "2"})
    assert page.json == ["n2.example", "n1.example"]
    assert 'rel="next"' in page.headers["link"]


# ── home ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_home_hears_of_every_change_at_once(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    first = lee.say("hello")["id"]
    assert kim.get(HOME) == []
    act(kim, lee, "follow")
    assert ids(kim.get(HOME)) == [first]
    for verb, back in (("mute", "unmute"), ("unfollow", "follow")):
        act(kim, lee, verb)
        assert kim.get(HOME) == [], verb
        act(kim, lee, back)
        assert ids(kim.get(HOME)) == [first], back
    named = lee.say(f"look @{max_.name}")["id"]
    boosted = max_.say("of my own")["id"]
    passed = lee.post(f"/api/v1/statuses/{boosted}/reblog")["id"]
    assert ids(kim.get(HOME)) == [passed, named, first]
    act(kim, max_, "mute")
    assert ids(kim.get(HOME)) == [first], "no boosts of, and no mentions of, whom one mutes"
    act(kim, max_, "unmute")
    act(kim, lee, "follow", reblogs=False)
    assert ids(kim.get(HOME)) == [named, first]
    act(max_, kim, "block")
    act(kim, lee, "follow", reblogs=True)
    assert ids(kim.get(HOME)) == [named, first], "nothing of who blocks the reader"


def test_answers_languages_and_direct_ones_at_home(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    act(kim, lee, "follow", languages=["en"])
    lee.say("auf deutsch", language="de")
    english = lee.say("in english", language="en")["id"]
    spoken = lee.say("in none")
    parent = max_.say("from a stranger")
    lee.say("to a stranger", in_reply_to_id=parent["id"], language="en")
    direct = lee.say(f"psst @{kim.name}", visibility="direct", language="en")["id"]
    lee.say(f"psst @{max_.name}", visibility="direct", language="en")
    root = lee.say("root", language="en")["id"]
    leaf = lee.say("leaf", in_reply_to_id=root, language="en")["id"]
    known = [i for i in ids(kim.get(HOME)) if i != spoken["id"]]
    assert known == [leaf, root, direct, english]
    assert moot.call("DELETE", f"/api/v1/statuses/{root}", lee.token).status == 200
    assert [i for i in ids(kim.get(HOME)) if i != spoken["id"]] == [direct, english], "the leaf lost its root"
    max_.say(f"psst @{kim.name}", visibility="direct")
    assert [i for i in ids(kim.get(HOME)) if i != spoken["id"]] == [direct, english]


def test_profile_and_thread_of_whom_one_blocks(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    root = kim.say("root")["id"]
    answer = lee.say("answer", in_reply_to_id=root)["id"]
    below = max_.say("below", in_reply_to_id=answer)["id"]
    passed = max_.post(f"/api/v1/statuses/{answer}/reblog")["id"]
    context = f"/api/v1/statuses/{root}/context"
    assert ids(kim.get(context)["descendants"]) == [answer, below]
    assert passed in ids(kim.get(f"/api/v1/accounts/{max_.id}/statuses"))
    for verb, back in (("block", "unblock"), ("mute", "unmute")):
        act(kim, lee, verb)
        assert ids(kim.get(context)["descendants"]) == [below], verb
        assert ids(kim.get(f"/api/v1/accounts/{lee.id}/statuses")) == [answer], "visible to who blocks"
        assert passed not in ids(kim.get(f"/api/v1/accounts/{max_.id}/statuses")), (
            "boosts of the avoided are left out"
        )
        act(kim, lee, back)
    act(kim, lee, "block")
    assert lee.get(f"/api/v1/accounts/{kim.id}/statuses") == []
    assert lee.get(f"/api/v1/accounts/{kim.id}")["acct"] == kim.name
    moot.store.write(lambda tx: tx.update(accounts_t, {"id": max_.id}, silenced_at=tx.now))
    assert kim.get(context)["descendants"] == [], "silenced, and not followed"
    act(kim, max_, "follow")
    assert ids(kim.get(context)["descendants"]) == [below]
