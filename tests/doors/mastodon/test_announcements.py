"""Announcements: who sees what, dismissing, reactions and their limits, and what streams are told."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain import journal
from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.errors import Forbidden, Invalid
from folkmoot.domain.place import announcements
from folkmoot.domain.place.announcements import Wish
from folkmoot.doors.mastodon.announcements import announced_json

STAFF = Viewer.system()
DAY = 86_400_000


def announce(moot: Moot, text: str, **more: Any) -> int:
    more.setdefault("published_at", moot.house.clock() - 1000)
    return int(moot.store.write(lambda tx: announcements.announce(tx, STAFF, Wish(text=text, **more))))


def shown(who: Person, id_: int, **params: Any) -> dict[str, Any] | None:
    return next((a for a in who.get("/api/v1/announcements", **params) if a["id"] == str(id_)), None)


@pytest.fixture(scope="module")
def reader(moot: Moot) -> Person:
    return moot.person("reader")


def test_all_fields(moot: Moot, reader: Person) -> None:
    post = reader.say("see this")["id"]
    text = f"Meet @reader on #Monday: {moot.url}/@reader/{post}"
    found = shown(reader, announce(moot, text, starts_at=DAY, ends_at=moot.house.clock() + DAY, all_day=True))
    assert found is not None
    assert found["starts_at"] == "1970-01-02T00:00:00.000Z"
    assert found["all_day"] is True
    assert found["read"] is False
    assert [m["acct"] for m in found["mentions"]] == ["reader"]
    assert found["tags"] == [{"name": "monday", "url": f"{moot.url}/tags/monday"}]
    assert found["statuses"] == [{"id": post, "url": f"{moot.url}/@reader/{post}"}]
    assert (found["emojis"], found["reactions"]) == ([], [])
    assert 'class="u-url mention"' in found["content"]


def test_drafts_future_and_past_ones_are_not_told(moot: Moot, reader: Person) -> None:
    now = moot.house.clock()
    assert shown(reader, announce(moot, "a draft", published_at=None)) is None
    assert shown(reader, announce(moot, "tomorrow", published_at=now + DAY)) is None
    assert shown(reader, announce(moot, "over", ends_at=now - 1)) is None
    assert shown(reader, announce(moot, "the whole day", ends_at=now - 1, all_day=True)) is not None


def test_nobody_and_others(moot: Moot, reader: Person) -> None:
    assert moot.call("GET", "/api/v1/announcements").status == 401
    wrong = moot.token(reader.id, "read")
    id_ = announce(moot, "scopes")
    assert moot.call("POST", f"/api/v1/announcements/{id_}/dismiss", wrong).status == 403
    assert moot.call("PUT", f"/api/v1/announcements/{id_}/reactions/🎉", wrong).status == 403


def test_dismissing(moot: Moot, reader: Person) -> None:
    id_ = announce(moot, "read me")
    assert reader.post(f"/api/v1/announcements/{id_}/dismiss") == {}
    assert reader.post(f"/api/v1/announcements/{id_}/dismiss") == {}
    found = shown(reader, id_)
    assert found is not None
    assert found["read"] is True
    assert shown(reader, id_, with_dismissed="false") is None
    assert shown(moot.person("other_reader"), id_) is not None


def test_reactions(moot: Moot, reader: Person) -> None:
    id_, other = announce(moot, "how do you like it?"), moot.person("reactor")

    def call(method: str, who: Person, name: str) -> int:
        return moot.call(method, f"/api/v1/announcements/{id_}/reactions/{name}", who.token).status

    assert call("PUT", reader, "🎉") == 200
    assert call("PUT", reader, "🎉") == 200
    assert call("PUT", other, "🎉") == 200
    found = shown(reader, id_)
    assert found is not None
    assert found["reactions"] == [{"name": "🎉", "count": 2, "me": True}]
    assert call("DELETE", reader, "🎉") == 200
    assert call("DELETE", reader, "🎉") == 404
    found = shown(reader, id_)
    assert found is not None
    assert found["reactions"] == [{"name": "🎉", "count": 1, "me": False}]
    answer = moot.call("PUT", f"/api/v1/announcements/{id_}/reactions/word", reader.token)
    assert (answer.status, answer.json) == (
        422,
        {"error": "Validation failed: Name is not a recognized emoji"},
    )


def test_eight_kinds_of_reactions_at_most(moot: Moot, reader: Person) -> None:
    id_ = announce(moot, "many")
    url = f"/api/v1/announcements/{id_}/reactions/"
    for name in "😀😁😂😃😄😅😆😇":
        assert moot.call("PUT", url + name, reader.token).status == 200
    assert moot.call("PUT", url + "😈", reader.token).status == 422
    assert moot.call("PUT", url + "😀", moot.person("ninth").token).status == 200


def test_unknown_ones(moot: Moot, reader: Person) -> None:
    draft = announce(moot, "hidden", published_at=None)
    for id_ in (draft, 12345):
        assert moot.call("POST", f"/api/v1/announcements/{id_}/dismiss", reader.token).status == 404
        assert moot.call("PUT", f"/api/v1/announcements/{id_}/reactions/🎉", reader.token).status == 404


def kinds(moot: Moot, id_: int) -> list[str]:
    text = f"SELECT kind FROM journal WHERE subject_id = {int(id_)} AND kind LIKE 'announce%' ORDER BY id"
    return [
        row[0] for row in moot.store.read(lambda tx: tx.text_sql(text, text.replace("%", "%%")).fetchall())
    ]


def test_what_streams_are_told(moot: Moot, reader: Person) -> None:
    id_ = announce(moot, "live", published_at=None)
    assert kinds(moot, id_) == []
    wish = Wish(text="live now", published_at=moot.house.clock() - 1000)
    moot.store.write(lambda tx: announcements.change(tx, STAFF, id_, wish))
    moot.call("PUT", f"/api/v1/announcements/{id_}/reactions/🎉", reader.token)
    payload = moot.store.read(lambda tx: announced_json(moot.house, tx, id_))
    assert b'"read"' not in payload
    assert b'"me"' not in payload
    moot.store.write(lambda tx: announcements.change(tx, STAFF, id_, Wish(text="a draft again")))
    moot.store.write(lambda tx: announcements.remove(tx, STAFF, id_))
    assert kinds(moot, id_) == [
        journal.ANNOUNCED,
        journal.ANNOUNCEMENT_REACTED,
        journal.ANNOUNCEMENT_REMOVED,
        journal.ANNOUNCEMENT_REMOVED,
    ]


def test_what_comes_out_later_is_told_then(moot: Moot) -> None:
    id_ = announce(moot, "soon", published_at=moot.house.clock() + 40)
    assert not kinds(moot, id_)
    while not moot.store.read(announcements.due):
        pass
    assert moot.store.write(announcements.tell_due) == 1
    assert kinds(moot, id_) == [journal.ANNOUNCED]


def test_only_admins_announce(moot: Moot) -> None:
    viewer = Viewer(moot.person("moderating").id, int(Role.MODERATOR))
    with pytest.raises(Forbidden):
        moot.store.write(lambda tx: announcements.announce(tx, viewer, Wish(text="x")))
    for wish in (Wish(text=" "), Wish(text="x" * 10_001), Wish(text="x", starts_at=2, ends_at=1)):
        with pytest.raises(Invalid):
            moot.store.write(lambda tx, wish=wish: announcements.announce(tx, STAFF, wish))
