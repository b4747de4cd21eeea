"""The bytes of what streams carry: the same entities that the REST endpoints answer with."""

from __future__ import annotations

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.notices import Notice
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present
from folkmoot.doors.mastodon.words import NOTICES
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon.notification import Notification


def status_json(house: House, view: PostView, bits: int | None) -> bytes:
    """A post as JSON on one line, for a reader who did *bits* to it as in present.status; None on a stream at large."""
    return msgspec.json.encode(present.status(view, house.links, bits))


def notification_json(tx: Tx, house: House, viewer: Viewer, notice: Notice) -> bytes | None:
    """A notification of the viewer as JSON; None for kinds that this API does not have, and where its parts are gone."""
    kind = NOTICES.get(notice.kind)
    actor = views.accounts_by_ids(tx, [notice.actor_id]).get(notice.actor_id)
    if kind is None or actor is None:
        return None
    told = Notification(
        id=Id(str(notice.id)),
        type=kind,
        group_key=f"ungrouped-{notice.id}",
        created_at=time(notice.created_at),
        account=present.account(actor, house.links),
    )
    if notice.post_id is not None:
        post = views.posts_by_ids(tx, viewer, [notice.post_id]).get(notice.post_id)
        if post is None:
            return None
        told.status = present.status(post, house.links, present.bits_of(post, viewer.account_id))
    return msgspec.json.encode(told)
