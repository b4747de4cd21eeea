"""An HTML reply taken apart into what its writer says and what their mail program hung below it."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from folkmoot.kit.mail.quote import QUOTE, split_reply

MAX_SPLIT: Final = 200_000
"""Characters of HTML that are taken apart; a longer text stays whole."""
TAG: Final = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^"'<>]|"[^"]*"|'[^']*')*)>""")
_VOID = frozenset({"br", "hr", "img", "wbr"})
_BLOCKS = frozenset({
    "address", "blockquote", "br", "center", "dd", "details", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "summary", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_HINT = re.compile(r"<blockquote|<hr|[:：]\s*</(?:b|strong|span|font)>|-{4}|_{8}")
"""A cheap sign of something hung below: texts without it are not taken apart."""


def split(html: str) -> tuple[str, str]:
    """(what is said, what hangs below it) of clean HTML; the second is empty where nothing hangs there.

    Both are whole HTML: elements that reach over the cut are closed before and opened again behind it. Answers between
    quotes stay with the quotes they answer, by the rules of `kit.mail.quote`. Tags that don't match leave all as it is.
    """
    if len(html) > MAX_SPLIT or not _HINT.search(html):
        return html, ""
    lines = _lines(html)
    cut = lines[_first_hung(lines)][1] if lines else 0
    around = _open_at(html, cut) if cut else None
    if around is None:
        return html, ""
    closing = "".join(f"</{name}>" for name, _ in reversed(around))
    return html[:cut] + closing, "".join(tag for _, tag in around) + html[cut:]


def _lines(html: str) -> list[tuple[str, int]]:
    """The lines as one sees them, quoted ones with their marks, each with where it begins: before the tags that open
    it."""
    lines: list[tuple[str, int]] = []
    depth = last = 0
    begins = -1  # where the tags began that open what comes next; -1: none yet
    fresh = True
    for tag in [*TAG.finditer(html), None]:
        end = tag.start() if tag else len(html)
        text = " ".join(unescape(html[last:end]).split())
        if text:
            if fresh:
                lines.append(("> " * depth + text, begins if begins >= 0 else last))
            else:
                lines[-1] = (f"{lines[-1][0]} {text}", lines[-1][1])
            fresh, begins = False, -1
        if tag is None:
            break
        last, name, closes = tag.end(), tag[2].lower(), tag[1] == "/"
        fresh = fresh or name in _BLOCKS
        if name == "blockquote":
            depth += -1 if closes else 1
        if closes or name == "br":
            begins = -1
        elif begins < 0:
            begins = tag.start()
    return lines


def _first_hung(lines: list[tuple[str, int]]) -> int:
    """The number of the first line of what is quoted at the end; 0 where nothing is said above, or nothing quoted."""
    parts = split_reply("\n".join(text for text, _ in lines)).parts
    if parts[-1][0] != QUOTE or not any(kind != QUOTE for kind, _ in parts):
        return 0
    return sum(text.count("\n") for _, text in parts[:-1])


def _open_at(html: str, cut: int) -> list[tuple[str, str]] | None:
    """The elements that are open at *cut*, outermost first, each by name and tag; None where the tags don't match."""
    stack: list[tuple[str, str]] = []
    found: list[tuple[str, str]] | None = None
    for tag in TAG.finditer(html):
        if found is None and tag.start() >= cut:
            found = list(stack)
        name = tag[2].lower()
        if name in _VOID:
            continue
        if not tag[1]:
            stack.append((name, tag[0]))
        elif not stack or stack.pop()[0] != name:
            return None
    return (found if found is not None else []) if not stack else None
