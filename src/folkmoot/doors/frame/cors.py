"""Headers that browsers ask for: cross-origin access for the APIs, and the safe defaults of every answer."""

from __future__ import annotations

from folkmoot.doors.frame.answers import Header, Response
from folkmoot.doors.frame.http import Http

EXPOSED = (
    b"Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Idempotency-Key,"
    b" Retry-After, Mastodon-Async-Refresh"
)
CORS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
)
"""Any origin, never credentials: a foreign page may call the API with a token it holds, not with our
cookies."""

VARY: Header = (b"vary", b"Origin")
"""The headers above come only where an Origin was sent, so caches must keep the two answers apart."""

BASIC: tuple[Header, ...] = ((b"x-content-type-options", b"nosniff"),)
PRIVATE: Header = (b"cache-control", b"private, no-store")


def html_headers(csp: str, *, frames: bool = False) -> tuple[Header, ...]:
    """What every HTML page carries. *frames*: other sites may show it in a frame (embed pages)."""
    ancestors = "frame-ancestors *" if frames else "frame-ancestors 'none'"
    headers: list[Header] = [
        (b"content-security-policy", f"{csp.rstrip('; ')}; {ancestors}".encode()),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"interest-cohort=(), browsing-topics=()"),
    ]
    if not frames:
        headers.append((b"x-frame-options", b"DENY"))
    return tuple(headers)


def is_preflight(http: Http) -> bool:
    """Whether this is a browser's question before the real request (Fetch standard, CORS-preflight)."""
    return http.method == "OPTIONS" and b"access-control-request-method" in http.headers


def preflight(http: Http, methods: frozenset[str]) -> Response:
    """Allow what was asked: the real request is judged when it comes."""
    asked = http.headers.get(b"access-control-request-headers", b"")
    wanted = asked if len(asked) < 2000 and asked.isascii() else b""
    headers: list[Header] = [
        (b"access-control-allow-methods", ", ".join(sorted(methods)).encode()),
        (b"access-control-max-age", b"86400"),
        (b"vary", b"Origin, Access-Control-Request-Headers"),
    ]
    if wanted:
        headers.append((b"access-control-allow-headers", wanted))
    return Response(204, b"", headers)
