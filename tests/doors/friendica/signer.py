"""A client that signs its requests (OAuth 1.0a), written from RFC 5849 alone, and a server that lets it in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import time
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx2
from tests.doors.friendica.node import Node
from tests.support.server import Running
from tests.support.visitor import Visitor

from folkmoot.domain.people.apps import App

BACK = "http://127.0.0.1:9/back?x=1"
ME = "/api/account/verify_credentials.json"
counter = itertools.count(1)
IDS: dict[str, int] = {}


def escape(text: str) -> str:
    return quote(text, safe="-._~")


class Signer:
    """A client written from RFC 5849 alone."""

    def __init__(self, server: Running | Node, app: App, token: str = "", secret: str = "") -> None:
        self.server, self.app, self.token, self.secret = server, app, token, secret

    def oauth(self, **more: str) -> dict[str, str]:
        found = {
            "oauth_consumer_key": self.app.client_id,
            "oauth_nonce": f"n{next(counter)}",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(time.time())),
            "oauth_token": self.token,
            "oauth_version": "1.0",
            **more,
        }
        return {name: value for name, value in found.items() if value}

    def sign(self, method: str, url: str, pairs: list[tuple[str, str]], plain: bool = False) -> str:
        key = f"{escape(self.app.client_secret)}&{escape(self.secret)}"
        if plain:
            return key
        joined = "&".join(f"{a}={b}" for a, b in sorted((escape(n), escape(v)) for n, v in pairs))
        base = "&".join((method, escape(url), escape(joined)))
        return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        form: list[tuple[str, str]] | None = None,
        place: str = "header",
        oauth: dict[str, str] | None = None,
        url: str = "",
        raw_query: str = "",
        headers: dict[str, str] | None = None,
        files: Any = None,
    ) -> httpx2.Response:
        oauth = self.oauth() if oauth is None else dict(oauth)
        query, form = list(query or []), list(form or [])
        pairs = [*query, *(form if files is None else []), *oauth.items()]
        if raw_query:
            pairs += parse_qsl(raw_query, keep_blank_values=True)
        plain = oauth.get("oauth_signature_method") == "PLAINTEXT"
        signature = oauth.pop("signature", "") or self.sign(
            method, url or self.server.url + path, pairs, plain
        )
        signed = [*oauth.items(), ("oauth_signature", signature)]
        sent = dict(headers or {})
        if place == "header":
            inner = ", ".join(f'{n}="{escape(v)}"' for n, v in [("realm", "Friendica"), *signed])
            sent["authorization"] = f"OAuth {inner}"
        elif place == "query":
            query += signed
        else:
            form += signed
        text = "&".join(part for part in (urlencode(query), raw_query) if part)
        address = self.server.url + path + (f"?{text}" if text else "")
        if files is not None:
            return httpx2.request(method, address, headers=sent, files=files, data=dict(form))
        body = urlencode(form) if form else None
        if body is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
        return httpx2.request(method, address, headers=sent, content=body)


def form_of(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(answer.text, strict_parsing=True))


def let_in(server: Running, app: App, who: Visitor, callback: str = BACK) -> Signer:
    """The three steps, as a client does them."""
    first = Signer(server, app)
    asked = form_of(
        first.call("POST", "/api/oauth/request_token", oauth=first.oauth(oauth_callback=callback))
    )
    assert asked["oauth_callback_confirmed"] == "true"
    assert who.get(f"/api/oauth/authorize?oauth_token={asked['oauth_token']}").status_code == 200
    answer = who.send("/oauth/authorize", oauth_yes="allow")
    verifier = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["oauth_verifier"]
    second = Signer(server, app, asked["oauth_token"], asked["oauth_token_secret"])
    got = form_of(second.call("POST", "/api/oauth/access_token", oauth=second.oauth(oauth_verifier=verifier)))
    return Signer(server, app, got["oauth_token"], got["oauth_token_secret"])
