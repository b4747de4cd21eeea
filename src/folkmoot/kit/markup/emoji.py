"""Tells whether a text is just one emoji as people see it (Unicode Technical Standard 51)."""

from __future__ import annotations

from typing import Final

import regex

LONGEST: Final = 64
"""Code points; the longest emoji in use, a flag made of tags, has fewer."""
_ELEMENT: Final = (
    r"(?:\p{RI}{2}"
    r"|[0-9#*]\uFE0F?\u20E3"
    r"|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic})(?:\uFE0F|\p{EMod})?(?:[\U000E0020-\U000E007E]+\U000E007F)?)"
)
_EMOJI: Final = regex.compile(rf"{_ELEMENT}(?:\u200D{_ELEMENT})*")


def is_emoji(text: str) -> bool:
    """Whether *text* is exactly one emoji, with its modifiers and joined parts."""
    return 0 < len(text) <= LONGEST and _EMOJI.fullmatch(text) is not None
