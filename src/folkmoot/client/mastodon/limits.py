"""Rate limits: what a server says of them, and what is done about it: throw, wait, or pace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from folkmoot.client import internals
from folkmoot.client.mastodon.casting import as_moment
from folkmoot.client.mastodon.errors import MastodonRatelimitError

METHODS = ("throw", "wait", "pace")
LONGEST = 300.0
FIRST_BACKOFF = 2.0


class RateLimit:
    """The attributes `ratelimit_*` of the client, and their keeping.

    `ratelimit_reset` and `ratelimit_lastcall` are seconds since 1970 by this machine's clock, or None if not known.
    """

    ratelimit_method: str = "wait"
    ratelimit_pacefactor: float = 1.1

    def _start_limits(self) -> None:
        self.ratelimit_limit = 300
        self.ratelimit_remaining = 300
        self.ratelimit_reset: float | None = None
        self.ratelimit_lastcall: float | None = None
        self._ratelimit_backoff = FIRST_BACKOFF

    def _pace(self) -> None:
        """In mode pace, before a request: sleep so long that the remaining calls last until the reset."""
        if self.ratelimit_method != "pace" or self.ratelimit_lastcall is None:
            return
        now = internals.time.time()
        if self.ratelimit_reset is None or self.ratelimit_reset <= now:
            raise MastodonRatelimitError("Can't pace requests: the server named no usable time of reset.")
        left = self.ratelimit_reset - now
        if self.ratelimit_remaining <= 0:
            pause = left
        else:
            share = left / self.ratelimit_remaining
            pause = (share - (now - self.ratelimit_lastcall)) / self.ratelimit_pacefactor
        _sleep(pause)

    def _note_limits(self, headers: Mapping[str, str], ok: bool) -> None:
        """Take in the X-RateLimit headers of an answer."""
        if "X-RateLimit-Remaining" in headers:
            remaining = _number(headers["X-RateLimit-Remaining"])
            if remaining is not None:
                self.ratelimit_remaining, self.ratelimit_lastcall = remaining, internals.time.time()
            elif self.ratelimit_method == "pace":
                raise MastodonRatelimitError("X-RateLimit-Remaining is no number, and pacing needs one.")
        if "X-RateLimit-Limit" in headers:
            self.ratelimit_limit = _number(headers["X-RateLimit-Limit"]) or self.ratelimit_limit
        if "X-RateLimit-Reset" in headers:
            self.ratelimit_reset = _reset(headers)
        if self.ratelimit_reset is not None and self.ratelimit_reset <= internals.time.time():
            self.ratelimit_reset = None
        if ok or (self.ratelimit_reset is not None and "X-RateLimit-Reset" in headers):
            self._ratelimit_backoff = FIRST_BACKOFF

    def _limited(self, limiting: bool) -> None:
        """After a 429: sleep until it may be tried again, or raise MastodonRatelimitError."""
        if self.ratelimit_method == "throw" or not limiting:
            raise MastodonRatelimitError("Hit rate limit.")
        now = internals.time.time()
        if self.ratelimit_reset is None or self.ratelimit_reset <= now:
            if self.ratelimit_method == "pace":
                raise MastodonRatelimitError("Hit rate limit, and the server named no usable time of reset.")
            self.ratelimit_reset = now + self._ratelimit_backoff
            self._ratelimit_backoff = min(self._ratelimit_backoff * 2, LONGEST)
        _sleep(self.ratelimit_reset - now)


def _sleep(seconds: float) -> None:
    """Never more than five minutes at once."""
    if seconds > 0:
        internals.time.sleep(min(seconds, LONGEST))


def _number(text: str) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def _reset(headers: Mapping[str, str]) -> float:
    """When the limit is reset, by our own clock: the server's Date tells how far its clock is off."""
    reset = _epoch(headers["X-RateLimit-Reset"])
    if "Date" in headers:
        reset += internals.time.time() - _epoch(headers["Date"])
    return reset


def _epoch(text: str) -> float:
    moment: Any = as_moment(text)
    if moment is None:
        raise MastodonRatelimitError(f"Rate limit time calculations failed: {text!r} is no time")
    return float((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
