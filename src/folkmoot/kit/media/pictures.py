"""Pictures decoded and made anew: upright, without metadata, with a preview; runs in the decoder's own process."""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING, Any

from folkmoot.kit.lazy import lazy
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.picturebytes import clean_gif, clean_webp, frames_of, mime_of

if TYPE_CHECKING:
    import blurhash_rs
    import pi_heif
    import PIL
    from PIL import Image, ImageOps
else:
    PIL, Image, ImageOps, blurhash_rs = (lazy(n) for n in ("PIL", "PIL.Image", "PIL.ImageOps", "blurhash_rs"))
    pi_heif = lazy("pi_heif")

MAX_PIXELS = 33_177_600
PREVIEW_PIXELS = 640 * 360
MIMES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif")
_FORMATS = dict(zip(MIMES, ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF", "HEIF"), strict=True))
_MAX_PROFILE = 65_536
Made = tuple[dict[str, Any], list[bytes]]
"""(facts, parts of bytes) as they leave the process."""


def picture(data: bytes) -> Made:
    """Facts, the picture and its preview. Animated GIF and WebP keep their frames; AVIF and HEIC become JPEG or PNG,
    which every client can show."""
    return _picture(data)[0]


def _picture(data: bytes) -> tuple[Made, Image.Image]:
    mime = _checked(data)
    opened, frames = _decoded(data, mime)
    width, height = opened.size
    facts, small = preview(opened)
    if frames > 1:
        kept = clean_gif(data)[0] if mime == "image/gif" else clean_webp(data)[0]
    else:
        kept, mime = _encoded(opened, mime)
    found = {**facts, "mime": mime, "width": width, "height": height, "frames": frames}
    return (found, [kept, small]), opened


def scaled(data: bytes, sides: list[int], squares: list[int]) -> Made:
    """As `picture`, and the first frame again with its longest side at most each of *sides* (those which it exceeds),
    then cut to each of *squares*. The fact `scales` has [width, height, type] of each further part."""
    (facts, parts), opened = _picture(data)
    whole = _plain(opened)
    small = [_within(whole, side) for side in sides if max(whole.size) > side]
    small += [ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS) for side in squares]
    scales = []
    for each in small:
        body, mime = _encoded(
            each, "image/webp" if facts["mime"] == "image/webp" else "image/jpeg", quality=85
        )
        scales.append([each.width, each.height, mime])
        parts.append(body)
    return {**facts, "scales": scales}, parts


def _within(opened: Image.Image, side: int) -> Image.Image:
    factor = side / max(opened.size)
    size = (max(1, round(opened.width * factor)), max(1, round(opened.height * factor)))
    return opened.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def preview(opened: Image.Image) -> tuple[dict[str, Any], bytes]:
    """(preview_width, preview_height, blurhash; the JPEG or PNG of at most PREVIEW_PIXELS)."""
    small = _small(opened)
    facts = {"preview_width": small.width, "preview_height": small.height, "blurhash": _blurhash(opened)}
    return facts, _encoded(small, "image/jpeg", quality=80)[0]


def fitted(data: bytes, width: int, height: int, box: tuple[int, int, int, int] | None = None) -> Made:
    """The first frame cut to this size. *box*: of it only the part that begins so far left and down, so wide and high,
    in pixels; Bad("box") where nothing is there."""
    opened, _ = _decoded(data, _checked(data))
    if box is not None:
        opened = _part(opened, *box)
    cut = ImageOps.fit(_plain(opened), (width, height), Image.Resampling.LANCZOS)
    return {}, [_encoded(cut, "image/jpeg", quality=88)[0]]


def _part(opened: Image.Image, left: int, top: int, width: int, height: int) -> Image.Image:
    left, top = max(0, left), max(0, top)
    right, bottom = min(opened.width, left + width), min(opened.height, top + height)
    if right <= left or bottom <= top:
        raise Bad("box", "the part lies outside of the picture")
    return opened.crop((left, top, right, bottom))


def still(data: bytes) -> Made:
    """For emoji: facts, the picture without metadata, and its first frame as PNG."""
    mime = _checked(data)
    opened, frames = _decoded(data, mime)
    png = BytesIO()
    _plain(opened).save(png, "PNG")
    if frames > 1 and mime in ("image/gif", "image/webp"):
        kept = clean_gif(data)[0] if mime == "image/gif" else clean_webp(data)[0]
    else:
        kept, mime = png.getvalue(), "image/png"
    return {"mime": mime, "width": opened.width, "height": opened.height}, [kept, png.getvalue()]


def _checked(data: bytes) -> str:
    if not data:
        raise Bad("blank")
    mime = mime_of(data[:32])
    if not mime:
        raise Bad("unsupported")
    return mime


def decoded(data: bytes) -> Image.Image:
    """The first frame, upright. Raises Bad."""
    return _decoded(data, _checked(data))[0]


def _decoded(data: bytes, mime: str) -> tuple[Image.Image, int]:
    """(the first frame, upright; the number of frames). The size is read from the header before any pixel."""
    if _FORMATS[mime] == "HEIF":
        pi_heif.options.DECODE_THREADS = 1
        pi_heif.register_heif_opener()
    try:
        frames = frames_of(data, mime)
        with Image.open(BytesIO(data), formats=[_FORMATS[mime]]) as opened:
            if opened.width * opened.height > MAX_PIXELS or min(opened.size) < 1:
                raise Bad("too_many_pixels", f"more than {MAX_PIXELS} pixels")
            opened.load()
            return _upright(opened), frames
    except Image.DecompressionBombError:
        raise Bad("too_many_pixels", f"more than {MAX_PIXELS} pixels") from None
    except Bad:
        raise
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
        raise Bad("unsupported" if isinstance(error, PIL.UnidentifiedImageError) else "broken") from None


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


def _small(picture: Image.Image) -> Image.Image:
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
    return str(blurhash_rs.blurhash_encode(tiny.convert("RGB"), 4 if wide else 3, 4 if high else 3))


def _encoded(picture: Image.Image, mime: str, *, quality: int = 90) -> tuple[bytes, str]:
    """(bytes without metadata, their type): in *mime*, PNG where that can't keep transparency, JPEG for AVIF, HEIC."""
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
