"""Signed requests (OAuth 1.0a, RFC 5849): what the client signed is collected, and held against the secrets."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote
from urllib.request import parse_http_list

from oauthlib.oauth1.rfc5849 import signature

from folkmoot.domain.errors import Invalid, Unauthenticated
from folkmoot.domain.people import signing
from folkmoot.doors.frame import At, House, Http

WINDOW_MS = 300_000
"""A request signed earlier or later than this from now is refused (contract: 300 s)."""
METHODS = ("HMAC-SHA1", "PLAINTEXT")
VERSIONS = ("1.0", "1.0A")
"""RFC 5849 3.1 knows the first alone; libraries whose example passes 1.0A send that."""
MAX_PARAMETERS = 2000
_OFF_LOOP = 65_536
"""Forms above this many bytes are read and held against the secrets in a thread."""
_STAMP = re.compile(r"\d{1,12}", re.ASCII)
_BARE_WORD = re.compile(r"[\x21-\x7e]{1,500}")
Pair = tuple[str, str]


class Signed(NamedTuple):
    """A request as it was signed. *params* are all that take part in the signature."""

    method: str
    urls: tuple[str, ...]
    """The addresses that the client may have meant: the one that is configured, and the host that it called."""
    oauth: dict[str, str]
    params: list[Pair]
    large: bool = False
    """So much is signed that it takes its time."""

    @property
    def consumer_key(self) -> str:
        return self.oauth.get("oauth_consumer_key", "")

    @property
    def token(self) -> str:
        return self.oauth.get("oauth_token", "")


class _Request:
    """What oauthlib reads when it verifies."""

    def __init__(self, signed: Signed, url: str) -> None:
        self.http_method = signed.method
        self.uri = url
        self.params = signed.params
        self.signature = signed.oauth.get("oauth_signature", "")


def may_be_signed(http: Http) -> bool:
    """Whether signs of a signature stand in header or query; a form has to be read to know."""
    kind = http.header("authorization").partition(" ")[0].lower()
    return kind == "oauth" or (not kind and b"oauth_signature" in http.query)


async def read(http: Http) -> Signed | None:
    """The request as it was signed, None where it is not. Raises Invalid("oauth", …) where it can't be read."""
    form = b""
    if http.has_body and http.content_type.partition(";")[0].strip().lower() == (
        "application/x-www-form-urlencoded"
    ):
        form = await http.body()
    if not may_be_signed(http) and (http.header("authorization") or b"oauth_signature=" not in form):
        return None
    large = len(form) > _OFF_LOOP
    in_form = await asyncio.to_thread(_from_form, form) if large else _from_form(form)
    pairs = [*_from_header(http.header("authorization")), *_from_form(http.query), *in_form]
    return Signed(http.method, _urls(http), *_sorted_out(pairs), large)


def _from_header(text: str) -> Iterable[Pair]:
    kind, _, rest = text.partition(" ")
    if kind.lower() != "oauth":
        return
    for part in parse_http_list(rest):
        name, mark, value = part.partition("=")
        if not mark:
            raise Invalid("oauth", "header")
        value = value.strip()
        if value[:1] == '"':
            value = value[1:-1] if value[-1:] == '"' and len(value) > 1 else value[1:]
        if name.strip().lower() != "realm":
            yield unquote(name.strip()), unquote(value)


def _from_form(raw: bytes) -> list[Pair]:
    try:
        return parse_qsl(
            raw.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise Invalid("oauth", "too_many") from None


def _sorted_out(pairs: list[Pair]) -> tuple[dict[str, str], list[Pair]]:
    """(oauth_ parameters, all that is signed); exact repeats of an oauth_ parameter count once."""
    oauth: dict[str, str] = {}
    signed: list[Pair] = []
    for name, value in pairs:
        if name.startswith("oauth_"):
            if name in oauth:
                if oauth[name] != value:
                    raise Invalid("oauth", "twice")
                continue
            oauth[name] = value
        if name != "oauth_signature":
            signed.append((name, value))
    return oauth, signed


def _urls(http: Http) -> tuple[str, ...]:
    path = (http.scope.get("raw_path") or http.path.encode()).partition(b"?")[0].decode("latin-1")
    host = http.header("host")
    first = ("https", "http") if http.is_https else ("http", "https")
    return (
        tuple(f"{scheme}://{host}{path}" for scheme in first) if host else (f"{first[0]}://localhost{path}",)
    )


def check_form(signed: Signed, now: int) -> None:
    """Whether all is there that a signed request needs, and it is of now (*now* in ms).

    Raises Invalid("oauth", "missing") (HTTP 400), Unauthenticated for what is there and wrong.
    """
    oauth = signed.oauth
    method = oauth.get("oauth_signature_method", "")
    needed = ["oauth_consumer_key", "oauth_signature_method", "oauth_signature"]
    if method != "PLAINTEXT" or "oauth_timestamp" in oauth or "oauth_nonce" in oauth:
        needed += ["oauth_timestamp", "oauth_nonce"]
    if any(not oauth.get(name) for name in needed):
        raise Invalid("oauth", "missing", "A parameter is missing: " + _first_missing(oauth, needed))
    if method not in METHODS:
        raise Invalid("oauth", "method", "The signature method is not supported")
    if oauth.get("oauth_version", "1.0").upper() not in VERSIONS:
        raise Invalid("oauth", "version", "The version is not supported")
    if not _BARE_WORD.fullmatch(oauth.get("oauth_nonce", "-")):
        raise Invalid("oauth", "nonce", "The nonce can't be read")
    if stamp := oauth.get("oauth_timestamp", ""):
        if not _STAMP.fullmatch(stamp):
            raise Invalid("oauth", "timestamp", "The timestamp can't be read")
        if abs(int(stamp) * 1000 - now) > WINDOW_MS:
            raise Unauthenticated("The timestamp is too far from now", code="timestamp")


def _first_missing(oauth: dict[str, str], needed: list[str]) -> str:
    return next(name for name in needed if not oauth.get(name))


async def fits(signed: Signed, base_url: str, consumer_secret: str, token_secret: str) -> bool:
    """Whether the signature is that of these two secrets, compared in constant time."""
    facts = (signed, base_url, consumer_secret, token_secret)
    return await asyncio.to_thread(_fits, *facts) if signed.large else _fits(*facts)


def _fits(signed: Signed, base_url: str, consumer_secret: str, token_secret: str) -> bool:
    if signed.oauth["oauth_signature_method"] == "PLAINTEXT":
        return bool(signature.verify_plaintext(_Request(signed, ""), consumer_secret, token_secret))
    return any(_verified(signed, url, consumer_secret, token_secret) for url in _meant(signed.urls, base_url))


def _meant(urls: tuple[str, ...], base_url: str) -> list[str]:
    """The public address first: behind a proxy it is what the client called."""
    path = urls[0].partition("://")[2].partition("/")[2]
    return list(dict.fromkeys([f"{base_url}/{path}", *urls]))


def _verified(signed: Signed, url: str, consumer_secret: str, token_secret: str) -> bool:
    request: Any = _Request(signed, url)
    try:
        return bool(signature.verify_hmac_sha1(request, consumer_secret, token_secret))
    except ValueError:  # a host or path of which no base string can be made
        return False


def once(signed: Signed) -> str:
    """What makes the request one of its kind: key, token, time and nonce (RFC 5849, 3.3); empty without a nonce."""
    oauth = signed.oauth
    if not oauth.get("oauth_nonce"):
        return ""
    parts = ("oauth_consumer_key", "oauth_token", "oauth_timestamp", "oauth_nonce")
    return "\n".join(oauth.get(name, "") for name in parts)


def until(signed: Signed, now: int) -> int:
    """How long a request has to be remembered as used (ms)."""
    return int(signed.oauth.get("oauth_timestamp") or now // 1000) * 1000 + WINDOW_MS + 1000


def secret_of(house: House, kind: str, token: str) -> str:
    """The secret that belongs to a token, made of the server's own: none is kept. *kind*: "request" or "access"."""
    return hmac.new(house.secret, f"oauth1 {kind}\n{token}".encode(), hashlib.sha256).hexdigest()


async def proven(at: At, signed: Signed) -> None:
    """Hold a signed call against the secrets of its token, and use its nonce up.

    Raises Unauthenticated, whatever is wrong; Forbidden where the account may not act.
    """
    now = at.house.clock()
    check_form(signed, now)
    _, app = await at.read(lambda tx: signing.access(tx, signed.token))
    secret = secret_of(at.house, "access", signed.token)
    right = app.client_id == signed.consumer_key
    if not await fits(signed, at.house.settings.base_url, app.client_secret, secret) or not right:
        raise Unauthenticated("The signature is wrong", code="signature")
    await use_up(at, signed, now)


async def use_up(at: At, signed: Signed, now: int) -> None:
    """Use the nonce up; asked only once the signature is proven. Raises Unauthenticated where it was used before."""
    word = once(signed)
    if word and not await at.write(lambda tx: signing.use_up(tx, word, until(signed, now))):
        raise Unauthenticated("The nonce was used before", code="nonce")
