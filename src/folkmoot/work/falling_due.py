"""What comes due without anybody asking: scheduled posts, the ends of polls, files and ways in that are over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain.media import litter
from folkmoot.domain.people import lapsed
from folkmoot.domain.posts import polls, scheduled
from folkmoot.doors.frame.house import House

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

SWEEP_EVERY_MS = 60_000
_SWEPT = "litter swept at"
_FORGOT = "lapsed forgotten at"


async def post_scheduled(house: House) -> int:
    """Make one post that is due."""
    if not await house.store.aread(scheduled.any_due):
        return 0
    try:
        return await house.store.awrite(scheduled.post_due)
    except scheduled.Failure as failure:
        note = failure
    await house.store.awrite(lambda tx: scheduled.note_failure(tx, note))
    return 1


async def close_polls(house: House) -> int:
    """Tell the voters of a poll that has ended."""
    if not await house.store.aread(polls.any_due):
        return 0
    return await house.store.awrite(polls.tell_due)


async def sweep(house: House) -> int:
    """Clean up files that were free for a day, and bytes that nothing refers to; looked at once a minute."""
    now = house.clock()
    if now - house.kept.get(_SWEPT, 0) < SWEEP_EVERY_MS:
        return 0
    if not await house.store.aread(litter.any_free):
        house.kept[_SWEPT] = now
        return 0
    files = await house.store.awrite(litter.forget_files)
    keys = await house.store.awrite(litter.rested)
    gone = await asyncio.to_thread(_discard, house, keys)
    await house.store.awrite(_swept(gone))
    if not files and not gone:
        house.kept[_SWEPT] = now
    return files + len(gone)


async def forget_lapsed(house: House) -> int:
    """Forget codes, links, sessions and applications whose time is over; looked at once a minute."""
    now = house.clock()
    if now - house.kept.get(_FORGOT, 0) < SWEEP_EVERY_MS:
        return 0
    if await house.store.aread(lapsed.any_due):
        return await house.store.awrite(lapsed.sweep)
    house.kept[_FORGOT] = now
    return 0


def _discard(house: House, keys: list[str]) -> list[str]:
    before = time.time() - litter.REST_MS / 1000
    return [key for key in keys if house.blobs.discard(key, before)]


def _swept(keys: list[str]) -> Callable[[Tx], None]:
    return lambda tx: litter.swept(tx, keys)
