"""Streams copied or encoded anew into MP4 and MP3, without any tag of where, when and with what they were taken."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.filter import Graph

from folkmoot.kit.media.bad import Bad

_CLOCK = Fraction(1, 90_000)
_MP4 = {"movflags": "+faststart"}
_TURNS = {90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}
_MAX_WAITING = 2_000
"""Pieces of sound that may come before the first picture."""
_SAMPLES = (32_000, 44_100, 48_000)
_CONTAINERS = ("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4")


def film(container: InputContainer, video: Any, audio: Any, mime: str, place: str) -> str:
    """Write an MP4 of H.264 and AAC to *place*; returns its kind: gifv for a silent animation, else video."""
    with av.open(place, "w", format="mp4", options=_MP4) as out:
        if _fits(container, video, audio, mime):
            _copy(container, out, [s for s in (video, audio) if s is not None])
        else:
            _film(container, out, video, audio)
    return "gifv" if mime == "image/gif" else "video"


def _fits(container: InputContainer, video: Any, audio: Any, mime: str) -> bool:
    """Whether the streams can be kept: MP4's own, in colours that browsers decode, and not turned."""
    codec = video.codec_context
    if mime not in _CONTAINERS or codec.name != "h264" or codec.pix_fmt not in ("yuv420p", "yuvj420p"):
        return False
    if audio is not None and audio.codec_context.name not in ("aac", "mp3", "mp3float"):
        return False
    turned = next(container.decode(video)).rotation
    container.seek(0)
    return not turned


def _copy(container: InputContainer, out: OutputContainer, streams: list[Any]) -> None:
    made = {}
    for stream in streams:
        made[stream.index] = copied = out.add_stream_from_template(stream)
        copied.metadata.clear()
    for packet in container.demux(streams):
        if packet.dts is not None:
            packet.stream = made[packet.stream.index]
            out.mux(packet)


class _Screen:
    """Frames turned upright, of even sides, in plain colours."""

    def __init__(self, frame: Any, time_base: Fraction) -> None:
        turn = _TURNS.get(round(frame.rotation / 90) * 90 % 360, "")
        self.takes = (frame.width, frame.height, frame.format.name)
        self.graph = Graph()
        source = self.graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=time_base
        )
        wanted = [*turn.split(","), "scale=max(2\\,trunc(iw/2)*2):max(2\\,trunc(ih/2)*2)"]
        last = source
        for step in [w for w in wanted if w]:
            name, _, options = step.partition("=")
            node = self.graph.add(name, options or None)
            last.link_to(node)
            last = node
        tail = self.graph.add("format", "yuv420p")
        last.link_to(tail)
        sink = self.graph.add("buffersink")
        tail.link_to(sink)
        self.graph.configure()

    def shown(self, frame: Any) -> Any:
        self.graph.push(frame)
        return self.graph.pull()


class _Film:
    """An MP4 in the making. Nothing is written before its streams are known, so sound waits for the first picture."""

    def __init__(self, out: OutputContainer, video: Any, audio: Any) -> None:
        self.out, self.video, self.audio = out, video, audio
        self.rate = video.average_rate or video.guessed_rate or Fraction(25)
        self.screen: _Screen | None = None
        self.made: Any = None
        self.voice: Any = None
        self.waiting: list[Any] = []

    def picture(self, frame: Any) -> None:
        screen = self.screen
        if screen is None or (frame.width, frame.height, frame.format.name) != screen.takes:
            screen = self.screen = _Screen(frame, frame.time_base or self.video.time_base)
        shown = screen.shown(frame)
        if self.made is None:
            self.made = _encoder(self.out, shown, self.rate)
            if self.audio is not None:
                self.voice = _voice(self.out, self.audio, "aac", 128_000)
            for waiting in self.waiting:
                _say(self.out, self.voice, waiting)
            self.waiting.clear()
        if (shown.width, shown.height) == (self.made.width, self.made.height):
            shown.pict_type = 0
            self.out.mux(self.made.encode(shown))

    def sound(self, frame: Any) -> None:
        if self.voice is not None:
            _say(self.out, self.voice, frame)
            return
        self.waiting.append(frame)
        if len(self.waiting) > _MAX_WAITING:
            raise Bad("broken", "the pictures come too late")

    def end(self) -> None:
        for stream in (self.made, self.voice):
            if stream is not None:
                self.out.mux(stream.encode(None))


def _film(container: InputContainer, out: OutputContainer, video: Any, audio: Any) -> None:
    film = _Film(out, video, audio)
    for packet in container.demux([s for s in (video, audio) if s is not None]):
        for frame in packet.decode():
            if packet.stream is audio:
                film.sound(frame)
            else:
                film.picture(frame)
    if film.made is None:
        raise Bad("broken", "no picture in it")
    film.end()


def _encoder(out: OutputContainer, frame: Any, rate: Fraction) -> Any:
    made: Any = out.add_stream("libx264", rate=rate, options={"crf": "23", "preset": "veryfast"})
    made.width, made.height, made.pix_fmt = frame.width, frame.height, "yuv420p"
    made.codec_context.time_base = _CLOCK
    made.codec_context.thread_count = 2
    return made


def _voice(out: OutputContainer, audio: Any, codec: str, bit_rate: int) -> Any:
    context = audio.codec_context
    rate = context.sample_rate if context.sample_rate in _SAMPLES else 44_100
    made: Any = out.add_stream(codec, rate=rate)
    made.codec_context.layout = "mono" if context.channels == 1 else "stereo"
    made.codec_context.time_base = Fraction(1, rate)  # the muxer opens it before the first sample is encoded
    made.bit_rate = bit_rate
    return made


def _say(out: OutputContainer, voice: Any, frame: Any) -> None:
    frame.pts = None if frame.pts is not None and frame.pts < 0 else frame.pts
    out.mux(voice.encode(frame))


def sound(container: InputContainer, audio: Any, mime: str, place: str) -> tuple[str, str]:
    """Write an MP3, or an MP4 where AAC can be kept, to *place*; returns (kind, type)."""
    codec = audio.codec_context.name
    if codec in ("mp3", "mp3float") and mime == "audio/mpeg":
        with av.open(place, "w", format="mp3", options={"id3v2_version": "0"}) as out:
            _copy(container, out, [audio])
        return "audio", "audio/mpeg"
    if codec == "aac" and (mime in _CONTAINERS or mime == "audio/aac"):
        with av.open(place, "w", format="mp4", options=_MP4) as out:
            _copy(container, out, [audio])
        return "audio", "audio/mp4"
    with av.open(place, "w", format="mp3", options={"id3v2_version": "0"}) as out:
        voice = _voice(out, audio, "libmp3lame", 160_000)
        for frame in container.decode(audio):
            _say(out, voice, frame)
        out.mux(voice.encode(None))
    return "audio", "audio/mpeg"
