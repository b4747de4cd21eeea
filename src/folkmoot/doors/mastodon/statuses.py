"""Writing, reading, editing and deleting posts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import views
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.media import emoji, media
from folkmoot.domain.posts import boosts, conversations, edits, posts
from folkmoot.domain.posts import scheduled as later
from folkmoot.doors.frame import At, Later, Pieces, Response
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.mastodon import accept, fresh, present, render, scheduled
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.media import thumbnail
from folkmoot.doors.mastodon.pages import number, numbers
from folkmoot.doors.mastodon.refusals import Said, Unexpected
from folkmoot.store.blobs import Keeper
from folkmoot.wire.codecs import Id, read_id
from folkmoot.wire.mastodon.requests import statuses as api
from folkmoot.wire.mastodon.status import StatusEdit, StatusSource
from folkmoot.wire.mastodon.translation import Translation

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

MULTI = 20
ANCESTORS, DESCENDANTS, DEPTH = 40, 60, 20
"""So much of a thread is shown to those who are not logged in."""


@door.on(api.PostStatus)
def post_status(at: At, ask: api.PostStatus) -> Response | Later:
    draft, due = accept.draft(at, ask), accept.due(at, ask)
    if due is not None:
        return scheduled.answer(at, later.schedule(at.tx, at.viewer, draft, due, accept.asked(at, ask)))
    written = posts.write(at.tx, at.viewer, draft)
    if written.again:
        return scheduled.answer(at, written.id)
    if ask.allowed_mentions is not None:
        _only(at, written.id, ask.allowed_mentions)
    return fresh.status(at, written.id)


def _only(at: At, post_id: int, allowed: list[str]) -> None:
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
async def edit_status(at: At, ask: api.EditStatus) -> Response:
    post_id = number(ask.id)
    now = await at.read(lambda tx: views.post(tx, at.viewer, post_id))
    if now.author.id != at.viewer.account_id:
        raise NotFound(what="post")
    async with sweeping(at) as blobs:
        previews = await asyncio.to_thread(_previews, at, blobs, ask)
        change = accept.change(at, ask, now, previews)

        def run(tx: Tx) -> bytes:
            edits.edit(tx, at.viewer, post_id, change)
            return render.statuses(at.house, tx, at.viewer, [post_id])[post_id]

        return Response(200, await at.write(run))


def _previews(at: At, blobs: Keeper, ask: api.EditStatus) -> dict[int, tuple[str, int, int]]:
    """Thumbnails of attached files that are to be replaced, stored; slow."""
    found = {}
    for changed in ask.media_attributes:
        id_ = read_id(changed.id)
        if changed.thumbnail is not None and id_ is not None:
            found[id_] = thumbnail(at, blobs, changed.thumbnail)
    return found


@door.on(api.DeleteStatus)
def delete_status(at: At, ask: api.DeleteStatus) -> Response:
    """The post as it was, with its raw text instead of the content, so that the client can draft it anew."""
    view = views.post(at.tx, at.viewer, number(ask.id))
    if view.author.id != at.viewer.account_id:
        raise NotFound(what="post")
    if view.boost_of is not None:
        boosts.unboost(at.tx, at.viewer, view.boost_of.id)
        return Response.json(
            present.status(view, at.house.links, present.bits_of(view, at.viewer.account_id))
        )
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
    above, below = (render.look_array(at, part) for part in (up, down))
    return Response(200, Pieces.of(b'{"ancestors":', above, b',"descendants":', below, b"}"))


@door.on(api.GetHistory)
def get_history(at: At, ask: api.GetHistory) -> list[StatusEdit]:
    view = views.post(at.tx, at.viewer, number(ask.id))
    versions = edits.history(at.tx, at.viewer, view.id)
    files = media.by_ids(at.tx, sorted({i for version in versions for i in version.media_ids}))
    mine = {id_: file for id_, file in files.items() if file.account_id == view.author.id}
    named = {n: emoji.codes_in(v.title, v.warning, v.html, *v.poll) for n, v in enumerate(versions)}
    drawn, links = emoji.of_each(at.tx, named), at.house.links
    return [present.edit(v, view, links, mine, drawn.get(n, ())) for n, v in enumerate(versions)]


@door.on(api.GetSource)
def get_source(at: At, ask: api.GetSource) -> StatusSource:
    view = views.post(at.tx, at.viewer, number(ask.id))
    return StatusSource(id=Id(ask.id), text=present.raw_text(view), spoiler_text=view.warning)


@door.on(api.GetCard)
def get_card(at: At, ask: api.GetCard) -> Response:
    """The card that stands in the post, or an empty object."""
    shown = msgspec.json.decode(bytes(render.status(at, number(ask.id)).body))
    return Response.json((shown["reblog"] or shown)["card"] or {})


@door.on(api.TranslateStatus)
def translate_status(at: At, ask: api.TranslateStatus) -> Translation:
    """No translation is offered here; what is not there is not found all the same."""
    views.post(at.tx, at.viewer, number(ask.id))
    raise Forbidden("nothing is translated here", code="translation")
