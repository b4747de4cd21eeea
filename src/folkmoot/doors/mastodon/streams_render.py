"""The bytes of what streams carry: the same entities that the REST endpoints answer with, made once for all alike."""

from __future__ import annotations

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import HotRow
from folkmoot.domain.notices.notices import Notice
from folkmoot.domain.posts import exchanges
from folkmoot.domain.posts.reactions import THREAD_MUTED
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import inserts, render
from folkmoot.doors.mastodon.conversations import conversations
from folkmoot.doors.mastodon.render_notices import notifications
from folkmoot.store.tx import Tx

_NOBODY = Viewer.anonymous()


class Sheet:
    """A post on its way to many readers, in the transaction that found who may see it.

    *fresh*: it was just written, so that nobody but its author can have voted in its poll.
    """

    def __init__(self, tx: Tx, house: House, row: HotRow, *, fresh: bool) -> None:
        self.tx = tx
        self.house = house
        self.row = row
        parts = row.shown.parts
        self._alike = parts == 0 or (parts == inserts.POLL and fresh and row.post is row.shown)
        self._made: dict[tuple[object, ...], bytes] = {}

    def at_large(self, matched: bytes = b"[]") -> bytes:
        """For streams at large: nothing of the reader but the array of FilterResult entities."""
        if () not in self._made:
            # The brace that closes the post is that of a reader who is nobody.
            self._made[()] = render.by_row(self.house, self.tx, _NOBODY, [self.row])[0][:-1]
        return b'%b,"filtered":%b}' % (self._made[()], matched)

    def personal(self, account_id: int, bits: int, matched: bytes | None) -> bytes:
        """For a reader who did *bits* to it (and to its thread), and whose filters say *matched*."""
        own = account_id in (self.row.shown.author_id, self.row.post.author_id)
        key = (bits, matched) if self._alike and not own else (account_id, bits, matched)
        made = self._made.get(key)
        if made is None:
            row = msgspec.structs.replace(self.row, bits=bits, muted=bits & THREAD_MUTED)
            found = {} if matched is None else {self.row.shown.id: matched}
            (made,) = render.by_row(self.house, self.tx, Viewer(account_id), [row], found)
            self._made[key] = made
        return made


def notification_json(tx: Tx, house: House, viewer: Viewer, notice: Notice) -> bytes | None:
    """A notification of the viewer as JSON; None for kinds that this API lacks, and where its parts are gone."""
    return notifications(house, tx, viewer, [notice]).get(notice.id)


def conversation_json(tx: Tx, house: House, viewer: Viewer, exchange_id: int) -> bytes | None:
    """A conversation of the viewer as JSON; None where it is gone."""
    try:
        exchange = exchanges.see(tx, viewer, exchange_id)
    except NotFound:
        return None
    return conversations(house, tx, viewer, [exchange])[0]
