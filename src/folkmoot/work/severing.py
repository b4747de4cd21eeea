"""The worker's part in blocks of servers: bonds that are cut end some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.staff import borders
from folkmoot.doors.frame.house import House

if TYPE_CHECKING:
    from folkmoot.store.tx import JournalRow, Tx


async def cut_some(house: House, events: Sequence[JournalRow]) -> None:
    """Go on where the act left off, one step an event, so that others have their turn; twice is the same as once."""
    for event in events:
        await house.store.awrite(partial(_step, event), patient=True)


def _step(event: JournalRow, tx: Tx) -> None:
    since = event.data.get("since", event.created_at)
    if borders.cut_more(tx, event.subject_id, since):
        journal.record(tx, journal.BONDS_OWED, 0, event.subject_id, since=since)


HANDLERS = {journal.BONDS_OWED: cut_some}
"""What is left to do of events, whichever doors are open."""
