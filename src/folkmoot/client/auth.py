"""Who is asking: a thing that signs a call before it leaves. Sessions take any object with such a `sign`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from folkmoot.client.calls import Call


class Auth(Protocol):
    """Signs calls: adds headers, or parameters, to the call it is given. Called again before each repetition."""

    def sign(self, call: Call) -> None: ...


class NoAuth:
    """Nobody."""

    def sign(self, call: Call) -> None:
        """Leaves the call as it is."""


class Bearer:
    """A token (RFC 6750)."""

    def __init__(self, token: str) -> None:
        self.token = token

    def sign(self, call: Call) -> None:
        """Adds the Authorization header."""
        call.headers["Authorization"] = f"Bearer {self.token}"


class Basic:
    """User name and password (RFC 7617, UTF-8)."""

    def __init__(self, user: str, password: str) -> None:
        self.value = base64.b64encode(f"{user}:{password}".encode()).decode()

    def sign(self, call: Call) -> None:
        """Adds the Authorization header."""
        call.headers["Authorization"] = f"Basic {self.value}"


class OAuth1:
    """OAuth 1.0a with HMAC-SHA1 (RFC 5849, section 3.4): consumer key and secret, token and secret."""

    def __init__(self, key: str, secret: str, token: str = "", token_secret: str = "") -> None:
        self.key, self.secret, self.token, self.token_secret = key, secret, token, token_secret

    def sign(self, call: Call) -> None:
        """Adds the Authorization header over the method, the address and all query and form fields."""
        own = {
            "oauth_consumer_key": self.key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(time.time())),
            "oauth_version": "1.0",
        }
        if self.token:
            own["oauth_token"] = self.token
        own["oauth_signature"] = self.signature(call, own)
        call.headers["Authorization"] = "OAuth " + ", ".join(
            f'{k}="{_safe(v)}"' for k, v in sorted(own.items())
        )

    def signature(self, call: Call, own: dict[str, str]) -> str:
        """The signature of *call* with the OAuth parameters *own*, in base 64."""
        parts = urlsplit(call.url)
        pairs = [*own.items(), *call.query, *parse_qsl(parts.query, keep_blank_values=True)]
        if not call.files:
            pairs += call.form
        joined = "&".join(f"{name}={value}" for name, value in sorted((_safe(k), _safe(v)) for k, v in pairs))
        address = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", "", ""))
        base = "&".join(map(_safe, (call.method.upper(), address, joined)))
        key = f"{_safe(self.secret)}&{_safe(self.token_secret)}"
        return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def _safe(value: object) -> str:
    return quote(str(value), safe="-._~")
