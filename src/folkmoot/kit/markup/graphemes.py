"""Counts what a reader calls characters: grapheme clusters (Unicode Standard Annex 29)."""

from __future__ import annotations

from typing import Final

import regex

_CLUSTER: Final = regex.compile(r"\X")
# The engine looks back along runs of flags' letters and of joined marks, which costs n² on a long one.
_FLAG: Final = regex.compile(r"[\U0001F1E6-\U0001F1FF]{2}")
_MARKS: Final = regex.compile(r"([\p{M}\u200d]{32})[\p{M}\u200d]++")


def count(text: str) -> int:
    """How many grapheme clusters the text has; CR LF is one."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    text = _MARKS.sub(r"\1", _FLAG.sub("x", text))
    return sum(1 for _ in _CLUSTER.finditer(text))
