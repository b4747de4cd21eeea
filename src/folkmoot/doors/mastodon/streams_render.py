"""The bytes of what streams carry: the same entities that the REST endpoints answer with."""

from __future__ import annotations

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.notices import Notice
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present
from folkmoot.doors.mastodon.notifications import notifications
from folkmoot.store.tx import Tx


def status_json(house: House, view: PostView, bits: int | None) -> bytes:
    """A post as JSON on one line, for a reader who did *bits* to it as in present.status; None on a stream at large."""
    return msgspec.json.encode(present.status(view, house.links, bits))


def notification_json(tx: Tx, house: House, viewer: Viewer, notice: Notice) -> bytes | None:
    """A notification of the viewer as JSON; None for kinds that this API lacks, and where its parts are gone."""
    return notifications(house, tx, viewer, [notice]).get(notice.id)
