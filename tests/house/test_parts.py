"""A poll and a quote, asked at the Mastodon door, as every other door shows them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiosmtpd.controller import Controller
from tests.cast import PASSWORD, Cast, gathered
from tests.house.doors import ByGroupsIo, ByMastodon
from tests.house.test_crossings import Mailboxes
from tests.support.server import Running, free_port, running_server

from folkmoot.domain import views


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Cast, Mailboxes]]:
    kept, port = Mailboxes(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    folder: Path = tmp_path_factory.mktemp("parts")
    with running_server(folder, smtp_relay=f"127.0.0.1:{port}") as server:
        yield server, gathered(server.store), kept
    controller.stop()


def asked(place: tuple[Running, Cast, Mailboxes]) -> tuple[Any, Any]:
    """Ada asks the open group something, and quotes that in answer to it."""
    server, cast, _ = place
    group = server.store.read(lambda tx: group_name(tx, cast))
    ada = ByMastodon(server, "ada", cast.ids["ada"], group)
    http = httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {ada.token}"})
    body = {
        "status": f"@{group} Tea or coffee?",
        "poll": {"options": ["Tea <3", "Coffee"], "expires_in": 3600},
    }
    question = http.post("/api/v1/statuses", json=body).json()
    more = {"status": "Please answer", "quoted_status_id": question["id"], "in_reply_to_id": question["id"]}
    return question, http.post("/api/v1/statuses", json=more).json()


def group_name(tx: Any, cast: Cast) -> str:
    return views.account(tx, cast.open_group).name


def test_every_door_shows_question_and_answers(place: tuple[Running, Cast, Mailboxes]) -> None:
    server, cast, kept = place
    question, quoting = asked(place)
    page = httpx2.get(question["url"], follow_redirects=True).text
    assert "<li>Tea &lt;3</li><li>Coffee</li>" in page
    assert "Poll (one answer, until 20" in page
    page = httpx2.get(quoting["url"], follow_redirects=True).text
    quoted = page.partition('<blockquote class="quoted">')[2].partition("</blockquote>")[0]
    assert f'/{question["id"]}"' in quoted
    assert "<li>Coffee</li>" in quoted
    friendica = httpx2.Client(base_url=f"{server.url}/api", auth=("ada", PASSWORD))
    shown = friendica.get(f"/statuses/show/{question['id']}.json").json()
    assert "* Tea <3\n* Coffee" in shown["text"]
    assert "<li>Coffee</li>" in shown["friendica_html"]
    assert question["url"] in friendica.get(f"/statuses/show/{quoting['id']}.json").json()["text"]
    name = server.store.read(lambda tx: group_name(tx, cast))
    lines = ByGroupsIo(server, "ada", cast.ids["ada"], name).thread(int(question["id"]))
    assert ["Coffee" in line.text for line in lines] == [True, False]
    deadline = time.monotonic() + 15
    while len(kept.mails) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    texts = [str(mail.get_body(("plain",)).get_content()) for _, mail in kept.mails]
    assert any("* Tea <3" in text and "* Coffee" in text for text in texts)
    assert any(f"RE: {question['url']}" in text for text in texts)


def test_a_poll_without_a_word_has_a_page(place: tuple[Running, Cast, Mailboxes]) -> None:
    server, cast, _ = place
    ada = ByMastodon(server, "ada", cast.ids["ada"], "")
    http = httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {ada.token}"})
    alone = http.post(
        "/api/v1/statuses", json={"poll": {"options": ["up", "down"], "expires_in": 600}}
    ).json()
    page = httpx2.get(alone["url"], follow_redirects=True)
    assert (page.status_code, ">down</span>" in page.text) == (200, True)
