"""The house's own emoji as a list, and what is kept finished dropped when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from folkmoot.domain import journal
from folkmoot.domain.media import emoji
from folkmoot.doors.frame import At
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present_card
from folkmoot.doors.mastodon.base import door
from folkmoot.store.tx import JournalRow
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.requests import instance as api

KEPT = ("mastodon", "mastodon looks")
"""Caches whose bytes describe emoji."""
SETTLED_SECONDS = 5.0


@door.on(api.ListCustomEmojis)
def custom_emojis(at: At, ask: api.ListCustomEmojis) -> list[CustomEmoji]:
    return present_card.emojis(emoji.everything(at.tx), at.house.links)


def attach(house: House) -> None:
    """Follow the journal: emoji change rarely, so all that shows them is then made anew."""

    def heard(rows: Sequence[JournalRow]) -> None:
        if any(row.kind == journal.EMOJI_CHANGED for row in rows):
            forget(house)
            # A reader in a thread may just now be making bytes of what was true before.
            asyncio.get_running_loop().call_later(SETTLED_SECONDS, forget, house)

    house.store.follow(heard)


def forget(house: House) -> None:
    """Drop the finished bytes. Whoever still holds the old cache fills what nobody reads any more."""
    for name in KEPT:
        house.caches.pop(name, None)
