"""Showing, deleting and passing on."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import boosts, edits
from folkmoot.domain.reading import timelines
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import timeline
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.requests import (
    DestroyStatus,
    Retweet,
    ShowConversation,
    ShowStatus,
)
from folkmoot.wire.friendica.status import Status

THREAD_MAX = 1_000
"""Posts of a thread that is shown whole."""


@door.on(ShowStatus, tx="read")
def show_status(at: At, ask: ShowStatus) -> Response | Status | list[Status]:
    id_ = needed(ask.id)
    if ask.conversation.strip().lower() in ("", "0", "false"):
        if at.format == "atom":
            return timeline(at, [views.post(at.tx, at.viewer, id_).id])
        return show.status(at.house, at.tx, at.viewer, id_, with_entities=ask.include_entities)
    return timeline(at, whole_thread(at.tx, at.viewer, id_), with_entities=ask.include_entities)


@door.on(ShowConversation, tx="read")
def show_conversation(at: At, ask: ShowConversation) -> Response | list[Status]:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    ids = thread_page(at.tx, at.viewer, needed(ask.id), page)
    return timeline(at, ids, with_entities=ask.include_entities)


@door.on(DestroyStatus)
def destroy(at: At, ask: DestroyStatus) -> Status:
    post = views.post(at.tx, at.viewer, needed(ask.id))
    (before,) = show.present(at.house, at.tx, at.viewer, [post], with_entities=ask.include_entities)
    if post.boost_of is not None and post.author.id == at.viewer.account_id:
        boosts.unboost(at.tx, at.viewer, post.id)
    else:
        edits.delete(at.tx, at.viewer, post.id)
    return before


@door.on(Retweet)
def retweet(at: At, ask: Retweet) -> Status:
    boost_id = boosts.boost(at.tx, at.viewer, needed(ask.id), door="friendica")
    return show.status(at.house, at.tx, at.viewer, boost_id, with_entities=ask.include_entities)


def needed(id_: int | None) -> int:
    """The id of a call that has no meaning without one. Raises Invalid("id", "missing")."""
    if id_ is None:
        raise Invalid("id", "missing")
    return id_


def whole_thread(tx: Tx, viewer: Viewer, id_: int) -> list[int]:
    """Ids of the thread that a post belongs to, oldest first, THREAD_MAX at most. Raises NotFound."""
    ids: list[int] = []
    while len(ids) < THREAD_MAX:
        after = ids[-1] if ids else None
        page = Page(limit=timelines.PAGE_MAX, after=after, nearest=True)
        some = thread_page(tx, viewer, id_, page)
        ids += some[::-1]
        if len(some) < timelines.PAGE_MAX:
            break
    return ids


def thread_page(tx: Tx, viewer: Viewer, id_: int, page: Page) -> list[int]:
    """Ids of the thread that a post belongs to, newest first; the id may also be the thread's own, whose first post is
    gone. Raises NotFound where nothing of it may be seen."""
    try:
        post = views.post(tx, viewer, id_)
    except NotFound:
        if not 0 < id_ < 1 << 62 or not timelines.thread(tx, viewer, id_, Page(limit=1)):
            raise
        return timelines.thread(tx, viewer, id_, page)
    return timelines.thread(tx, viewer, (post.boost_of or post).thread_id, page)
