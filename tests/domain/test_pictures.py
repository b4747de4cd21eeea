"""Pictures: what comes in is what goes out, minus metadata; what is too much is refused before it is decoded."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from PIL import Image

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media.pictures import PREVIEW_PIXELS, Prepared, focus_point, portrait, prepare
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.picturebytes import clean_gif, mime_of

LIMIT = 10_000_000


def made(mode: str, kind: str, size: tuple[int, int] = (800, 600), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def prepared(data: bytes) -> Prepared:
    return prepare(data, "image/png", "x.png", max_bytes=LIMIT)


def exif() -> Image.Exif:
    facts = Image.Exif()
    facts[0x0112] = 6
    facts[0x010F] = "Camera of Anna"
    facts.get_ifd(0x8825)[1] = "N"
    return facts


def animation(kind: str, frames: int = 5, **more: object) -> bytes:
    parts = [Image.effect_noise((40, 30), 10 + i).convert("RGB") for i in range(frames)]
    out = io.BytesIO()
    parts[0].save(out, kind, save_all=True, append_images=parts[1:], **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind", "mime"),
    [
        ("RGB", "JPEG", "image/jpeg"),
        ("CMYK", "JPEG", "image/jpeg"),
        ("L", "JPEG", "image/jpeg"),
        ("RGBA", "PNG", "image/png"),
        ("P", "PNG", "image/png"),
        ("1", "PNG", "image/png"),
        ("I;16", "PNG", "image/png"),
        ("LA", "PNG", "image/png"),
        ("RGBA", "WEBP", "image/webp"),
        ("P", "GIF", "image/gif"),
        ("RGB", "AVIF", "image/jpeg"),
        ("RGBA", "AVIF", "image/png"),
    ],
)
def test_every_kind_of_picture(mode: str, kind: str, mime: str) -> None:
    done = prepared(made(mode, kind))
    assert (done.mime, done.width, done.height, done.kind) == (mime, 800, 600, "image")
    assert mime_of(done.data) == mime
    with Image.open(io.BytesIO(done.data)) as kept, Image.open(io.BytesIO(done.preview)) as small:
        assert kept.size == (800, 600)
        assert small.size == (done.preview_width, done.preview_height)
        assert small.width * small.height <= PREVIEW_PIXELS
    assert 20 <= len(done.blurhash) <= 60


def test_metadata_goes_and_the_orientation_is_applied() -> None:
    done = prepared(made("RGB", "JPEG", exif=exif()))
    assert (done.width, done.height) == (600, 800)
    assert b"Camera" not in done.data
    with Image.open(io.BytesIO(done.data)) as kept:
        assert not kept.getexif()


def test_an_animated_gif_keeps_its_frames_and_nothing_else() -> None:
    done = prepared(animation("GIF", comment=b"at home", loop=0) + b"<script>alert(1)</script>")
    assert done.mime == "image/gif"
    with Image.open(io.BytesIO(done.data)) as kept:
        assert kept.n_frames == 5
        assert kept.info["loop"] == 0
    assert b"at home" not in done.data
    assert b"<script>" not in done.data


def test_an_animated_webp_keeps_its_frames_and_nothing_else() -> None:
    done = prepared(animation("WEBP", exif=exif()) + b"<script>")
    with Image.open(io.BytesIO(done.data)) as kept:
        assert kept.n_frames == 5
        assert not kept.getexif()
    assert b"Camera" not in done.data
    assert b"<script>" not in done.data


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "blank"),
        (b"hello", "unsupported"),
        (b"%PDF-1.4", "unsupported"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported"),
        (b"\0" * (LIMIT + 1), "too_large"),
        (bomb(50_000, 50_000), "too_many_pixels"),
        (bomb(7000, 5000), "too_many_pixels"),
        (bomb(0, 10), "broken"),
        (made("RGB", "JPEG")[:500], "broken"),
        (made("RGB", "PNG")[:60], "broken"),
        (b"GIF89a", "broken"),
        (b"GIF89a" + b"\xff" * 50, "broken"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\x7f", "broken"),
    ],
)
def test_what_is_no_picture_or_too_much_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        prepared(data)
    assert refused.value.field == "file"
    assert refused.value.why in (why, "unsupported" if why == "broken" else why)


def test_a_bomb_costs_neither_memory_nor_time() -> None:
    data = bomb(50_000, 50_000)
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(Invalid):
        prepared(data)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert time.process_time() - began < 10


def test_too_many_frames_are_refused() -> None:
    data = animation("GIF", 2)
    at = data.rindex(b"\x21\xf9\x04")
    frame = data[at:-1]
    with pytest.raises(Invalid) as refused:
        prepared(data[:-1] + frame * 1200 + b"\x3b")
    assert refused.value.why == "too_many_frames"


def test_any_cut_of_a_gif_is_refused_or_whole() -> None:
    data = animation("GIF", 3, comment=b"x" * 300)
    for end in range(13, len(data), 97):
        with pytest.raises(Bad):
            clean_gif(data[:end])


@pytest.mark.parametrize(("shape", "size"), [("avatar", (400, 400)), ("header", (1500, 500))])
def test_portraits_are_cut_to_their_shape(shape: str, size: tuple[int, int]) -> None:
    for mode, kind, mime in (("RGB", "JPEG", "image/jpeg"), ("RGBA", "PNG", "image/png")):
        cut = portrait(made(mode, kind), "", max_bytes=LIMIT, shape=shape)  # type: ignore[arg-type]  # a literal, parametrized
        assert mime_of(cut) == mime
        with Image.open(io.BytesIO(cut)) as picture:
            assert picture.size == size


def test_the_point_to_keep_in_view() -> None:
    assert focus_point("") == ""
    assert focus_point("0.5, -3") == "0.5,-1"
    for bad in ("x", "1", "1,2,3", "nan,0", "inf,1"):
        with pytest.raises(Invalid):
            focus_point(bad)
