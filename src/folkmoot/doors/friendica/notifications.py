"""What concerns the caller: the notices of every door, and each marked as seen."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notice_seen
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import notes, show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.friendica.requests_notifications import ListNotifications, SetNotificationSeen

SHOWN = 50


@door.on(ListNotifications)
def listing(at: At, ask: ListNotifications) -> Response:
    found = notice_seen.unseen_first(at.tx, at.viewer, SHOWN)
    actors = views.accounts_by_ids(at.tx, list({notice.actor_id for notice, _ in found}))
    ids = list({notice.post_id for notice, _ in found if notice.post_id is not None})
    posts = views.posts_by_ids(at.tx, at.viewer, ids, quoted=False)
    me, now = at.viewer.account_id, at.house.clock()
    told = [
        notes.note(
            at.house.links,
            me,
            notice,
            actors[notice.actor_id],
            posts.get(notice.post_id or 0),
            seen=seen,
            now=now,
        )
        for notice, seen in found
        if notice.actor_id in actors
    ]
    return encode(Bare(told, "notes"), at)


@door.on(SetNotificationSeen)
def set_seen(at: At, ask: SetNotificationSeen) -> Response:
    try:
        notice = notice_seen.set_seen(at.tx, at.viewer, ask.id or 0)
    except NotFound:
        raise Said(400, "Invalid argument") from None
    about = show.statuses(at.house, at.tx, at.viewer, [notice.post_id]) if notice.post_id is not None else []
    return encode(Bare(about or "success", "status", about[0] if about else None), at)
