"""Pictures made on the spot for tests of photos and uploads."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(
    width: int = 64, height: int = 32, colour: tuple[int, int, int] = (200, 30, 30), form: str = "PNG"
) -> bytes:
    """A picture of one colour as bytes."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form)
    return out.getvalue()


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.size


def bomb() -> bytes:
    """A PNG that says to be 50,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def upload(
    data: bytes, name: str = "cat.png", field: str = "media", kind: str = "image/png"
) -> dict[str, Any]:
    """What an HTTP client takes as `files`."""
    return {field: (name, data, kind)}
