"""Embedding: how a public post is shown on other sites, and that no other one is."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from tests.support.server import Running, running_server
from tests.support.visitor import person

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import logins


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("oembed"), worker=False, title="Moot <1>") as up:
        yield up


def client_of(server: Running, who: Viewer) -> httpx2.Client:
    _, secret = server.store.write(
        lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read write")
    )
    return httpx2.Client(base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=30)


@pytest.fixture(scope="module")
def anna(server: Running) -> httpx2.Client:
    return client_of(server, person(server.store, "anna", display_name="Anna <b>"))


def ask(server: Running, url: str, **more: object) -> httpx2.Response:
    return httpx2.get(f"{server.url}/api/oembed", params={"url": url, **more})


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_a_public_post(server: Running, anna: httpx2.Client, visibility: str) -> None:
    post = anna.post("/api/v1/statuses", json={"status": "hear <this>", "visibility": visibility}).json()
    found = ask(server, post["url"]).json()
    frame = found.pop("html")
    assert found == {
        "type": "rich", "version": "1.0", "title": "New status by Anna <b>", "author_name": "Anna <b>",
        "author_url": f"{server.url}/@anna", "provider_name": server.settings.domain,
        "provider_url": f"{server.url}/", "cache_age": 86400, "width": 400, "height": None,
    }  # fmt: skip
    assert f'<iframe src="{post["url"]}/embed"' in frame
    assert 'width="400"' in frame
    sized = ask(server, post["uri"], maxwidth=300, maxheight=200).json()
    assert (sized["width"], sized["height"]) == (300, 200)
    assert ask(server, f"{post['url']}?a=b#c").status_code == 200
    for odd in ("-5", "0", "nan", "1e400", "x"):
        assert ask(server, post["url"], maxwidth=odd).status_code in (200, 400, 422)
    page = httpx2.get(f"{post['url']}/embed")
    assert page.status_code == 200
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] != "DENY"
    assert "set-cookie" not in page.headers
    assert "hear &lt;this&gt;" in page.text
    assert "<form" not in page.text
    assert "frame-ancestors 'none'" in httpx2.get(f"{server.url}/about").headers["content-security-policy"]


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_no_other_post_is_there(server: Running, anna: httpx2.Client, visibility: str) -> None:
    post = anna.post("/api/v1/statuses", json={"status": "quiet", "visibility": visibility}).json()
    missing = ask(server, f"{server.url}/@anna/1")
    found = ask(server, post["url"])
    assert (found.status_code, found.content) == (404, missing.content)
    assert anna.get("/api/oembed", params={"url": post["url"]}).status_code == 404
    embedded = anna.get(f"/@anna/{post['id']}/embed")
    assert (embedded.status_code, "quiet" in embedded.text) == (404, False)


def test_addresses_that_are_no_post(server: Running, anna: httpx2.Client) -> None:
    post = anna.post("/api/v1/statuses", json={"status": "x"}).json()
    boost = anna.post(f"/api/v1/statuses/{post['id']}/reblog").json()
    for url in (
        "", "x", f"{server.url}/", f"{server.url}/@anna", f"https://elsewhere.test/@anna/{post['id']}",
        f"{server.url}/@anna/x",
        f"{server.url}/@anna/{'9' * 40}", f"{server.url}.evil.test/@anna/{post['id']}",
        f"{server.url}/@anna/{boost['id']}",
    ):  # fmt: skip
        assert ask(server, url).status_code in (400, 404)
    assert httpx2.get(f"{server.url}/@bruno/{post['id']}/embed").status_code == 404
    assert httpx2.get(f"{server.url}/api/oembed").status_code == 404
