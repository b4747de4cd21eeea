"""Small real videos, sounds and animations, made when a test needs them."""

from __future__ import annotations

import io
import math
import struct
from fractions import Fraction
from typing import Any

import av
from PIL import Image

GPS = "+52.5200+013.4050/"
"""Where the telephone was."""
CODECS = {
    "mp4": ("libx264", "aac"),
    "mov": ("libx264", "aac"),
    "webm": ("libvpx", "libopus"),
    "ogg": ("", "libvorbis"),
}


def frame(number: int, size: tuple[int, int]) -> av.VideoFrame:
    picture = Image.new("RGB", size, (20 * number % 256, 90, 160))
    picture.paste((250, 240, 10), (0, 0, size[0] // 3, size[1] // 4))
    return av.VideoFrame.from_image(picture)


def tone(samples: int, at: int, rate: int = 44_100) -> av.AudioFrame:
    made = av.AudioFrame(format="s16", layout="stereo", samples=samples)
    values = [int(9000 * math.sin((at + i) * 2 * math.pi * 440 / rate)) for i in range(samples)]
    made.planes[0].update(b"".join(struct.pack("<hh", v, v) for v in values))
    made.sample_rate, made.pts, made.time_base = rate, at, Fraction(1, rate)
    return made


def film(
    kind: str = "mp4", *, size: tuple[int, int] = (160, 120), frames: int = 10, rate: int = 10, sound: bool = True,
    turned: int = 0, codec: str = "", **tags: str,
) -> bytes:  # fmt: skip
    """A film of *frames* frames, with a tone unless told otherwise, and the container's *tags*."""
    out = io.BytesIO()
    picture, voice = CODECS[kind]
    with av.open(out, "w", format=kind) as file:
        file.metadata.update({"location": GPS, "com.apple.quicktime.location.ISO6709": GPS, **tags})
        video: Any = file.add_stream(codec or picture, rate=rate)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        if turned:
            video.set_display_rotation(turned)
        audio: Any = file.add_stream(voice, rate=48_000 if voice == "libopus" else 44_100) if sound else None
        for number in range(frames):
            file.mux(video.encode(frame(number, size)))
        file.mux(video.encode(None))
        if audio is not None:
            for at in range(0, 44_100 * frames // rate, 4410):
                file.mux(audio.encode(tone(4410, at)))
            file.mux(audio.encode(None))
    return out.getvalue()


def song(kind: str, codec: str, seconds: float = 1.0, cover: bool = False, **tags: str) -> bytes:
    """A tone as a file of its own; *kind* is a container's name."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as file:
        file.metadata.update({"title": "Song", "comment": GPS, **tags})
        audio: Any = file.add_stream(codec, rate=48_000 if codec == "libopus" else 44_100)
        picture: Any = None
        if cover:
            picture = file.add_stream("mjpeg")
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
        for at in range(0, int(44_100 * seconds), 4410):
            file.mux(audio.encode(tone(4410, at)))
        file.mux(audio.encode(None))
    return out.getvalue()


def gif(frames: int = 5, size: tuple[int, int] = (41, 31)) -> bytes:
    parts = [Image.effect_noise(size, 10 + i * 20).convert("RGB") for i in range(frames)]
    out = io.BytesIO()
    parts[0].save(out, "GIF", save_all=True, append_images=parts[1:], duration=100, loop=0)
    return out.getvalue()
