"""Posts that wait for their time: listed, moved, cancelled."""

from __future__ import annotations

from folkmoot.domain.errors import NotFound
from folkmoot.domain.posts import scheduled
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import accept, pages, present_parts, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.mastodon.requests import scheduled as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.scheduled import ScheduledStatus


def answer(at: At, id_: int) -> Response:
    """What stands under that id now: a post, or one to come."""
    known = scheduled.became(at.tx, at.viewer, id_)
    if known is None:
        return render.status(at, id_)
    post_id, waits = known
    if waits:
        view = scheduled.see(at.tx, at.viewer, id_)
        return Response.json(present_parts.scheduled(view, at.house.links))
    if post_id is None:
        raise NotFound(what="post")
    return render.status(at, post_id)


@door.on(api.ListScheduled)
def list_scheduled(at: At, ask: api.ListScheduled) -> Response:
    page = pages.page_of(ask)
    found = scheduled.listing(at.tx, at.viewer, page) if page.limit else []
    body = Response.json([present_parts.scheduled(view, at.house.links) for view in found]).body
    rows = [(view.id, view.id) for view in found]
    return pages.rows(at, rows, page.limit, lambda _at, _ids: bytes(body), prev="min_id")


@door.on(api.GetScheduled)
def get_scheduled(at: At, ask: api.GetScheduled) -> ScheduledStatus:
    return present_parts.scheduled(scheduled.see(at.tx, at.viewer, number(ask.id)), at.house.links)


@door.on(api.MoveScheduled)
def move(at: At, ask: api.MoveScheduled) -> ScheduledStatus:
    now = scheduled.see(at.tx, at.viewer, number(ask.id))
    due = accept.moment(ask.scheduled_at)
    moved = scheduled.move(at.tx, at.viewer, now.id, now.due_at if due is None else due)
    return present_parts.scheduled(moved, at.house.links)


@door.on(api.CancelScheduled)
def cancel(at: At, ask: api.CancelScheduled) -> Empty:
    scheduled.cancel(at.tx, at.viewer, number(ask.id))
    return {}
