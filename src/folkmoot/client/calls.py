"""The core without any I/O: what is asked (`Call`) and what came back (`Answer`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IDEMPOTENCY = "Idempotency-Key"
Pairs = list[tuple[str, Any]]
#: Name → (file name, bytes or a file open for reading, content type).
Files = dict[str, tuple[str, Any, str]]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Answers after which the same request may work: an overloaded or restarting server.
PASSING = frozenset({502, 503, 504})


class Call:
    """One request, ready to be sent. *url* is whole, or a path. At most one of *form*, *json*, *body* is the body."""

    __slots__ = ("body", "files", "form", "headers", "json", "method", "query", "url")

    def __init__(
        self,
        method: str,
        url: str,
        *,
        query: Pairs | None = None,
        form: Pairs | None = None,
        json: Any = None,
        body: bytes | None = None,
        files: Files | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.method = method
        self.url = url
        self.query = query or []
        self.form = form or []
        self.json = json
        self.body = body
        self.files = files or {}
        self.headers = headers or {}

    def may_repeat(self) -> bool:
        """Would sending it twice do no harm? A read, or a write that carries an idempotency key."""
        return self.method in SAFE or IDEMPOTENCY in self.headers


class Answer:
    """What the server said. *headers* know no case."""

    __slots__ = ("body", "headers", "reason", "status")

    def __init__(self, status: int, reason: str, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @property
    def ok(self) -> bool:
        """Is it no refusal?"""
        return self.status < 400


def flat(value: Any, name: str = "") -> Pairs:
    """Parameters in Rails' way: lists as name[]=a&name[]=b, hashes as name[key]=value."""
    if isinstance(value, dict):
        pairs: Pairs = []
        for key, inner in value.items():
            pairs += flat(inner, f"{name}[{key}]" if name else str(key))
        return pairs
    if isinstance(value, list):
        return [pair for inner in value for pair in flat(inner, f"{name}[]")]
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    return [] if value is None else [(name, value)]


def grouped(pairs: Pairs) -> dict[str, list[str]]:
    """Pairs by name, for libraries that want a mapping."""
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(str(value))
    return groups
