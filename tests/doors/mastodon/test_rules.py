"""What the prose of the contract asks for: posting, editing, deleting, groups, pages, search, sign-up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.doors.mastodon.moot import Moot, Person, running

from folkmoot.domain.access import Archive
from folkmoot.domain.people import apps, lapsed, logins
from folkmoot.doors.mastodon import door

_count = iter(range(1000))


def fresh(moot: Moot, name: str) -> Person:
    """Somebody whose name nobody else in this module has."""
    return moot.person(f"{name}{next(_count)}")


def test_the_same_key_twice_at_once_is_one_post(moot: Moot) -> None:
    kim = fresh(moot, "kim")

    def post(n: int) -> str:
        headers = {"Idempotency-Key": "once"}
        return str(
            moot.call("POST", "/api/v1/statuses", kim.token, json={"status": "one"}, headers=headers).json[
                "id"
            ]
        )

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(post, range(4)))
    assert len(set(ids)) == 1
    assert kim.get(f"/api/v1/accounts/{kim.id}")["statuses_count"] == 1


def test_what_can_t_be_taken_is_said(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    for body in (
        {"poll": {"options": ["a"], "expires_in": 300}},
        {"scheduled_at": "9999-12-31T23:59:59-05:00"},
        {"scheduled_at": "soon"},
        {"quote_approval_policy": "friends"},
        {"visibility": "galaxy"},
        {"status": "x" * 5001},
        {"status": " "},
        {"media_ids": ["1"]},
    ):
        found = moot.call("POST", "/api/v1/statuses", kim.token, json={"status": "x", **body})
        assert found.status == 422, body
        assert found.json["error"].startswith("Validation failed: ")
    found = moot.call("POST", "/api/v1/statuses", kim.token, json={})
    assert found.json == {"error": "Validation failed: Text can't be blank"}
    assert kim.get(f"/api/v1/accounts/{kim.id}")["statuses_count"] == 0


def test_unexpected_mentions_undo_the_post(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    body = {"status": f"hi @{lee.name}", "allowed_mentions": []}
    found = moot.call("POST", "/api/v1/statuses", kim.token, json={**body, "allowed_mentions": [str(kim.id)]})
    assert found.status == 422
    assert found.json["unexpected_accounts"] == [{"id": str(lee.id), "acct": lee.name}]
    assert kim.get(f"/api/v1/accounts/{kim.id}/statuses") == []
    assert kim.say(f"hi @{lee.name}", allowed_mentions=[str(lee.id)])["mentions"][0]["id"] == str(lee.id)


def test_an_edit_replaces_all(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("first", spoiler_text="cw", language="en")
    path = f"/api/v1/statuses/{post['id']}"
    same = moot.call("PUT", path, kim.token, json={"status": "first", "spoiler_text": "cw"}).json
    assert same["edited_at"] is None
    found = moot.call("PUT", path, kim.token, json={"status": "second"}).json
    assert (found["content"], found["spoiler_text"], found["language"]) == ("<p>second</p>", "", "en")
    history = kim.get(f"{path}/history")
    assert [(h["content"], h["spoiler_text"]) for h in history] == [
        ("<p>first</p>", "cw"),
        ("<p>second</p>", ""),
    ]
    assert kim.get(f"{path}/source") == {"id": post["id"], "text": "second", "spoiler_text": ""}
    for method in ("PUT", "DELETE"):
        assert moot.call(method, path, lee.token, json={"status": "mine now"}).status == 404
    gone = moot.call("DELETE", path, kim.token).json
    assert gone["text"] == "second"
    assert "content" not in gone
    assert moot.call("GET", path, kim.token).status == 404


def test_a_deleted_parent_leaves_the_answer(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("root")
    answer = lee.say("leaf", in_reply_to_id=post["id"])
    assert lee.get(f"/api/v1/statuses/{answer['id']}")["in_reply_to_account_id"] == str(kim.id)
    assert moot.call("DELETE", f"/api/v1/statuses/{post['id']}", kim.token).status == 200
    left = lee.get(f"/api/v1/statuses/{answer['id']}")
    assert (left["in_reply_to_id"], left["in_reply_to_account_id"]) == (None, None)


def test_following_a_group_is_joining_it(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    group = moot.group(kim, f"club{next(_count)}", archive=Archive.MEMBERS)
    asked = moot.group(kim, f"club{next(_count)}", joining=1)
    name = kim.get(f"/api/v1/accounts/{group}")["acct"]
    assert kim.get(f"/api/v1/accounts/{group}")["group"] is True
    assert lee.post(f"/api/v1/accounts/{group}/follow")["following"] is True
    assert lee.post(f"/api/v1/accounts/{asked}/follow")["requested"] is True
    post = kim.say(f"@{name} members only")
    assert (post["visibility"], post["mentions"][0]["acct"]) == ("private", name)
    assert [p["id"] for p in lee.get("/api/v1/timelines/home")] == [post["id"]]
    assert [p["id"] for p in lee.get(f"/api/v1/accounts/{group}/statuses")] == [post["id"]]
    answer = lee.say("yes", in_reply_to_id=post["id"])
    assert answer["mentions"][0]["acct"] == name
    for path in (f"/api/v1/statuses/{post['id']}", f"/api/v1/statuses/{answer['id']}/context"):
        assert moot.call("GET", path, max_.token).status == 404
    assert max_.get(f"/api/v1/accounts/{group}/statuses") == []
    assert moot.call("POST", f"/api/v1/statuses/{post['id']}/reblog", lee.token).status == 403
    assert lee.post(f"/api/v1/accounts/{group}/unfollow")["following"] is False
    assert [p["id"] for p in lee.get("/api/v1/timelines/home")] == [answer["id"]], "one's own stays"
    assert moot.call("GET", f"/api/v1/statuses/{post['id']}", lee.token).status == 404


def test_links_of_pages(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    ids = [kim.say(f"number {n}")["id"] for n in range(6)][::-1]
    path = f"/api/v1/accounts/{kim.id}/statuses"
    found = moot.call("GET", path, kim.token, params={"limit": "2", "exclude_replies": "true"})
    assert [p["id"] for p in found.json] == ids[:2]
    link = found.headers["link"]
    assert f"max_id={ids[1]}" in link
    assert f"min_id={ids[0]}" in link
    assert "exclude_replies=true" in link
    assert "limit=2" in link
    pages = {"min_id": ids[3:5], "since_id": ids[:2], "max_id": []}
    for name, wanted in (("min_id", ids[3:5]), ("since_id", ids[:2]), ("max_id", [])):
        assert [p["id"] for p in kim.get(path, limit=2, **{name: ids[5]})] == wanted, pages
    assert "link" not in moot.call("GET", path, kim.token, params={"limit": "two"}).headers
    assert len(kim.get(path, limit=-3)) == 3
    assert len(kim.get(path, limit=10**9)) == 6
    for post in ids:
        kim.post(f"/api/v1/statuses/{post}/favourite")
    first = moot.call("GET", "/api/v1/favourites", kim.token, params={"limit": 2})
    older = moot.http.get(
        first.headers["link"].split(">")[0][1:], headers={"authorization": f"Bearer {kim.token}"}
    )
    newer = moot.http.get(
        older.headers["link"].split("<")[2].split(">")[0], headers={"authorization": f"Bearer {kim.token}"}
    )
    assert [p["id"] for p in older.json()] == [ids[3], ids[2]]
    assert newer.json() == first.json


def test_search_finds_only_what_may_be_found(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("a marmalade sandwich #Toast")
    assert lee.get("/api/v2/search", q="marmalade")["statuses"] == []
    assert [p["id"] for p in kim.get("/api/v2/search", q="marmalade")["statuses"]] == [post["id"]]
    lee.post(f"/api/v1/statuses/{post['id']}/bookmark")
    assert [p["id"] for p in lee.get("/api/v2/search", q="marmalade")["statuses"]] == [post["id"]]
    assert lee.get("/api/v2/search", q=post["url"], resolve="true")["statuses"][0]["id"] == post["id"]
    assert lee.get("/api/v2/search", q="toast")["hashtags"][0]["name"] == "toast"
    only = lee.get("/api/v2/search", q=kim.name, type="accounts")
    assert ([a["id"] for a in only["accounts"]], only["statuses"], only["hashtags"]) == (
        [str(kim.id)],
        [],
        [],
    )
    assert moot.get("/api/v2/search", q="marmalade")["statuses"] == []
    assert moot.call("GET", "/api/v2/search", params={"q": "x", "resolve": "true"}).status == 401
    assert moot.call("GET", "/api/v2/search", lee.token, params={"q": " "}).status == 400
    assert moot.call("GET", "/api/v2/search", lee.token).status == 400


def test_tags_any_all_none(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    one, two, both = (kim.say(t)["id"] for t in ("#uno", "#dos", "#uno #dos"))

    def tagged(tag: str, **more: str) -> list[str]:
        return [p["id"] for p in kim.get(f"/api/v1/timelines/tag/{tag}", **more)]

    assert tagged("UNO") == [both, one]
    assert tagged("uno", **{"any[]": "dos"}) == [both, two, one]
    assert tagged("uno", **{"all[]": "dos"}) == [both]
    assert tagged("uno", **{"none[]": "dos"}) == [one]


def test_notifications(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("hello")
    lee.post(f"/api/v1/statuses/{post['id']}/favourite")
    lee.post(f"/api/v1/statuses/{post['id']}/reblog")
    lee.post(f"/api/v1/accounts/{kim.id}/follow")
    lee.say(f"@{kim.name} hi")
    path = "/api/v1/notifications"
    assert [n["type"] for n in kim.get(path)] == ["mention", "follow", "reblog", "favourite"]
    assert [n["type"] for n in kim.get(path, **{"types[]": "follow"})] == ["follow"]
    assert [n["type"] for n in kim.get(path, **{"exclude_types[]": "follow"})] == [
        "mention",
        "reblog",
        "favourite",
    ]
    assert kim.get(path, **{"types[]": "weather"}) == []
    assert kim.get(path, account_id=kim.id) == []
    assert kim.get(f"{path}/unread_count") == {"count": 4}
    newest = kim.get(path)[0]
    assert (
        kim.post("/api/v1/markers", notifications={"last_read_id": newest["id"]})["notifications"]["version"]
        == 1
    )
    assert kim.get(f"{path}/unread_count") == {"count": 0}
    assert kim.get(f"{path}/{newest['id']}")["status"]["content"].endswith("hi</p>")
    lee.post(f"/api/v1/statuses/{post['id']}/unfavourite")
    assert kim.post(f"{path}/{newest['id']}/dismiss") == {}
    assert [n["type"] for n in kim.get(path)] == ["follow", "reblog"]
    assert moot.call("GET", f"{path}/{newest['id']}", lee.token).status == 404
    assert kim.post(f"{path}/clear") == {}
    assert kim.get(path) == []


def test_pins(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    posts = [kim.say(f"p{n}")["id"] for n in range(6)]
    for post in posts[:5]:
        assert kim.post(f"/api/v1/statuses/{post}/pin")["pinned"] is True
    assert moot.call("POST", f"/api/v1/statuses/{posts[5]}/pin", kim.token).status == 422
    assert moot.call("POST", f"/api/v1/statuses/{posts[5]}/pin", lee.token).status == 422
    direct = kim.say("psst", visibility="direct")["id"]
    assert moot.call("POST", f"/api/v1/statuses/{direct}/pin", kim.token).status == 422
    assert len(moot.get(f"/api/v1/accounts/{kim.id}/statuses", pinned="true")) == 5


def test_signing_up(tmp_path: Path) -> None:
    form = {
        "username": "nova",
        "email": "nova@example.org",
        "password": "long enough",
        "agreement": True,
        "locale": "en",
    }
    with running(tmp_path, (door,), confirm_email=True) as moot:
        app = moot.token(None, "read write")
        found = moot.call("POST", "/api/v1/accounts", app, json=form)
        assert found.status == 200, found.body
        token = found.json["access_token"]
        assert found.json["scope"] == "read write"
        assert moot.call("GET", "/api/v1/timelines/home", token).status == 403
        again = moot.call("POST", "/api/v1/accounts", app, json={**form, "email": "other@example.org"})
        assert again.status == 422
        assert again.json["details"]["username"][0]["error"] == "ERR_TAKEN"
        wrong = {"email": "no address", "password": "x", "agreement": False}
        bad = moot.call("POST", "/api/v1/accounts", app, json={**form, **wrong})
        assert {k: v[0]["error"] for k, v in bad.json["details"].items()} == {
            "username": "ERR_TAKEN",
            "email": "ERR_INVALID",
            "password": "ERR_TOO_SHORT",
            "agreement": "ERR_ACCEPTED",
        }
    with running(tmp_path / "closed", (door,), registration="closed") as moot:
        found = moot.call("POST", "/api/v1/accounts", moot.token(None), json=form)
        assert (found.status, found.json) == (403, {"error": "This action is not allowed"})


def test_an_application_that_nobody_used_is_forgotten(moot: Moot) -> None:
    """Reliability M04: whoever registers ten thousand of them leaves nothing behind."""
    form = {"client_name": "Idle", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    made = [moot.call("POST", "/api/v1/apps", None, json=form).json for _ in range(2)]
    moot.store.write(
        lambda tx: logins.issue_token(tx, account_id=None, app_id=int(made[1]["id"]), scopes="read")
    )
    moot.store.write(lambda tx: tx.text_sql(*["UPDATE apps SET created_at = 1"] * 2))
    moot.store.write(lapsed.sweep)
    left = [moot.store.read(lambda tx, app=app: apps.find(tx, app["client_id"])) for app in made]
    assert [app is None for app in left] == [True, False]


def test_limits_are_told_and_kept(tmp_path: Path) -> None:
    with running(tmp_path, (door,), rate_limits=True) as moot:
        first = moot.call("GET", "/api/v2/instance")
        assert first.headers["x-ratelimit-limit"] == "300"
        body = {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
        answers = [moot.call("POST", "/api/v1/apps", json=body) for _ in range(6)]
        assert [a.status for a in answers] == [200] * 5 + [429]
        assert answers[5].json == {"error": "Too many requests"}
        assert "retry-after" in answers[5].headers
