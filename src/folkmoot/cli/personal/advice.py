"""What a server's refusal means for somebody at the command line, and what to do about it."""

from __future__ import annotations

from folkmoot.client.errors import (
    ApiError,
    ConnectionFailed,
    MastodonAPIError,
    MastodonNetworkError,
    MastodonRatelimitError,
)

WAYS_OUT = {
    401: "log in again: folkmoot login URL",
    404: "it is not there, or not for you to see",
    429: "that was too much at once; wait a little",
    500: "the server has a fault",
    502: "the server is down; try again later",
    503: "the server is busy; try again later",
}


def advice(error: Exception) -> str:
    """The server's own words, and a way out where one is known."""
    if isinstance(error, MastodonRatelimitError):
        return f"the server wants a pause: {WAYS_OUT[429]}"
    if isinstance(error, ConnectionFailed | MastodonNetworkError):
        return f"the server can't be reached; is the address right, is there a network? ({error})"
    status, words = 0, str(error)
    if isinstance(error, MastodonAPIError):
        parts = [part for part in error.args if isinstance(part, str)]
        status = next((part for part in error.args if isinstance(part, int)), 0)
        words = parts[-1] if parts else words
    elif isinstance(error, ApiError):
        status = error.status
    if getattr(error, "type", "") in ("authentication", "unauthorized_error", "expired"):
        status = 401
    way = WAYS_OUT.get(status, "")
    return f"the server says: {words}" + (f"; {way}" if way else "")
