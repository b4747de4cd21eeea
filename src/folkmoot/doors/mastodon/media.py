"""Uploading files of every kind, describing them, and taking them back before a post holds them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.domain.errors import Conflict, Invalid
from folkmoot.domain.media import intake, media, pictures
from folkmoot.domain.media.media import MediaView, NewMedia, State
from folkmoot.doors.frame import Answered, At
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.doors.mastodon.present import attachment
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.kit.media.decoder import stop_all
from folkmoot.store.blobs import Keeper
from folkmoot.wire.mastodon.media import MediaAttachment
from folkmoot.wire.mastodon.requests import media as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import Upload

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_PICTURE = "Validation failed: File content type is invalid, File is invalid"
_FAILED = "Error processing thumbnail for uploaded media"
WORDS = {
    "file.too_large": "Validation failed: File is too large",
    "file.too_many_pixels": "Validation failed: File has too many pixels",
    "file.too_many_frames": "Validation failed: File has too many frames",
    "file.frame_rate": "Validation failed: File has too many frames a second",
    "file.too_slow": "Validation failed: File takes too long to be read",
    "file.blank": "Validation failed: File can't be blank",
    "focus.format": "Validation failed: Focus must be two numbers from -1 to 1",
}


_SHORT = ThreadPoolExecutor(3, "pictures")
_LONG = ThreadPoolExecutor(2, "films")
"""Threads of their own: whoever logs in waits for none of these."""


def detach(house: House) -> None:
    """The process is told to stop: end what is being decoded, so that nobody waits for it."""
    stop_all()


def _said(refusal: Invalid) -> Said:
    if refusal.why == "stopped":
        return Said(503, "Service unavailable, try again later")
    return Said(422, WORDS.get(refusal.code, _PICTURE))


def _kept(at: At, blobs: Keeper, ask: api.UploadMedia | api.UploadMediaV1, *, whole: bool) -> NewMedia:
    """The file checked and stored, with a thumbnail in place of the preview that we would make; slow. *whole*: only
    when it is ready."""
    try:
        new = intake.take(
            blobs,
            at.house.settings,
            ask.file.data,
            ask.file.content_type,
            ask.file.filename,
            description=ask.description,
            focus=ask.focus or "",
            whole=whole,
        )
        if ask.thumbnail is not None:
            shown = _thumbnail(at, blobs, ask.thumbnail)
            new.preview, new.preview_width, new.preview_height, new.blurhash = shown
        return new
    except Invalid as refusal:
        raise _said(refusal) from None


def thumbnail(at: At, blobs: Keeper, file: Upload) -> tuple[str, int, int]:
    """A preview of one's own choosing: the key of a small picture, its width and height. Raises Invalid("file")."""
    return _thumbnail(at, blobs, file)[:3]


def _thumbnail(at: At, blobs: Keeper, file: Upload) -> tuple[str, int, int, str]:
    """As `thumbnail`, with its blurhash."""
    limit = at.house.settings.media_max_bytes
    made = pictures.prepare(file.data, file.content_type, file.filename, max_bytes=limit)
    return blobs.put(made.preview), made.preview_width, made.preview_height, made.blurhash


async def _upload(at: At, ask: api.UploadMedia | api.UploadMediaV1, *, whole: bool) -> MediaView:
    if len(ask.description) > media.MAX_DESCRIPTION:
        raise Invalid("description", "too_long")
    pool = _LONG if whole and intake.may_take_long(ask.file.data) else _SHORT

    def run(tx: Tx) -> MediaView:
        return media.see_own(tx, at.viewer, media.add(tx, at.viewer, new))

    async with sweeping(at) as blobs:
        work = partial(_kept, at, blobs, ask, whole=whole)
        new = await asyncio.get_running_loop().run_in_executor(pool, work)
        return await at.write(run)


def _shown(at: At, view: MediaView, processing: int = 206) -> Answered[MediaAttachment]:
    """The file; *processing* is the status of one that is not ready. Raises Said for one that failed."""
    if view.state == State.FAILED:
        raise Said(422, _FAILED)
    status = processing if view.state == State.PROCESSING else 200
    return Answered(attachment(view, at.house.links, private=True), status)


@door.on(api.UploadMediaV1, large=True)
async def upload_v1(at: At, ask: api.UploadMediaV1) -> Answered[MediaAttachment]:
    return _shown(at, await _upload(at, ask, whole=True))


@door.on(api.UploadMedia, large=True)
async def upload(at: At, ask: api.UploadMedia) -> Answered[MediaAttachment]:
    return _shown(at, await _upload(at, ask, whole=False), 202)


@door.on(api.GetMedia)
def get(at: At, ask: api.GetMedia) -> Answered[MediaAttachment]:
    return _shown(at, media.see_own(at.tx, at.viewer, number(ask.id)))


@door.on(api.UpdateMedia)
async def update(at: At, ask: api.UpdateMedia) -> Answered[MediaAttachment]:
    media_id = number(ask.id)
    await at.read(lambda tx: media.see_own(tx, at.viewer, media_id))
    description = None if ask.description is UNSET else ask.description
    async with sweeping(at) as blobs:
        preview, focus = await _prepared(at, blobs, ask)

        def run(tx: Tx) -> MediaView:
            if preview is not None:
                media.set_preview(tx, at.viewer, media_id, *preview)
            return media.describe(tx, at.viewer, media_id, description=description, focus=focus)

        return _shown(at, await at.write(run))


async def _prepared(
    at: At, blobs: Keeper, ask: api.UpdateMedia
) -> tuple[tuple[str, int, int, str] | None, str | None]:
    """(the new preview and what is known of it, the new focus); None where one stays."""
    try:
        focus = None if ask.focus is UNSET else pictures.focus_point(ask.focus)
        if ask.thumbnail is UNSET:
            return None, focus
        return await asyncio.to_thread(_thumbnail, at, blobs, ask.thumbnail), focus
    except Invalid as refusal:
        raise _said(refusal) from None


@door.on(api.DeleteMedia)
def delete(at: At, ask: api.DeleteMedia) -> Empty:
    try:
        media.remove(at.tx, at.viewer, number(ask.id))
    except Conflict:
        raise Said(422, "Media attachment is currently used by a status") from None
    return {}
