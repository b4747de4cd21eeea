"""Entities with all that they can hold, wherever they are shown, against the table; and the same ones on streams."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.contract_calls import POLL, TABLE, World
from tests.doors.mastodon.contract_shape import answer_faults, faults, typed
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.test_happenings import listening

from folkmoot.domain.access import Role
from folkmoot.domain.media import cards
from folkmoot.domain.posts import polls

S = "/api/v1/statuses"
A = "/api/v1/accounts"


class Rich(World):
    """Ann's posts hold all that there is, and Bob has done to them all that can be done."""

    def __init__(self, moot: Moot) -> None:
        super().__init__(moot)
        ann, bob = self.ann, self.bob
        moot.call(
            "PATCH",
            f"{A}/update_credentials",
            ann.token,
            json={
                "note": "I am https://ann.example #me",
                "fields_attributes": [{"name": "web", "value": "https://ann.example"}],
            },
        )
        self.filtered = bob.post(
            "/api/v2/filters", title="w", context=["home"], keywords_attributes=[{"keyword": "word"}]
        )
        self.full = ann.say(
            "@bob a #word https://news.example/story",
            media_ids=[self.upload()],
            spoiler_text="look",
            language="en",
        )["id"]
        moot.store.write(self._look)
        self.asking = ann.say("@bob which?", poll=POLL)
        self.quoting = bob.say("@ann look", quoted_status_id=self.full)["id"]
        self.quoting_again = ann.say("deeper", quoted_status_id=self.quoting)["id"]
        bob.post(f"/api/v1/polls/{self.asking['poll']['id']}/votes", choices=[0])
        for act in ("favourite", "reblog", "bookmark"):
            bob.post(f"{S}/{self.full}/{act}")
        bob.post(f"{A}/{ann.id}/follow", notify=True)
        self.new_post = ann.say("news for those who asked")["id"]
        body = {"status": "edited #word", "media_ids": [self.upload()], "spoiler_text": "look"}
        moot.call("PUT", f"{S}/{self.full}", ann.token, json=body)
        self.locked = self.new(locked=True)
        bob.post(f"{A}/{self.locked.id}/follow")
        bob.say("@ann between us", visibility="direct")
        moot.store.write(self._ended)

    def _look(self, tx: Any) -> None:
        for look in cards.claim(tx):
            author = cards.Author(name="Ed", url="https://news.example/ed")
            new = cards.NewCard(page=look.url, title="Story", description="All of it", authors=(author,))
            cards.found(tx, look, new)

    def _ended(self, tx: Any) -> None:
        text = "UPDATE polls SET expires_at = 1"
        tx.text_sql(text, text)
        while polls.tell_due(tx):
            pass


@pytest.fixture(scope="module")
def rich(town: Moot) -> Rich:
    return Rich(town)


def test_a_post_with_everything(rich: Rich) -> None:
    for who in (rich.ann, rich.bob):
        found = who.get(f"{S}/{rich.full}")
        assert list(faults("Status", found)) == []
    assert found["media_attachments"]
    assert found["filtered"][0]["keyword_matches"] == ["word"]
    assert found["edited_at"]
    assert [t["name"] for t in found["tags"]] == ["word"]
    quote = rich.ann.get(f"{S}/{rich.quoting_again}")
    assert list(faults("Status", quote)) == []
    inner = quote["quote"]["quoted_status"]["quote"]
    assert set(inner) == {"state", "quoted_status_id"}
    asked = rich.bob.get(f"{S}/{rich.asking['id']}")
    assert list(faults("Status", asked)) == []
    assert (asked["poll"]["expired"], asked["poll"]["own_votes"]) == (True, [0])


PLACES = {
    "timelines.home": "/api/v1/timelines/home",
    "timelines.public": "/api/v1/timelines/public",
    "timelines.tag": "/api/v1/timelines/tag/word",
    "accounts.statuses": A + "/{ann}/statuses",
    "bookmarks.get": "/api/v1/bookmarks",
    "favourites.get": "/api/v1/favourites",
    "statuses.quotes": S + "/{full}/quotes",
    "statuses.context": S + "/{full}/context",
    "statuses.history": S + "/{full}/history",
    "statuses.reblogged_by": S + "/{full}/reblogged_by",
    "conversations.get": "/api/v1/conversations",
    "notifications.get": "/api/v1/notifications?include_filtered=true",
    "grouped_notifications.get-grouped": "/api/v2/notifications",
    "accounts.get": A + "/{ann}",
}


@pytest.mark.parametrize("name", sorted(PLACES))
def test_wherever_they_are_shown(rich: Rich, name: str) -> None:
    path = PLACES[name].replace("{ann}", str(rich.ann.id)).replace("{full}", rich.full)
    for who in (rich.ann, rich.bob):
        found = rich.moot.call("GET", path, who.token)
        assert found.status == 200
        assert answer_faults(TABLE[name]["returns"], found.json) == []
    if TABLE[name]["auth"] != "user":
        assert answer_faults(TABLE[name]["returns"], rich.moot.get(path)) == []


def kinds(who: Person) -> set[str]:
    return {notice["type"] for notice in who.get("/api/v1/notifications", include_filtered="true")}


def test_notifications_of_every_kind(rich: Rich) -> None:
    assert kinds(rich.ann) == {"mention", "favourite", "reblog", "follow", "poll", "quote"}
    assert kinds(rich.bob) == {"mention", "follow", "status", "poll", "update", "quote", "quoted_update"}
    assert kinds(rich.locked) == {"follow_request"}
    for who in (rich.ann, rich.bob, rich.locked):
        for path in ("/api/v1/notifications", "/api/v2/notifications", "/api/v2/notifications?limit=1"):
            found = who.get(path)
            name = "notifications.get" if "v1" in path else "grouped_notifications.get-grouped"
            assert answer_faults(TABLE[name]["returns"], found) == []
            if "v2" in path:
                shown = {status["id"] for status in found["statuses"]}
                assert {g["status_id"] for g in found["notification_groups"] if "status_id" in g} == shown
        for notice in who.get("/api/v1/notifications", **{"supported_types[]": "follow"}):
            assert list(faults("Notification", notice)) == []
            assert ("fallback" in notice) == (notice["type"] != "follow")


def test_what_staff_is_told(rich: Rich) -> None:
    chief = rich.new(role=Role.ADMIN)
    about = rich.ann
    rich.bob.post("/api/v1/reports", account_id=str(about.id), comment="look", status_ids=[rich.full])
    found = chief.get("/api/v1/notifications")
    assert "admin.report" in {notice["type"] for notice in found}
    assert list(typed("array<Notification>", found, "answer")) == []
    assert list(faults("GroupedNotificationsResults", chief.get("/api/v2/notifications"))) == []


def test_what_streams_carry(rich: Rich) -> None:
    ann, bob = rich.ann, rich.bob
    with listening(ann) as heard, listening(ann, "direct") as direct, listening(ann, "public") as public:
        post = bob.say("@ann and #word", poll=POLL, quoted_status_id=rich.full)
        bob.post(f"{S}/{post['id']}/pin")
        for found in (heard.next("update"), public.next("update")):
            assert list(faults("Status", found)) == []
        assert list(faults("Notification", heard.next("notification"))) == []
        rich.moot.call("PUT", f"{S}/{post['id']}", bob.token, json={"status": "@ann other", "poll": POLL})
        assert list(faults("Status", heard.next("status.update"))) == []
        whisper = bob.say("@ann psst", visibility="direct")
        found = direct.next("conversation")
        assert list(faults("Conversation", found)) == []
        assert found["last_status"]["id"] == whisper["id"]
        rich.moot.call("DELETE", f"{S}/{post['id']}", bob.token)
        assert heard.next("delete") == int(post["id"])
