"""Videos, sounds and animations: looked at, and made anew as MP4 or MP3; runs in the decoder's process."""

from __future__ import annotations

import os
from fractions import Fraction
from typing import IO, Any

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition

from folkmoot.kit.media import pictures, recode
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.pictures import Made
from folkmoot.kit.media.sniff import DEMUXERS, MAX_RATE
from folkmoot.kit.media.sniff import VIDEO_PIXELS as MAX_PIXELS

_BROKEN = (
    av.error.FFmpegError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    StopIteration,
    RuntimeError,
)
"""What PyAV raises on crafted files."""


class _Parts:
    """The streams of a file that matter: the first picture that moves, the first sound, a picture of its cover."""

    def __init__(self, container: InputContainer) -> None:
        covers = [s for s in container.streams.video if s.disposition & Disposition.attached_pic]
        moving = [s for s in container.streams.video if s not in covers]
        self.video = moving[0] if moving else None
        self.audio = container.streams.audio[0] if container.streams.audio else None
        self.cover = covers[0] if covers else None
        if self.video is None and self.audio is None:
            raise Bad("unsupported", "neither picture nor sound")


def _open(file: IO[bytes], mime: str) -> InputContainer:
    av.logging.set_level(None)
    options = {"protocol_whitelist": "", "enable_drefs": "0"} if DEMUXERS[mime] == "mov" else {}
    return av.open(file, "r", format=DEMUXERS[mime], options=options, metadata_errors="ignore")


def probe(file: IO[bytes], mime: str) -> Made:
    """What the file is, without making it anew: facts, and a preview (empty for a sound without a cover)."""
    try:
        with _open(file, mime) as container:
            return _probe(container, mime)
    except Bad:
        raise
    except _BROKEN as error:
        raise Bad("broken", str(error)[:200]) from None


def _probe(container: InputContainer, mime: str) -> Made:
    parts = _Parts(container)
    if parts.video is None:
        facts: dict[str, Any] = {"kind": "audio", "meta": _sound_meta(container, parts)}
        cover = _cover(container, parts)
        if cover is None:
            return facts, [b""]
        more, small = pictures.preview(pictures.decoded(cover))
        return {**facts, **more}, [small]
    _within(parts.video)
    frame: Any = next(container.decode(parts.video))
    image = frame.to_image().rotate(frame.rotation, expand=True) if frame.rotation else frame.to_image()
    facts, small = pictures.preview(image)
    kind = "gifv" if mime == "image/gif" else "video"
    meta = _meta(container, parts, image.width, image.height)
    return {**facts, "kind": kind, "width": image.width, "height": image.height, "meta": meta}, [small]


def _within(video: Any) -> None:
    """The limits that clients are told of. Raises Bad("too_many_pixels" | "frame_rate")."""
    width, height = video.codec_context.width, video.codec_context.height
    if width < 1 or height < 1:
        raise Bad("broken", "no size")
    if width * height > MAX_PIXELS:
        raise Bad("too_many_pixels", f"more than {MAX_PIXELS} pixels")
    if (rate := _rate(video)) is not None and rate > MAX_RATE:
        raise Bad("frame_rate", f"more than {MAX_RATE} frames a second")


def _rate(video: Any) -> Fraction | None:
    found: Fraction | None = video.average_rate or video.guessed_rate
    return found if found and found > 0 else None


def _cover(container: InputContainer, parts: _Parts) -> bytes | None:
    if parts.cover is None:
        return None
    data = bytes(next(container.demux(parts.cover)))
    try:
        pictures.decoded(data)
    except Bad:
        return None
    return data


def _seconds(container: InputContainer, stream: Any) -> float:
    if container.duration:
        return round(container.duration / av.time_base, 3)
    if stream is not None and stream.duration and stream.time_base:
        return round(float(stream.duration * stream.time_base), 3)
    return 0.0


def _sound_meta(container: InputContainer, parts: _Parts) -> dict[str, Any]:
    seconds = _seconds(container, parts.audio)
    return {"duration": seconds, "bitrate": container.bit_rate or 0, **_sound(parts)}


def _sound(parts: _Parts) -> dict[str, Any]:
    if parts.audio is None:
        return {}
    codec = parts.audio.codec_context
    return {
        "audio_encode": codec.name,
        "audio_bitrate": f"{codec.sample_rate} Hz",
        "audio_channels": {1: "mono", 2: "stereo"}.get(codec.channels, f"{codec.channels} channels"),
    }


def _meta(container: InputContainer, parts: _Parts, width: int, height: int) -> dict[str, Any]:
    rate = _rate(parts.video) or Fraction(25)
    return {
        "width": width,
        "height": height,
        "frame_rate": f"{rate.numerator}/{rate.denominator}",
        "fps": round(float(rate)),
        "duration": _seconds(container, parts.video),
        "bitrate": container.bit_rate or 0,
        **_sound(parts),
    }


def convert(file: IO[bytes], mime: str) -> Made:
    """The file as every client can play it: facts, and the bytes. Streams that fit are kept as they are, all else
    (other codecs, turned pictures) is encoded anew; of the container's tags nothing is kept."""
    try:
        with _open(file, mime) as container:
            return _convert(container, mime)
    except Bad:
        raise
    except _BROKEN as error:
        raise Bad("broken", str(error)[:200]) from None


def _convert(container: InputContainer, mime: str) -> Made:
    parts = _Parts(container)
    fd = os.memfd_create("folkmoot-made")
    place = f"/proc/self/fd/{fd}"
    if parts.video is None:
        assert parts.audio is not None
        kind, made = recode.sound(container, parts.audio, mime, place)
    else:
        _within(parts.video)
        sound = None if mime == "image/gif" else parts.audio
        kind, made = recode.film(container, parts.video, sound, mime, place), "video/mp4"
    with open(place, "rb") as out:
        data = out.read()
    if not data:
        raise Bad("broken", "nothing in it")
    return {"kind": kind, "mime": made, "meta": _remeasured(place, made)}, [data]


def _remeasured(place: str, mime: str) -> dict[str, Any]:
    """What is true of the file as it is kept."""
    with open(place, "rb") as file, _open(file, mime) as container:
        parts = _Parts(container)
        if parts.video is None:
            return _sound_meta(container, parts)
        codec = parts.video.codec_context
        return _meta(container, parts, codec.width, codec.height)
