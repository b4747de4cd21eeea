"""Emoji of the house: added by the operator, listed, described wherever a text names them, and gone again."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.support.films import gif
from tests.support.server import Running, running_server
from tests.support.visitor import person, picture

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.media import emoji
from folkmoot.domain.people import logins


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("emoji"), worker=False) as up:
        yield up


def client_of(server: Running, who: Viewer) -> httpx2.Client:
    _, secret = server.store.write(
        lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read write")
    )
    return httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=30)


@pytest.fixture(scope="module")
def anna(server: Running) -> httpx2.Client:
    return client_of(server, person(server.store, "anna"))


def put(server: Running, code: str, data: bytes, **more: Any) -> None:
    new = emoji.prepare(server.house.blobs, data)
    server.store.write(lambda tx: emoji.add(tx, code, new, **more))


def test_they_are_described_wherever_they_are_named(server: Running, anna: httpx2.Client) -> None:
    put(server, "blob_cat", picture((32, 32)), category="Blobs")
    put(server, "party", gif(), hidden=True)
    listed = {e["shortcode"]: e for e in anna.get("/api/v1/custom_emojis").json()}
    assert set(listed) == {"blob_cat", "party"}
    cat = listed["blob_cat"]
    assert (cat["visible_in_picker"], cat["category"]) == (True, "Blobs")
    assert (listed["party"]["visible_in_picker"], listed["party"]["category"]) == (False, None)
    for url, moves in ((cat["url"], 1), (listed["party"]["url"], 5), (listed["party"]["static_url"], 1)):
        fetched = httpx2.get(url)
        assert fetched.status_code == 200
        with Image.open(io.BytesIO(fetched.content)) as shown:
            assert getattr(shown, "n_frames", 1) == moves
    profile = {
        "display_name": "Anna :blob_cat:",
        "note": ":party: on",
        "fields_attributes[0][name]": ":party:",
    }
    saved = anna.patch("/api/v1/accounts/update_credentials", data=profile).json()
    assert [e["shortcode"] for e in saved["emojis"]] == ["blob_cat", "party"]
    poll = {"options": [":blob_cat: yes", "no"], "expires_in": 600}
    post = anna.post(
        "/api/v1/statuses", json={"status": "hi :party: 10:20:30 x:party: :none:", "poll": poll}
    ).json()
    assert [e["shortcode"] for e in post["emojis"]] == ["party", "blob_cat"]
    assert [e["shortcode"] for e in post["account"]["emojis"]] == ["blob_cat", "party"]
    assert [e["shortcode"] for e in post["poll"]["emojis"]] == ["blob_cat"]
    assert ":party:" in post["content"]
    page = httpx2.get(post["url"], follow_redirects=True).text
    assert page.count('<img class="emoji"') == 2, "one in the text, one in an answer of the poll"
    assert 'alt=":party:"' in page
    polled = anna.get(f"/api/v1/polls/{post['poll']['id']}").json()
    assert polled["emojis"] == post["poll"]["emojis"] == [cat]
    anna.put(f"/api/v1/statuses/{post['id']}", json={"status": "plain"})
    history = anna.get(f"/api/v1/statuses/{post['id']}/history").json()
    assert [[e["shortcode"] for e in version["emojis"]] for version in history] == [["party", "blob_cat"], []]
    warned = anna.post("/api/v1/statuses", json={"status": "x", "spoiler_text": ":blob_cat:"}).json()
    assert warned["emojis"] == [cat]


def test_a_change_is_seen_at_once(server: Running, anna: httpx2.Client) -> None:
    post = anna.post("/api/v1/statuses", json={"status": "a :late: one"}).json()
    path = f"/api/v1/statuses/{post['id']}"
    assert post["emojis"] == []
    put(server, "late", picture((20, 20)))
    first = _until(anna, path, 1)
    put(server, "late", picture((40, 40)), replace=True)
    deadline = time.monotonic() + 5
    while anna.get(path).json()["emojis"] == first and time.monotonic() < deadline:
        time.sleep(0.05)
    assert anna.get(path).json()["emojis"][0]["url"] != first[0]["url"]
    server.store.write(lambda tx: emoji.remove(tx, ":late:"))
    assert _until(anna, path, 0) == []
    with pytest.raises(NotFound):
        server.store.write(lambda tx: emoji.remove(tx, "late"))


def _until(client: httpx2.Client, path: str, many: int) -> Any:
    deadline = time.monotonic() + 5
    while len(found := client.get(path).json()["emojis"]) != many and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(found) == many
    return found


@pytest.mark.parametrize("code", ["", "a", "a b", "ä-ä", "../x", "x" * 129, "a:b"])
def test_codes_that_are_none(server: Running, code: str) -> None:
    new = emoji.prepare(server.house.blobs, picture())
    with pytest.raises(Invalid):
        server.store.write(lambda tx: emoji.add(tx, code, new))


def test_a_code_stands_for_one_picture(server: Running) -> None:
    put(server, "once", picture())
    with pytest.raises(Conflict):
        put(server, "once", picture())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "blank"),
        (b"<svg/>", "unsupported"),
        (picture(kind="JPEG"), "unsupported"),
        (picture() + b"\0" * 262_144, "too_large"),
        (picture()[:40], "unsupported"),
        (picture()[:60], "broken"),
        (picture((2000, 20)), "too_many_pixels"),
    ],
)
def test_pictures_that_can_t_be_emoji(server: Running, data: bytes, why: str) -> None:
    with pytest.raises(Invalid) as caught:
        emoji.prepare(server.house.blobs, data)
    assert caught.value.why == why


def test_what_is_in_a_text() -> None:
    assert emoji.codes_in(":a1: x :bb: :bb: (:cc:) :d: at 10:30:20 a:ee: :ff:g", ":gg:\n:hh:") == [
        "a1", "bb", "cc", "gg", "hh",
    ]  # fmt: skip
    assert len(emoji.codes_in(" ".join(f":code{n}:" for n in range(5000)))) == emoji.MAX_FOUND
