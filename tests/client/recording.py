"""A server that takes everything and notes it, and what a method of a client sends to it."""

from __future__ import annotations

import copy
import http.server
import inspect
import json
import re
import threading
import warnings
from datetime import UTC, date, datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import requests

MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
#: Arguments by name; the others get their own name as text, ids a result that has one.
VALUES: dict[str, Any] = {
    "scheduled_at": MOMENT, "start_at": MOMENT, "end_at": MOMENT, "focus": (0.1, -0.2), "year": 2024,
    "fields": [("a", "b"), ("c", "d")], "media_file": b"bytes", "mime_type": "image/png", "file_name": "x.png",
    "thumbnail": b"th", "thumbnail_mime_type": "image/png", "avatar": b"av", "header": b"he",
    "avatar_mime_type": "image/png", "header_mime_type": "image/png", "visibility": "unlisted",
    "poll": {"options": ["a", "b"], "expires_in": 60, "multiple": True, "hide_totals": False},
    "quote_approval_policy": "public", "context": ["home"], "filter_action": "warn", "choices": [0, 1],
    "keywords_attributes": [{"keyword": "k", "whole_word": True}], "media_ids": [{"id": "1"}, "2"],
    "account_ids": [{"id": "1"}, "2"], "ids": ["1", {"id": "2"}], "status_ids": ["1", "2"], "rule_ids": ["1"],
    "role_ids": ["1"], "types": ["mention"], "exclude_types": ["poll"], "grouped_types": ["mention"],
    "supported_types": ["mention"], "forward_to_domains": ["d.example"], "collection_ids": ["3"],
    "attribution_domains": ["d.example"], "policy": "all", "replies_policy": "list", "order": "new",
    "status": "active", "severity": "silence", "action": "none", "result_type": "accounts", "lang": "de",
    "encrypt_params": {"pubkey": b"p" * 65, "auth": b"a" * 16}, "endpoint": "https://e.example",
    "timelines": ["home"], "last_read_ids": ["5"], "origin": "local", "date": date(2020, 1, 2),
    "media_attributes": [{"id": "1", "description": "d"}], "timeline": "home", "frequency": "day",
    "date_of_birth": datetime(2000, 1, 2), "options": ["a", "b"], "expires_in": 60, "permissions": "staff",
    "domain": "d.example", "offset": 3, "limit": 7, "duration": 60, "category": "spam", "quote_id": None,
    "idempotency_key": "idem", "content_type": None, "strict_content_type": False, "synchronous": False,
    "mentions_only": None, "unresolved": None, "schema": "http://nodeinfo.diaspora.software/ns/schema/2.0",
    "scopes": ["read", "write", "follow", "push"], "to_file": None, "version_str": "1.0.0", "allow_http": True,
    "username": "name", "password": "secret", "code": None, "refresh_token": None, "invited_by": "9",
    "client_id": "other",
}  # fmt: skip
#: What takes no argument that could be made up here, or asks nothing, or never ends.
SKIPPED = re.compile(
    r"create_app|fetch_|pagination_|get_|filters_apply|decode_blurhash|clear_caches"
    r"|push_subscription_(decrypt|generate)"
    r"|stream_(?!healthy)|set_language|await_async|persistable|status_reply|reports|timeline_is_available|make_poll"
    r"|generate_media_edit"
)
ANSWERS = {
    "/instance/": {
        "version": "4.6.0",
        "uri": "x",
        "urls": {"streaming_api": None},
        "api_versions": {"mastodon": "7"},
    },
    "/accounts/search": [{"id": "77", "acct": "u@x"}],
    "/oauth/token": {"access_token": "tok", "scope": "read write follow push", "created_at": 1},
    "/api/v1/accounts": {"access_token": "tok", "scope": "read write follow push", "created_at": 1},
    "/requests/merged": {"merged": True},
    "/translation_languages": {"en": ["de"]},
    "/suggestions": [],
}


class Recorder:
    """The server. `taken` is what reached it: method, path, query, body."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.http = requests.Session()
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                recorder.taken.append(described(self.command, self.path, self.headers, body))
                answer = json.dumps(recorder.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> Any:
        path = urlsplit(path).path
        if path == "/.well-known/nodeinfo":
            rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
            return {"links": [{"rel": rel, "href": f"{self.url}/nodeinfo/2.0"}]}
        if path == "/.well-known/oauth-authorization-server":
            ends = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "revocation_endpoint": "revoke",
            }
            page = {name: f"{self.url}/oauth/{end}" for name, end in ends.items()}
            return {**page, "grant_types_supported": ["password", "authorization_code"]}
        for end, answer in ANSWERS.items():
            if path.endswith(end):
                return answer
        return {"id": "5", "acct": "me", "url": "http://u", "count": 3}


def described(method: str, target: str, headers: Any, body: bytes) -> Any:
    """A request without what chance put into it."""
    parts, kind = urlsplit(target), headers.get("content-type", "")
    shown: Any = body.decode("latin-1")
    if "json" in kind:
        shown = json.loads(body)
    elif "multipart" in kind:
        boundary = kind.split("boundary=")[1]
        shown = sorted(re.sub(r'filename="[^"]*"', "", part) for part in shown.split(boundary))
    elif body:
        shown = sorted(parse_qsl(shown, keep_blank_values=True))
    kept = {name: headers.get(name) for name in ("authorization", "idempotency-key", "user-agent")}
    return [method, parts.path, sorted(parse_qsl(parts.query, keep_blank_values=True)), shown, kept]


def arguments_for(function: Any, name: str, mode: str) -> dict[str, Any]:
    """Made up arguments: the *required* ones, or all with flags true or false."""
    found = {}
    for one in list(inspect.signature(inspect.unwrap(function)).parameters.values())[1:]:
        if mode == "required" and one.default is not one.empty:
            continue
        if one.name in VALUES:
            found[one.name] = copy.deepcopy(VALUES[one.name])
        elif "bool" in str(one.annotation):
            found[one.name] = mode == "true"
        elif one.name == "id" or one.name.endswith("_id"):
            found[one.name] = {"id": "42"}
        else:
            found[one.name] = f"v_{one.name}"
    if name in ("notifications", "admin_domain_blocks"):
        found.pop("id", None)
    if name == "media_post":
        found["mime_type"] = "image/png"
    if name in ("admin_measures", "admin_dimensions"):
        found["instance_accounts"] = "d.example"
    if name in ("auth_request_url", "revoke_access_token"):
        found["allow_http"] = True
    if name == "log_in":
        found |= {"username": "name", "password": "secret", "allow_http": True}
    if name in ("status_update",) and mode != "required":
        found.pop("media_ids")
    return found


def sent_by(kind: Any, name: str, mode: str, recorder: Recorder) -> Any:
    """What calling the method sends; or nothing, for a method that is left out."""
    if SKIPPED.match(name):
        return None
    client = kind(
        client_id="cid", client_secret="secret", access_token="token", api_base_url=recorder.url,
        mastodon_version="4.6.0", version_check_mode="created", session=recorder.http,
    )  # fmt: skip
    recorder.taken = []
    failure = ""
    arguments = arguments_for(inspect.getattr_static(__import__("mastodon").Mastodon, name), name, mode)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            getattr(client, name)(**arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, both must raise the same
            failure = type(error).__name__
    return recorder.taken, failure
