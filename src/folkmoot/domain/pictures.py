"""Pictures made safe to keep and show: checked before they are decoded, freed of metadata, with a preview."""

from __future__ import annotations

import math
import threading
from io import BytesIO
from typing import TYPE_CHECKING, Literal

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media import NewMedia
from folkmoot.domain.picturebytes import clean_gif, clean_webp, frames_of, mime_of
from folkmoot.kit.lazy import lazy
from folkmoot.store.blobs import Blobs

if TYPE_CHECKING:
    import blurhash_rs
    import PIL
    from PIL import Image, ImageOps
else:
    PIL, Image, ImageOps, blurhash_rs = (lazy(n) for n in ("PIL", "PIL.Image", "PIL.ImageOps", "blurhash_rs"))

MAX_PIXELS = 16_777_216
PREVIEW_PIXELS = 640 * 360
MIMES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")
_FORMATS = dict(zip(MIMES, ("JPEG", "PNG", "GIF", "WEBP", "AVIF"), strict=True))
SHAPES: dict[str, tuple[int, int]] = {"avatar": (400, 400), "header": (1500, 500)}
_MAX_PROFILE = 65_536
_decoding = threading.BoundedSemaphore(2)
"""So many pictures are decoded at once: a decoded one takes up to 64 MB, its copies as much again."""


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


def prepare(data: bytes, claimed_type: str, filename: str, *, max_bytes: int) -> Prepared:
    """Check and clean a picture; slow (up to seconds), so never on the event loop.

    The bytes decide what it is: *claimed_type* and *filename* are only named in the refusal. Animated GIF and WebP keep
    their frames; AVIF becomes JPEG or PNG, which every client can show. Raises Invalid("file", "blank" | "too_large" |
    "unsupported" | "too_many_pixels" | "too_many_frames" | "broken").
    """
    mime = _checked(data, claimed_type, filename, max_bytes)
    with _decoding:
        picture, frames = _decoded(data, mime)
        width, height = picture.size
        preview = _preview(picture)
        hashed = _blurhash(picture)
        if frames > 1:
            kept = clean_gif(data)[0] if mime == "image/gif" else clean_webp(data)[0]
        else:
            kept, mime = _encoded(picture, mime)
        small, _ = _encoded(preview, "image/jpeg", quality=80)
    return Prepared(
        mime=mime,
        data=kept,
        preview=small,
        width=width,
        height=height,
        preview_width=preview.width,
        preview_height=preview.height,
        blurhash=hashed,
    )


def portrait(
    data: bytes, claimed_type: str, *, max_bytes: int, shape: Literal["avatar", "header"] = "avatar"
) -> bytes:
    """A picture cut to an avatar (400x400) or header (1500x500), as JPEG or, with transparency, PNG.

    Slow; raises as prepare.
    """
    mime = _checked(data, claimed_type, "", max_bytes)
    with _decoding:
        picture, _ = _decoded(data, mime)
        fitted = ImageOps.fit(_plain(picture), SHAPES[shape], Image.Resampling.LANCZOS)
        return _encoded(fitted, "image/jpeg", quality=88)[0]


def store(
    blobs: Blobs, prepared: Prepared, name: str = "", description: str = "", focus: str = ""
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


def _checked(data: bytes, claimed_type: str, filename: str, max_bytes: int) -> str:
    if not data:
        raise Invalid("file", "blank")
    if len(data) > max_bytes:
        raise Invalid("file", "too_large", f"the file is larger than {max_bytes} bytes")
    mime = mime_of(data[:32])
    if not mime:
        raise Invalid(
            "file", "unsupported", f"{filename or 'the file'} ({claimed_type or 'no type'}) is no picture"
        )
    return mime


def _decoded(data: bytes, mime: str) -> tuple[Image.Image, int]:
    """(the first frame, upright; the number of frames). The size is read from the header before any pixel."""
    try:
        frames = frames_of(data, mime)
        with Image.open(BytesIO(data), formats=[_FORMATS[mime]]) as opened:
            if opened.width * opened.height > MAX_PIXELS or min(opened.size) < 1:
                raise Invalid("file", "too_many_pixels", f"more than {MAX_PIXELS} pixels")
            opened.load()
            return _upright(opened), frames
    except Image.DecompressionBombError:
        raise Invalid("file", "too_many_pixels", f"more than {MAX_PIXELS} pixels") from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        OverflowError,
        KeyError,
        IndexError,
        TypeError,
    ) as error:
        # Pillow's readers raise all of these on crafted files; UnidentifiedImageError is an OSError.
        why = "unsupported" if isinstance(error, PIL.UnidentifiedImageError) else "broken"
        raise Invalid("file", why) from None


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says, without the EXIF."""
    try:
        turned = ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, OverflowError):
        turned = picture.copy()  # the EXIF is broken, the picture is not
    profile = picture.info.get("icc_profile")
    turned.info = {} if "transparency" not in picture.info else {"transparency": picture.info["transparency"]}
    if isinstance(profile, bytes) and 0 < len(profile) <= _MAX_PROFILE and picture.mode in ("RGB", "RGBA"):
        turned.info["icc_profile"] = profile
    return turned


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _plain(picture: Image.Image) -> Image.Image:
    """In RGB, or RGBA where parts are transparent."""
    wanted = "RGBA" if _has_alpha(picture) else "RGB"
    if picture.mode == wanted:
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip instead of scale
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert(wanted)


def _preview(picture: Image.Image) -> Image.Image:
    small = _plain(picture)
    area = small.width * small.height
    if area <= PREVIEW_PIXELS:
        return small
    scale = math.sqrt(PREVIEW_PIXELS / area)
    size = (max(1, int(small.width * scale)), max(1, int(small.height * scale)))
    return small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _blurhash(picture: Image.Image) -> str:
    tiny = _plain(picture).resize((32, 32), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if tiny.mode == "RGBA":
        ground = Image.new("RGBA", tiny.size, "white")
        tiny = Image.alpha_composite(ground, tiny)
    wide, high = picture.width >= picture.height, picture.height >= picture.width
    return blurhash_rs.blurhash_encode(tiny.convert("RGB"), 4 if wide else 3, 4 if high else 3)


def _encoded(picture: Image.Image, mime: str, *, quality: int = 90) -> tuple[bytes, str]:
    """(bytes without metadata, their type): in *mime*, but PNG where that can't keep transparency, JPEG for AVIF."""
    out = BytesIO()
    options = {"icc_profile": picture.info["icc_profile"]} if "icc_profile" in picture.info else {}
    if mime == "image/webp":
        _plain(picture).save(out, "WEBP", quality=quality, method=3, **options)
    elif mime in ("image/png", "image/gif") or _has_alpha(picture):
        kept = picture if picture.mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16") else _plain(picture)
        mime = "image/gif" if mime == "image/gif" else "image/png"
        kept.save(out, "GIF" if mime == "image/gif" else "PNG", **({} if mime == "image/gif" else options))
    else:
        mime = "image/jpeg"
        _plain(picture).save(out, "JPEG", quality=quality, progressive=True, optimize=True, **options)
    return out.getvalue(), mime
