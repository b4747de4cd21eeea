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
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

SWEEP_EVERY_MS = 60_000
DAY_MS = 86_400_000
FILES_AT_ONCE = 500
_SWEPT = "litter swept at"
_LOOKED_AT = "nameless looked at"
_LOOK_AGAIN = "nameless to be looked for"
_FORGOT = "lapsed forgotten at"


async def post_scheduled(house: House) -> int:
    """Make one post that is due."""
    due = await house.store.aread(scheduled.next_due)
    if due is None:
        return 0
    try:
        return await house.store.awrite(lambda tx: scheduled.post_due(tx, due))
    except StoreUnavailable:  # says nothing of the post
        raise
    except Exception as error:  # noqa: BLE001 - kept as the reason
        cause = error
    await house.store.awrite(lambda tx: scheduled.note_failure(tx, due, cause))
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


async def sweep_nameless(house: House) -> int:
    """Find bytes that no row ever named, as the process was ended before: some files a minute, all of them within a
    day, if there are not too many; they are left to `sweep`."""
    now, aged = house.clock(), time.time() - litter.AGED_MS / 1000
    if now < house.kept.get(_LOOK_AGAIN, 0):
        return 0
    keys, after = await asyncio.to_thread(
        house.blobs.aged, house.kept.get(_LOOKED_AT, ""), aged, FILES_AT_ONCE
    )
    for at in range(0, len(keys), litter.AT_ONCE):
        some = keys[at : at + litter.AT_ONCE]
        if lost := await house.store.aread(_nameless(some)):
            await house.store.awrite(_dropped(lost))
    house.kept[_LOOKED_AT], house.kept[_LOOK_AGAIN] = after, now + (SWEEP_EVERY_MS if after else DAY_MS)
    return 0


def _nameless(keys: list[str]) -> Callable[[Tx], list[str]]:
    return lambda tx: litter.nameless(tx, keys)


def _dropped(keys: list[str]) -> Callable[[Tx], None]:
    return lambda tx: litter.drop(tx, *keys)


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
