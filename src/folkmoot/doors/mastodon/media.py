"""Uploading pictures, describing them, and taking them back before a post holds them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.domain import media, pictures
from folkmoot.domain.errors import Conflict, Invalid
from folkmoot.domain.media import MediaView, NewMedia
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.doors.mastodon.present import attachment
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.wire.mastodon.media import MediaAttachment
from folkmoot.wire.mastodon.requests import media as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import Upload

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_PICTURE = "Validation failed: File content type is invalid, File is invalid"
WORDS = {
    "file.too_large": "Validation failed: File is too large",
    "file.too_many_pixels": "Validation failed: File has too many pixels",
    "file.too_many_frames": "Validation failed: File has too many frames",
    "file.blank": "Validation failed: File can't be blank",
    "focus.format": "Validation failed: Focus must be two numbers from -1 to 1",
}


def _prepared(at: At, file: Upload) -> pictures.Prepared:
    try:
        limit = at.house.settings.media_max_bytes
        return pictures.prepare(file.data, file.content_type, file.filename, max_bytes=limit)
    except Invalid as refusal:
        raise Said(422, WORDS.get(refusal.code, _PICTURE)) from None


def _focus(text: str | None) -> str:
    try:
        return pictures.focus_point(text or "")
    except Invalid as refusal:
        raise Said(422, WORDS[refusal.code]) from None


def _kept(at: At, ask: api.UploadMedia | api.UploadMediaV1) -> NewMedia:
    """The file checked and stored; slow. A thumbnail stands in for the preview that we would make."""
    focus = _focus(ask.focus)
    new = pictures.store(at.house.blobs, _prepared(at, ask.file), ask.file.filename, ask.description, focus)
    if ask.thumbnail is not None:
        new.preview, new.preview_width, new.preview_height = _thumbnail(at, ask.thumbnail)
    return new


def _thumbnail(at: At, file: Upload) -> tuple[str, int, int]:
    made = _prepared(at, file)
    return at.house.blobs.put(made.preview), made.preview_width, made.preview_height


async def _upload(at: At, ask: api.UploadMedia | api.UploadMediaV1) -> MediaAttachment:
    new = await asyncio.to_thread(_kept, at, ask)

    def run(tx: Tx) -> MediaView:
        return media.see_own(tx, at.viewer, media.add(tx, at.viewer, new))

    return _shown(at, await at.write(run))


def _shown(at: At, view: MediaView) -> MediaAttachment:
    return attachment(view, at.house.links, private=True)


@door.on(api.UploadMediaV1)
async def upload_v1(at: At, ask: api.UploadMediaV1) -> MediaAttachment:
    return await _upload(at, ask)


@door.on(api.UploadMedia)
async def upload(at: At, ask: api.UploadMedia) -> MediaAttachment:
    return await _upload(at, ask)


@door.on(api.GetMedia)
def get(at: At, ask: api.GetMedia) -> MediaAttachment:
    return _shown(at, media.see_own(at.tx, at.viewer, number(ask.id)))


@door.on(api.UpdateMedia)
async def update(at: At, ask: api.UpdateMedia) -> MediaAttachment:
    media_id = number(ask.id)
    await at.read(lambda tx: media.see_own(tx, at.viewer, media_id))
    preview = None if ask.thumbnail is UNSET else await asyncio.to_thread(_thumbnail, at, ask.thumbnail)
    description = None if ask.description is UNSET else ask.description
    focus = None if ask.focus is UNSET else _focus(ask.focus)

    def run(tx: Tx) -> MediaView:
        if preview is not None:
            media.set_preview(tx, at.viewer, media_id, *preview)
        return media.describe(tx, at.viewer, media_id, description=description, focus=focus)

    return _shown(at, await at.write(run))


@door.on(api.DeleteMedia)
def delete(at: At, ask: api.DeleteMedia) -> Empty:
    try:
        media.remove(at.tx, at.viewer, number(ask.id))
    except Conflict:
        raise Said(422, "Media attachment is currently used by a status") from None
    return {}
