"""What stands inside a post's JSON for one reader alone and changes without the post: poll, quote, matched filters."""

from __future__ import annotations

from folkmoot.domain.access import Viewer
from folkmoot.doors.frame.house import House
from folkmoot.store.tx import Tx

POLL, QUOTE = 1, 2
"""Bits of a post's parts (posts.parts)."""
Shown = tuple[int, int, int]
"""A post that is shown: id, revision, author."""


def polls(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """The Poll entity of each of these posts, as the viewer sees it."""
    return {}


def quotes(house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
    """The Quote entity of each of these posts, as the viewer sees it."""
    return {}


def filtered(house: House, tx: Tx, viewer: Viewer, context: str, shown: list[Shown]) -> dict[int, bytes]:
    """The array of FilterResult entities of those of the posts that a filter of the viewer matches in *context*
    ("home", "notifications", "public", "thread", "account", or "" for any); the others are left out."""
    return {}
