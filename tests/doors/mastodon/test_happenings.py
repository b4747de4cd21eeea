"""What two people with two clients live through: one acts, and the other's next answer, and stream, shows it."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.support.visitor import picture
from tests.support.waiting import soon

_count = iter(range(10_000))
S = "/api/v1/statuses"
A = "/api/v1/accounts"
HOME = "/api/v1/timelines/home"
POLL = {"options": ["yes", "no"], "expires_in": 300}


@pytest.fixture(scope="module")
def moot(town: Moot) -> Moot:
    return town


def fresh(moot: Moot, name: str, **options: Any) -> Person:
    return moot.person(f"{name}{next(_count)}", **options)


def pair(moot: Moot) -> tuple[Person, Person]:
    """Two who follow each other."""
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    for who, whom in ((kim, lee), (lee, kim)):
        who.post(f"{A}/{whom.id}/follow")
    return kim, lee


def call(who: Person, method: str, path: str, **body: Any) -> Any:
    found = who.moot.call(method, path, who.token, json=body)
    assert found.status == 200, (path, found.status, found.body[:300])
    return found.json


def status_of(who: Person, method: str, path: str, **body: Any) -> int:
    return int(who.moot.call(method, path, who.token, json=body).status)


def home(who: Person) -> list[str]:
    return [post["id"] for post in who.get(HOME)]


def kinds(who: Person) -> list[str]:
    return [notice["type"] for notice in who.get("/api/v1/notifications")]


def upload(who: Person, **fields: str) -> Any:
    files = {"file": ("a.png", picture(), "image/png")}
    return who.moot.call("POST", "/api/v2/media", who.token, files=files, data=fields).json


class Heard:
    """What a stream said."""

    def __init__(self) -> None:
        self.events: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.passed: list[tuple[str, Any]] = []

    def next(self, event: str, which: Callable[[Any], bool] = lambda payload: True) -> Any:
        """The payload of the next such event; others before it are kept for later."""
        deadline = time.monotonic() + 10
        for n, (name, payload) in enumerate(self.passed):
            if name == event and which(payload):
                del self.passed[n]
                return payload
        while True:
            name, payload = self.events.get(timeout=max(0.01, deadline - time.monotonic()))
            if name == event and which(payload):
                return payload
            self.passed.append((name, payload))

    def nothing(self, seconds: float = 0.4) -> bool:
        try:
            self.events.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def listening(who: Person, path: str = "user") -> Iterator[Heard]:
    """A second client of that person, which only listens."""
    heard, ready = Heard(), threading.Event()
    client = httpx2.Client(base_url=who.moot.url, timeout=httpx2.Timeout(20))
    headers = {"authorization": f"Bearer {who.token}"}

    def read() -> None:
        event = ""
        try:
            with client.stream("GET", f"/api/v1/streaming/{path}", headers=headers) as response:
                for line in response.iter_lines():
                    ready.set()
                    if line.startswith("event: "):
                        event = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        data = line.removeprefix("data: ")
                        heard.events.put((event, None if data == "undefined" else json.loads(data)))
        except httpx2.HTTPError:
            return  # the test is over and has closed the client

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield heard
    finally:
        client.close()


def test_an_edit_while_others_vote(moot: Moot) -> None:
    kim, lee = pair(moot)
    post = kim.say("which?", poll=POLL)
    id_, poll = post["id"], post["poll"]["id"]
    path = f"{S}/{id_}"
    lee.post(f"/api/v1/polls/{poll}/votes", choices=[1])
    same = call(kim, "PUT", path, status="which one?", poll={**POLL, "expires_in": 900})
    assert same["poll"]["votes_count"] == 1
    assert same["poll"]["id"] == poll
    assert same["poll"]["expires_at"] > post["poll"]["expires_at"]
    mine = lee.get(path)["poll"]
    assert (mine["voted"], mine["own_votes"], mine["voters_count"]) == (True, [1], 1)
    with listening(lee) as heard:
        call(kim, "PUT", path, status="which one?", poll={**POLL, "options": ["yes", "never"]})
        told = heard.next("status.update")["poll"]
    assert [o["title"] for o in told["options"]] == ["yes", "never"]
    assert (told["votes_count"], told["voted"], told["own_votes"]) == (0, False, [])
    assert lee.post(f"/api/v1/polls/{poll}/votes", choices=[0])["votes_count"] == 1
    versions = kim.get(f"{path}/history")
    assert [[o["title"] for o in v["poll"]["options"]] for v in versions] == [
        ["yes", "no"],
        ["yes", "no"],
        ["yes", "never"],
    ]
    assert call(kim, "PUT", path, status="which one?")["poll"] is None
    assert status_of(lee, "GET", f"/api/v1/polls/{poll}") == 404
    assert "poll" not in kim.get(f"{path}/history")[-1]


def test_only_the_end_of_a_poll_moves(moot: Moot) -> None:
    """No new version, no mark of an edit; yet the end is another."""
    kim, lee = pair(moot)
    post = kim.say("which?", poll=POLL)
    lee.post(f"/api/v1/polls/{post['poll']['id']}/votes", choices=[0])
    found = call(kim, "PUT", f"{S}/{post['id']}", status="which?", poll={**POLL, "expires_in": 3000})
    assert found["poll"]["votes_count"] == 1
    assert found["poll"]["expires_at"] > post["poll"]["expires_at"]
    assert lee.get(f"{S}/{post['id']}")["poll"]["expires_at"] == found["poll"]["expires_at"]


def test_delete_and_draft_anew(moot: Moot) -> None:
    kim, lee = pair(moot)
    media = upload(kim, description="a square")
    post = kim.say("a #word", media_ids=[media["id"]], spoiler_text="look", poll=POLL, language="de")
    path = f"{S}/{post['id']}"
    lee.post(f"{path}/reblog")
    lee.post(f"{path}/favourite")
    answer = lee.say(f"@{kim.name} nice", in_reply_to_id=post["id"])
    assert status_of(kim, "GET", f"/api/v1/media/{media['id']}") == 404
    with listening(lee) as heard:
        gone = call(kim, "DELETE", path)
        assert heard.next("delete", lambda payload: payload == int(post["id"]))
    assert (gone["text"], gone["spoiler_text"], gone["language"]) == ("a #word", "look", "de")
    assert [o["title"] for o in gone["poll"]["options"]] == ["yes", "no"]
    assert gone["media_attachments"][0]["description"] == "a square"
    assert status_of(lee, "GET", path) == 404
    assert lee.get(f"{S}/{answer['id']}")["in_reply_to_id"] is None
    assert post["id"] not in home(lee)
    assert kinds(kim) == ["mention", "follow"]
    assert lee.get(f"{A}/{lee.id}")["statuses_count"] == 1
    anew = kim.say("a #word anew", media_ids=[media["id"]], poll=POLL)
    assert anew["media_attachments"][0]["id"] == media["id"]
    assert call(kim, "DELETE", f"{S}/{anew['id']}?delete_media=true")["media_attachments"]
    assert status_of(kim, "POST", S, status="x", media_ids=[media["id"]]) == 422


def test_a_quote_is_revoked(moot: Moot) -> None:
    kim, lee = pair(moot)
    post = kim.say("wise")
    quoting = lee.say("look", quoted_status_id=post["id"])
    assert quoting["quote"]["state"] == "accepted"
    assert kim.get(f"{S}/{post['id']}")["quotes_count"] == 1
    with listening(lee) as heard:
        shown = call(kim, "POST", f"{S}/{post['id']}/quotes/{quoting['id']}/revoke")
        told = heard.next("status.update")
    assert shown["id"] == quoting["id"]
    for found in (shown, told, lee.get(f"{S}/{quoting['id']}")):
        assert found["quote"]["state"] == "revoked"
        assert found["quote"]["quoted_status"] is None
    assert kim.get(f"{S}/{post['id']}/quotes") == []
    assert kim.get(f"{S}/{post['id']}")["quotes_count"] == 0
    assert status_of(lee, "POST", f"{S}/{post['id']}/quotes/{quoting['id']}/revoke") in (403, 404)


def test_follow_and_unfollow_merge(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    theirs = lee.say("by lee")["id"]
    boosted = lee.post(f"{S}/{max_.say('by max')['id']}/reblog")["id"]
    secret = lee.say("to followers", visibility="private")["id"]
    assert home(kim) == []
    kim.post(f"{A}/{lee.id}/follow")
    assert home(kim) == [secret, boosted, theirs]
    kim.post(f"{A}/{lee.id}/follow", reblogs=False)
    assert home(kim) == [secret, theirs]
    kim.post(f"{A}/{lee.id}/unfollow")
    assert home(kim) == []
    assert status_of(kim, "GET", f"{S}/{secret}") == 404


def test_an_exclusive_list(moot: Moot) -> None:
    kim, lee = pair(moot)
    post = lee.say("hello")["id"]
    made = kim.post("/api/v1/lists", title="apart", exclusive=True)["id"]
    assert home(kim) == [post]
    kim.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(lee.id)])
    assert home(kim) == []
    with listening(kim) as at_home, listening(kim, f"list?list={made}") as in_list:
        more = lee.say("more")["id"]
        assert in_list.next("update")["id"] == more
        assert at_home.nothing()
    assert [p["id"] for p in kim.get(f"/api/v1/timelines/list/{made}")] == [more, post]
    call(kim, "PUT", f"/api/v1/lists/{made}", title="apart", exclusive=False)
    assert home(kim) == [more, post]
    kim.post(f"{A}/{lee.id}/unfollow")
    assert kim.get(f"/api/v1/lists/{made}/accounts") == []


def test_a_mute_ends(moot: Moot) -> None:
    kim, lee = pair(moot)
    post = lee.say("hello")["id"]
    muted = kim.post(f"{A}/{lee.id}/mute", duration=1)
    assert (muted["muting"], muted["muting_notifications"]) == (True, True)
    lee.post(f"{S}/{kim.say('mine')['id']}/favourite")
    assert post not in home(kim)
    assert kinds(kim) == ["follow"]
    assert kim.get("/api/v1/mutes")[0]["mute_expires_at"]
    soon(lambda: kim.get("/api/v1/mutes") == [])
    assert post in home(kim)
    (now,) = kim.get(f"{A}/relationships", id=lee.id)
    assert (now["muting"], now["muting_notifications"], now["muting_expires_at"]) == (False, False, None)
    lee.post(f"{S}/{kim.say('mine too')['id']}/favourite")
    assert kinds(kim)[0] == "favourite"


def test_filters_on_streams(moot: Moot) -> None:
    kim, lee = pair(moot)
    with listening(kim) as at_home, listening(kim, "public") as public:
        made = kim.post(
            "/api/v2/filters", title="no", context=["home"], keywords_attributes=[{"keyword": "spinach"}]
        )
        at_home.next("filters_changed")
        post = lee.say("Spinach again")["id"]
        for heard in (at_home, public):
            told = heard.next("update", lambda payload: payload["id"] == post)
            assert told["filtered"][0]["keyword_matches"] == ["spinach"]
            assert told["filtered"][0]["filter"]["id"] == made["id"]
        assert "favourited" not in told
        call(kim, "DELETE", f"/api/v2/filters/{made['id']}")
        at_home.next("filters_changed")
        post = lee.say("spinach for ever")["id"]
        assert at_home.next("update", lambda payload: payload["id"] == post)["filtered"] == []
    assert kim.get(f"{S}/{post}")["filtered"] == []


def test_a_block_in_the_middle_of_it_all(moot: Moot) -> None:
    kim, lee = pair(moot)
    made = kim.post("/api/v1/lists", title="l")["id"]
    kim.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(lee.id)])
    post = kim.say("hello")["id"]
    lee.post(f"{S}/{post}/favourite")
    answer = lee.say(f"@{kim.name} hi", in_reply_to_id=post)["id"]
    lee.say(f"@{kim.name} psst", visibility="direct")
    assert set(kinds(kim)) == {"mention", "favourite", "follow"}
    assert len(kim.get("/api/v1/conversations")) == 1
    now = kim.post(f"{A}/{lee.id}/block")
    assert (now["blocking"], now["following"], now["followed_by"]) == (True, False, False)
    assert kinds(kim) == []
    assert kim.get("/api/v1/conversations") == []
    assert kim.get(f"/api/v1/lists/{made}/accounts") == []
    assert home(kim) == [post]
    assert kim.get(f"{S}/{post}/context")["descendants"] == []
    assert status_of(lee, "GET", f"{S}/{post}") == 404
    assert lee.get(f"{A}/{kim.id}/statuses") == []
    assert home(lee) == [p["id"] for p in lee.get(f"{A}/{lee.id}/statuses")]
    kim.post(f"{A}/{lee.id}/unblock")
    assert lee.get(f"{S}/{post}")["favourited"] is True
    assert [p["id"] for p in kim.get(f"{S}/{post}/context")["descendants"]] == [answer]


def test_an_edit_reaches_all_who_had_it(moot: Moot) -> None:
    kim, lee = pair(moot)
    post = kim.say("hello", media_ids=[upload(kim)["id"]])
    path = f"{S}/{post['id']}"
    lee.post(f"{path}/reblog")
    lee.post(f"{path}/bookmark")
    with listening(lee) as heard, listening(kim, "public") as public:
        changed = call(kim, "PUT", path, status="hello there")
        notice = heard.next("notification")
        assert (notice["type"], notice["status"]["id"]) == ("update", post["id"])
        told = heard.next("status.update", lambda payload: payload["id"] == post["id"])
        assert (told["bookmarked"], told["reblogged"]) == (True, True)
        assert public.next("status.update")["content"] == "<p>hello there</p>"
    assert changed["media_attachments"] == []
    assert changed["edited_at"]
    assert lee.get("/api/v1/bookmarks")[0]["content"] == "<p>hello there</p>"
    versions = kim.get(f"{path}/history")
    assert [v["content"] for v in versions] == ["<p>hello</p>", "<p>hello there</p>"]
    assert [len(v["media_attachments"]) for v in versions] == [1, 0]
    again = call(kim, "PUT", path, status="hello there")
    assert again["edited_at"] == changed["edited_at"]
    assert len(kim.get(f"{path}/history")) == 2


def test_a_request_is_turned_down(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim", locked=True), fresh(moot, "lee")
    lee.post(f"{A}/{kim.id}/follow")
    with listening(lee) as heard:
        assert kim.post(f"/api/v1/follow_requests/{lee.id}/reject")["requested_by"] is False
        assert heard.nothing()
    assert kinds(kim) == []
    assert lee.get(f"{A}/relationships", id=kim.id)[0]["requested"] is False
    assert status_of(kim, "POST", f"/api/v1/follow_requests/{lee.id}/authorize") == 404


def test_two_clients_of_one_person(moot: Moot) -> None:
    """What one does, the other is shown: read conversations, markers, drafts that were sent twice."""
    kim, lee = pair(moot)
    second = Person(moot, kim.id, kim.name, moot.token(kim.id))
    lee.say(f"@{kim.name} psst", visibility="direct")
    (talk,) = kim.get("/api/v1/conversations")
    assert talk["unread"] is True
    kim.post(f"/api/v1/conversations/{talk['id']}/read")
    assert second.get("/api/v1/conversations")[0]["unread"] is False
    headers = {"Idempotency-Key": "draft 1"}
    sent = [
        moot.call("POST", S, who.token, json={"status": "once"}, headers=headers).json["id"]
        for who in (kim, second, kim)
    ]
    assert len(set(sent)) == 1
    top = kim.get("/api/v1/notifications")[0]["id"]
    kim.post("/api/v1/markers", notifications={"last_read_id": top})
    assert second.get("/api/v1/notifications/unread_count")["count"] == 0
    revoked = {"token": kim.token, "client_id": moot.app.client_id, "client_secret": moot.app.client_secret}
    assert moot.call("POST", "/oauth/revoke", data=revoked).status == 200
    assert status_of(kim, "GET", HOME) == 401
    assert status_of(second, "GET", HOME) == 200
