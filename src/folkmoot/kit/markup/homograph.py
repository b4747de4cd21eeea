"""Names that pretend to be others: mixed scripts, look-alikes, invisible characters (UTS 39)."""

from __future__ import annotations

import unicodedata
from typing import Final

import regex

_SCRIPTS: Final = {
    name: regex.compile(rf"\p{{Script={name}}}")
    for name in (
        *(
            "Latin",
            "Cyrillic",
            "Greek",
            "Armenian",
            "Hebrew",
            "Arabic",
            "Devanagari",
            "Bengali",
            "Thai",
            "Georgian",
        ),
        *(
            "Cherokee",
            "Coptic",
            "Ethiopic",
            "Tamil",
            "Telugu",
            "Kannada",
            "Malayalam",
            "Gujarati",
            "Gurmukhi",
        ),
        *(
            "Khmer",
            "Lao",
            "Myanmar",
            "Mongolian",
            "Sinhala",
            "Tibetan",
            "Canadian_Aboriginal",
            "Lisu",
            "Deseret",
        ),
        *("Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"),
    )
}
# UTS 39, 5.2 "highly restrictive": these live together in ordinary East Asian writing, beside Latin.
_FAMILIES: Final = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Hangul"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
)
_INVISIBLE: Final = regex.compile(
    r"(?!\u200d(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]\u200d)(?=\p{Extended_Pictographic}))"
    r"(?![\u200c\u200d](?<=[\p{Arabic}\p{Indic_Syllabic_Category=Virama}][\u200c\u200d])(?=\p{L}))"
    r"[\p{Cf}\p{Cc}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\uffa0\U000e0000-\U000e0fff]+"
)
# Letters that most fonts draw like a Latin one; the letters of UTS 39's table that turn up in fake names.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝӏкмтвнгпαορνικτυωϲϳ01ɑıɡ", "aeopcyxijshdqwlkmtbhrnaopviktuwcjolaig"
)


def scripts(name: str) -> frozenset[str]:
    """The scripts of the letters in the name; digits, signs and marks have none."""
    if name.isascii():
        return frozenset({"Latin"}) if any(map(str.isalpha, name)) else frozenset()
    return frozenset(script for script, pattern in _SCRIPTS.items() if pattern.search(name))


def is_mixed_script(name: str) -> bool:
    """Whether the name has letters of scripts not written together: `аdmin` with a Cyrillic а."""
    used = scripts(unicodedata.normalize("NFKC", name[:1000]))
    return len(used) > 1 and not any(used <= family for family in _FAMILIES)


def skeleton(name: str) -> str:
    """A form in which names that look alike are equal; to compare with, never to show."""
    plain = unicodedata.normalize("NFKC", strip_invisible(name[:1000])).casefold()
    return plain.translate(_LOOKALIKES)


def strip_invisible(text: str) -> str:
    """The text without characters that show nothing or turn the direction of reading.

    Joiners stay where they shape what is seen: within emoji, and between Arabic or Indic letters.
    """
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)
