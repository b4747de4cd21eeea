"""Networks without any access, kept in memory: looked up once an address, and read anew when the staff changes them."""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.staff import barriers
from folkmoot.kit import networks
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.tx import JournalRow

if TYPE_CHECKING:
    from folkmoot.store.engine import Store

log = logging.getLogger("folkmoot.doors")
REMEMBERED = 10_000
"""So many addresses are remembered with their answer."""
FOREVER = 1 << 62
RETRY_SECONDS = 1.0


class Gate:
    """Who is kept away. While nobody is, `shut` is false and asking costs nothing."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self.store = store
        self.shut = False
        self._clock = clock
        self._spans: list[tuple[str, str, int]] = []
        self._reach: list[str] = []
        """The highest last place of all spans up to each: further back nothing can hold a place beyond it."""
        self._known: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._stale = False
        self._watchers: list[Callable[[Callable[[str], bool]], object]] = []

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Read the networks anew where the staff changed them."""
        if any(row.kind == journal.BARRIERS_CHANGED for row in rows):
            self._stale = True
            if self._task is None or self._task.done():
                self._task = asyncio.get_running_loop().create_task(self._freshen())

    async def _freshen(self) -> None:
        """One reading after the other, so that the last read is the last known; anew while the database is away."""
        while self._stale:
            self._stale = False
            if not await self.refresh():
                self._stale = True
                await asyncio.sleep(RETRY_SECONDS)

    async def refresh(self) -> bool:
        """Read the networks; False where the database is away: those that were known stay."""
        try:
            self.put(await self.store.aread(barriers.shut_out))
        except StoreUnavailable as error:
            log.warning("blocked networks could not be read: %s", error)
            return False
        return True

    def watch(self, close: Callable[[Callable[[str], bool]], object]) -> None:
        """*close* is given `refuses` when networks change: it ends what is open to an address that is refused."""
        self._watchers.append(close)

    def put(self, spans: Sequence[tuple[str, str, int | None]]) -> None:
        """Keep these away: (first place, last place, until when in ms)."""
        self._spans = sorted((low, high, FOREVER if until is None else until) for low, high, until in spans)
        self._reach = []
        for _, high, _ in self._spans:
            self._reach.append(max(high, self._reach[-1]) if self._reach else high)
        self._known.clear()
        self.shut = bool(self._spans)
        if self.shut:
            for close in self._watchers:
                close(self.refuses)

    def refuses(self, ip: str) -> bool:
        """Whether the address has no access now."""
        until = self._known.get(ip)
        if until is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            until = self._known[ip] = self._until(ip)
        return until > self._clock()

    def _until(self, ip: str) -> int:
        """How long the address is kept away, 0 where it is not."""
        place = networks.place(ip)
        if place is None:
            return 0
        until, at = 0, bisect_right(self._spans, (place, "g", FOREVER)) - 1
        while at >= 0 and self._reach[at] >= place:
            _, high, end = self._spans[at]
            if high >= place:
                until = max(until, end)
            at -= 1
        return until
