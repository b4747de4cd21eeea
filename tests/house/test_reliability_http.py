"""What travels with answers: caches, hosts, headers and addresses that somebody chose do not lead astray."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.house.test_sight import Stage
from tests.house.test_sight_more import routes, set_up
from tests.support.server import running_server

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.staff import reports, staff
from folkmoot.domain.staff.reports import Complaint
from folkmoot.store.schema.accounts import accounts

EVIL = "evil.test"
FOR_ALL = ("/api/v1/instance", "/api/v2/instance", "/api/v1/custom_emojis", "/.well-known/", "/nodeinfo/")
"""Documents that are the same for everybody, and may be kept by anybody."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_server(Path(tmp_path_factory.mktemp("http")), worker=False) as server:
        yield set_up(Stage(server))


def test_no_shared_cache_keeps_what_somebody_was_shown(stage: Stage) -> None:
    """Whatever looks different to somebody known says that nobody but them may keep it; all say by what it differs."""
    compared = 0
    for method, path in routes("mastodon", "web"):
        if method != "GET" or path.startswith(("/static", "/favicon", "/robots")):
            continue
        word = "ada" if "{name" in path else stage.said["public"]
        filled = re.sub(r"\{[^}]*\}", str(word), path.replace("{name}/{id}", f"ada/{stage.said['public']}"))
        headers = {**stage.bearer("ben"), **stage.cookies["ben"]}
        known, nobody = stage.http.get(filled, headers=headers), stage.http.get(filled)
        for answer in (known, nobody):
            assert re.search("authorization|cookie", answer.headers.get("vary", ""), re.I), (
                path,
                answer.headers,
            )
        if known.content == nobody.content or path.startswith(FOR_ALL) or known.status_code != 200:
            continue
        compared += 1
        assert "no-store" in known.headers.get("cache-control", ""), (
            path,
            known.headers.get("cache-control"),
        )
        assert "public" not in known.headers["cache-control"], path
    assert compared > 40


def test_a_page_with_a_proof_of_its_own_is_not_kept(stage: Stage) -> None:
    for path in ("/login", "/sign-up", "/reset"):
        answer = stage.http.get(path)
        assert answer.status_code == 200
        if "set-cookie" in answer.headers or "csrf" in answer.text:
            assert "no-store" in answer.headers.get("cache-control", ""), path


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": EVIL},
        {"X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https", "Forwarded": f"host={EVIL};proto=https"},
        {"X-Original-URL": f"https://{EVIL}/", "X-Rewrite-URL": "/staff"},
    ],
)
def test_our_addresses_are_those_of_the_settings(stage: Stage, headers: dict[str, str]) -> None:
    for path in (
        "/", "/about", "/login", "/reset", "/api/v2/instance", "/api/v1/timelines/public?limit=1",
        "/.well-known/oauth-authorization-server", "/.well-known/host-meta", "/.well-known/nodeinfo",
        "/.well-known/webfinger?resource=acct:ada@127.0.0.1",
    ):  # fmt: skip
        answer = stage.http.get(path, headers=headers)
        assert answer.status_code == 200, path
        assert EVIL not in answer.text + str(answer.headers), path


def test_no_header_is_broken_out_of(stage: Stage) -> None:
    broken = "%0d%0aSet-Cookie:%20evil=1%0d%0a"
    ada = stage.cast.ids["ada"]
    for path in (
        f"/api/v1/timelines/public?limit=1&x={broken}", f"/api/v1/accounts/{ada}/statuses?limit=1&tagged={broken}",
        f"/login?next=/{broken}", f"/users/{broken}", f"/@{broken}", f"/tags/{broken}", f"/t/{broken}",
        f"/media/{broken}", f"/oauth/authorize?redirect_uri={broken}", f"/search?q={broken}",
    ):  # fmt: skip
        answer = stage.http.get(path, headers={**stage.bearer("ben"), **stage.cookies["ben"]})
        assert answer.status_code < 500, path
        assert "evil=1" not in answer.headers.get("set-cookie", ""), path
        assert all("\n" not in value and "\r" not in value for value in answer.headers.values()), path


def test_a_file_is_shown_in_a_cage(stage: Stage) -> None:
    """A picture with a page behind its bytes comes back as a picture alone, and could run nothing anyhow."""
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(out, "PNG")
    name = 'a"\r\nX-Evil: 1.html'
    made = stage.http.post(
        "/api/v2/media",
        headers=stage.bearer("ben"),
        files={"file": (name, out.getvalue() + b"<script>alert(1)</script>", "image/png")},
    ).json()
    for address in (made["url"], made["preview_url"]):
        answer = stage.http.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] in ("image/png", "image/webp", "image/jpeg")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert b"script" not in answer.content
        assert "x-evil" not in answer.headers
    unsigned = made["url"].partition("?")[0]
    for viewer in ("nobody", "cleo"):
        other = stage.http.get(unsigned, headers=stage.cookies[viewer])
        missing = stage.http.get(f"/media/{'0' * 64}", headers=stage.cookies[viewer])
        assert (other.status_code, other.content) == (404, missing.content)
        assert stage.http.get(unsigned + "?s=" + "0" * 32, headers=stage.cookies[viewer]).status_code == 404


def test_who_is_staff_no_longer_knows_no_reports(stage: Stage) -> None:
    """Notices of the staff name who reported whom: they go with the role."""
    store, ben = stage.server.store, stage.cast.ids["ben"]
    store.write(lambda tx: tx.update(accounts, {"id": ben}, role=int(Role.MODERATOR)))
    complaint = Complaint(target_id=stage.cast.ids["gus"], comment="he shouts")
    store.write(lambda tx: reports.file(tx, stage.cast.viewer("cleo"), complaint))
    paths = ("/api/v1/notifications", "/api/v2/notifications")
    for path in paths:
        assert "he shouts" in stage.get("ben", path).text
    store.write(lambda tx: staff.set_role(tx, Viewer.system(), ben, Role.USER))
    for path in paths:
        assert "he shouts" not in stage.get("ben", path).text
        assert "admin.report" not in stage.get("ben", path).text


def test_an_embedding_page_gets_no_markup_of_ours_wrong(stage: Stage) -> None:
    """Names and addresses in oEmbed documents can't leave their quotes, and other hosts' addresses are nothing here."""
    name = '"><script>alert(1)</script>'
    stage.http.patch(
        "/api/v1/accounts/update_credentials", headers=stage.bearer("dora"), json={"display_name": name}
    )
    post = stage.http.post("/api/v1/statuses", headers=stage.bearer("dora"), json={"status": "look"}).json()
    base = stage.server.url
    answer = stage.http.get(
        "/api/oembed", params={"url": f'{base}/@dora/{post["id"]}?"><b>', "maxwidth": '9"><b>'}
    )
    if answer.status_code == 200:
        assert "<b>" not in answer.json()["html"]
        assert answer.json()["html"].count("<") == 2
    for url in (
        f"https://{EVIL}/@dora/{post['id']}", f"{base}.{EVIL}/@dora/{post['id']}",
        f"{base}@{EVIL}/@dora/{post['id']}", f"//{EVIL}/@dora/{post['id']}",
    ):  # fmt: skip
        assert stage.http.get("/api/oembed", params={"url": url}).status_code == 404, url
    page = stage.http.get(f"/@dora/{post['id']}/embed").text
    assert "<script" not in page
