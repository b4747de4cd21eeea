"""Pictures made safe to keep and show: decoded in a process of its own, freed of metadata, with a preview."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media.media import NewMedia
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.decoder import Decoded, decode
from folkmoot.kit.media.picturebytes import mime_of
from folkmoot.kit.media.pictures import MAX_PIXELS, MIMES, PREVIEW_PIXELS
from folkmoot.store.blobs import Keeper

__all__ = ["MAX_PIXELS", "MIMES", "PREVIEW_PIXELS", "Prepared", "focus_point", "portrait", "prepare", "store"]
SHAPES: dict[str, tuple[int, int]] = {"avatar": (400, 400), "header": (1500, 500)}


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it is kept: bytes without metadata, bytes of a preview, sizes in pixels."""

    mime: str
    kind: Literal["image"] = "image"
    data: bytes
    preview: bytes
    width: int
    height: int
    preview_width: int
    preview_height: int
    blurhash: str


def prepare(data: bytes, claimed_type: str, filename: str, *, max_bytes: int, side: int = 0) -> Prepared:
    """Check and clean a picture; slow (up to seconds), so never on the event loop.

    The bytes decide what it is: *claimed_type* and *filename* are only named in the refusal. Animated GIF and WebP keep
    their frames; AVIF becomes JPEG or PNG, which every client can show. What is longer than *side* pixels is brought to
    that, where it is said (animations become a still). Raises Invalid("file", "blank" | "too_large" |
    "unsupported" | "too_many_pixels" | "too_many_frames" | "broken" | "too_slow").
    """
    check(data, claimed_type, filename, max_bytes)
    made = decoded("picture", data)
    facts = {
        name: made.facts[name] for name in ("mime", "width", "height", "preview_width", "preview_height")
    }
    out = Prepared(data=made.parts[0], preview=made.parts[1], blurhash=made.facts["blurhash"], **facts)
    if not side or max(out.width, out.height) <= side:
        return out
    small = decoded("scaled", data, sides=[side], squares=[])
    width, height, mime = small.facts["scales"][0]
    return msgspec.structs.replace(out, data=small.parts[2], width=width, height=height, mime=mime)


def portrait(
    data: bytes,
    claimed_type: str,
    *,
    max_bytes: int,
    shape: Literal["avatar", "header"] = "avatar",
    box: tuple[int, int, int, int] | None = None,
) -> bytes:
    """A picture cut to an avatar (400x400) or header (1500x500), as JPEG or, with transparency, PNG.

    *box*: of it only this part (left, top, width, height in pixels). Slow; raises as prepare, and Invalid("file",
    "box") for a part outside of the picture.
    """
    check(data, claimed_type, "", max_bytes)
    width, height = SHAPES[shape]
    return decoded("fitted", data, width=width, height=height, box=box).parts[0]


def decoded(task: str, data: bytes, **options: object) -> Decoded:
    """A task of the decoder. Raises Invalid("file", …)."""
    try:
        return decode(task, data, **options)
    except Bad as bad:
        raise Invalid("file", bad.why, bad.text) from None


def store(
    blobs: Keeper, prepared: Prepared, name: str = "", description: str = "", focus: str = ""
) -> NewMedia:
    """Keep the bytes of a prepared picture; what `media.add` wants. Raises Invalid("focus", "format")."""
    point = focus_point(focus)
    return NewMedia(
        kind=prepared.kind,
        mime=prepared.mime,
        name=name[:255],
        size=len(prepared.data),
        width=prepared.width,
        height=prepared.height,
        preview_width=prepared.preview_width,
        preview_height=prepared.preview_height,
        blurhash=prepared.blurhash,
        description=description,
        focus=point,
        blob=blobs.put(prepared.data),
        preview=blobs.put(prepared.preview),
    )


def focus_point(text: str) -> str:
    """A point "x,y", both from -1 to 1, in one way of writing; empty stays so. Raises Invalid("focus", "format")."""
    if not text.strip():
        return ""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid("focus", "format") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid("focus", "format")
    return f"{max(-1.0, min(1.0, x)):g},{max(-1.0, min(1.0, y)):g}"


def check(data: bytes, claimed_type: str, filename: str, max_bytes: int) -> None:
    """Whether the bytes may be given to the decoder of pictures. Raises Invalid("file", …)."""
    if not data:
        raise Invalid("file", "blank")
    if len(data) > max_bytes:
        raise Invalid("file", "too_large", f"the file is larger than {max_bytes} bytes")
    if not mime_of(data[:32]):
        raise Invalid(
            "file", "unsupported", f"{filename or 'the file'} ({claimed_type or 'no type'}) is no picture"
        )
