"""Files for posts: sent whole or in pieces, asked after, and described."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import UNSET

from folkmoot.domain.errors import Invalid, NotFound, TooMany
from folkmoot.domain.media import media, uploads
from folkmoot.domain.media.media import MediaView, State
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.friendica import incoming
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.incoming import Received
from folkmoot.doors.friendica.refusals import Said
from folkmoot.store.blobs import Keeper
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.photo import MediaUpload, MediaUploadImage, ProcessedUpload, Processing
from folkmoot.wire.friendica.requests_uploads import DescribeMedia, UploadMedia, UploadState
from folkmoot.wire.request import Upload

LIFE_S = 86_400
_NO_MEDIA = "No media."
_NO_UPLOAD = "Media not found."
_STATES = {State.READY: "succeeded", State.PROCESSING: "in_progress", State.FAILED: "failed"}


@door.on(UploadMedia, large=True)
async def upload(at: At, ask: UploadMedia) -> Response:
    command = _COMMANDS.get(ask.command.strip().upper(), _whole)
    try:
        return await command(at, ask)
    except NotFound:
        raise Said(400, _NO_UPLOAD) from None


async def _whole(at: At, ask: UploadMedia) -> Response:
    async with sweeping(at) as blobs:
        received = await _received(at, blobs, _file(ask))
        return _shown(at, await at.write(lambda tx: _kept(at, tx, received)))


def _file(ask: UploadMedia) -> Upload:
    found = incoming.files([ask.media], [ask.media_data])
    if not found or not found[0].data:
        raise Said(400, _NO_MEDIA)
    return found[0]


async def _received(at: At, blobs: Keeper, file: Upload) -> Received:
    try:
        return await incoming.receive(at.house.settings, blobs, file, whole=False)
    except Invalid as refusal:
        if refusal.why == "stopped":
            raise Said(503, "Service Unavailable") from None
        raise Said(500, "Internal Server Error") from None


def _kept(at: At, tx: Tx, received: Received, media_id: int | None = None) -> MediaView:
    return media.see_own(tx, at.viewer, incoming.keep(tx, at.viewer, received, media_id))


def _shown(at: At, view: MediaView, *, always: bool = False) -> Response:
    link = at.house.links.media(view.blob) if view.blob else UNSET
    image = MediaUploadImage(w=view.width, h=view.height, image_type=view.mime)
    if view.preview:
        image.friendica_preview_url = at.house.links.media(view.preview)
    info = Processing(state=_STATES[State(view.state)])
    if view.state == State.PROCESSING:
        info.check_after_secs = 1
    answer = ProcessedUpload(
        media_id=view.id,
        media_id_string=str(view.id),
        size=view.size,
        image=image,
        media_url=link,
        expires_after_secs=LIFE_S,
        processing_info=info if always or view.state != State.READY else UNSET,
    )
    return encode(Bare(answer, "media"), at)


async def _begin(at: At, ask: UploadMedia) -> Response:
    settings = at.house.settings
    is_picture = ask.media_type.startswith("image/") and ask.media_type != "image/gif"
    most = settings.media_max_bytes if is_picture else settings.video_max_bytes
    total = ask.total_bytes or 0
    try:
        id_ = await at.write(lambda tx: uploads.begin(tx, at.viewer, ask.media_type, total, most=most))
    except Invalid as refusal:
        text = f"total_bytes must be from 1 to {most}" if refusal.field == "total" else refusal.message
        raise Said(400, text) from None
    except TooMany as refusal:
        raise Said(429, refusal.message) from None
    begun = MediaUpload(media_id=id_, media_id_string=str(id_), size=total, expires_after_secs=LIFE_S)
    return encode(Bare(begun, "media"), at)


async def _append(at: At, ask: UploadMedia) -> Response:
    id_, data = ask.media_id or 0, _file(ask).data
    await at.read(lambda tx: uploads.see(tx, at.viewer, id_))
    position = -1 if ask.segment_index is None else ask.segment_index
    try:
        async with sweeping(at) as blobs:
            blob = await incoming.off_loop(lambda: blobs.put(data))
            await at.write(lambda tx: uploads.append(tx, at.viewer, id_, position, blob, len(data)))
    except Invalid as refusal:
        raise Said(400, _WORDS.get(refusal.code, refusal.message)) from None
    return Response(204, b"")


async def _finish(at: At, ask: UploadMedia) -> Response:
    id_ = ask.media_id or 0
    try:
        parts, mime = await at.read(
            lambda tx: (uploads.parts(tx, at.viewer, id_), uploads.see(tx, at.viewer, id_).mime)
        )
    except Invalid as refusal:
        raise Said(400, _WORDS.get(refusal.code, refusal.message)) from None
    get: Callable[[str], bytes] = at.house.blobs.get
    data = await incoming.off_loop(lambda: b"".join([get(key) for key in parts]))

    def put(tx: Tx, received: Received) -> MediaView:
        tx.alone("upload", id_)
        uploads.see(tx, at.viewer, id_)
        uploads.end(tx, id_)
        return _kept(at, tx, received, id_)

    async with sweeping(at) as blobs:
        received = await _received(at, blobs, Upload("", mime, data))
        return _shown(at, await at.write(lambda tx: put(tx, received)), always=True)


_COMMANDS = {"INIT": _begin, "APPEND": _append, "FINALIZE": _finish}
_WORDS = {
    "segment.out_of_range": f"segment_index must be from 0 to {uploads.MAX_PARTS - 1}",
    "total.too_large": "more bytes than total_bytes said",
    "total.incomplete": "not all segments were sent",
}


@door.on(UploadState)
def state(at: At, ask: UploadState) -> Response:
    try:
        return _shown(at, media.see_own(at.tx, at.viewer, ask.media_id or 0), always=True)
    except NotFound:
        pass
    try:
        begun = uploads.see(at.tx, at.viewer, ask.media_id or 0)
    except NotFound:
        raise Said(400, _NO_UPLOAD) from None
    answer = ProcessedUpload(
        media_id=begun.id,
        media_id_string=str(begun.id),
        size=begun.total,
        expires_after_secs=LIFE_S,
        processing_info=Processing(state="pending", check_after_secs=1),
    )
    return encode(Bare(answer, "media"), at)


@door.on(DescribeMedia)
async def describe(at: At, ask: DescribeMedia) -> Response:
    media_id, text = _described(at, ask)
    try:
        await at.write(lambda tx: media.describe(tx, at.viewer, media_id, description=text, focus=None))
    except NotFound:
        raise Said(400, "Metadata not found.") from None
    return Response(200, b"")


def _described(at: At, ask: DescribeMedia) -> tuple[int, str]:
    """Id and text, from the JSON of the body whatever type it claims, or from parameters."""
    tree = msgspec.to_builtins({"media_id": ask.media_id, "alt_text": ask.alt_text})
    body = at.http.body_so_far
    if body and ask.media_id is None:
        try:
            tree = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise Said(400, "Invalid post data") from None
    elif not body and ask.media_id is None:
        raise Said(400, "No post data")
    if not isinstance(tree, dict) or not tree:
        raise Said(400, "Invalid post data")
    number, alt = tree.get("media_id"), tree.get("alt_text")
    if not number or not isinstance(alt, dict) or "text" not in alt:
        raise Said(400, "Missing post data values")
    text = alt["text"]
    if not isinstance(text, str) or not text.strip():
        raise Said(400, "No alt text.")
    digits = str(number)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Said(400, "Metadata not found.")
    return int(digits), text.replace("\0", "").strip()
