"""Files on their way in: pictures are ready at once, what moves or sounds is kept as sent for the worker."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media import pictures
from folkmoot.domain.media.media import NewMedia, State
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.decoder import Decoded, Decoding, decode
from folkmoot.kit.media.picturebytes import clean_gif
from folkmoot.kit.media.pictures import MAX_PIXELS
from folkmoot.kit.media.sniff import DEMUXERS, VIDEO_PIXELS, type_of
from folkmoot.kit.media.sniff import MAX_RATE as VIDEO_RATE
from folkmoot.settings import Settings
from folkmoot.store.blobs import Blobs, Keeper

__all__ = ["MAX_PIXELS", "MIMES", "VIDEO_PIXELS", "VIDEO_RATE", "made", "making", "may_take_long", "take"]
MIMES: Final = (
    "image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/webp", "image/avif",
    "video/webm", "video/mp4", "video/quicktime", "video/3gpp", "video/ogg",
    "audio/wave", "audio/wav", "audio/x-wav", "audio/x-pn-wave", "audio/vnd.wave",
    "audio/ogg", "audio/vorbis", "audio/mpeg", "audio/mp3", "audio/webm", "audio/flac", "audio/aac",
    "audio/m4a", "audio/x-m4a", "audio/mp4", "audio/3gpp", "video/x-ms-asf",
)  # fmt: skip
"""Types that are taken, under all names they go by; the bytes decide, not the name."""


def take(
    blobs: Keeper,
    settings: Settings,
    data: bytes,
    claimed: str,
    name: str,
    *,
    description: str = "",
    focus: str = "",
    whole: bool = False,
) -> NewMedia:
    """Check a file and keep it; slow, so never on the event loop.

    A picture is ready; an animated GIF, video or sound has State.PROCESSING, with kind, sizes and preview known.
    *whole*: the long work is done here and now, for those who wait for it.
    Raises Invalid("file", "blank" | "too_large" | "unsupported" | "too_many_pixels" | "too_many_frames" |
    "frame_rate" | "broken" | "too_slow"), Invalid("focus", "format").
    """
    mime = type_of(data)
    if mime not in DEMUXERS or (mime == "image/gif" and not _moves(data)):
        prepared = pictures.prepare(data, claimed, name, max_bytes=settings.media_max_bytes)
        return pictures.store(blobs, prepared, name, description, focus)
    most = settings.media_max_bytes if mime == "image/gif" else settings.video_max_bytes
    if len(data) > most:
        raise Invalid("file", "too_large", f"the file is larger than {most} bytes")
    point = pictures.focus_point(focus)
    found = _run("probe", data, mime)
    facts, preview = found.facts, found.parts[0]
    new = NewMedia(
        kind=facts["kind"],
        mime=mime,
        name=name[:255],
        size=len(data),
        width=facts.get("width", 0),
        height=facts.get("height", 0),
        preview_width=facts.get("preview_width", 0),
        preview_height=facts.get("preview_height", 0),
        blurhash=facts.get("blurhash", ""),
        description=description,
        focus=point,
        blob="",
        preview=blobs.put(preview) if preview else "",
        state=State.PROCESSING,
        meta=_kept(facts["meta"]),
    )
    if not whole:
        return msgspec.structs.replace(new, raw=blobs.put(data))
    return msgspec.structs.replace(new, **made(blobs, _run("convert", data, mime)))


def may_take_long(data: bytes) -> bool:
    """Whether a file of these bytes may move or sound; quickly told."""
    return type_of(data) in DEMUXERS


def _moves(data: bytes) -> bool:
    try:
        return clean_gif(data)[1] > 1
    except Bad as bad:
        raise Invalid("file", bad.why, bad.text) from None


def _run(task: str, data: bytes, mime: str) -> Decoded:
    try:
        return decode(task, data, mime=mime)
    except Bad as bad:
        raise Invalid("file", bad.why, bad.text) from None


def _kept(meta: dict[str, Any]) -> str:
    return msgspec.json.encode(meta).decode()


def making(blobs: Blobs, raw: str, mime: str) -> Decoding:
    """The long work on a kept file, ready to run. Raises KeyError where its bytes are gone."""
    return Decoding("convert", blobs.path(raw) or blobs.get(raw), mime=mime)


def made(blobs: Keeper, done: Decoded) -> dict[str, Any]:
    """The columns of a file that is ready now; stores its bytes."""
    meta = done.facts["meta"]
    sizes = {name: meta[name] for name in ("width", "height") if name in meta}
    return {
        "kind": done.facts["kind"],
        "mime": done.facts["mime"],
        "size": len(done.parts[0]),
        "blob": blobs.put(done.parts[0]),
        "meta": _kept(meta),
        "state": int(State.READY),
        "raw": "",
        **sizes,
    }
