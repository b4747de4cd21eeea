"""Which application is asking: found by its id, proven by its secret, sent back only to its own addresses."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode, urlsplit

from folkmoot.domain.people import apps, logins
from folkmoot.doors.frame.http import Http
from folkmoot.doors.oauth.door import OAuthError

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

OOB = "urn:ietf:wg:oauth:2.0:oob"
"""The address of applications that have none: the person copies the code from a page."""
_DANGEROUS = frozenset(
    {"javascript", "data", "vbscript", "file", "blob", "about", "view-source", "filesystem"}
)


def credentials(http: Http, client_id: str | None, client_secret: str | None) -> tuple[str, str]:
    """(id, secret) of the client from the body or, winning, HTTP Basic, form-encoded (RFC 6749 2.3.1)."""
    kind, _, value = http.header("authorization").partition(" ")
    if kind.lower() == "basic":
        try:
            name, mark, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise OAuthError("invalid_client") from None
        if mark:
            return unquote(name), unquote(secret)
    return client_id or "", client_secret or ""


def proven(tx: Tx, client_id: str, client_secret: str) -> apps.App:
    """The application of these credentials. Raises OAuthError("invalid_client")."""
    app = apps.find(tx, client_id) if client_id else None
    if app is None or not logins.same(app.client_secret, client_secret):
        raise OAuthError("invalid_client")
    return app


def named(tx: Tx, client_id: str) -> apps.App:
    """The application of that id, without proof: for the consent page. Raises OAuthError("invalid_client")."""
    app = apps.find(tx, client_id) if client_id else None
    if app is None:
        raise OAuthError("invalid_client")
    return app


def own_redirect(app: apps.App, redirect_uri: str) -> str:
    """*redirect_uri*, which must be registered to the letter. Raises OAuthError("invalid_redirect_uri")."""
    if redirect_uri not in app.redirects:
        raise OAuthError("invalid_redirect_uri")
    if redirect_uri != OOB and urlsplit(redirect_uri).scheme.lower() in _DANGEROUS | {""}:
        raise OAuthError("invalid_redirect_uri")
    return redirect_uri


def with_answer(redirect_uri: str, **answer: str) -> str:
    """The address with the answer in its query; what is empty is left out."""
    address, mark, fragment = redirect_uri.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode({k: v for k, v in answer.items() if v})}{mark}{fragment}"


def form_action(redirect_uri: str) -> str:
    """What the page's policy must allow besides ourselves, since browsers apply it to the redirect behind a form."""
    parts = urlsplit(redirect_uri)
    if redirect_uri == OOB:
        return ""
    if parts.scheme in ("http", "https") and parts.netloc.isascii() and not set(parts.netloc) & set(" ;,'\""):
        return f" {parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return f" {parts.scheme}:" if parts.scheme.isascii() else ""
