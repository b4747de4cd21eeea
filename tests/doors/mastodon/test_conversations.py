"""Conversations as clients meet them: one per thread and set of people, read and unread, listed by last posts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

C = "/api/v1/conversations"
_count = iter(range(1000))


def friends(moot: Moot, count: int) -> list[Person]:
    """People who follow each other."""
    people = [moot.person(f"talk{next(_count)}") for _ in range(count)]
    for one in people:
        for other in people:
            if one is not other:
                one.post(f"/api/v1/accounts/{other.id}/follow")
    return people


def whisper(who: Person, *to: Person, **more: Any) -> Any:
    return who.say(" ".join(f"@{other.name}" for other in to) + " psst", visibility="direct", **more)


def test_a_conversation_has_exactly_its_fields(moot: Moot) -> None:
    ann, bob = friends(moot, 2)
    said = whisper(ann, bob)
    (theirs,) = bob.get(C)
    assert set(theirs) == {"id", "unread", "accounts", "last_status"}
    assert theirs["unread"] is True
    assert [a["id"] for a in theirs["accounts"]] == [str(ann.id)]
    assert theirs["last_status"]["id"] == said["id"]
    (mine,) = ann.get(C + "/")
    assert mine["unread"] is False
    assert mine["id"] != theirs["id"]
    assert [a["id"] for a in mine["accounts"]] == [str(bob.id)]
    assert mine["last_status"]["favourited"] is False


def test_one_for_each_thread_and_set_of_people(moot: Moot) -> None:
    ann, bob, eve = friends(moot, 3)
    first = whisper(ann, bob)
    answer = whisper(bob, ann, in_reply_to_id=first["id"])
    (mine,) = ann.get(C)
    assert mine["last_status"]["id"] == answer["id"]
    assert mine["unread"] is True
    assert bob.get(C)[0]["unread"] is False
    wider = whisper(ann, bob, eve, in_reply_to_id=answer["id"])
    found = ann.get(C)
    assert [c["last_status"]["id"] for c in found] == [wider["id"], answer["id"]]
    assert {a["id"] for a in found[0]["accounts"]} == {str(bob.id), str(eve.id)}
    assert [c["last_status"]["id"] for c in eve.get(C)] == [wider["id"]]
    anew = whisper(ann, bob)
    assert [c["last_status"]["id"] for c in bob.get(C)] == [anew["id"], wider["id"], answer["id"]]
    ann.say("aloud")
    assert len(ann.get(C)) == 3


def test_read_and_unread(moot: Moot) -> None:
    ann, bob = friends(moot, 2)
    whisper(ann, bob)
    (mine,) = bob.get(C)
    read = bob.post(f"{C}/{mine['id']}/read")
    assert read == {**mine, "unread": False} == bob.get(C)[0]
    assert bob.post(f"{C}/{mine['id']}/unread") == mine
    for path in (f"{C}/{mine['id']}/read", f"{C}/{mine['id']}/unread", f"{C}/1/read", f"{C}/x/read"):
        assert moot.call("POST", path, ann.token).status == 404


def test_removing_one_leaves_the_posts(moot: Moot) -> None:
    ann, bob = friends(moot, 2)
    first = whisper(ann, bob)
    (mine,) = bob.get(C)
    assert moot.call("DELETE", f"{C}/{mine['id']}", ann.token).status == 404
    gone = moot.call("DELETE", f"{C}/{mine['id']}", bob.token)
    assert (gone.status, gone.json) == (200, {})
    assert bob.get(C) == []
    assert len(ann.get(C)) == 1
    assert bob.get(f"/api/v1/statuses/{first['id']}")["id"] == first["id"]
    whisper(ann, bob, in_reply_to_id=first["id"])
    assert len(bob.get(C)) == 1


def test_a_deleted_last_post_gives_way_to_the_one_before(moot: Moot) -> None:
    ann, bob = friends(moot, 2)
    first = whisper(ann, bob)
    second = whisper(bob, ann, in_reply_to_id=first["id"])
    assert moot.call("DELETE", f"/api/v1/statuses/{second['id']}", bob.token).status == 200
    assert ann.get(C)[0]["last_status"]["id"] == first["id"] == bob.get(C)[0]["last_status"]["id"]
    assert moot.call("DELETE", f"/api/v1/statuses/{first['id']}", ann.token).status == 200
    assert ann.get(C) == [] == bob.get(C)


def test_a_block_ends_it_for_whoever_blocks(moot: Moot) -> None:
    ann, bob, eve = friends(moot, 3)
    whisper(ann, bob, eve)
    whisper(ann, eve)
    ann.post(f"/api/v1/accounts/{bob.id}/block")
    (left,) = ann.get(C)
    assert [a["id"] for a in left["accounts"]] == [str(eve.id)]
    assert [c["last_status"] for c in bob.get(C)] == [None]


def test_strangers_wait_until_they_are_let_in(moot: Moot) -> None:
    ann, bob = (moot.person(f"stranger{next(_count)}") for _ in range(2))
    said = whisper(bob, ann)
    assert ann.get(C) == []
    assert len(bob.get(C)) == 1
    (request,) = ann.get("/api/v1/notifications/requests")
    assert request["last_status"]["id"] == said["id"]
    ann.post(f"/api/v1/notifications/requests/{request['id']}/accept")
    (mine,) = ann.get(C)
    assert mine["unread"] is True
    assert mine["last_status"]["id"] == said["id"]


def test_whoever_was_written_to_may_answer_a_stranger(moot: Moot) -> None:
    ann, bob = (moot.person(f"stranger{next(_count)}") for _ in range(2))
    said = whisper(ann, bob)
    whisper(bob, ann, in_reply_to_id=said["id"])
    assert ann.get(C)[0]["unread"] is True
    assert [n["type"] for n in ann.get("/api/v1/notifications")] == ["mention"]


def test_a_muted_thread_is_still_listed(moot: Moot) -> None:
    ann, bob = friends(moot, 2)
    said = whisper(ann, bob)
    bob.post(f"/api/v1/statuses/{said['id']}/mute")
    last = whisper(ann, bob, in_reply_to_id=said["id"])
    assert bob.get(C)[0]["last_status"]["id"] == last["id"]
    assert len([n for n in bob.get("/api/v1/notifications") if n["type"] == "mention"]) == 1


def test_notes_to_oneself(moot: Moot) -> None:
    (ann,) = friends(moot, 1)
    ann.say("remember the milk", visibility="direct")
    (mine,) = ann.get(C)
    assert mine["unread"] is False
    assert [a["id"] for a in mine["accounts"]] == [str(ann.id)]


def test_pages_by_the_last_post(moot: Moot) -> None:
    ann, bob = friends(moot, 2)
    said = [whisper(ann, bob)["id"] for _ in range(5)][::-1]
    page = moot.call("GET", C, bob.token, params={"limit": 2})
    assert [c["last_status"]["id"] for c in page.json] == said[:2]
    rels = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', page.headers["link"])}
    assert f"max_id={said[1]}" in rels["next"]
    assert f"min_id={said[0]}" in rels["prev"]
    assert [c["last_status"]["id"] for c in bob.get(C, max_id=said[1], limit=2)] == said[2:4]
    assert [c["last_status"]["id"] for c in bob.get(C, min_id=said[4], limit=2)] == said[2:4]
    assert [c["last_status"]["id"] for c in bob.get(C, since_id=said[2])] == said[:2]
    last = moot.call("GET", C, bob.token, params={"max_id": said[3]})
    assert len(last.json) == 1
    assert 'rel="next"' not in last.headers["link"]
    assert "link" not in moot.call("GET", C, bob.token, params={"max_id": said[4]}).headers


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", C, "write read:accounts"),
        ("DELETE", f"{C}/1", "read"),
        ("POST", f"{C}/1/read", "read"),
        ("POST", f"{C}/1/unread", "read"),
    ],
)
def test_a_token_that_reaches_is_needed(moot: Moot, method: str, path: str, scope: str) -> None:
    token = moot.token(moot.person(f"talk{next(_count)}").id, scope)
    assert moot.call(method, path).status == 401
    assert moot.call(method, path, token).status == 403
