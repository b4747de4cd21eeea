"""One loop: claim due events, let every door that wants them do its part, finish, retry or put aside."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence

from folkmoot.domain import jobs, journal
from folkmoot.doors.frame.house import House
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.tx import JournalRow, Tx

log = logging.getLogger("folkmoot.work")
Handler = Callable[[House, JournalRow], Awaitable[None]]
"""A door's part in an event. It may be called again for the same event, so doing it twice must be doing it once."""
Chore = Callable[[House], Awaitable[int]]
"""Something to look after repeatedly, such as the outbox; returns how much it did."""
IDLE_SECONDS = 5.0
BUSY_SECONDS = 1.0


class Worker:
    """Runs until stopped; several may run beside each other, in one process or many."""

    def __init__(
        self, house: House, handlers: Mapping[str, Sequence[Handler]], chores: Sequence[Chore] = ()
    ) -> None:
        self.house = house
        self.handlers = handlers
        self.chores = chores
        self._wake = asyncio.Event()
        self._stopping = False

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Something was committed that leaves work: look at once, not at the next turn."""
        if any(row.kind in journal.QUEUED or journal.has_work(row.kind, row.data) for row in rows):
            self._wake.set()

    def stop(self) -> None:
        """End after what is under way."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped. A database that is away is waited for."""
        await asyncio.gather(self._events(), *(self._look_after(chore) for chore in self.chores))

    async def _events(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                found = await self.once()
            except StoreUnavailable as error:
                log.warning("the worker waits for the database: %s", error)
                await asyncio.sleep(BUSY_SECONDS)
                continue
            if not found and not self._stopping:
                await self._sleep()

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
        """One turn: claim what is due and do it. Returns how many events were taken."""
        if await self.house.store.aread(_nothing_due):
            return 0
        claimed = await self.house.store.awrite(jobs.claim)
        done = [job.row.id for job in claimed if await self._do(job)]
        if done:
            await self.house.store.awrite(lambda tx: jobs.finish(tx, done))
        return len(claimed)

    async def _do(self, job: jobs.Job) -> bool:
        try:
            for handler in self.handlers.get(job.row.kind, ()):
                await handler(self.house, job.row)
        except StoreUnavailable:
            raise
        except Exception:
            text = traceback.format_exc()
            aside = await self.house.store.awrite(lambda tx: jobs.fail(tx, job, text))
            end = ", put aside: see `folkmoot jobs`" if aside else "; it is tried again"
            log.exception("%s %d failed%s", job.row.kind, job.row.id, end)
            return False
        return True

    async def _look_after(self, chore: Chore) -> None:
        while not self._stopping:
            done = 0
            try:
                done = await chore(self.house)
            except StoreUnavailable as error:
                log.warning("%s waits for the database: %s", chore.__name__, error)
            except Exception:
                log.exception("%s failed; it is tried again", chore.__name__)
            if not done and not self._stopping:
                try:
                    await asyncio.wait_for(self._wake.wait(), BUSY_SECONDS)
                except TimeoutError:
                    continue
                await asyncio.sleep(0.02)


def _nothing_due(tx: Tx) -> bool:
    due = jobs.next_due(tx)
    return due is None or due > tx.now
