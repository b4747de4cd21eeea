"""Why a file can't be taken, in one word."""

from __future__ import annotations


class Bad(ValueError):
    """The file is refused. *why* is a stable word: blank, too_large, unsupported, too_many_pixels, too_many_frames,
    frame_rate, broken, too_slow; or stopped, which says nothing about the file."""

    def __init__(self, why: str, text: str = "") -> None:
        super().__init__(text or why)
        self.why = why
        self.text = text
