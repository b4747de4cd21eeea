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


async def tell_some(house: House, events: Sequence[JournalRow]) -> None:
    """Go on where the act left off, one page an event, so that others have their turn; twice is the same as once."""
    for event in events:
        await house.store.awrite(partial(_page, event), patient=True)


def _page(event: JournalRow, tx: Tx) -> None:
    kind, author_id, post_id = event.data["notice_kind"], event.actor_id, event.subject_id
    since = event.data.get("since", event.created_at)
    below = tidings.page(tx, kind, author_id, post_id, event.data["below"], since)
    if below is not None:
        more = {"notice_kind": kind, "below": below, "since": since}
        journal.record(tx, journal.TIDINGS_OWED, author_id, post_id, **more)


HANDLERS = {journal.TIDINGS_OWED: tell_some}
"""What is left to do of events, whichever doors are open."""
