"""Rate limits in the three modes, uploads that are said twice, and the files that keep a log-in."""

from __future__ import annotations

import http.server
import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.client.recording import Recorder

from folkmoot.client import (
    Mastodon,
    MastodonFileNotFoundError,
    MastodonIllegalArgumentError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonServiceUnavailableError,
)

Answers = list[tuple[int, dict[str, str]]]


class Strict:
    """A server that says 429 and the like when it is told to, and notes what came."""

    def __init__(self) -> None:
        self.answers: Answers = []
        self.bodies: list[bytes] = []
        strict = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                strict.bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
                status, headers = strict.answers.pop(0)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def strict() -> Iterator[Strict]:
    made = Strict()
    threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def limits(remaining: int, seconds: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)),
    }


def client(strict: Strict, method: str) -> Mastodon:
    return Mastodon(
        access_token="t", api_base_url=strict.url, ratelimit_method=method, mastodon_version="4.6.0"
    )


def test_throw(strict: Strict) -> None:
    strict.answers = [(200, limits(1, 60)), (429, limits(0, 60))]
    one = client(strict, "throw")
    one.me()
    assert one.ratelimit_remaining == 1
    assert one.ratelimit_reset is not None
    assert 50 < one.ratelimit_reset - time.time() < 62
    with pytest.raises(MastodonRatelimitError):
        one.me()


def test_wait_and_say_the_file_again_from_its_start(strict: Strict) -> None:
    strict.answers = [(429, limits(0, 2)), (200, {})]
    file = io.BytesIO(b"skipped" + b"the picture")
    file.seek(7)
    begun = time.time()
    client(strict, "wait").media_post(file, "image/png", file_name="p.png")
    assert time.time() - begun > 0.5
    assert [b"the picture" in body and b"skipped" not in body for body in strict.bodies] == [True, True]


def test_pace(strict: Strict) -> None:
    strict.answers = [(200, limits(2, 3)), (200, limits(1, 3))]
    one = client(strict, "pace")
    one.me()
    begun = time.time()
    one.me()
    assert time.time() - begun > 0.5
    one.ratelimit_reset = None
    with pytest.raises(MastodonRatelimitError):
        one.me()


def test_refusals_are_told_apart(strict: Strict) -> None:
    strict.answers = [(404, {}), (503, {})]
    one = client(strict, "throw")
    with pytest.raises(MastodonNotFoundError) as missing:
        one.me()
    assert missing.value.args == ("Mastodon API returned error", 404, "Not Found", "Endpoint not found.")
    with pytest.raises(MastodonServiceUnavailableError):
        one.me()


def test_a_log_in_is_kept_in_files(told: dict[str, Any], tmp_path: Path) -> None:
    app, token = tmp_path / "app", tmp_path / "token"
    pair = Mastodon.create_app("Files", api_base_url=told["url"], to_file=app)
    assert app.read_text() == f"{pair[0]}\n{pair[1]}\n{told['url']}\nFiles\n"
    assert app.stat().st_mode & 0o077 == 0
    one = Mastodon(client_id=app)
    person = told["people"]["ben"]
    given = one.log_in(person["email"], person["password"], to_file=token, allow_http=True)
    assert token.read_text() == one.persistable_login_credentials()
    assert token.stat().st_mode & 0o077 == 0
    again = Mastodon(access_token=token)
    assert (again.access_token, again.client_id, again.me().username) == (given, pair[0], "ben")
    with pytest.raises(MastodonIllegalArgumentError):
        Mastodon(access_token=token, api_base_url="https://elsewhere.example")
    again.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonIllegalArgumentError):
        again.revoke_access_token(allow_http=True)


def test_secrets_go_over_https_only() -> None:
    with Recorder() as server:
        one = Mastodon(client_id="id", client_secret="secret", api_base_url=server.url)
        with pytest.raises(MastodonIllegalArgumentError):
            one.log_in("ben@suite.test", "password")
        with pytest.raises(MastodonIllegalArgumentError):
            one.auth_request_url()
        assert not [body for method, _, _, body, _ in server.taken if method == "POST"]
        assert one.auth_request_url(allow_http=True).startswith(f"{server.url}/oauth/authorize?client_id=id&")


def test_files_that_can_not_be_sent(strict: Strict, tmp_path: Path) -> None:
    one = client(strict, "throw")
    with pytest.raises(MastodonFileNotFoundError):
        one.media_post(tmp_path / "nothing.png")
    with pytest.raises(MastodonIllegalArgumentError):
        one.media_post(b"bytes of no type")
    assert strict.bodies == []
