"""What is looked after while the server runs: reminders, events that come again, and forgotten drafts."""

from __future__ import annotations

from folkmoot.domain.posts import draftfiles
from folkmoot.domain.sections import reminders
from folkmoot.doors.frame.house import House


async def look_after_calendars(house: House) -> int:
    """Remind of events that are near and follow rules further; how much was done."""
    if not await house.store.aread(reminders.any_due):
        return 0
    return await house.store.awrite(reminders.remind)


async def look_after_drafts(house: House) -> int:
    """Throw away drafts that nobody touched for long; how many."""
    if not await house.store.aread(draftfiles.any_forgotten):
        return 0
    return await house.store.awrite(draftfiles.forget)
