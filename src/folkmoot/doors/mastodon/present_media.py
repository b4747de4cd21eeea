"""Sizes, durations and the point to keep in view of a file, as this API says them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from msgspec import UNSET, UnsetType

from folkmoot.domain.media.media import MediaView
from folkmoot.wire.mastodon.media import MediaFocus, MediaMeta, MediaSize


def meta(media: MediaView) -> MediaMeta:
    """What is known of a file beside its type."""
    facts = media.facts
    return MediaMeta(
        focus=_focus(media.focus) if media.focus else UNSET,
        original=_original(media, facts),
        small=size(media.preview_width, media.preview_height),
        **(_length(facts) if facts else {}),
        **(_shape(media.width, media.height) if facts and media.width else {}),
    )


def _focus(text: str) -> MediaFocus:
    x, _, y = text.partition(",")
    return MediaFocus(x=float(x), y=float(y))


def size(width: int, height: int) -> MediaSize | UnsetType:
    """Width, height and what follows of them; UNSET where they are not known."""
    if not width or not height:
        return UNSET
    return MediaSize(**_shape(width, height))


def _shape(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}


def _original(media: MediaView, facts: dict[str, Any]) -> MediaSize | UnsetType:
    if not facts:
        return size(media.width, media.height)
    lasting: dict[str, Any] = {"duration": float(facts["duration"]), "bitrate": int(facts["bitrate"])}
    if not media.width:
        return MediaSize(**lasting)
    return MediaSize(**_shape(media.width, media.height), frame_rate=facts["frame_rate"], **lasting)


def _length(facts: dict[str, Any]) -> dict[str, Any]:
    """The keys that stand beside the sizes: length as 0:00:05.03, frames a second, and what the sound is."""
    hundredths = round(float(facts["duration"]) * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    found: dict[str, Any] = {
        "length": f"{hours}:{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}",
        "duration": float(facts["duration"]),
    }
    if "frame_rate" in facts:
        found["fps"] = round(float(Fraction(facts["frame_rate"])))
    for name in ("audio_encode", "audio_bitrate", "audio_channels"):
        if name in facts:
            found[name] = facts[name]
    return found
