"""What a file is by its first bytes, whatever its name and the type that is claimed say."""

from __future__ import annotations

from typing import Final

from folkmoot.kit.media.picturebytes import mime_of

VIDEO_PIXELS: Final = 8_294_400
MAX_RATE: Final = 120
"""The largest picture of a video, and the most frames a second: what clients are told."""
_ASF: Final = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"
_ATOMS: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_RAW: Final = b"crx "
"""The brand of a camera's raw picture, which nothing here reads."""
_BRANDS: Final = {b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4"}
DEMUXERS: Final = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "video/x-ms-asf": "asf",
    "image/gif": "gif",
}
"""Types of what moves or sounds, and the one reader each is given to: no playlist or other reference is reachable."""


def type_of(data: bytes) -> str:
    """The type of a picture, video or sound; empty for everything else."""
    return mime_of(data[:32]) or _moving(data)


def _moving(data: bytes) -> str:
    head = data[:16]
    if head[4:8] == b"ftyp":
        return _brand(head[8:12])
    if head[4:8] in _ATOMS:
        return "video/quicktime"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head.startswith(_ASF):
        return "video/x-ms-asf"
    return _sound(data)


def _brand(brand: bytes) -> str:
    if brand == _RAW:
        return ""
    return "video/3gpp" if brand[:2] == b"3g" else _BRANDS.get(brand, "video/mp4")


def _sound(data: bytes) -> str:
    """MPEG audio and AAC, by what stands behind an ID3 tag (ID3v2.4 structure, section 3.1)."""
    at, tagged = 0, data.startswith(b"ID3") and len(data) > 10
    if tagged:
        size = 0
        for byte in data[6:10]:
            size = size << 7 | byte & 0x7F
        at = 10 + size
    frame = data[at : at + 4]
    if frame.startswith(b"fLaC"):
        return "audio/flac"
    if len(frame) == 4 and frame[0] == 0xFF and frame[1] & 0xE0 == 0xE0:
        layer = frame[1] >> 1 & 3
        if layer:
            return "audio/mpeg" if frame[2] >> 4 != 15 and frame[2] >> 2 & 3 != 3 else ""
        return "audio/aac" if frame[1] & 0xF0 == 0xF0 else ""
    return "audio/mpeg" if tagged else ""
