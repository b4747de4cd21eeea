"""One loop: claim due events, let every door that wants them do its part, finish, retry or put aside."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby

from folkmoot.domain import jobs, journal
from folkmoot.doors.frame.house import House
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.tx import JournalRow, Tx

log = logging.getLogger("folkmoot.work")
Handler = Callable[[House, Sequence[JournalRow]], Awaitable[None]]
"""A door's part in some events of one kind, of one group where they are of groups. It may be called again for the same
events, alone or with others, so doing it twice must be doing it once."""
Chore = Callable[[House], Awaitable[int]]
"""Something to look after repeatedly, such as the outbox; returns how much it did."""
Chores = Mapping[Chore, str]
"""Each with the kind of the journal's lines at which it looks at once; empty: the clock is enough."""
TOGETHER = 4
"""So many events are handled at once: their rows are close to each other, and others wait for the store meanwhile."""
IDLE_SECONDS = 5.0
BUSY_SECONDS = 1.0
FIRST_SECONDS = 0.3
"""So long after the start chores begin that nothing calls for: a server first answers."""


class Worker:
    """Runs until stopped; several may run beside each other, in one process or many."""

    def __init__(
        self, house: House, handlers: Mapping[str, Sequence[Handler]], chores: Chores | None = None
    ) -> None:
        self.house = house
        self.handlers = handlers
        self.chores = chores or {}
        self._wake = asyncio.Event()
        self._bells = {chore: asyncio.Event() for chore in self.chores}
        self._stopping = False
        self._done: set[int] = set()
        """Events that are done, which the database was not told yet."""

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Something was committed that leaves work: look at once, not at the next turn."""
        if any(journal.has_work(row.kind, row.data) for row in rows):
            self._wake.set()
        kinds = {row.kind for row in rows}
        for chore, kind in self.chores.items():
            if kind in kinds:
                self._bells[chore].set()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopping = True
        for bell in (self._wake, *self._bells.values()):
            bell.set()

    async def run(self) -> None:
        """Work until stopped. A database that is away is waited for."""
        await asyncio.gather(self._events(), *(self._look_after(chore) for chore in self.chores))

    async def _events(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                found = await self.once()
                if not found and not self._stopping:
                    await self._sleep()
            except StoreUnavailable as error:
                log.warning("the worker waits for the database: %s", error)
                await asyncio.sleep(BUSY_SECONDS)

    async def _sleep(self) -> None:
        due = await self.house.store.aread(jobs.next_due)
        seconds = (
            IDLE_SECONDS if due is None else min(IDLE_SECONDS, max(0.05, (due - self.house.clock()) / 1000))
        )
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    async def once(self) -> int:
        """One turn: claim what is due and do it. Returns how many events were taken. Raises StoreUnavailable; what was
        done before is not done again."""
        await self._finish()
        if await self.house.store.aread(_nothing_due):
            return 0
        claimed = await self.house.store.awrite(jobs.claim)
        try:
            for some in _together(claimed):
                await self._do(some)
        finally:
            await self._finish()
        return len(claimed)

    async def _finish(self) -> None:
        done = list(self._done)
        if done:
            await self.house.store.awrite(lambda tx: jobs.finish(tx, done))
            self._done.difference_update(done)

    async def _do(self, some: Sequence[jobs.Job]) -> None:
        job = some[0]
        try:
            for handler in self.handlers.get(job.row.kind, ()):
                await handler(self.house, [each.row for each in some])
        except StoreUnavailable:
            raise
        except Exception:
            if len(some) > 1:  # whichever it was is found, and fails alone
                for each in some:
                    await self._do([each])
                return
            text = traceback.format_exc()
            aside = await self.house.store.awrite(lambda tx: jobs.fail(tx, job, text))
            end = ", put aside: see `folkmoot jobs`" if aside else "; it is tried again"
            log.exception("%s %d failed%s", job.row.kind, job.row.id, end)
            return
        self._done.update(each.row.id for each in some)

    async def _look_after(self, chore: Chore) -> None:
        bell = self._bells[chore]
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), FIRST_SECONDS)
        while not self._stopping:
            done = 0
            bell.clear()
            try:
                done = await chore(self.house)
            except StoreUnavailable as error:
                log.warning("%s waits for the database: %s", chore.__name__, error)
            except Exception:
                log.exception("%s failed; it is tried again", chore.__name__)
            if not done and not self._stopping:
                try:
                    await asyncio.wait_for(bell.wait(), BUSY_SECONDS)
                except TimeoutError:
                    continue
                await asyncio.sleep(0.02)


def _together(claimed: Sequence[jobs.Job]) -> Iterator[Sequence[jobs.Job]]:
    """The events in their order, those of one kind and group that stand beside each other together."""
    for _, alike in groupby(claimed, lambda job: (job.row.kind, job.row.data.get("group_id"))):
        some = list(alike)
        yield from (some[at : at + TOGETHER] for at in range(0, len(some), TOGETHER))


def _nothing_due(tx: Tx) -> bool:
    due = jobs.next_due(tx)
    return due is None or due > tx.now
