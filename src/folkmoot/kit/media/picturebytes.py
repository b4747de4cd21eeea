"""Picture files as bytes: what they are, how many frames they have, and animations without their metadata."""

from __future__ import annotations

import struct

from folkmoot.kit.media.bad import Bad

MAX_FRAMES = 1000
_KEPT_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""Application extensions that say how often a GIF is repeated; every other one is somebody's metadata."""
_AVIF_BRANDS = (b"avif", b"avis")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis")
_HEIF_BRANDS = (b"mif1", b"msf1", b"hevc", b"hevx")
_ICC_ALPHA_ANIMATION = 0x20 | 0x10 | 0x02


def mime_of(head: bytes) -> str:
    """The type that the first bytes (32 are enough) tell, whatever is claimed; empty where it is no picture here."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return _brand(head[8:32]) if head[4:8] == b"ftyp" else ""


def _brand(brands: bytes) -> str:
    if any(brand in brands for brand in _AVIF_BRANDS):
        return "image/avif"
    if any(brand in brands for brand in _HEIC_BRANDS):
        return "image/heic"
    return "image/heif" if brands[:4] in _HEIF_BRANDS else ""


def frames_of(data: bytes, mime: str) -> int:
    """How many frames an animation has, by its blocks alone; 1 for what can't move. Raises Bad(…)."""
    if mime == "image/gif":
        return clean_gif(data)[1]
    if mime == "image/webp":
        return max(1, sum(name == b"ANMF" for name, _ in _riff(data)))
    return 1


def clean_gif(data: bytes) -> tuple[bytes, int]:
    """(the GIF without comments, foreign extensions and what stands behind its end, its number of frames).

    Raises Bad("broken" | "too_many_frames"). Layout: GIF89a specification, section 12 and following.
    """
    try:
        return _clean_gif(data)
    except (IndexError, struct.error):
        raise Bad("broken") from None


def _clean_gif(data: bytes) -> tuple[bytes, int]:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _colours(flags)
    out = bytearray(data[:at])
    frames = 0
    pending = b""  # a graphic control extension belongs to the frame behind it
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            left, top, w, h, flags = struct.unpack_from("<HHHHB", data, at + 1)
            if left + w > width or top + h > height:
                raise Bad("broken", "a frame is larger than the picture")
            at = _skip_blocks(data, at + 11 + _colours(flags))
            out += pending + data[start:at]
            pending, frames = b"", frames + 1
            if frames > MAX_FRAMES:
                raise Bad("too_many_frames", f"more than {MAX_FRAMES} frames")
        elif data[at] == 0x21:
            label = data[at + 1]
            at = _skip_blocks(data, at + 2)
            if label == 0xF9:
                pending = data[start:at]
            elif label == 0xFF and data[start + 3 : start + 14] in _KEPT_EXTENSIONS:
                out += data[start:at]
        else:
            raise Bad("broken")
    if not frames:
        raise Bad("broken", "a GIF without a picture")
    return bytes(out) + b"\x3b", frames


def _colours(flags: int) -> int:
    """Bytes of a colour table."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _skip_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def clean_webp(data: bytes) -> tuple[bytes, int]:
    """(an animated WebP without EXIF and XMP, its number of frames). Raises Bad(…).

    Layout: RFC 9649, section 2.7.
    """
    kept: list[tuple[bytes, bytes]] = []
    for name, body in _riff(data):
        if name == b"VP8X":
            kept.append((name, bytes([body[0] & _ICC_ALPHA_ANIMATION]) + body[1:]))
        elif name in (b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"):
            kept.append((name, body))
    frames = sum(name == b"ANMF" for name, _ in kept)
    chunks = b"".join(n + struct.pack("<I", len(b)) + b + b"\0" * (len(b) % 2) for n, b in kept)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks, frames


def _riff(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    frames = 0
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = 12
    while at + 8 <= end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > end or (name == b"VP8X" and size < 10):
            raise Bad("broken")
        frames += name == b"ANMF"
        if frames > MAX_FRAMES or len(chunks) > MAX_FRAMES + 100:
            raise Bad("too_many_frames", f"more than {MAX_FRAMES} frames")
        chunks.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return chunks
