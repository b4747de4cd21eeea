"""The worker's part in notices: whoever is still to hear of a post is told, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.posts import tidings
from folkmoot.doors.frame.house import House

if TYPE_CHECKING:
    from folkmoot.store.tx import JournalRow, Tx


async def tell_the_rest(house: House, events: Sequence[JournalRow]) -> None:
    """Go on where the act left off; twice is the same as once."""
    for event in events:
        below: int | None = event.data["below"]
        while below is not None:
            below = await house.store.awrite(partial(_page, event, below), patient=True)


def _page(event: JournalRow, below: int, tx: Tx) -> int | None:
    kind = event.data["notice_kind"]
    return tidings.page(tx, kind, event.actor_id, event.subject_id, below, event.created_at)


HANDLERS = {journal.TIDINGS_OWED: tell_the_rest}
"""What is left to do of events, whichever doors are open."""
