"""Scheduled posts through the API: kept, listed, moved, cancelled, and made when they are due."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.support.visitor import picture

from folkmoot.domain.posts import scheduled
from folkmoot.work import falling_due

_count = iter(range(10_000))
PATH = "/api/v1/scheduled_statuses"
PARAMS = {
    "text", "poll", "media_ids", "sensitive", "spoiler_text", "visibility", "in_reply_to_id", "language",
    "application_id", "scheduled_at", "idempotency", "with_rate_limit",
}  # fmt: skip


def fresh(moot: Moot, name: str) -> Person:
    return moot.person(f"{name}{next(_count)}")


def at(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def later(person: Person, text: str = "later", when: str = "", **more: Any) -> Any:
    return person.say(text, scheduled_at=when or at(hours=1), **more)


def due(moot: Moot, plan: Any) -> None:
    """Its time comes."""
    text = f"UPDATE scheduled SET run_at = 1, due_at = 1 WHERE id = {int(plan['id'])}"
    moot.store.write(lambda tx: tx.text_sql(text, text))


def look_after(moot: Moot) -> None:
    while asyncio.run_coroutine_threadsafe(falling_due.post_scheduled(moot.house), moot.loop).result(20):
        pass


def said(person: Person) -> list[str]:
    return [p["content"] for p in person.get(f"/api/v1/accounts/{person.id}/statuses")]


def test_what_is_scheduled_mirrors_the_request(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    parent = kim.say("root")
    when = at(hours=2)
    poll = {"options": ["a", "b"], "expires_in": 600, "multiple": True, "hide_totals": False}
    plan = later(
        kim, "soon", when, spoiler_text="cw", visibility="private", poll=poll, language="de", sensitive=True,
        in_reply_to_id=parent["id"],
    )  # fmt: skip
    assert set(plan) == {"id", "scheduled_at", "params", "media_attachments"}
    assert plan["scheduled_at"] == when
    assert set(plan["params"]) == PARAMS
    assert plan["params"] == {
        "text": "soon", "poll": poll, "media_ids": None, "sensitive": True, "spoiler_text": "cw",
        "visibility": "private", "in_reply_to_id": int(parent["id"]), "language": "de",
        "application_id": moot.app.id, "scheduled_at": None, "idempotency": None, "with_rate_limit": False,
    }  # fmt: skip
    assert plan["media_attachments"] == []
    assert kim.get(f"{PATH}/{plan['id']}") == plan
    assert kim.get(PATH) == [plan]
    assert later(kim, "plain")["params"]["visibility"] == "public"
    assert said(kim) == ["<p>root</p>"]


def test_times(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    for bad in (at(seconds=200), "soon", "9999-12-31T23:59:59-01:00"):
        found = moot.call("POST", "/api/v1/statuses", kim.token, json={"status": "x", "scheduled_at": bad})
        assert found.status == 422, bad
        assert found.json["error"].startswith("Validation failed: Scheduled at ")
    assert later(kim, "in time", at(seconds=305))["params"]["text"] == "in time"
    assert later(kim, "ages ahead", "4000-01-01T12:13:14Z")["scheduled_at"] == "4000-01-01T12:13:14.000Z"
    assert later(kim, "passed", at(days=-1))["content"] == "<p>passed</p>", "a passed time posts at once"
    assert (
        moot.call(
            "POST", "/api/v1/statuses", kim.token, json={"status": " ", "scheduled_at": at(hours=1)}
        ).status
        == 422
    )
    body = {"status": "x", "scheduled_at": at(hours=1), "in_reply_to_id": "1"}
    assert moot.call("POST", "/api/v1/statuses", kim.token, json=body).status == 404


def test_moved_and_cancelled(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    plan = later(kim)
    path = f"{PATH}/{plan['id']}"
    when = at(days=3)
    moved = moot.call("PUT", path, kim.token, json={"scheduled_at": when})
    assert (moved.status, moved.json) == (200, {**plan, "scheduled_at": when})
    assert moot.call("PUT", path, kim.token, json={}).json == moved.json
    assert moot.call("PUT", path, kim.token, json={"scheduled_at": at(seconds=100)}).status == 422
    assert kim.get(path)["scheduled_at"] == when
    for method in ("GET", "PUT", "DELETE"):
        assert moot.call(method, path, lee.token, json={"scheduled_at": when}).status == 404
        assert moot.call(method, path, json={"scheduled_at": when}).status == 401
    assert moot.call("DELETE", path, moot.token(kim.id, "read")).status == 403
    gone = moot.call("DELETE", path, kim.token)
    assert (gone.status, gone.json) == (200, {})
    for method in ("GET", "PUT", "DELETE"):
        assert moot.call(method, path, kim.token, json={"scheduled_at": when}).status == 404
    assert kim.get(PATH) == []


def test_pages(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    ids = [later(kim, f"number {n}", at(days=n + 1))["id"] for n in range(5)][::-1]
    found = moot.call("GET", PATH, kim.token, params={"limit": 2})
    assert [p["id"] for p in found.json] == ids[:2]
    assert f'max_id={ids[1]}>; rel="next"' in found.headers["link"]
    assert f'min_id={ids[0]}>; rel="prev"' in found.headers["link"]
    assert [p["id"] for p in kim.get(PATH, max_id=ids[1])] == ids[2:]
    assert [p["id"] for p in kim.get(PATH, min_id=ids[4], limit=2)] == ids[2:4]
    assert [p["id"] for p in kim.get(PATH, since_id=ids[3])] == ids[:3]
    empty = moot.call("GET", PATH, kim.token, params={"max_id": ids[4]})
    assert (empty.json, "link" in empty.headers) == ([], False)


def test_when_due_it_is_posted_once_by_the_usual_rules(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    plan = later(kim, f"hello @{lee.name} #later", poll={"options": ["a", "b"], "expires_in": 600})
    look_after(moot)
    assert said(kim) == []
    due(moot, plan)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: look_after(moot), range(4)))
    (post,) = kim.get(f"/api/v1/accounts/{kim.id}/statuses")
    assert [m["acct"] for m in post["mentions"]] == [lee.name]
    assert (post["tags"][0]["name"], post["poll"]["expired"], post["application"]["name"]) == (
        "later",
        False,
        "Test app",
    )
    assert lee.get("/api/v1/notifications")[0]["status"]["id"] == post["id"]
    assert kim.get(PATH) == []
    assert moot.call("GET", f"{PATH}/{plan['id']}", kim.token).status == 404


def test_what_can_t_be_posted_any_more_is_kept_as_failed(
    moot: Moot, caplog: pytest.LogCaptureFixture
) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    parent = lee.say("soon gone")
    plan = later(kim, "an answer", in_reply_to_id=parent["id"])
    fine = later(kim, "fine")
    assert moot.call("DELETE", f"/api/v1/statuses/{parent['id']}", lee.token).status == 200
    due(moot, plan)
    due(moot, fine)
    with caplog.at_level("WARNING", "folkmoot.scheduled"):
        look_after(moot)
    assert said(kim) == ["<p>fine</p>"], "one that fails does not hold up the next"
    assert f"the scheduled post {plan['id']} can't be made, it is kept as failed" in caplog.text
    assert [p["id"] for p in kim.get(PATH)] == [plan["id"]], "its author finds it, to move it or to let it go"
    text = f"SELECT state, error, draft FROM scheduled WHERE id = {int(plan['id'])}"
    state, error, draft = moot.store.read(lambda tx: tx.text_sql(text, text).fetchone())
    assert (state, "NotFound" in error, "an answer" in draft) == (scheduled.FAILED, True, True)


def test_media_is_held(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    file = moot.call(
        "POST", "/api/v2/media", kim.token, files={"file": ("a.png", picture(), "image/png")}
    ).json
    plan = later(kim, "with a picture", media_ids=[file["id"]])
    assert [m["id"] for m in plan["media_attachments"]] == [file["id"]]
    assert plan["params"]["media_ids"] == [file["id"]]
    assert moot.call("GET", f"/api/v1/media/{file['id']}", kim.token).status == 404
    again = moot.call("POST", "/api/v1/statuses", kim.token, json={"status": "x", "media_ids": [file["id"]]})
    assert again.status == 422
    assert moot.call("DELETE", f"/api/v1/media/{file['id']}", kim.token).status == 422
    assert moot.call("DELETE", f"{PATH}/{plan['id']}", kim.token).json == {}
    plan = later(kim, "again", media_ids=[file["id"]])
    due(moot, plan)
    look_after(moot)
    (post,) = kim.get(f"/api/v1/accounts/{kim.id}/statuses")
    assert [m["id"] for m in post["media_attachments"]] == [file["id"]]


def test_the_same_key_schedules_once(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    when = at(hours=1)

    def post(_: int) -> Any:
        body = {"status": "one", "scheduled_at": when}
        return moot.call(
            "POST", "/api/v1/statuses", kim.token, json=body, headers={"Idempotency-Key": "k"}
        ).json

    with ThreadPoolExecutor(4) as pool:
        plans = list(pool.map(post, range(4)))
    assert [p["id"] for p in plans] == [plans[0]["id"]] * 4
    assert plans[0]["params"]["idempotency"] == "k"
    assert len(kim.get(PATH)) == 1
    due(moot, plans[0])
    look_after(moot)
    assert post(0)["content"] == "<p>one</p>", "what became of it"
    assert said(kim) == ["<p>one</p>"]


def test_twenty_five_a_day(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    tomorrow = datetime.now(UTC).replace(hour=12, minute=0, second=0) + timedelta(days=2)
    plans = [later(kim, f"n{n}", (tomorrow + timedelta(minutes=n)).isoformat()) for n in range(25)]
    body = {"status": "one too many", "scheduled_at": tomorrow.isoformat()}
    found = moot.call("POST", "/api/v1/statuses", kim.token, json=body)
    assert found.status == 422
    assert "25 scheduled posts" in found.json["error"]
    other = later(kim, "another day", (tomorrow + timedelta(days=1)).isoformat())
    move = moot.call("PUT", f"{PATH}/{other['id']}", kim.token, json={"scheduled_at": tomorrow.isoformat()})
    assert move.status == 422
    within = (tomorrow + timedelta(hours=1)).isoformat()
    assert (
        moot.call("PUT", f"{PATH}/{plans[0]['id']}", kim.token, json={"scheduled_at": within}).status == 200
    )
    rows = "INSERT INTO scheduled (id, account_id, due_at, run_at, created_at) VALUES "
    rows += ", ".join(f"({900 + n + kim.id}, {kim.id}, 9999999999999, 9999999999999, 1)" for n in range(274))
    moot.store.write(lambda tx: tx.text_sql(rows, rows))
    far = {"status": "x", "scheduled_at": at(days=30)}
    found = moot.call("POST", "/api/v1/statuses", kim.token, json=far)
    assert (found.status, "300 scheduled posts" in found.json["error"]) == (422, True)


WORKER = """
import asyncio, os, signal, sys
from folkmoot import app
from folkmoot.domain.posts import scheduled
from folkmoot.settings import Settings
house = app.open_house(Settings(data=sys.argv[1], database=sys.argv[2]))
def die(tx):
    made = scheduled.post_due(tx, scheduled.next_due(tx))
    os.kill(os.getpid(), signal.SIGKILL)
house.store.write(die)
"""


def test_a_kill_between_loses_and_doubles_nothing(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    plan = later(kim, "survives")
    due(moot, plan)
    settings = moot.house.settings
    line = [sys.executable, "-c", WORKER, settings.data, settings.database]
    done = subprocess.run(line, env=os.environ.copy(), timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert said(kim) == []
    look_after(moot)
    look_after(moot)
    assert said(kim) == ["<p>survives</p>"]
