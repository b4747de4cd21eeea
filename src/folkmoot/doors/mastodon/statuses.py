"""Writing, reading, editing and deleting posts."""

from __future__ import annotations

import msgspec

from folkmoot.domain import conversations, edits, media, posts, views
from folkmoot.domain.errors import NotFound
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import accept, present, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number, numbers
from folkmoot.doors.mastodon.refusals import Said, Unexpected
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.requests import statuses as api
from folkmoot.wire.mastodon.status import StatusEdit, StatusSource

MULTI = 20
ANCESTORS, DESCENDANTS, DEPTH = 40, 60, 20
"""So much of a thread is shown to those who are not logged in."""


@door.on(api.PostStatus)
def post_status(at: At, ask: api.PostStatus) -> Response:
    written = posts.write(at.tx, at.viewer, accept.draft(at, ask))
    if ask.allowed_mentions is not None:
        _only(at, written.id, ask.allowed_mentions)
    return render.status(at, written.id)


def _only(at: At, post_id: int, allowed: list[Id]) -> None:
    """The client named all whom it expects to be mentioned. Raises Unexpected, which undoes the post."""
    expected = set(numbers(allowed))
    mentions = views.post(at.tx, at.viewer, post_id).mentions
    if beyond := [(m.id, m.handle) for m in mentions if m.id not in expected]:
        raise Unexpected(beyond)


@door.on(api.GetStatus)
def get_status(at: At, ask: api.GetStatus) -> Response:
    return render.status(at, number(ask.id))


@door.on(api.GetStatuses)
def get_statuses(at: At, ask: api.GetStatuses) -> Response:
    if len(ask.id) > MULTI:
        raise Said(422, f"Validation failed: More than {MULTI} ids")
    return Response(200, render.status_array(at, numbers(ask.id), seen=False))


@door.on(api.EditStatus)
def edit_status(at: At, ask: api.EditStatus) -> Response:
    now = views.post(at.tx, at.viewer, number(ask.id))
    edits.edit(at.tx, at.viewer, now.id, accept.change(at, ask, now))
    return render.status(at, now.id)


@door.on(api.DeleteStatus)
def delete_status(at: At, ask: api.DeleteStatus) -> Response:
    """The post as it was, with its raw text instead of the content, so that the client can draft it anew."""
    view = views.post(at.tx, at.viewer, number(ask.id))
    if view.author.id != at.viewer.account_id:
        raise NotFound(what="post")
    edits.delete(at.tx, at.viewer, view.id)
    if ask.delete_media:
        for file in view.media:
            media.remove(at.tx, at.viewer, file.id)
    status = present.status(view, at.house.links, present.bits_of(view, at.viewer.account_id))
    tree = msgspec.to_builtins(status)
    tree["text"] = present.raw_text(view)
    del tree["content"]
    return Response.json(tree)


@door.on(api.GetContext)
def get_context(at: At, ask: api.GetContext) -> Response:
    post_id = number(ask.id)
    thread = conversations.around(at.tx, at.viewer, post_id)
    up, down = thread.ancestors, thread.descendants
    if not at.viewer.known:
        up, down = up[-ANCESTORS:], conversations.shallow(at.tx, post_id, down, DEPTH)[:DESCENDANTS]
    above, below = (render.look_array(at, part, "thread") for part in (up, down))
    return Response(200, b'{"ancestors":%b,"descendants":%b}' % (above, below))


@door.on(api.GetHistory)
def get_history(at: At, ask: api.GetHistory) -> list[StatusEdit]:
    view = views.post(at.tx, at.viewer, number(ask.id))
    versions = edits.history(at.tx, at.viewer, view.id)
    files = media.by_ids(at.tx, sorted({i for version in versions for i in version.media_ids}))
    mine = {id_: file for id_, file in files.items() if file.account_id == view.author.id}
    return [present.edit(version, view, at.house.links, mine) for version in versions]


@door.on(api.GetSource)
def get_source(at: At, ask: api.GetSource) -> StatusSource:
    source = edits.source(at.tx, at.viewer, number(ask.id))
    view = views.post(at.tx, at.viewer, number(ask.id))
    return StatusSource(id=ask.id, text=present.raw_text(view), spoiler_text=source.warning)
