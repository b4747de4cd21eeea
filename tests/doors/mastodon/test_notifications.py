"""Notifications as clients meet them: single and grouped, counted and dismissed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain.access import Role
from folkmoot.domain.notices import notices
from folkmoot.domain.people import severances
from folkmoot.store.schema.accounts import accounts
from folkmoot.wire.codecs import parse_time

N1, N2 = "/api/v1/notifications", "/api/v2/notifications"
_count = iter(range(1000))


def fresh(moot: Moot, name: str) -> Person:
    """Somebody whose name nobody else in this module has."""
    return moot.person(f"{name}{next(_count)}")


def like(who: Person, post: Any, *, un: str = "") -> Any:
    return who.post(f"/api/v1/statuses/{post['id']}/{un}favourite")


def follow(who: Person, whom: Person, **more: Any) -> None:
    who.post(f"/api/v1/accounts/{whom.id}/follow", **more)


def types(who: Person, **params: Any) -> list[str]:
    return [n["type"] for n in who.get(N1, **params)]


def status(moot: Moot, who: Person, method: str, path: str, **more: Any) -> int:
    return moot.call(method, path, who.token, **more).status


def links(answer: Any) -> dict[str, str]:
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", ""))
    return {rel: url for url, rel in found}


def test_a_notification_has_exactly_its_fields(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    post = ann.say("hello")
    like(bob, post)
    (one,) = ann.get(N1)
    assert set(one) == {"id", "type", "group_key", "created_at", "account", "status"}
    assert (one["type"], one["account"]["id"], one["status"]["id"]) == ("favourite", str(bob.id), post["id"])
    assert re.fullmatch(rf"favourite-{post['id']}-\d+", one["group_key"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["created_at"])
    assert ann.get(f"{N1}/{one['id']}") == one
    follow(bob, ann)
    newest = ann.get(N1)[0]
    assert set(newest) == {"id", "type", "group_key", "created_at", "account"}
    bob.say(f"@{ann.name} hi")
    assert ann.get(N1)[0]["group_key"] == f"ungrouped-{ann.get(N1)[0]['id']}"


def test_what_was_undone_is_told_no_more_and_twice_is_once(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    post = ann.say("hello")
    for _ in range(2):
        like(bob, post)
        bob.post(f"/api/v1/statuses/{post['id']}/reblog")
        follow(bob, ann)
    assert types(ann) == ["follow", "reblog", "favourite"]
    like(bob, post, un="un")
    bob.post(f"/api/v1/statuses/{post['id']}/unreblog")
    bob.post(f"/api/v1/accounts/{ann.id}/unfollow")
    assert types(ann) == []
    assert ann.get(N2)["notification_groups"] == []
    bob.say(f"@{ann.name} one")
    said = bob.say(f"@{ann.name} two")
    assert types(ann) == ["mention", "mention"]
    assert status(moot, bob, "DELETE", f"/api/v1/statuses/{said['id']}") == 200
    assert types(ann) == ["mention"]
    ann.post(f"/api/v1/accounts/{bob.id}/block")
    assert types(ann) == []


def test_a_reply_alone_is_no_mention(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    post = ann.say("hello")
    bob.say("I answer", in_reply_to_id=post["id"])
    assert types(ann) == []


def test_whoever_asked_hears_of_new_posts_but_not_of_answers_and_boosts(moot: Moot) -> None:
    ann, bob, eve = fresh(moot, "ann"), fresh(moot, "bob"), fresh(moot, "eve")
    follow(ann, bob, notify=True)
    follow(eve, bob)
    other = eve.say("of eve")
    mine = bob.say("news")
    bob.say("to eve", in_reply_to_id=other["id"])
    bob.say("more news", in_reply_to_id=mine["id"])
    bob.say("not for all", visibility="private")
    bob.post(f"/api/v1/statuses/{other['id']}/reblog")
    bob.say(f"@{ann.name} for you")
    found = ann.get(N1)
    assert [n["type"] for n in found] == ["mention", "status", "status", "status"]
    assert found[-1]["status"]["content"] == "<p>news</p>"
    assert types(eve) == ["reblog"]
    follow(ann, bob, notify=False)
    bob.say("unheard")
    assert len(ann.get(N1)) == 4


def test_types_narrow_and_unknown_types_ask_for_nothing(moot: Moot) -> None:
    ann, bob, eve = fresh(moot, "ann"), fresh(moot, "bob"), fresh(moot, "eve")
    post = ann.say("hello")
    like(bob, post)
    follow(bob, ann)
    bob.say(f"@{ann.name} hi")
    like(eve, post)
    assert types(ann, **{"types[]": ["mention", "favourite"]}) == ["favourite", "mention", "favourite"]
    assert types(ann, **{"types[]": "follow"}) == ["follow"]
    assert types(ann, **{"exclude_types[]": ["favourite", "nonsense"]}) == ["mention", "follow"]
    assert types(ann, **{"types[]": ["follow", "mention"], "exclude_types[]": "follow"}) == ["mention"]
    assert types(ann, **{"types[]": "nonsense"}) == []
    assert types(ann, account_id=eve.id) == ["favourite"]
    assert types(ann, account_id=bob.id, **{"types[]": ["mention", "follow"]}) == ["mention", "follow"]
    assert types(ann, account_id="no id") == []
    assert len(ann.get(N1, limit=-2)) == 2
    assert ann.get(N1, limit="x") == []
    words = ann.get(N1, **{"supported_types[]": ["mention", "favourite"]})
    told = {n["type"]: n.get("fallback") for n in words}
    assert told["mention"] is None
    assert told["favourite"] is None
    assert told["follow"] == {"title": f"{bob.name} followed you", "summary": None, "details": None}


def test_pages_hang_together(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    for n in range(7):
        bob.say(f"@{ann.name} {n}")
    everything = [n["id"] for n in ann.get(N1)]
    assert len(everything) == 7
    first = moot.call("GET", N1, ann.token, params={"limit": 3, "types[]": "mention"})
    assert [n["id"] for n in first.json] == everything[:3]
    assert "types%5B%5D=mention" in links(first)["next"] or "types[]=mention" in links(first)["next"]
    second = moot.call("GET", links(first)["next"].removeprefix(moot.url), ann.token)
    assert [n["id"] for n in second.json] == everything[3:6]
    back = moot.call("GET", links(second)["prev"].removeprefix(moot.url), ann.token)
    assert [n["id"] for n in back.json] == everything[:3]
    assert [n["id"] for n in ann.get(N1, min_id=everything[6], limit=2)] == everything[4:6]
    assert [n["id"] for n in ann.get(N1, since_id=everything[2])] == everything[:2]
    empty = moot.call("GET", N1, ann.token, params={"max_id": everything[-1]})
    assert empty.json == []
    assert "link" not in empty.headers


def test_groups_tell_of_many_as_one(moot: Moot) -> None:
    ann, others = fresh(moot, "ann"), [fresh(moot, f"p{n}") for n in range(10)]
    post = ann.say("hello")
    for who in others:
        like(who, post)
    follow(others[0], ann)
    others[1].say(f"@{ann.name} hi")
    found = ann.get(N2)
    assert set(found) == {"accounts", "statuses", "notification_groups"}
    mention, followed, liked = found["notification_groups"]
    assert [mention["type"], followed["type"], liked["type"]] == ["mention", "follow", "favourite"]
    assert set(liked) == {
        "group_key", "notifications_count", "type", "most_recent_notification_id", "page_min_id", "page_max_id",
        "latest_page_notification_at", "sample_account_ids", "status_id",
    }  # fmt: skip
    assert liked["notifications_count"] == 10
    assert liked["sample_account_ids"] == [str(who.id) for who in others[:1:-1]]
    assert liked["status_id"] == post["id"]
    single = ann.get(N1, **{"types[]": "favourite"})
    assert {n["group_key"] for n in single} == {liked["group_key"]}
    assert liked["page_max_id"] == liked["most_recent_notification_id"] == single[0]["id"]
    assert liked["page_min_id"] == single[-1]["id"]
    assert mention["group_key"] == f"ungrouped-{mention['most_recent_notification_id']}"
    assert sorted(a["id"] for a in found["accounts"]) == sorted(
        {*liked["sample_account_ids"], str(others[0].id), str(others[1].id)}
    )
    assert sorted(s["id"] for s in found["statuses"]) == sorted({post["id"], mention["status_id"]})
    assert "status_id" not in followed

    alone = ann.get(f"{N2}/{liked['group_key']}")["notification_groups"]
    assert [g["notifications_count"] for g in alone] == [10]
    assert "page_min_id" not in alone[0]
    assert ann.get(f"{N2}/{mention['group_key']}")["notification_groups"][0]["type"] == "mention"
    page = moot.call("GET", f"{N2}/{liked['group_key']}/accounts", ann.token, params={"limit": 6})
    rest = moot.call("GET", links(page)["next"].removeprefix(moot.url), ann.token)
    assert [a["id"] for a in page.json + rest.json] == [str(who.id) for who in others[::-1]]
    assert [a["id"] for a in ann.get(f"{N2}/{mention['group_key']}/accounts")] == [str(others[1].id)]

    like(others[9], post, un="un")
    like(others[0], post, un="un")
    liked = ann.get(N2)["notification_groups"][-1]
    assert liked["notifications_count"] == 8
    assert liked["sample_account_ids"] == [str(who.id) for who in others[8:0:-1]]
    assert liked["page_min_id"] == single[-2]["id"]
    assert ann.post(f"{N2}/{liked['group_key']}/dismiss") == {}
    assert types(ann) == ["mention", "follow"]
    assert ann.post(f"{N2}/{mention['group_key']}/dismiss") == {}
    assert types(ann) == ["follow"]


def test_groups_in_pages_appear_once(moot: Moot) -> None:
    ann, bob, eve = fresh(moot, "ann"), fresh(moot, "bob"), fresh(moot, "eve")
    posts = [ann.say(f"post {n}") for n in range(4)]
    for who in (bob, eve):
        for post in posts:
            like(who, post)
            who.say(f"@{ann.name} {post['id']}")
    keys: list[str] = []
    path: str | None = f"{N2}?limit=3"
    while path:
        answer = moot.call("GET", path, ann.token)
        keys += [g["group_key"] for g in answer.json["notification_groups"]]
        path = links(answer).get("next", "").removeprefix(moot.url)
    assert len(keys) == len(set(keys)) == 12
    first = ann.get(N2, limit=3)["notification_groups"]
    lowest = min(int(g["most_recent_notification_id"]) for g in first)
    assert all(lowest <= int(g["page_min_id"]) <= int(g["page_max_id"]) for g in first)
    some = ann.get(N2, **{"grouped_types[]": "follow"})["notification_groups"]
    assert len(some) == 16
    assert all(g["notifications_count"] == 1 for g in some)
    assert all(g["group_key"].startswith("ungrouped-") for g in some)
    both = ann.get(N2, **{"grouped_types[]": ["follow", "favourite"], "types[]": "favourite"})
    assert [g["notifications_count"] for g in both["notification_groups"]] == [2, 2, 2, 2]
    by_bob = ann.get(N2, account_id=bob.id)["notification_groups"]
    assert {g["type"] for g in by_bob} == {"mention"}


def test_slim_accounts(moot: Moot) -> None:
    ann, bob, eve = fresh(moot, "ann"), fresh(moot, "bob"), fresh(moot, "eve")
    post = ann.say("hello")
    like(bob, post)
    like(eve, post)
    found = ann.get(N2, expand_accounts="partial_avatars")
    assert [a["id"] for a in found["accounts"]] == [str(eve.id)]
    (slim,) = found["partial_accounts"]
    assert set(slim) == {
        "id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot",
    }  # fmt: skip
    assert slim["id"] == str(bob.id)
    assert "partial_accounts" not in ann.get(N2, expand_accounts="full")
    assert status(moot, ann, "GET", f"{N2}?expand_accounts=some") == 422


def test_dismissing_in_all_its_forms(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    for n in range(7):
        bob.say(f"@{ann.name} {n}")
    ids = [n["id"] for n in ann.get(N1)]
    assert ann.post(f"{N1}/{ids[0]}/dismiss") == {}
    assert ann.post(f"{N1}/dismiss", id=ids[1]) == {}
    assert status(moot, ann, "POST", f"{N1}/dismiss") == 400
    assert status(moot, ann, "DELETE", f"{N1}/{ids[2]}") == 200
    assert status(moot, ann, "DELETE", f"{N1}/destroy_multiple?ids[]={ids[3]}&ids[]={ids[4]}") == 200
    assert [n["id"] for n in ann.get(N1)] == ids[5:]
    assert status(moot, bob, "POST", f"{N1}/{ids[5]}/dismiss") == 404
    assert status(moot, bob, "GET", f"{N1}/{ids[5]}") == 404
    assert status(moot, ann, "GET", f"{N1}/{ids[0]}") == 404
    assert status(moot, ann, "GET", f"{N1}/nonsense") == 404
    assert status(moot, ann, "GET", f"{N2}/nonsense") == 404
    assert status(moot, bob, "GET", f"{N2}/ungrouped-{ids[5]}") == 404
    assert status(moot, ann, "GET", f"{N2}/favourite-1-1/accounts") == 404
    assert ann.post(f"{N1}/clear") == {}
    assert ann.get(N1) == []
    bob.say(f"@{ann.name} again")
    assert ann.post(f"{N2}/clear") == {}
    assert ann.get(N1) == []


def test_unread_is_what_is_newer_than_the_marker(moot: Moot) -> None:
    ann, bob, eve = fresh(moot, "ann"), fresh(moot, "bob"), fresh(moot, "eve")
    post = ann.say("hello")
    bob.say(f"@{ann.name} hi")
    read = ann.get(N1)[0]["id"]
    assert ann.get(f"{N1}/unread_count") == {"count": 1}
    like(bob, post)
    like(eve, post)
    follow(bob, ann)
    made = ann.post("/api/v1/markers", notifications={"last_read_id": read})["notifications"]
    assert (made["last_read_id"], made["version"]) == (read, 1)
    assert ann.get(f"{N1}/unread_count") == {"count": 3}
    assert ann.get(f"{N1}/unread_count", limit=2) == {"count": 2}
    assert ann.get(f"{N1}/unread_count", **{"types[]": "follow"}) == {"count": 1}
    assert ann.get(f"{N1}/unread_count", account_id=eve.id) == {"count": 1}
    assert ann.get(f"{N2}/unread_count") == {"count": 2}
    assert ann.get(f"{N2}/unread_count", **{"grouped_types[]": "follow"}) == {"count": 3}
    assert ann.get("/api/v2_alpha/notifications/unread_count") == {"count": 2}
    again = ann.post("/api/v1/markers", notifications={"last_read_id": ann.get(N1)[0]["id"]})
    assert again["notifications"]["version"] == 2
    assert ann.get(f"{N1}/unread_count") == {"count": 0}
    assert ann.get("/api/v1/markers") == {}


def test_the_old_paths_of_groups(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    like(bob, ann.say("hello"))
    (group,) = ann.get("/api/v2_alpha/notifications")["notification_groups"]
    assert ann.get(f"/api/v2_alpha/notifications/{group['group_key']}")["notification_groups"]
    assert ann.post(f"/api/v2_alpha/notifications/{group['group_key']}/dismiss") == {}
    assert ann.get(N1) == []


def promoted(moot: Moot, who: Person) -> Person:
    moot.store.write(lambda tx: tx.update(accounts, {"id": who.id}, role=int(Role.ADMIN)))
    return who


def test_sign_ups_are_told_together(moot: Moot) -> None:
    chief = promoted(moot, fresh(moot, "chief"))
    came = [fresh(moot, "newcomer") for _ in range(2)]
    for who in came:
        moot.store.write(lambda tx, id_=who.id: notices.add(tx, chief.id, "sign_up", id_))
    newcomers = chief.get(N1, **{"types[]": "admin.sign_up"})
    assert [n["account"]["id"] for n in newcomers] == [str(who.id) for who in came[::-1]]
    (group,) = chief.get(N2)["notification_groups"]
    assert (group["type"], group["notifications_count"]) == ("admin.sign_up", 2)


def test_notices_about_no_post_hold_what_they_are_about(moot: Moot) -> None:
    ann, bob = promoted(moot, fresh(moot, "ann")), fresh(moot, "bob")
    report = bob.post("/api/v1/reports", account_id=str(bob.id), comment="myself")
    moot.store.write(lambda tx: severances.record(tx, ann.id, "domain_block", "far.example", 3, 0))
    moot.store.write(lambda tx: notices.add(tx, ann.id, "annual_report", ann.id, about_id=2025))
    found = {n["type"]: n for n in ann.get(N1)}
    assert set(found) == {"admin.report", "severed_relationships", "annual_report"}
    assert found["admin.report"]["report"]["id"] == report["id"]
    event = found["severed_relationships"]["event"]
    assert (event["target_name"], event["followers_count"], event["purged"]) == ("far.example", 3, False)
    groups = {g["type"]: g for g in ann.get(N2)["notification_groups"]}
    assert groups["annual_report"]["annual_report"] == {"year": "2025"}
    assert groups["severed_relationships"]["event"] == event


def test_an_edit_is_told_to_boosters_once(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    post = ann.say("hello")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    for text in ("better", "best"):
        assert status(moot, ann, "PUT", f"/api/v1/statuses/{post['id']}", json={"status": text}) == 200
    (told,) = bob.get(N1)
    assert told["type"] == "update"
    assert told["status"]["content"] == "<p>best</p>"
    assert parse_time(told["created_at"])


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", N1, "write:notifications"),
        ("GET", N2, "read:statuses"),
        ("GET", f"{N2}/policy", "write"),
        ("PATCH", f"{N2}/policy", "read"),
        ("GET", f"{N1}/policy", "write"),
        ("PATCH", f"{N1}/policy", "read"),
        ("GET", f"{N1}/requests", "write"),
        ("POST", f"{N1}/requests/accept", "read"),
        ("GET", f"{N1}/requests/merged", "write"),
        ("POST", f"{N1}/clear", "read"),
        ("POST", f"{N2}/clear", "read"),
        ("DELETE", f"{N1}/1", "read"),
        ("GET", f"{N1}/unread_count", "write"),
        ("GET", f"{N2}/unread_count", "write"),
        ("GET", f"{N2}/x/accounts", "push"),
    ],
)
def test_a_token_that_reaches_is_needed(moot: Moot, method: str, path: str, scope: str) -> None:
    token = moot.token(fresh(moot, "ann").id, scope)
    assert moot.call(method, path).status == 401
    found = moot.call(method, path, token, json={"id": ["1"]} if method != "GET" else None)
    assert found.status == 403
    assert found.json == {"error": "This action is outside the authorized scopes"}


def test_marks_set_at_once_lose_no_version(moot: Moot) -> None:
    ann = fresh(moot, "ann")

    def put(n: int) -> int:
        body = {"home": {"last_read_id": str(n)}, "notifications": {"last_read_id": str(n)}}
        return moot.call("POST", "/api/v1/markers", ann.token, json=body).status

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(put, range(1, 13))) == {200}
    marks = ann.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]})
    assert [marks[name]["version"] for name in ("home", "notifications")] == [12, 12]
