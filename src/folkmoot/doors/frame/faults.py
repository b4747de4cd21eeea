"""Refusals that the frame itself makes, before or around a door's handler."""

from __future__ import annotations

from folkmoot.domain.errors import Invalid, NotFound, Refusal, TooMany, Unavailable


class NoSuchPath(NotFound):
    """No door answers this path. Doors may give it their own form (Friendica answers 501)."""

    def __init__(self, path: str) -> None:
        super().__init__("no such path", what="path", code="no_such_path")
        self.path = path


class WrongMethod(Refusal):
    """The path exists, but not for this method. *allow* lists the methods it has."""

    def __init__(self, allow: tuple[str, ...]) -> None:
        super().__init__("method not allowed", code="wrong_method")
        self.allow = allow


class TooLarge(Invalid):
    """The body is larger than the server takes: HTTP 413."""

    def __init__(self, limit: int) -> None:
        super().__init__("body", "too_large", f"the request is larger than {limit} bytes")
        self.limit = limit


class TooSlow(Invalid):
    """The body did not arrive in time: HTTP 408."""

    def __init__(self) -> None:
        super().__init__("body", "too_slow", "the request body took too long")


class Throttled(TooMany):
    """A rate limit of limits.py was reached: HTTP 429."""


class Broken(Refusal):
    """The server failed. *request_id* is what the log shows beside the traceback; clients see nothing
    else."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"something went wrong here (reference {request_id})", code="internal")
        self.request_id = request_id


class ClientGone(Exception):
    """The client closed the connection; nobody is left to answer."""


_FORCED: tuple[tuple[type[Refusal], int], ...] = (
    (TooLarge, 413),
    (TooSlow, 408),
    (Throttled, 429),
    (WrongMethod, 405),
    (Unavailable, 503),
    (Broken, 500),
)


def forced_status(refusal: Refusal) -> int | None:
    """The HTTP status that the frame insists on for *refusal*; None leaves it to the door's table."""
    for kind, status in _FORCED:
        if isinstance(refusal, kind):
            return status
    return None


def forced_headers(refusal: Refusal) -> list[tuple[bytes, bytes]]:
    """Headers that HTTP itself asks for with *refusal* (RFC 9110: Allow, Retry-After)."""
    if isinstance(refusal, WrongMethod):
        return [(b"allow", ", ".join(refusal.allow).encode())]
    if isinstance(refusal, TooMany) and refusal.retry_after is not None:
        return [(b"retry-after", str(max(1, refusal.retry_after)).encode())]
    if isinstance(refusal, Unavailable):
        return [(b"retry-after", b"5")]
    if isinstance(refusal, (TooLarge, TooSlow)):
        return [(b"connection", b"close")]
    return []
