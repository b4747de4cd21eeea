"""Who is here from where, noted after the answer has left: once an hour for each token or session, written together."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from folkmoot.domain.people.sightings import Sighting, record
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.doors.frame.at import At
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.doors")
HOUR_MS = 3_600_000
SECONDS = 5.0
"""So long sightings are gathered before they are written in one transaction."""
REMEMBERED = 50_000
"""So many tokens and sessions are remembered; the oldest go first, and are merely noted again."""
AT_ONCE = 500

Key = tuple[bool, int]


class Sightings:
    """The sightings of one process. A request costs a look into a dict; nothing is written while it waits."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self.store = store
        self._clock = clock
        self._next: OrderedDict[Key, int] = OrderedDict()
        """When each is to be noted again."""
        self._waiting: dict[tuple[int, str], Sighting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def note(self, at: At) -> None:
        """Somebody called, and has their answer. Runs on the event loop."""
        caller = at.caller
        if caller is None or not at.viewer.account_id:
            return
        key = (
            (True, caller.token_id)
            if caller.token_id
            else (False, caller.session_id or -at.viewer.account_id)
        )
        now = self._clock()
        if self._next.get(key, 0) > now:
            return
        self._next[key] = now + HOUR_MS
        self._next.move_to_end(key)
        while len(self._next) > REMEMBERED:
            self._next.popitem(last=False)
        ip = at.http.ip
        self._waiting[at.viewer.account_id, ip] = Sighting(at.viewer.account_id, now, ip)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, self._due)

    def _due(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self.write())

    async def write(self) -> None:
        """Write what was gathered; what can't be written now is lost, and noted again within the hour."""
        while self._waiting:
            batch = [self._waiting.pop(key) for key in list(self._waiting)[:AT_ONCE]]
            try:
                await self.store.awrite(partial(_write, batch))
            except StoreUnavailable as error:
                log.warning("who was here could not be written: %s", error)
                return


def _write(batch: list[Sighting], tx: Tx) -> None:
    record(tx, batch)
