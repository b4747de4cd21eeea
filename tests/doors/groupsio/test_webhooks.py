"""Webhooks: told by signed POSTs of what happens in a group, tried again, switched off, and never into private nets."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.doors.groupsio.conftest import Town, running_town, shape
from tests.support.postgres import Cluster, Template
from tests.support.server import running_server, without
from tests.support.visitor import Visitor, person

from folkmoot.domain import journal
from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.groups import callbacks, groupacts, grouplife, groups, members, membership
from folkmoot.domain.groups.groupacts import Wanted
from folkmoot.domain.groups.groups import NewGroup
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors.groupsio.webhooks import call_out, hear
from folkmoot.store.schema.entering import callback_calls
from folkmoot.store.schema.entering import callbacks as callbacks_t
from folkmoot.store.schema.work import journal as journal_t
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import JournalRow
from folkmoot.wire.groupsio.feed import WebhookEvent

SECRET = "between us"


class Ear:
    """A program that listens: what it was told, and how it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                ear.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(ear.status)
                if ear.status == 302:
                    self.send_header("location", ear.url)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(5)


@contextlib.contextmanager
def _open(town: Town) -> Iterator[Town]:
    town.house.settings = without(town.house.settings, private_networks="127.0.0.0/8")
    yield town


@pytest.fixture
def place(dialect: str, tmp_path: Path, run_folder: Path, cluster: Cluster) -> Iterator[Town]:
    """A town whose worker may call this machine."""
    data = tmp_path / "data"
    if dialect == "sqlite":
        Template(run_folder).copy_to(data)
        with running_town(data) as made, _open(made):
            yield made
    else:
        with cluster.database() as url, running_town(data, url) as made, _open(made):
            yield made


def hook(town: Town, url: str) -> int:
    made = town.do(lambda tx: callbacks.add(tx, town.viewer("alice"), town.ids["open"], url, SECRET))
    number: int = made.id
    return number


def turn(town: Town) -> int:
    """One turn of the worker's chore, over the store of the running server."""
    return asyncio.run(call_out(quietly(town)))


def quietly(town: Town) -> Any:
    """The house, called from another loop than its own."""

    class House:
        settings = town.house.settings
        links = town.house.links
        clock = staticmethod(town.house.clock)

        class store:
            @staticmethod
            async def aread(fn: Any) -> Any:
                return town.house.store.read(fn)

            @staticmethod
            async def awrite(fn: Any) -> Any:
                return town.house.store.write(fn)

    return House


def later(town: Town, ms: int = 86_400_000) -> None:
    town.do(lambda tx: tx.text_sql(*[f"UPDATE callback_calls SET run_at = run_at - {ms}"] * 2))


def test_everything_is_told(place: Town, ear: Ear) -> None:
    hook(place, ear.url)
    alice, here = place.viewer("alice"), place.ids["open"]
    place.do(lambda tx: members.join(tx, place.viewer("carol"), here))
    place.do(lambda tx: members.leave(tx, place.viewer("carol"), here))
    place.do(lambda tx: membership.add(tx, alice, here, "dora@example.org", "Dora"))
    place.do(lambda tx: membership.set_status(tx, alice, here, place.ids["bob"], Membership.LEFT))
    place.do(lambda tx: members.put(tx, here, place.ids["bob"], role=GroupRole.MEMBER))
    place.do(lambda tx: membership.set_status(tx, alice, here, place.ids["bob"], Membership.BANNED))
    sub = place.do(
        lambda tx: grouplife.found_below(
            tx,
            alice,
            groups.see(tx, alice, here),
            NewGroup(name="under", description="People below the well."),
        )
    )
    place.do(lambda tx: grouplife.delete(tx, alice, sub))
    while turn(place):
        pass
    events = ear.events()
    assert [each["action"] for each in events] == [
        "joined", "left", "added_member", "removed_member", "ban_members", "created_subgroup", "deleted_subgroup",
    ]  # fmt: skip
    for headers, body in ear.heard:
        event = json.loads(body)
        assert list(event) == list(WebhookEvent.__struct_fields__)
        assert headers["x-groupsio-action"] == event["action"]
        wanted = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha1).digest()).decode()
        assert headers["x-groupsio-signature"] == wanted
        assert event["object"] == "webhook_event"
        assert event["group"]["id"] == here
        assert shape(event["member_info"])["perms"]
    assert events[0]["member_info"]["user_id"] == place.ids["carol"]
    assert events[2]["member_info"]["email"] == "dora@example.org"
    assert events[5]["extra_id"] == sub


def test_a_message_is_told_by_the_worker(tmp_path: Path, ear: Ear) -> None:
    with running_server(tmp_path, private_networks="127.0.0.0/8") as server:
        anna = person(server.store, "anna")
        new = NewGroup(name="garden", description="Everything that grows here.")
        group = server.store.write(lambda tx: groups.create(tx, anna, new))
        browser = Visitor(server.url).log_in("anna")
        assert browser.get("/@garden/webhooks").status_code == 200, browser.answer.text
        browser.send("/@garden/webhooks", url="nonsense", act="add")
        assert "no web address" in browser.text()
        browser.send("/@garden/webhooks", url=ear.url, secret=SECRET, act="add")
        assert ear.url in browser.text()
        browser.get("/compose?group=garden")
        browser.send("/compose", title="Beans", text="They grow.")
        for _ in range(100):
            if ear.heard:
                break
            threading.Event().wait(0.1)
        event = ear.events()[0]
        assert (event["action"], event["extra"], event["via"]) == (
            "sent_message_accepted",
            "Beans",
            "via_web",
        )
        assert event["group"]["id"] == group
        assert event["member_info"]["user_id"] == anna.account_id
        stranger = Visitor(server.url).log_in(_named(server, "carl"))
        assert stranger.get("/@garden/webhooks").status_code == 403


def _named(server: Any, name: str) -> str:
    person(server.store, name)
    return name


def test_failures_are_tried_again_and_end(place: Town, ear: Ear) -> None:
    number = hook(place, ear.url)
    place.do(lambda tx: members.join(tx, place.viewer("carol"), place.ids["open"]))
    for status in (500, 302, 404):
        ear.status = status
        assert turn(place) == 1
        assert turn(place) == 0
        later(place)
    ear.status = 204
    assert turn(place) == 1
    assert len(ear.heard) == 4
    assert len({event["id"] for event in ear.events()}) == 1
    kept = place.do(lambda tx: callbacks.of_group(tx, place.viewer("alice"), place.ids["open"]))[0]
    assert (kept.failing_since, kept.error) == (None, "")

    ear.status = 500
    place.do(lambda tx: members.leave(tx, place.viewer("carol"), place.ids["open"]))
    turn(place)
    long_ago = callbacks.OFF_MS + 1
    place.do(lambda tx: tx.update(callbacks_t, {"id": number}, failing_since=tx.now - long_ago))
    later(place)
    turn(place)
    kept = place.do(lambda tx: callbacks.of_group(tx, place.viewer("alice"), place.ids["open"]))[0]
    assert kept.off_at is not None
    log = place.do(
        lambda tx: groupacts.listing(
            tx, place.viewer("alice"), place.ids["open"], Wanted(), ascending=False, after=None
        )
    )
    assert "switched the callback to 127.0.0.1 off" in log[0].line
    place.do(lambda tx: members.join(tx, place.viewer("carol"), place.ids["open"]))
    assert turn(place) == 0
    place.do(lambda tx: callbacks.switch_on(tx, place.viewer("alice"), number))
    place.do(lambda tx: members.leave(tx, place.viewer("carol"), place.ids["open"]))
    assert turn(place) == 1


def test_a_post_is_told_once_however_often_its_event_comes(place: Town, ear: Ear) -> None:
    number, here = hook(place, ear.url), place.ids["open"]
    said = place.do(
        lambda tx: [
            posts.write(tx, place.viewer("alice"), Draft(text=f"post {n}", group_id=here)).id
            for n in range(2)
        ]
    )
    rows = place.do(lambda tx: tx.all(_EVENTS, ids=said))
    events = [JournalRow(row[0], row[1], 0, row[2], {"group_id": here}, 1) for row in rows]
    assert [event.subject_id for event in events] == said
    for some in (events, events[:1], events[1:], events):
        asyncio.run(hear(quietly(place), some))
        while turn(place):
            pass
    assert sum(event["action"] == "sent_message_accepted" for event in ear.events()) == 2
    assert place.do(lambda tx: callbacks.of_group(tx, place.viewer("alice"), here))[0].id == number


_EVENTS = Query(
    sa.select(journal_t.c.id, journal_t.c.kind, journal_t.c.subject_id)
    .where(in_list(journal_t.c.subject_id, "ids"), journal_t.c.kind == journal.POST_ADDED)
    .order_by(journal_t.c.id)
)


def test_private_networks_are_not_called(town: Town, ear: Ear) -> None:
    hook(town, ear.url)
    town.do(lambda tx: members.join(tx, town.viewer("carol"), town.ids["open"]))
    assert turn(town) == 1
    assert ear.heard == []
    kept = town.do(lambda tx: callbacks.of_group(tx, town.viewer("alice"), town.ids["open"]))[0]
    assert "not a public address" in kept.error


def test_old_calls_and_orphans_go(town: Town, ear: Ear) -> None:
    number = hook(town, ear.url)
    town.do(lambda tx: members.join(tx, town.viewer("carol"), town.ids["open"]))
    town.do(lambda tx: tx.update(callback_calls, {"callback_id": number}, created_at=1))
    turn(town)
    assert town.do(callbacks.next_due) is None
    town.do(lambda tx: members.leave(tx, town.viewer("carol"), town.ids["open"]))
    town.do(lambda tx: callbacks.remove(tx, town.viewer("alice"), number))
    assert town.do(callbacks.next_due) is None


def test_only_some_may(town: Town) -> None:
    from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound

    here = town.ids["open"]
    with pytest.raises(Forbidden):
        town.do(lambda tx: callbacks.add(tx, town.viewer("bob"), here, "https://example.org/"))
    with pytest.raises(NotFound):
        town.do(lambda tx: callbacks.add(tx, town.viewer("bob"), town.ids["hidden"], "https://example.org/"))
    for url in (
        "",
        "ftp://example.org/",
        "https://a:b@example.org/",
        "https://ex ample.org/",
        "https://[::1",
    ):
        with pytest.raises(Invalid):
            town.do(lambda tx, url=url: callbacks.add(tx, town.viewer("alice"), here, url))
    for _ in range(callbacks.MOST):
        made = town.do(lambda tx: callbacks.add(tx, Viewer.system(), here, "https://example.org/"))
        assert len(made.secret) == 40
    with pytest.raises(Conflict):
        town.do(lambda tx: callbacks.add(tx, town.viewer("alice"), here, "https://example.org/"))
