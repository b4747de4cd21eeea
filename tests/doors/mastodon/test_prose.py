"""Sentences of the contract's prose that are rules, each asked of a server as old and new clients would."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.support.visitor import picture

from folkmoot.store.schema.accounts import accounts

_count = iter(range(10_000))
S = "/api/v1/statuses"
A = "/api/v1/accounts"
POLL = {"options": ["yes", "no"], "expires_in": 300}
NOT_FOUND = (404, {"error": "Record not found"})


@pytest.fixture(scope="module")
def moot(town: Moot) -> Moot:
    return town


def fresh(moot: Moot, name: str, **options: Any) -> Person:
    return moot.person(f"{name}{next(_count)}", **options)


def ask(who: Person, method: str, path: str, **body: Any) -> tuple[int, Any]:
    found = who.moot.call(method, path, who.token, json=body)
    return found.status, found.json


def form(who: Person, method: str, path: str, *pairs: tuple[str, str]) -> Any:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    found = who.moot.call(method, path, who.token, content=urlencode(pairs), headers=headers)
    assert found.status == 200, found.body
    return found.json


def profile(who: Person, **body: Any) -> Any:
    status, found = ask(who, "PATCH", f"{A}/update_credentials", **body)
    assert status == 200, found
    return found


def silence(moot: Moot, who: Person) -> None:
    moot.store.write(lambda tx: tx.update(accounts, {"id": who.id}, silenced_at=tx.now))


# ── 1. values ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_null_that_old_clients_read(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    me = kim.get(f"{A}/{kim.id}")
    for key in (
        "note",
        "display_name",
        "avatar",
        "avatar_static",
        "header",
        "header_static",
        "acct",
        "url",
        "uri",
    ):
        assert isinstance(me[key], str), key
    assert (me["fields"], me["emojis"], me["last_status_at"]) == ([], [], None)
    assert me["created_at"].endswith("T00:00:00.000Z")
    for key in ("avatar", "avatar_static", "header", "header_static"):
        assert me[key].startswith(moot.url)
        assert moot.call("GET", me[key]).status == 200, key
    post = kim.say("hello")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", kim.get(f"{A}/{kim.id}")["last_status_at"])
    for key in ("reblog", "card", "poll", "in_reply_to_id", "in_reply_to_account_id", "edited_at", "quote"):
        assert post[key] is None, key
    for key in ("media_attachments", "mentions", "tags", "emojis", "filtered"):
        assert post[key] == [], key
    for key in ("favourited", "reblogged", "muted", "bookmarked", "pinned"):
        assert post[key] is False, key
    other = fresh(moot, "lee").get(f"{S}/{post['id']}")
    assert "pinned" not in other
    assert post["application"] == {"name": "Test app", "website": None}
    ids = [int(kim.say(f"n{n}")["id"]) for n in range(4)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
    assert not {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"} & set(
        moot.get(f"{S}/{post['id']}")
    )


def test_files_can_be_fetched(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    files = {"file": ("a.png", picture((300, 200)), "image/png")}
    found = moot.call("POST", "/api/v1/media", kim.token, files=files).json
    for key in ("url", "preview_url"):
        assert moot.call("GET", found[key]).status == 200
    assert (found["remote_url"], found["description"], found["type"]) == (None, None, "image")
    original = found["meta"]["original"]
    assert (original["width"], original["height"], original["size"]) == (300, 200, "300x200")
    assert abs(original["aspect"] - 1.5) < 0.001
    assert found["blurhash"]


# ── 2. requests ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_forms_of_old_clients(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    upload = {"file": ("a.png", picture(), "image/png")}
    media = [moot.call("POST", "/api/v1/media", kim.token, files=upload).json["id"] for _ in range(2)]
    found = form(kim, "POST", S, ("status", "x"), ("media_ids[0]", media[0]), ("media_ids[1]", media[1]))
    assert [m["id"] for m in found["media_attachments"]] == media
    asked = [("poll[options][]", "a"), ("poll[options][]", "b"), ("poll[expires_in]", "600")]
    found = form(kim, "POST", S, ("status", "x"), *asked, ("poll[multiple]", "on"), ("sensitive", ""))
    assert [o["title"] for o in found["poll"]["options"]] == ["a", "b"]
    assert (found["poll"]["multiple"], found["sensitive"]) == (True, False)
    mixed = moot.call("POST", f"{S}?visibility=unlisted", kim.token, data={"status": "merged"})
    assert (mixed.json["visibility"], mixed.json["content"]) == ("unlisted", "<p>merged</p>")
    assert form(kim, "POST", "/api/v1/markers", ("home[last_read_id]", "77"))["home"]["last_read_id"] == "77"


def test_a_profile_is_changed_in_part(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    profile(kim, display_name="Kim", note="about", fields_attributes=[{"name": "a", "value": "1"}])
    found = form(
        kim,
        "PATCH",
        f"{A}/update_credentials",
        ("fields_attributes[0][name]", "b"),
        ("fields_attributes[0][value]", "2"),
        ("fields_attributes[1][name]", "c"),
        ("fields_attributes[1][value]", "3"),
        ("source[privacy]", "private"),
        ("source[sensitive]", "true"),
        ("source[language]", "de"),
    )
    assert (found["display_name"], found["source"]["note"]) == ("Kim", "about")
    assert [(f["name"], f["value"]) for f in found["source"]["fields"]] == [("b", "2"), ("c", "3")]
    assert found["fields"][0]["verified_at"] is None
    found = profile(kim, note="", display_name="", fields_attributes={"1": {"name": "d", "value": "4"}})
    assert (found["note"], found["display_name"]) == ("", "")
    assert [f["name"] for f in found["source"]["fields"]] == ["d"]
    post = kim.say("hello")
    assert (post["visibility"], post["sensitive"], post["language"]) == ("private", True, "de")
    defaults = kim.get("/api/v1/preferences")
    assert defaults["posting:default:visibility"] == "private"
    assert defaults["posting:default:sensitive"] is True
    assert defaults["posting:default:language"] == "de"
    image = "data:image/png;base64," + base64.b64encode(picture()).decode()
    assert profile(kim, avatar=image)["avatar"] != found["avatar"]


# ── 3. errors ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_unseen_is_not_there_for_any_act(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    secret = kim.say("secret", visibility="private", poll=POLL)
    post, poll = secret["id"], secret["poll"]["id"]
    assert ask(lee, "POST", S, status="x", in_reply_to_id=post) == NOT_FOUND
    assert ask(lee, "POST", S, status="x", quoted_status_id=post) == NOT_FOUND
    assert ask(lee, "POST", f"/api/v1/polls/{poll}/votes", choices=[0]) == NOT_FOUND
    assert ask(lee, "GET", f"/api/v1/polls/{poll}") == NOT_FOUND
    for act in ("favourite", "reblog", "bookmark", "mute", "pin"):
        assert ask(lee, "POST", f"{S}/{post}/{act}") == NOT_FOUND, act
    for part in ("context", "history", "source", "favourited_by", "reblogged_by", "quotes", "card"):
        assert ask(lee, "GET", f"{S}/{post}/{part}") == NOT_FOUND, part
    assert ask(lee, "POST", f"{S}/{post}/translate") == NOT_FOUND
    for method, body in (("PUT", {"status": "x"}), ("DELETE", {})):
        assert ask(lee, method, f"{S}/{post}", **body) == NOT_FOUND
    filters = lee.post("/api/v2/filters", title="x", context=["home"])
    assert ask(lee, "POST", f"/api/v2/filters/{filters['id']}/statuses", status_id=post) == NOT_FOUND


def test_what_is_seen_and_not_ones_own(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("seen")["id"]
    assert ask(lee, "PUT", f"{S}/{post}", status="x") == NOT_FOUND
    assert ask(lee, "DELETE", f"{S}/{post}") == NOT_FOUND
    assert ask(lee, "PUT", f"{S}/{post}/interaction_policy", quote_approval_policy="nobody") == NOT_FOUND
    assert ask(lee, "POST", f"{S}/{post}/pin")[0] == 422
    lee.post(f"{A}/{kim.id}/follow")
    private = kim.say("to followers", visibility="private")["id"]
    assert ask(lee, "POST", f"{S}/{private}/reblog") == (403, {"error": "This action is not allowed"})
    direct = kim.say(f"@{lee.name} psst", visibility="direct")["id"]
    assert ask(lee, "POST", f"{S}/{direct}/reblog")[0] == 403
    assert kim.post(f"{S}/{private}/reblog")["visibility"] == "private"


def test_relations_that_can_not_be(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    assert ask(kim, "POST", f"{A}/{kim.id}/follow") == (403, {"error": "This action is not allowed"})
    lee.post(f"{A}/{kim.id}/block")
    assert ask(kim, "POST", f"{A}/{lee.id}/follow")[0] == 403
    assert ask(lee, "POST", f"{A}/{kim.id}/follow")[0] == 403
    assert kim.get(f"{A}/relationships", id=lee.id)[0]["blocked_by"] is True
    assert kim.get(f"{A}/{lee.id}")["username"] == lee.name
    lee.say("here")
    assert kim.get(f"{A}/{lee.id}/statuses") == []
    own = kim.say("mine", poll=POLL)["poll"]["id"]
    assert ask(kim, "POST", f"/api/v1/polls/{own}/votes", choices=[0])[0] == 422


# ── 6. scopes ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scopes", "method", "path", "allowed"),
    [
        ("follow", "GET", "/api/v1/blocks", True),
        ("follow", "GET", "/api/v1/mutes", True),
        ("follow", "GET", "/api/v1/follow_requests", True),
        ("follow", "GET", "/api/v1/domain_blocks", True),
        ("follow", "POST", A + "/{lee}/follow", True),
        ("follow", "POST", A + "/{lee}/mute", True),
        ("follow", "POST", A + "/{lee}/unblock", True),
        ("follow", "POST", S, False),
        ("follow", "GET", "/api/v1/timelines/home", False),
        ("write", "POST", S, True),
        ("write", "POST", A + "/{lee}/follow", True),
        ("write:follows", "POST", A + "/{lee}/follow", True),
        ("write:statuses", "POST", A + "/{lee}/follow", False),
        ("read:statuses", "GET", "/api/v1/timelines/home", True),
        ("read:accounts", "GET", "/api/v1/timelines/home", False),
        ("profile", "GET", A + "/verify_credentials", True),
        ("profile", "GET", "/api/v1/preferences", False),
        ("profile", "GET", "/api/v1/timelines/home", False),
        ("read", "POST", "/api/v1/markers", False),
    ],
)
def test_scopes_reach_as_far_as_they_say(
    moot: Moot, scopes: str, method: str, path: str, allowed: bool
) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    token = moot.token(kim.id, scopes)
    body = {"json": {"status": "x"}} if method == "POST" else {}
    found = moot.call(method, path.replace("{lee}", str(lee.id)), token, **body)
    assert found.status == (200 if allowed else 403), found.body


# ── 7. visibility ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_hidden_collections_are_empty_to_others(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    kim.post(f"{A}/{lee.id}/follow")
    lee.post(f"{A}/{kim.id}/follow")
    profile(kim, hide_collections=True)
    for part in ("followers", "following"):
        assert max_.get(f"{A}/{kim.id}/{part}") == []
        assert moot.get(f"{A}/{kim.id}/{part}") == []
        assert len(kim.get(f"{A}/{kim.id}/{part}")) == 1


def test_silenced_authors(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    lee.post(f"{A}/{kim.id}/follow")
    silence(moot, kim)
    start = max_.say("question")
    answer = kim.say("quiet answer", in_reply_to_id=start["id"], visibility="public")
    assert answer["visibility"] == "unlisted"
    assert answer["id"] not in {p["id"] for p in max_.get("/api/v1/timelines/public")}
    context = f"{S}/{start['id']}/context"
    stranger = fresh(moot, "eve")
    assert [p["id"] for p in lee.get(context)["descendants"]] == [answer["id"]]
    assert stranger.get(context)["descendants"] == []
    assert moot.get(context)["descendants"] == []
    assert moot.get(f"{A}/{kim.id}")["limited"] is True


def test_whose_posts_of_an_account(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    lee.post(f"{A}/{kim.id}/follow")
    by = {
        audience: kim.say(
            f"@{max_.name} {audience}" if audience == "direct" else audience, visibility=audience
        )["id"]
        for audience in ("public", "unlisted", "private", "direct")
    }
    path = f"{A}/{kim.id}/statuses"

    def seen(found: list[Any]) -> set[str]:
        return {name for name, id_ in by.items() if id_ in {p["id"] for p in found}}

    assert seen(moot.get(path)) == {"public", "unlisted"}
    assert seen(lee.get(path)) == {"public", "unlisted", "private"}
    assert seen(max_.get(path)) == {"public", "unlisted", "direct"}
    assert seen(kim.get(path)) == set(by)
    assert seen(kim.get(path, exclude_direct=True)) == {"public", "unlisted", "private"}
    pins = [by["public"], by["unlisted"]]
    for id_ in pins:
        kim.post(f"{S}/{id_}/pin")
    assert [p["id"] for p in moot.get(path, pinned=True)] == pins[::-1]
    first = kim.say("thread")["id"]
    second = kim.say("and on", in_reply_to_id=first)["id"]
    other = kim.say("to lee", in_reply_to_id=lee.say("hm")["id"])["id"]
    kept = {p["id"] for p in moot.get(path, exclude_replies=1)}
    assert {first, second} <= kept
    assert other not in kept


@pytest.mark.parametrize("usual", ["public", "unlisted", "private", "direct"])
def test_a_boost_goes_where_its_author_s_posts_go(moot: Moot, usual: str) -> None:
    """And to followers where that would be nobody."""
    kim = fresh(moot, "kim")
    post = fresh(moot, "lee").say("hello")["id"]
    profile(kim, source={"privacy": usual})
    wanted = "private" if usual == "direct" else usual
    assert kim.post(f"{S}/{post}/reblog")["visibility"] == wanted
    kim.post(f"{S}/{post}/unreblog")
    assert kim.post(f"{S}/{post}/reblog", visibility="unlisted")["visibility"] == "unlisted"


def test_a_thread_goes_on_with_its_author_first(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    start = kim.say("start")["id"]
    guest = lee.say("guest", in_reply_to_id=start)["id"]
    own = kim.say("own", in_reply_to_id=start)["id"]
    below = kim.say("below guest", in_reply_to_id=guest)["id"]
    further = kim.say("further", in_reply_to_id=own)["id"]
    found = moot.get(f"{S}/{start}/context")
    assert [p["id"] for p in found["descendants"]] == [own, further, guest, below]
    assert [p["id"] for p in moot.get(f"{S}/{below}/context")["ancestors"]] == [start, guest]
    assert moot.call("DELETE", f"{S}/{guest}", lee.token).status == 200
    assert moot.get(f"{S}/{below}")["in_reply_to_id"] is None
    assert [p["id"] for p in moot.get(f"{S}/{start}/context")["descendants"]][:2] == [own, further]


# ── 12. notifications, 13. the rest ──────────────────────────────────────────────────────────────────────────────────


def test_asking_a_locked_account(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim", locked=True), fresh(moot, "lee"), fresh(moot, "max")
    assert lee.post(f"{A}/{kim.id}/follow")["requested"] is True
    assert kim.get(f"{A}/relationships", id=lee.id)[0]["requested_by"] is True
    assert [n["type"] for n in kim.get("/api/v1/notifications")] == ["follow_request"]
    assert kim.get(f"{A}/verify_credentials")["source"]["follow_requests_count"] == 1
    assert kim.post(f"/api/v1/follow_requests/{lee.id}/authorize")["followed_by"] is True
    assert [n["type"] for n in kim.get("/api/v1/notifications")] == ["follow"]
    max_.post(f"{A}/{kim.id}/follow")
    profile(kim, locked=False)
    assert kim.get("/api/v1/follow_requests") == []
    assert {a["id"] for a in kim.get(f"{A}/{kim.id}/followers")} == {str(lee.id), str(max_.id)}
    assert [n["type"] for n in kim.get("/api/v1/notifications")] == ["follow", "follow"]


def test_finding_by_name(moot: Moot) -> None:
    kim = fresh(moot, "Kim")
    host = moot.url.split("://")[1]
    for name in (kim.name, kim.name.upper(), f"@{kim.name}", f"{kim.name}@{host}"):
        assert moot.get(f"{A}/lookup", acct=name)["id"] == str(kim.id), name
    assert moot.call("GET", f"{A}/lookup", params={"acct": "nobody@far.example"}).status == 404
    assert moot.call("GET", f"{A}/lookup").status in (400, 404)


def test_markers(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    assert kim.get("/api/v1/markers") == {}
    first = kim.post("/api/v1/markers", home={"last_read_id": "10"})
    again = kim.post("/api/v1/markers", home={"last_read_id": "11"}, notifications={"last_read_id": "3"})
    assert again["home"]["version"] > first["home"]["version"]
    assert set(kim.get("/api/v1/markers", **{"timeline[]": "notifications"})) == {"notifications"}
    assert kim.get("/api/v1/markers", **{"timeline[]": "nothing"}) == {}


def test_calls_of_the_past(moot: Moot) -> None:
    """What 2.9-era clients call."""
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    followed = kim.moot.call("POST", "/api/v1/follows", kim.token, data={"uri": lee.name})
    assert (followed.status, followed.json["id"]) == (200, str(lee.id))
    post = lee.say(f"@{kim.name} see https://example.org")["id"]
    assert isinstance(kim.get(f"{S}/{post}/card"), dict)
    notice = kim.get("/api/v1/notifications/")[0]["id"]
    found = moot.call("POST", "/api/v1/notifications/dismiss", kim.token, data={"id": notice})
    assert (found.status, found.json) == (200, {})
    assert kim.get("/api/v1/reports") == []
    assert isinstance(kim.get("/api/v1/search", q=lee.name)["accounts"], list)
    lee.say(f"@{kim.name} psst", visibility="direct")
    kim.say(f"@{lee.name} what?", visibility="direct")
    talk = kim.get("/api/v1/timelines/direct")
    assert [p["visibility"] for p in talk] == ["direct", "direct"]
    assert talk == kim.get("/api/v1/timelines/direct/")
    assert fresh(moot, "max").get("/api/v1/timelines/direct") == []
    assert moot.call("GET", f"{A}/{lee.id}/identity_proofs", kim.token).json == []
    assert moot.get("/api/v1/custom_emojis/") == []


# ── tokens and streams ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_may_travel_as_a_parameter(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    for name in ("access_token", "bearer_token"):
        found = moot.call("GET", f"{A}/verify_credentials", params={name: kim.token})
        assert (found.status, found.json["id"]) == (200, str(kim.id))
        for kind in ({"data": {name: kim.token, "status": "x"}}, {"json": {name: kim.token, "status": "x"}}):
            found = moot.call("POST", S, **kind)
            assert (found.status, found.json["account"]["id"]) == (200, str(kim.id)), kind
        assert moot.call("POST", S, json={name: "dead", "status": "x"}).status == 401
        assert moot.call("POST", S, json={name: {"a": 1}, "status": "x"}).status == 401
    both = moot.call("POST", S, "dead", json={"access_token": kim.token, "status": "x"})
    assert both.status == 401


def test_paths_that_are_no_streams(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    for path in ("nothing", "public/nothing", "user/nothing", "user:notification/x"):
        found = moot.call("GET", f"/api/v1/streaming/{path}", kim.token)
        assert (found.status, found.json) == (400, {"error": "Unknown channel requested"}), path
        assert moot.call("GET", f"/api/v1/streaming/{path}").status == 401
    assert moot.call("GET", "/api/v1/streaming/health").body == b"OK"


def test_a_mark_must_be_an_id(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    assert ask(kim, "POST", "/api/v1/markers", home={"last_read_id": "x"})[0] == 422
    assert kim.get("/api/v1/markers", **{"timeline[]": "home"}) == {}
