"""What belongs to somebody is for nobody else: ids of others' things, by every route, are ids that nobody has."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.cast import NAMES
from tests.house.test_sight import UNKNOWN, Stage
from tests.house.test_sight_more import ask, routes, set_up, shape
from tests.support.server import running_server

from folkmoot.domain.access import Role
from folkmoot.store.schema.accounts import accounts

OTHERS = ("cleo", "gus", "emil")
"""Who asks for ben's things: a stranger, a moderator of groups, and an administrator of the server."""
LISTED = (
    "/api/v1/lists", "/api/v2/filters", "/api/v1/filters", "/api/v1/scheduled_statuses", "/api/v1/conversations",
    "/api/v1/notifications", "/api/v1/notifications/requests", "/api/v1/reports", "/api/v1/featured_tags",
    "/api/v1/followed_tags", "/api/v1/markers?timeline[]=home", "/api/v1/push/subscription", "/api/v1/bookmarks",
    "/api/v1/favourites", "/api/v1/blocks", "/api/v1/mutes", "/api/v1/follow_requests",
)  # fmt: skip
"""Where ben finds what is his; the same before and after the others asked."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_server(Path(tmp_path_factory.mktemp("owners")), worker=False) as server:
        stage = set_up(Stage(server))
        stage.server.store.write(
            lambda tx: tx.update(accounts, {"id": stage.cast.ids["emil"]}, role=int(Role.ADMIN))
        )
        yield stage


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(out, "PNG")
    return out.getvalue()


def made(answer: httpx2.Response) -> Any:
    assert answer.status_code in (200, 202), (answer.request.url, answer.text)
    return answer.json()


def things(stage: Stage) -> dict[str, str]:
    """One of everything that somebody can have for themselves, by the word of its routes; all ben's."""

    def post(path: str, **body: Any) -> Any:
        return made(ask(stage, "ben", "POST", path, json=body))

    ada = str(stage.cast.ids["ada"])
    status = post("/api/v1/statuses", status="mine", visibility="direct")["id"]
    filter_ = post("/api/v2/filters", title="f", context=["home"], keywords_attributes=[{"keyword": "x"}])
    media = [
        made(ask(stage, "ben", "POST", "/api/v2/media", files={"file": ("a.png", picture(), "image/png")}))[
            "id"
        ]
        for _ in range(2)
    ]
    scheduled = post(
        "/api/v1/statuses", status="later", scheduled_at="2031-01-01T00:00:00Z", media_ids=media[1:]
    )
    ask(stage, "ada", "POST", "/api/v1/statuses", json={"status": "@ben hi", "visibility": "direct"})
    ask(stage, "cleo", "POST", "/api/v1/statuses", json={"status": "@ben hm", "visibility": "direct"})
    collection = post("/api/v1/collections", name="c", description="d")["collection"]["id"]
    notice = made(ask(stage, "ben", "GET", "/api/v1/notifications"))[0]
    return {
        "list": post("/api/v1/lists", title="l")["id"],
        "filter": filter_["id"],
        "keyword": filter_["keywords"][0]["id"],
        "filter_status": post(f"/api/v2/filters/{filter_['id']}/statuses", status_id=status)["id"],
        "media": media[0],
        "held media": media[1],
        "scheduled": scheduled["id"],
        "conversation": made(ask(stage, "ben", "GET", "/api/v1/conversations"))[0]["id"],
        "notification": notice["id"],
        "request": made(ask(stage, "ben", "GET", "/api/v1/notifications/requests"))[0]["id"],
        "report": post("/api/v1/reports", account_id=ada, comment="hm")["id"],
        "featured": post("/api/v1/featured_tags", name="tea")["id"],
        "status": status,
        "collection": collection,
    }


def snapshot(stage: Stage) -> str:
    found = [ask(stage, "ben", "GET", path).text for path in LISTED]
    return re.sub(r'"last_read_at":"[^"]*"', "", json.dumps(found))


def test_nobody_reads_or_changes_what_is_another_s(stage: Stage) -> None:
    mine = things(stage)
    shown = {"collection"}  # everybody may look at collections; that none is changed is asked below
    before = snapshot(stage)
    collection = ask(stage, "ben", "GET", f"/api/v1/collections/{mine['collection']}").text
    wrong = []
    for method, path in routes("mastodon"):
        if "{" not in path or re.search(r"/admin/|\{(name|year|date|hashtag|group_key)\}", path):
            continue
        for viewer in OTHERS:
            at = fill_last(path)
            unknown = shape(ask(stage, viewer, method, at(UNKNOWN)), UNKNOWN)
            for what, id_ in mine.items():
                answer = shape(ask(stage, viewer, method, at(id_)), id_)
                if answer != unknown and not (what in shown and "/collections/" in path):
                    wrong.append((method, path, viewer, what, answer[:2], unknown[:2]))
    assert not wrong, "\n".join(str(w)[:300] for w in wrong)
    assert snapshot(stage) == before
    assert ask(stage, "ben", "GET", f"/api/v1/collections/{mine['collection']}").text == collection
    for word in ("media", "filter", "keyword", "filter_status", "scheduled", "list"):
        path = {
            "media": "/api/v1/media/", "filter": "/api/v2/filters/", "keyword": "/api/v2/filters/keywords/",
            "filter_status": "/api/v2/filters/statuses/", "scheduled": "/api/v1/scheduled_statuses/",
            "list": "/api/v1/lists/",
        }[word]  # fmt: skip
        assert ask(stage, "ben", "GET", path + mine[word]).status_code == 200, word


def fill_last(path: str) -> Any:
    """The path with the same id in all its places."""
    return lambda id_: re.sub(r"\{[^}]*\}", str(id_), path)


def test_another_s_media_do_not_hang_on_one_s_post(stage: Stage) -> None:
    mine = things(stage)
    for viewer in OTHERS:
        own = made(ask(stage, viewer, "POST", "/api/v1/statuses", json={"status": "own"}))["id"]
        for word in ("media", "held media"):
            for body in (
                {"status": "x", "media_ids": [mine[word]]},
                {"status": "x", "media_ids": [mine[word]], "scheduled_at": "2031-01-01T00:00:00Z"},
            ):
                assert ask(stage, viewer, "POST", "/api/v1/statuses", json=body).status_code == 422
            edit = {"status": "own", "media_ids": [mine[word]]}
            assert ask(stage, viewer, "PUT", f"/api/v1/statuses/{own}", json=edit).status_code == 422
            described = {"status": "own", "media_attributes": [{"id": mine[word], "description": "stolen"}]}
            ask(stage, viewer, "PUT", f"/api/v1/statuses/{own}", json=described)
        assert "stolen" not in ask(stage, "ben", "GET", f"/api/v1/media/{mine['media']}").text
    keyword = {
        "title": "t",
        "keywords_attributes": [{"id": mine["keyword"], "keyword": "taken", "_destroy": True}],
    }
    for viewer in OTHERS:
        own = made(ask(stage, viewer, "POST", "/api/v2/filters", json={"title": "o", "context": ["home"]}))[
            "id"
        ]
        ask(stage, viewer, "PUT", f"/api/v2/filters/{own}", json=keyword)
        assert ask(stage, "ben", "GET", f"/api/v2/filters/keywords/{mine['keyword']}").status_code == 200


EXTRA = {
    "id": "1", "account_id": "ADA", "author_id": "ADA", "role": 30, "role_id": "30", "admin": True, "state": 0,
    "approved": True, "confirmed": True, "suspended": False, "followers_count": 9999, "verified_at": "2020-01-01",
    "created_at": "2001-01-01T00:00:00Z", "post_id": "1", "favourites_count": 99, "domain": "evil.test",
    "source": {"role": 30, "account_id": "ADA"}, "url": "https://evil.test/", "acct": "root", "username": "root",
}  # fmt: skip
"""What no call takes from its caller."""


def test_nothing_more_is_taken_than_was_asked(stage: Stage) -> None:
    """Mass assignment: further words in a body neither make somebody else the owner nor change what is not offered."""
    extra = json.loads(json.dumps(EXTRA).replace("ADA", str(stage.cast.ids["ada"])))
    before = ask(stage, "cleo", "GET", "/api/v1/accounts/verify_credentials").json()
    for path in ("/api/v1/accounts/update_credentials", "/api/v1/profile"):
        assert ask(stage, "cleo", "PATCH", path, json={**extra, "display_name": "Cleo"}).status_code == 200
    after = ask(stage, "cleo", "GET", "/api/v1/accounts/verify_credentials").json()
    assert {k: v for k, v in after.items() if k != "source"} == {
        k: v for k, v in before.items() if k != "source"
    }
    status = made(ask(stage, "cleo", "POST", "/api/v1/statuses", json={**extra, "status": "hi"}))
    assert status["account"]["id"] == str(stage.cast.ids["cleo"])
    assert status["id"] != "1"
    assert status["favourites_count"] == 0
    assert status["created_at"] > "2020"
    for path, body in (
        ("/api/v1/lists", {"title": "mass"}),
        ("/api/v2/filters", {"title": "mass", "context": ["home"]}),
        ("/api/v1/featured_tags", {"name": "mass"}),
        ("/api/v1/collections", {"name": "mass", "description": "d"}),
    ):
        made(ask(stage, "cleo", "POST", path, json={**extra, **body}))
        assert '"mass"' not in ask(stage, "ada", "GET", path).text
    assert ask(stage, "cleo", "GET", "/api/v1/admin/accounts").status_code == 403
    assert len(NAMES) == 8
