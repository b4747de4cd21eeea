"""The place's own emoji as entities, for texts and reactions of the place itself."""

from __future__ import annotations

from collections.abc import Iterable

from folkmoot.domain.media import emoji
from folkmoot.doors.frame.links import Links
from folkmoot.doors.mastodon import present_card
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon.emoji import CustomEmoji


def described(tx: Tx, links: Links, codes: Iterable[str]) -> dict[str, CustomEmoji]:
    """Those of the codes that there is an emoji for, by code."""
    return {e.shortcode: e for e in present_card.emojis(emoji.known(tx, codes).values(), links)}
