"""What the whole server shows besides the API, as the contract names it: public addresses, headers, who may call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.doors.mastodon.contract_shape import answer_faults
from tests.doors.mastodon.moot import Moot, Person
from tests.support.server import running_server
from tests.support.visitor import picture

ORIGIN = {"origin": "https://app.example"}
EXPOSED = (
    "Link",
    "Mastodon-Async-Refresh",
    "X-RateLimit-Reset",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-Request-Id",
)


@pytest.fixture(scope="module")
def moot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moot]:
    with running_server(tmp_path_factory.mktemp("web"), worker=False, rate_limits=True) as up:
        moot = Moot(up.house)
        yield moot
        moot.http.close()


@pytest.fixture(scope="module")
def ann(moot: Moot) -> Person:
    return moot.person("ann")


@pytest.fixture(scope="module")
def post(ann: Person) -> dict[str, Any]:
    files = {"file": ("a.png", picture(), "image/png")}
    media = ann.moot.call("POST", "/api/v2/media", ann.token, files=files).json["id"]
    found: dict[str, Any] = ann.say("see #this", media_ids=[media])
    return found


def test_public_addresses_lead_to_pages(moot: Moot, ann: Person, post: dict[str, Any]) -> None:
    account = moot.get(f"/api/v1/accounts/{ann.id}")
    assert account["url"] == f"{moot.url}/@ann"
    assert account["uri"] == f"{moot.url}/users/ann"
    assert post["url"] == f"{moot.url}/@ann/{post['id']}"
    assert post["uri"] == f"{moot.url}/users/ann/statuses/{post['id']}"
    assert post["tags"][0]["url"] == f"{moot.url}/tags/this"
    media = post["media_attachments"][0]
    pages = [account["url"], account["uri"], post["url"], post["uri"], post["tags"][0]["url"]]
    for url in [*pages, media["url"], media["preview_url"], account["avatar"], account["header"]]:
        assert httpx2.get(url, follow_redirects=True).status_code == 200, url


def test_addresses_of_the_instance_lead_somewhere(moot: Moot) -> None:
    found = moot.get("/api/v2/instance")
    assert answer_faults({"kind": "entity", "entity": "Instance"}, found) == []
    urls = found["configuration"]["urls"]
    for url in (found["source_url"], found["thumbnail"]["url"], urls["about"], urls["privacy_policy"]):
        assert httpx2.get(url, follow_redirects=True).status_code == 200, url
    assert httpx2.get(found["icon"][0]["src"]).headers["content-type"] == "image/png"


CALLS = [
    ("GET", "/api/v2/instance", "GET"),
    ("GET", "/api/v1/timelines/home", "GET"),
    ("GET", "/api/v1/no/such/call", "GET"),
    ("POST", "/oauth/token", "POST"),
    ("POST", "/oauth/revoke", "POST"),
    ("GET", "/oauth/userinfo", "GET"),
    ("GET", "/.well-known/oauth-authorization-server", "GET"),
    ("GET", "/.well-known/nodeinfo", "GET"),
    ("GET", "/.well-known/webfinger?resource=acct:ann@nowhere", "GET"),
    ("GET", "/nodeinfo/2.0", "GET"),
]


@pytest.mark.parametrize(("method", "path", "wanted"), CALLS)
def test_pages_of_other_sites_may_call(moot: Moot, ann: Person, method: str, path: str, wanted: str) -> None:
    found = moot.call(method, path, headers=ORIGIN)
    assert found.headers["access-control-allow-origin"] == "*", found.status
    assert "access-control-allow-credentials" not in found.headers
    exposed = [name.strip() for name in found.headers["access-control-expose-headers"].split(",")]
    assert set(EXPOSED) <= set(exposed)
    asked = {
        **ORIGIN,
        "access-control-request-method": wanted,
        "access-control-request-headers": "authorization, content-type, idempotency-key",
    }
    before = moot.call("OPTIONS", path, headers=asked)
    assert before.status in (200, 204)
    assert before.headers["access-control-allow-origin"] == "*"
    allowed = before.headers["access-control-allow-headers"].lower()
    assert {"authorization", "content-type", "idempotency-key"} <= {n.strip() for n in allowed.split(",")}
    assert wanted in before.headers["access-control-allow-methods"]


def test_what_caches_must_tell_apart(moot: Moot, ann: Person) -> None:
    for token in (None, ann.token):
        found = moot.call("GET", "/api/v1/timelines/public", token)
        assert {name.strip() for name in found.headers["vary"].split(",")} == {"Origin", "Authorization"}
    assert "no-store" in moot.call("GET", "/api/v1/timelines/home", ann.token).headers["cache-control"]


def test_the_metadata_may_be_kept_a_quarter_of_an_hour(moot: Moot) -> None:
    found = moot.call("GET", "/.well-known/oauth-authorization-server")
    assert "max-age=900" in found.headers["cache-control"]
    assert "no-store" not in found.headers["cache-control"]
    assert answer_faults({"kind": "entity", "entity": "OAuthServerMetadata"}, found.json) == []


def test_unknown_calls_are_told_in_json(moot: Moot) -> None:
    for path in ("/api/v1/x", "/api/v2/x/y", "/api/v1_alpha/x", "/api/v3/x", "/api/web/x", "/api/proofs"):
        for method in ("GET", "POST", "DELETE"):
            found = moot.call(method, path)
            assert (found.status, found.json) == (404, {"error": "Record not found"}), (method, path)


def test_every_answer_tells_the_limit(moot: Moot, ann: Person) -> None:
    for path, token in (
        ("/api/v1/instance", None),
        ("/api/v1/preferences", ann.token),
        ("/api/v1/lists", None),
    ):
        found = moot.call("GET", path, token)
        assert int(found.headers["x-ratelimit-limit"]) == 300
        assert 0 <= int(found.headers["x-ratelimit-remaining"]) < 300
        assert found.headers["x-ratelimit-reset"].endswith("Z")


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_at_the_end_changes_nothing(moot: Moot, ann: Person, slash: str) -> None:
    for path in ("/api/v1/instance", "/api/v2/instance", "/api/v1/conversations", "/api/v1/trends/tags"):
        assert moot.call("GET", path + slash, ann.token).status == 200, path
    assert moot.call("POST", "/api/v1/reports" + slash, ann.token).status == 422
    assert moot.call("GET", "/api/v1/admin/domain_blocks" + slash, ann.token).status == 403


def test_accounts_follow_the_address_of_the_server(moot: Moot, ann: Person) -> None:
    """Made while the server stood elsewhere (a seed by other settings), they are found where it stands now."""
    moot.store.write(
        lambda tx: tx.text_sql(
            *["UPDATE accounts SET url = 'http://old.example/@ann', uri = 'http://old.example/users/ann'"] * 2
        )
    )
    moot.house.caches.clear()
    found = moot.person("bob").say("hello @ann")
    assert found["mentions"][0]["url"] == f"{moot.url}/@ann"
    assert f'href="{moot.url}/@ann"' in found["content"]
