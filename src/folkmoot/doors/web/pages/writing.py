"""Saying something: a new post, an answer, a change, and taking it back."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.access import Audience
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.groups import groups
from folkmoot.domain.media import media, pictures
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import draftfiles, edits, posts
from folkmoot.domain.posts.drafts import Change, Draft, Written
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.text import Markup
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form, Search, Writing
from folkmoot.doors.web.pages.threads import Asked, place_of
from folkmoot.doors.web.pages.threads import show as show_thread
from folkmoot.doors.web.show import go, number, page, submit
from folkmoot.kit.media.filetypes import type_of
from folkmoot.store.blobs import Keeper

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PLACES = {"public": Audience.PUBLIC, "unlisted": Audience.UNLISTED, "followers": Audience.FOLLOWERS}


@door.raw("GET", "/compose", ask=Search)
def show_compose(at: At, ask: Search) -> Response:
    """The form for a new post; `group` chooses a group in advance."""
    at.viewer.required()
    return _compose(at, at.tx, Writing(place=f"group:{ask.group}" if ask.group else ""))


def _compose(at: At, tx: Tx, form: Writing, why: str = "") -> Response:
    default = accounts.preferences(tx, at.viewer.account_id).audience
    form.place = form.place or next((k for k, v in PLACES.items() if v == default), "public")
    mine = groups.mine(tx, at.viewer)
    if form.place.startswith("group:") and not any(form.place == f"group:{g.name}" for g in mine):
        mine += [groups.find(tx, at.viewer, form.place.removeprefix("group:"))[0]]
    once = form.once or secrets.token_urlsafe(12)
    return page(at, tx, "compose.html", title="New post", form=form, groups=mine, why=why, once=once)


def _draft(tx: Tx, at: At, ask: Writing) -> Draft:
    """The form as a draft for where it says."""
    draft = Draft(
        text=ask.text,
        markup=Markup.MARKDOWN,
        title=ask.title,
        warning=ask.warning,
        door="web",
        idempotency=ask.once[:64],
    )
    if ask.option:
        days = number(ask.runs, 1, 30, 3)
        draft.poll = NewPoll(options=ask.option, seconds=days * 86_400, multiple=ask.several)
    if ask.place.startswith("group:"):
        draft.group_id = groups.find(tx, at.viewer, ask.place.removeprefix("group:"))[0].id
        draft.audience = Audience.GROUP
        if not ask.title.strip():
            raise Invalid("title", "blank")
    else:
        draft.audience = PLACES.get(ask.place, Audience.PUBLIC)
    return draft


async def _files(at: At, ask: Writing, blobs: Keeper) -> list[NewMedia]:
    """The picture and the files of the form, stored."""
    picture, settings = ask.picture, at.house.settings
    sent = [each for each in ask.file if each.data]

    def prepare() -> list[NewMedia]:
        kept = []
        if picture is not None and picture.data:
            limit = settings.media_max_bytes
            made = pictures.prepare(picture.data, picture.content_type, picture.filename, max_bytes=limit)
            kept.append(pictures.store(blobs, made, picture.filename, ask.description))
        for each in sent:
            kind, name = type_of(each.data, each.content_type, each.filename), each.filename
            kept.append(draftfiles.take(blobs, settings, each.data, kind, name, inline=False))
        return kept

    if len(sent) + bool(picture and picture.data) > media.MAX_ATTACHED:
        raise Invalid("media_ids", "too_many")
    return await asyncio.to_thread(prepare)


async def _write(at: At, ask: Writing, draft_of: Callable[[Tx, At, Writing], Draft]) -> Response:
    """Write what the form says as the draft that is made of it, with its files, and go there."""

    def run(tx: Tx) -> Written:
        draft = draft_of(tx, at, ask)
        draft.media_ids = [media.add(tx, at.viewer, each) for each in files]
        return posts.write(tx, at.viewer, draft)

    async with sweeping(at) as blobs:
        files = await _files(at, ask, blobs)
        written = await at.write(run)
    return await at.read(lambda tx: _after(tx, at, written))


def _after(tx: Tx, at: At, written: Written) -> Response:
    post = views.post(tx, at.viewer, written.id)
    if written.held:
        return go(f"/@{post.author.name}/{post.id}", "held")
    return go(place_of(at, tx, post) or "/", "posted")


@door.raw("POST", "/compose", ask=Writing)
async def compose(at: At, ask: Writing) -> Response:
    """Post it."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        return await _write(at, ask, _draft)

    def again(tx: Tx, why: str) -> Response:
        return _compose(at, tx, ask, why)

    return await submit(at, work, again)


def _answer(tx: Tx, at: At, ask: Writing) -> Draft:
    """An answer goes where its parent went: to the group, or to no more people than the parent."""
    parent = views.post(tx, at.viewer, number(ask.parent, 0, (1 << 62) - 1, 0))
    draft = Draft(
        text=ask.text,
        markup=Markup.MARKDOWN,
        parent_id=parent.id,
        warning=ask.warning,
        door="web",
        idempotency=ask.once[:64],
    )
    if parent.group is None:
        me = at.viewer.account_id
        draft.to = [a.id for a in (parent.author, *parent.mentions) if a.id != me]
        wide = parent.audience in (Audience.PUBLIC, Audience.UNLISTED, Audience.FOLLOWERS, Audience.LOCAL)
        draft.audience = parent.audience if wide else Audience.DIRECT
    return draft


@door.raw("POST", "/t/{thread_id}/reply", ask=Writing)
async def reply(at: At, ask: Writing) -> Response:
    """Answer a post of the thread."""
    at.viewer.required()
    check_form(at, ask.csrf)

    async def work() -> Response:
        return await _write(at, ask, _answer)

    def again(tx: Tx, why: str) -> Response:
        thread_id = number(at.path["thread_id"], 0, (1 << 62) - 1, 0)
        return show_thread(at, tx, thread_id, Asked(to=ask.parent), ask, why)

    return await submit(at, work, again)


def own_post(at: At, tx: Tx) -> views.PostView:
    """The viewer's own post of the address. Raises NotFound."""
    at.viewer.required()
    post = views.post(tx, at.viewer, number(at.path["id"], 0, (1 << 62) - 1, 0))
    if post.author.id != at.viewer.account_id:
        raise NotFound(what="post")
    return post


@door.raw("GET", "/p/{id}/edit")
def show_edit(at: At) -> Response:
    """The post as it was written, to change."""
    return _edit(at, at.tx, None)


def _edit(at: At, tx: Tx, form: Writing | None, why: str = "") -> Response:
    post = own_post(at, tx)
    now = edits.source(tx, at.viewer, post.id)
    form = form or Writing(title=now.title, text=now.text, warning=now.warning)
    return page(at, tx, "edit.html", title="Change a post", post=post, form=form, why=why)


@door.raw("POST", "/p/{id}/edit", ask=Writing)
async def edit(at: At, ask: Writing) -> Response:
    """Change one's own post."""
    at.viewer.required()
    check_form(at, ask.csrf)
    post_id = number(at.path["id"], 0, (1 << 62) - 1, 0)

    async def work() -> Response:
        change = Change(text=ask.text, title=ask.title, warning=ask.warning)
        different = await at.write(lambda tx: edits.edit(tx, at.viewer, post_id, change))
        post = await at.read(lambda tx: views.post(tx, at.viewer, post_id))
        path = await at.read(lambda tx: place_of(at, tx, post))
        return go(path or "/", "edited" if different else "same")

    def again(tx: Tx, why: str) -> Response:
        return _edit(at, tx, ask, why)

    return await submit(at, work, again)


@door.raw("GET", "/p/{id}/delete")
def show_delete(at: At) -> Response:
    """Ask once more before a post goes."""
    at.viewer.required()
    post = views.post(at.tx, at.viewer, number(at.path["id"], 0, (1 << 62) - 1, 0))
    return page(at, at.tx, "delete.html", title="Delete a post", post=post)


@door.raw("POST", "/p/{id}/delete", ask=Form, tx="write")
def delete(at: At, ask: Form) -> Response:
    """Delete one's own post, or as a moderator one of the group's."""
    at.viewer.required()
    check_form(at, ask.csrf)
    post = views.post(at.tx, at.viewer, number(at.path["id"], 0, (1 << 62) - 1, 0))
    edits.delete(at.tx, at.viewer, post.id)
    return go(f"/@{post.group.name}" if post.group else "/", "deleted")
