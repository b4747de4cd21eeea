"""One page for every door; each door has one codec from its own words to this."""

from __future__ import annotations

import msgspec


class Page(msgspec.Struct, frozen=True):
    """Which part of a list of ids, newest first.

    `before` and `after` are exclusive bounds; with `nearest` the page directly above `after` is meant, otherwise the
    newest one. `offset` skips rows, for doors that count pages.
    """

    limit: int = 20
    before: int | None = None
    after: int | None = None
    nearest: bool = False
    offset: int = 0

    @property
    def low(self) -> int:
        """Exclusive lower bound as a plain number."""
        return self.after if self.after is not None else -1

    @property
    def high(self) -> int:
        """Exclusive upper bound as a plain number."""
        return self.before if self.before is not None else (1 << 62)
