"""Long quotes in a post are folded away behind a line that opens them, without JavaScript."""

from __future__ import annotations

from folkmoot.kit.markup import hung
from folkmoot.kit.markup.hung import TAG

LONG_LETTERS = 500
LONG_LINES = 8
_LINES = frozenset({"br", "p", "li", "pre", "div"})
# No quotation mark in it: even inside an attribute these words could open nothing.
_OPEN, _CLOSE = "<details><summary>Quoted text</summary>", "</details>"


def folded(html: str) -> str:
    """Clean HTML (text.render) whose outermost long quotes are each inside `details`, and so is a long mail that hangs
    below an answer; as it is if none is long.

    Long is beyond LONG_LETTERS characters or LONG_LINES lines. Tags that don't match leave all as it was.
    """
    if len(html) < LONG_LETTERS:
        return _quotes(html)
    said, below = hung.split(html)
    if not _is_long(below):
        return _quotes(html)
    return f"{_quotes(said)}{_OPEN}{below}{_CLOSE}"


def _is_long(html: str) -> bool:
    lines = sum(1 for tag in TAG.finditer(html) if not tag[1] and tag[2].lower() in _LINES)
    return len(html) > LONG_LETTERS or lines > LONG_LINES


def _quotes(html: str) -> str:
    if "<blockquote" not in html:
        return html
    marks: list[tuple[int, str]] = []
    depth = begun = letters = lines = last = 0
    for tag in TAG.finditer(html):
        closes, name = tag[1] == "/", tag[2].lower()
        if depth:
            between = html[last : tag.start()]
            letters += len(between)
            lines += between.count("\n") + (name in _LINES and not closes)
        last = tag.end()
        if name != "blockquote":
            continue
        if not closes and depth == 0:
            begun, letters, lines = tag.start(), 0, 0
        depth += -1 if closes else 1
        if depth < 0:
            return html
        if depth == 0 and (letters > LONG_LETTERS or lines > LONG_LINES):
            marks += [(begun, _OPEN), (tag.end(), _CLOSE)]
    return html if depth else _with(html, marks)


def _with(html: str, marks: list[tuple[int, str]]) -> str:
    pieces, last = [], 0
    for at, words in marks:
        pieces += [html[last:at], words]
        last = at
    return "".join([*pieces, html[last:]])
