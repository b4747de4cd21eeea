"""How long a status is by Mastodon's counting: letters as people see them, links 23, mentions without domains."""

from __future__ import annotations

import re
import unicodedata

URL_LENGTH = 23
_MENTION = re.compile(r"(^|[^/\w])@(\w+)@[a-z0-9.\-]+[a-z0-9]+", re.IGNORECASE | re.ASCII)
_LABEL = r"[^\W_](?:[\w\-]*[^\W_])?"
_URL = re.compile(
    rf"(?<![\w@$#\uff20\uff03])(https?://(?:{_LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9\-]+)(?::\d+)?(?![\w@:])"
    r"(?:/(?:[\w!*';:=+,.$%\[\]~|&@\-/()]*[\w=+$/%@&\-)~])?)?"
    r"(?:\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@]*[a-z0-9\-_&=#/])?)",
    re.IGNORECASE,
)
ZWJ = "\u200d"
VARIATIONS = range(0xFE00, 0xFE10)
TONES = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)
TAGS = range(0xE0020, 0xE0080)


def status_length(text: str, spoiler_text: str = "") -> int:
    """The length that the server's limit is held against."""
    text = _URL.sub("x" * URL_LENGTH, text)
    return graphemes(_MENTION.sub(r"\1@\2", text)) + graphemes(spoiler_text)


def graphemes(text: str) -> int:
    """How many letters a reader sees: grapheme clusters (Unicode annex 29), without the rarer scripts' rules."""
    count, before, flags, picture = 0, "", 0, False
    for letter in text:
        flags = flags + 1 if ord(letter) in FLAGS else 0
        if not before or not _joined(before, letter, flags, picture):
            count += 1
        # A picture stays one through what extends it, so that one joiner can tie the next picture to it.
        still = before != ZWJ and _extends(letter) and unicodedata.category(letter) != "Mc"
        picture = _picture(letter) or (picture and still)
        before = letter
    return count


def _joined(before: str, letter: str, flags: int, picture: bool) -> bool:
    """Is *letter* one with *before*? *flags* counts regional indicators (every second one ends a flag); *picture*:
    what came before is a picture."""
    if letter == "\n":
        return before == "\r"
    if before in "\r\n":
        return False
    if flags:
        return flags % 2 == 0
    if _extends(letter):
        return unicodedata.category(before) != "Cc"
    if before == ZWJ and _picture(letter):
        return picture
    return _hangul(before, letter)


def _picture(letter: str) -> bool:
    """Is it an emoji, or a symbol that may be one?"""
    code = ord(letter)
    return (
        (unicodedata.category(letter) == "So" or 0x1F000 <= code < 0x20000)
        and code not in FLAGS
        and code not in TONES
    )


def _extends(letter: str) -> bool:
    code = ord(letter)
    return (
        letter == ZWJ
        or code in VARIATIONS
        or code in TONES
        or code in TAGS
        or unicodedata.category(letter) in ("Mn", "Me", "Mc")
    )


def _hangul(before: str, letter: str) -> bool:
    """Jamo that make one syllable: lead, vowel, tail."""
    first, second = ord(before), ord(letter)
    if 0x1100 <= first <= 0x115F:
        return 0x1100 <= second <= 0x11A7 or 0xAC00 <= second <= 0xD7A3
    syllable = 0xAC00 <= first <= 0xD7A3
    open_syllable = syllable and (first - 0xAC00) % 28 == 0
    if open_syllable or 0x1160 <= first <= 0x11A7:
        return 0x1160 <= second <= 0x11FF
    return (syllable or 0x11A8 <= first <= 0x11FF) and 0x11A8 <= second <= 0x11FF
