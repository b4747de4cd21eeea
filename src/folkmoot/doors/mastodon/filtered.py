"""Which of a page's posts a reader's filters match: remembered by revision, so that a page costs next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.reading import filterbook, filtering
from folkmoot.domain.reading.filtering import Match, Matcher
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon.present_filters import result
from folkmoot.store.tx import Tx

KEPT: Final = "mastodon.filters"
READERS: Final = 256
"""Accounts whose filters are kept ready in one process."""
REMEMBERED: Final = 4096
"""Posts that are remembered for each of them."""

_LOCK: Final = Lock()
"""Held while a reader comes and the oldest goes; looking one up needs none."""

Shown = tuple[int, int, int]
"""A post that is shown: id, revision, author."""


class _Reader:
    """The filters of one account at one revision, and what they said of posts.

    `seen` holds the revision at which a post was asked about, `matched` the JSON of those that matched. When they have
    grown too large, two new ones take their place: whoever works with the old ones goes on with them.
    """

    __slots__ = ("matcher", "memo", "rev")

    def __init__(self, rev: int, matcher: Matcher) -> None:
        self.rev = rev
        self.matcher = matcher
        self.memo: tuple[dict[int, int], dict[int, bytes]] = ({}, {})


def filtered(
    house: House, tx: Tx, viewer: Viewer, shown: Sequence[Shown], texts: dict[int, str] | None = None
) -> dict[int, bytes]:
    """The array of FilterResult entities, as JSON, of those of the posts that a filter of the viewer matches.

    The viewer's own posts too, and whatever the place that they are shown in: leaving these out is the clients' part.
    *texts* are texts of posts that are at hand; those that have to be read are added to them.
    """
    if not viewer.filters_rev:
        return {}
    reader = _reader(house, tx, viewer)
    if reader.matcher.bare:
        return {}
    seen, matched = reader.memo
    missing = [post for post in shown if seen.get(post[0]) != post[1]]
    if missing:
        _learn(reader, tx, missing, {} if texts is None else texts)
    if not matched:
        return {}
    return {post[0]: found for post in shown if (found := matched.get(post[0])) is not None}


def _learn(reader: _Reader, tx: Tx, missing: list[Shown], texts: dict[int, str]) -> None:
    seen, matched = reader.memo
    if reader.matcher.reads and (unread := [post[0] for post in missing if post[0] not in texts]):
        texts.update(filtering.texts(tx, unread))
    for id_, rev, _ in missing:
        if found := reader.matcher.match(id_, texts.get(id_, "")):
            matched[id_] = _encoded(id_, found)
        else:
            matched.pop(id_, None)
        seen[id_] = rev
    if len(seen) > REMEMBERED:
        reader.memo = ({}, {})


def _encoded(post_id: int, found: list[Match]) -> bytes:
    return msgspec.json.encode([result(match, post_id) for match in found])


def _reader(house: House, tx: Tx, viewer: Viewer) -> _Reader:
    readers: dict[int, _Reader] = house.kept.setdefault(KEPT, {})
    reader = readers.get(viewer.account_id)
    if reader is None or reader.rev != viewer.filters_rev or tx.now >= reader.matcher.until:
        matcher = Matcher(filterbook.listing(tx, viewer), tx.now)
        reader = _Reader(viewer.filters_rev, matcher)
        with _LOCK:
            readers.pop(viewer.account_id, None)
            readers[viewer.account_id] = reader
            while len(readers) > READERS:
                del readers[next(iter(readers))]
    return reader
