"""Posting, showing, deleting and passing on."""

from __future__ import annotations

import asyncio

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.media import media, pictures
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import boosts, edits, posts
from folkmoot.domain.reading import timelines
from folkmoot.doors.frame import At, House, Response
from folkmoot.doors.friendica import accept, show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import timeline
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.requests import (
    DestroyStatus,
    Retweet,
    ShowConversation,
    ShowStatus,
    UpdateStatus,
)
from folkmoot.wire.friendica.status import Status
from folkmoot.wire.request import Upload


@door.on(UpdateStatus)
async def update(at: At, ask: UpdateStatus) -> Status:
    if len(ask.media) > media.MAX_ATTACHED:
        raise Invalid("media_ids", "too_many")
    files = [await asyncio.to_thread(_keep, at.house, upload) for upload in ask.media]
    return await at.write(lambda tx: _post(at, tx, ask, files))


def _keep(house: House, upload: Upload) -> NewMedia:
    """Check, clean and store an uploaded picture. Raises Invalid("file", …)."""
    limit = house.settings.media_max_bytes
    ready = pictures.prepare(upload.data, upload.content_type, upload.filename, max_bytes=limit)
    return pictures.store(house.blobs, ready, upload.filename)


def _post(at: At, tx: Tx, ask: UpdateStatus, files: list[NewMedia]) -> Status:
    attached = [media.add(tx, at.viewer, file) for file in files]
    app_id = at.caller.app_id if at.caller else None
    key = at.http.header("idempotency-key")
    written = posts.write(tx, at.viewer, accept.draft(tx, at.viewer, ask, attached, app_id, key))
    return show.status(at.house, tx, at.viewer, written.id, with_entities=ask.include_entities)


@door.on(ShowStatus, tx="read")
def show_status(at: At, ask: ShowStatus) -> Response | Status | list[Status]:
    id_ = needed(ask.id)
    if not ask.conversation:
        return show.status(at.house, at.tx, at.viewer, id_, with_entities=ask.include_entities)
    page = Page(limit=timelines.PAGE_MAX, nearest=True)
    ids = thread_page(at.tx, at.viewer, id_, page)[::-1]
    return timeline(at, ids, with_entities=ask.include_entities)


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
