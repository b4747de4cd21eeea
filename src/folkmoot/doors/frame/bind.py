"""The one binder: however parameters travel, the handler gets its endpoint's struct, or the client an
Invalid."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import msgspec

from folkmoot.doors.frame.coerce import fill
from folkmoot.doors.frame.http import Http
from folkmoot.doors.frame.params import gather
from folkmoot.doors.frame.rules import BindRules

__all__ = ["BindRules", "bind", "bind_values", "fill", "gather", "parameters"]

S = TypeVar("S", bound=msgspec.Struct)

_OFF_LOOP = 65_536
"""Bodies above this many bytes are read in a thread, so that an upload does not hold up everybody else."""


def bind_values(
    cls: type[S],
    rules: BindRules,
    *,
    query: bytes = b"",
    content_type: str = "",
    body: bytes = b"",
    path: dict[str, str] | None = None,
) -> S:
    """An instance of *cls* from the parts of a request. Raises Invalid, and nothing else, on any input."""
    bound = fill(cls, gather(query, content_type, body, path, rules), rules)
    assert isinstance(bound, cls)
    return bound


async def bind(cls: type[S], http: Http, path: dict[str, str], rules: BindRules) -> S:
    """An instance of *cls* from a request. Raises Invalid; TooLarge, TooSlow and ClientGone while the body
    is read."""
    body = await http.body() if http.has_body else b""
    if len(body) <= _OFF_LOOP:
        return bind_values(
            cls, rules, query=http.query, content_type=http.content_type if body else "", body=body, path=path
        )
    return await asyncio.to_thread(
        bind_values, cls, rules, query=http.query, content_type=http.content_type, body=body, path=path
    )


async def parameters(http: Http, path: dict[str, str], rules: BindRules) -> dict[str, Any]:
    """All parameters as a plain tree, for handlers that have no struct (signature base strings, generic
    forms)."""
    return gather(http.query, http.content_type, await http.body(), path, rules)
