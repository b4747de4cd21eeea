"""The worker's part in groups: what time does to them, and the posts of those that were deleted."""

from __future__ import annotations

from typing import Final

from folkmoot.domain.groups import groupclock, grouplife
from folkmoot.doors.frame.house import House

EVERY_MS: Final = 3_600_000
ERASE_EVERY_MS: Final = 5_000
TICKED: Final = "groups.ticked"
ERASED: Final = "groups.erased"


async def tend_groups(house: House) -> int:
    """Once an hour what time does to groups; a chore."""
    now = house.clock()
    if now - house.kept.get(TICKED, 0) < EVERY_MS:
        return 0
    house.kept[TICKED] = now
    return await house.store.awrite(groupclock.tick)


async def erase_groups(house: House) -> int:
    """Some posts of deleted groups; looked for every few seconds, and at once while there are more; a chore."""
    now = house.clock()
    if now - house.kept.get(ERASED, 0) < ERASE_EVERY_MS:
        return 0
    done = await house.store.awrite(grouplife.erase) if await house.store.aread(grouplife.waits) else 0
    house.kept[ERASED] = 0 if done else now
    return done
