"""The worker's part where many bonds change: those that a block of a server cuts, those that a move brings along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.people import moves
from folkmoot.domain.staff import borders
from folkmoot.doors.frame.house import House

if TYPE_CHECKING:
    from folkmoot.store.tx import JournalRow, Tx


async def go_on(house: House, events: Sequence[JournalRow]) -> None:
    """Go on where the act left off, one step an event, so that others have their turn; twice is the same as once."""
    for event in events:
        step = _cut if event.kind == journal.BONDS_OWED else _bring
        await house.store.awrite(partial(step, event), patient=True)


def _cut(event: JournalRow, tx: Tx) -> None:
    since = event.data.get("since", event.created_at)
    if borders.cut_more(tx, event.subject_id, since):
        journal.record(tx, journal.BONDS_OWED, 0, event.subject_id, since=since)


def _bring(event: JournalRow, tx: Tx) -> None:
    moves.bring_more(tx, event.actor_id, event.subject_id, event.data["step"], event.data["after"])


HANDLERS = {journal.BONDS_OWED: go_on, journal.ACCOUNT_MOVED: go_on}
"""What is left to do of events, whichever doors are open."""
