"""What is looked after for calendars while the server runs: reminders, and events that come again."""

from __future__ import annotations

from folkmoot.domain.sections import reminders
from folkmoot.doors.frame.house import House


async def look_after_calendars(house: House) -> int:
    """Remind of events that are near and follow rules further; how much was done."""
    if not await house.store.aread(reminders.any_due):
        return 0
    return await house.store.awrite(reminders.remind)
