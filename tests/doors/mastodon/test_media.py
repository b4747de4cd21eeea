"""Pictures by the Mastodon API: uploaded, described, posted, fetched by those who may, and taken back."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx2
import pytest
from PIL import Image
from tests.support.server import Running, running_server
from tests.support.visitor import person, picture

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import logins


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("media"), worker=False) as running:
        yield running


def client_of(server: Running, who: Viewer) -> httpx2.Client:
    """An application with all scopes."""
    _, secret = server.store.write(
        lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read write")
    )
    return httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=20)


@pytest.fixture(scope="module")
def anna(server: Running) -> httpx2.Client:
    return client_of(server, person(server.store, "anna"))


@pytest.fixture(scope="module")
def bruno(server: Running) -> httpx2.Client:
    return client_of(server, person(server.store, "bruno"))


def upload(client: httpx2.Client, data: bytes, version: str = "v2", **fields: str) -> httpx2.Response:
    return client.post(f"/api/{version}/media", files={"file": ("a.png", data, "image/png")}, data=fields)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_picture_s_life(anna: httpx2.Client, bruno: httpx2.Client, version: str) -> None:
    answer = upload(anna, picture((1200, 800)), version, description="Teal", focus="0.5,-0.25")
    media = answer.json()
    assert answer.status_code == 200
    assert (media["type"], media["description"]) == ("image", "Teal")
    assert media["meta"]["original"] == {"width": 1200, "height": 800, "size": "1200x800", "aspect": 1.5}
    assert media["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert media["meta"]["small"]["width"] * media["meta"]["small"]["height"] <= 640 * 360
    assert media["blurhash"]
    assert anna.get(f"/api/v1/media/{media['id']}").json() == media
    assert bruno.get(f"/api/v1/media/{media['id']}").status_code == 404
    changed = anna.put(f"/api/v1/media/{media['id']}", data={"description": "Very teal"}).json()
    assert changed == {**media, "description": "Very teal"}
    for url in (media["url"], media["preview_url"]):
        fetched = httpx2.get(url)
        assert fetched.status_code == 200
        with Image.open(io.BytesIO(fetched.content)) as shown:
            assert shown.width / shown.height == pytest.approx(1.5, abs=0.01)
    post = anna.post("/api/v1/statuses", json={"status": "look", "media_ids": [media["id"]]}).json()
    assert post["media_attachments"][0]["description"] == "Very teal"
    assert httpx2.get(post["media_attachments"][0]["url"]).status_code == 200
    assert anna.get(f"/api/v1/media/{media['id']}").status_code == 404
    assert anna.delete(f"/api/v1/media/{media['id']}").status_code == 422


def test_taking_back_and_another_thumbnail(anna: httpx2.Client, bruno: httpx2.Client) -> None:
    media = upload(anna, picture()).json()
    small = {"thumbnail": ("t.png", picture((30, 30)), "image/png")}
    changed = anna.put(f"/api/v1/media/{media['id']}", files=small).json()
    assert changed["preview_url"] != media["preview_url"]
    assert changed["meta"]["small"]["size"] == "30x30"
    assert bruno.delete(f"/api/v1/media/{media['id']}").status_code == 404
    assert anna.delete(f"/api/v1/media/{media['id']}").json() == {}
    assert anna.get(f"/api/v1/media/{media['id']}").status_code == 404


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (b"<svg onload=alert(1)>", {}),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, {}),
        (picture(), {"focus": "here"}),
        (picture(), {"description": "x" * 1501}),
    ],
)
def test_what_can_t_be_taken(anna: httpx2.Client, data: bytes, fields: dict[str, str]) -> None:
    answer = upload(anna, data, **fields)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed")


def test_uploading_needs_a_person(server: Running) -> None:
    nobody = httpx2.Client(base_url=server.url)
    assert upload(nobody, picture()).status_code == 401
