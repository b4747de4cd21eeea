"""Policy and requests as clients meet them: what is set aside waits, what is dropped is gone."""

from __future__ import annotations

import re
from typing import Any

from tests.doors.mastodon.moot import Moot, Person

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


DEFAULT = {
    "for_not_following": "accept",
    "for_not_followers": "accept",
    "for_new_accounts": "accept",
    "for_private_mentions": "filter",
    "for_limited_accounts": "filter",
    "for_bots": "accept",
    "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
}


def policy(moot: Moot, who: Person, method: str = "PATCH", **choices: str) -> Any:
    found = moot.call(method, f"{N2}/policy", who.token, json=choices)
    assert found.status == 200, found.body
    return found.json


def test_the_policy_is_kept(moot: Moot) -> None:
    ann = fresh(moot, "ann")
    assert ann.get(f"{N2}/policy") == DEFAULT
    assert policy(moot, ann, for_not_following="drop")["for_not_following"] == "drop"
    changed = policy(moot, ann, "PUT", for_private_mentions="accept")
    assert changed == {**DEFAULT, "for_not_following": "drop", "for_private_mentions": "accept"}
    assert ann.get(f"{N2}/policy") == changed
    assert status(moot, ann, "PATCH", f"{N2}/policy", json={"for_new_accounts": "perhaps"}) == 422
    assert ann.get(f"{N1}/policy") == {
        "filter_not_following": True,
        "filter_not_followers": False,
        "filter_new_accounts": False,
        "filter_private_mentions": False,
        "summary": DEFAULT["summary"],
    }
    for method in ("PUT", "PATCH"):
        old = moot.call(method, f"{N1}/policy", ann.token, data={"filter_not_following": "false"})
        assert old.json["filter_not_following"] is False
    assert ann.get(f"{N2}/policy")["for_not_following"] == "accept"


def test_what_is_set_aside_waits_as_a_request(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    policy(moot, ann, for_not_following="filter")
    post = ann.say("hello")
    like(bob, post)
    assert ann.get(f"{N1}/requests") == []
    first, last = bob.say(f"@{ann.name} one"), bob.say(f"@{ann.name} two")
    assert ann.get(N1) == []
    assert ann.get(N2)["notification_groups"] == []
    assert ann.get(f"{N1}/unread_count") == {"count": 0}
    aside = ann.get(N1, include_filtered=True)
    assert [(n["type"], n["filtered"]) for n in aside] == [
        ("mention", True),
        ("mention", True),
        ("favourite", True),
    ]
    assert all(n["group_key"].startswith("ungrouped-") for n in aside)
    assert len(ann.get(N2, include_filtered=True)["notification_groups"]) == 3
    assert types(ann, include_filtered=True, account_id=bob.id, **{"types[]": "mention"}) == ["mention"] * 2
    (request,) = ann.get(f"{N1}/requests")
    assert set(request) == {
        "id", "created_at", "updated_at", "account", "notifications_count", "last_status",
    }  # fmt: skip
    assert (request["account"]["id"], request["notifications_count"]) == (str(bob.id), "2")
    assert request["last_status"]["id"] == last["id"]
    assert ann.get(f"{N1}/requests/{request['id']}") == request
    assert policy(moot, ann)["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 3}
    assert status(moot, bob, "DELETE", f"/api/v1/statuses/{last['id']}") == 200
    (request,) = ann.get(f"{N1}/requests")
    assert (request["notifications_count"], request["last_status"]["id"]) == ("1", first["id"])
    assert ann.get(f"{N1}/requests/merged") == {"merged": True}

    assert ann.post(f"{N1}/requests/{request['id']}/accept") == {}
    assert types(ann) == ["mention", "favourite"]
    assert ann.get(f"{N1}/requests") == []
    bob.say(f"@{ann.name} three")
    assert types(ann) == ["mention", "mention", "favourite"]
    assert status(moot, ann, "POST", f"{N1}/requests/{request['id']}/accept") == 404


def test_requests_are_dismissed_and_answered_in_bulk(moot: Moot) -> None:
    ann, people = fresh(moot, "ann"), [fresh(moot, f"p{n}") for n in range(4)]
    policy(moot, ann, for_not_following="filter")
    for who in people:
        who.say(f"@{ann.name} hello")
    found = ann.get(f"{N1}/requests")
    assert [r["account"]["id"] for r in found] == [str(who.id) for who in people[::-1]]
    page = moot.call("GET", f"{N1}/requests", ann.token, params={"limit": 3})
    assert [r["id"] for r in page.json] == [r["id"] for r in found[:3]]
    rest = moot.call("GET", links(page)["next"].removeprefix(moot.url), ann.token)
    assert [r["id"] for r in rest.json] == [found[3]["id"]]
    assert "next" not in links(rest)
    ids = [r["id"] for r in found]
    assert ann.post(f"{N1}/requests/{ids[0]}/dismiss") == {}
    assert types(ann, include_filtered=True) == ["mention"] * 3
    assert ann.post(f"{N1}/requests/dismiss", id=[ids[1]]) == {}
    assert status(moot, people[0], "POST", f"{N1}/requests/{ids[2]}/accept") == 404
    people[0].post(f"{N1}/requests/accept", id=ids[2:])
    assert types(ann) == []
    # Mastodon.py doubles the brackets.
    answer = moot.call("POST", f"{N1}/requests/accept", ann.token, data={"id[][]": ids[2:]})
    assert answer.status == 200
    assert answer.json == {}
    assert types(ann, include_filtered=True) == ["mention", "mention"] == types(ann)
    people[3].say(f"@{ann.name} still unasked")
    for answered in ("accept", "dismiss"):  # none is named
        assert ann.post(f"{N1}/requests/{answered}") == {}
    assert [r["account"]["id"] for r in ann.get(f"{N1}/requests")] == [str(people[3].id)]
    ann.post(f"/api/v1/accounts/{people[3].id}/block")
    assert ann.get(f"{N1}/requests") == []


def test_dropped_is_gone_for_good(moot: Moot) -> None:
    ann, bob = fresh(moot, "ann"), fresh(moot, "bob")
    policy(moot, ann, for_new_accounts="drop")
    like(bob, ann.say("hello"))
    bob.say(f"@{ann.name} hi")
    assert ann.get(N1, include_filtered=True) == []
    follow(ann, bob)
    bob.say(f"@{ann.name} hi")
    assert types(ann) == ["mention"]
