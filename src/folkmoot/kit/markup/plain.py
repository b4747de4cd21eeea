"""HTML as readable plain text, for search, mail and clients that show no markup."""

from __future__ import annotations

import re
from typing import Final

from .sanitise import clean_html, clean_text, unescape
from .walk import TAG

MAX_PLAIN: Final = 500_000
_HREF: Final = re.compile(r'href="([^"]*)"')
_BLOCKS: Final = frozenset(
    (
        "p",
        "div",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "details",
        "summary",
    )
)
_SPACES: Final = re.compile(r"[ \t\n]+")
_MANY_LINES: Final = re.compile(r"\n{3,}")


def html_to_text(html: str) -> str:
    """Any HTML as plain text of at most `MAX_PLAIN` characters.

    Paragraphs are parted by blank lines, quotes marked with `> `, list items with `* ` or their number; a
    link whose text does not say its address is followed by it in angle brackets.
    """
    return clean_to_text(clean_html(html))


def clean_to_text(html: str, *, labels: bool = True) -> str:
    """`html_to_text` for HTML that `sanitise` or `domain.text` wrote; without *labels* a link is its address alone."""
    if "<" not in html:
        return clean_text(unescape(html))[:MAX_PLAIN].strip()
    reader = _Reader(labels)
    for index, part in enumerate(TAG.split(html)):
        if index % 2 == 0:
            if part:
                reader.text(unescape(part))
        elif part[0] == "/":
            reader.end(part[1:])
        else:
            reader.start(part.partition(" ")[0], part)
    return clean_text(reader.finish())[:MAX_PLAIN]


class _Reader:
    """Collects lines; `quotes` is how deep the current line is quoted."""

    def __init__(self, labels: bool) -> None:
        self.labels = labels
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.pre = 0
        self.lists: list[int] = []
        self.links: list[tuple[str, int]] = []

    def text(self, text: str) -> None:
        if self.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self.newline()
                self.line.append(line)
            return
        if "\n" in text or "\t" in text or "  " in text:
            text = _SPACES.sub(" ", text)
        if not self.line:
            text = text.lstrip(" ")
        if text:
            self.line.append(text)

    def newline(self) -> None:
        line = "".join(self.line)
        self.lines.append("> " * self.quotes + line.rstrip())
        self.line.clear()

    def block(self) -> None:
        """End the line, if one was begun, and leave a blank one after it."""
        if self.line:
            self.newline()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quotes).rstrip())

    def start(self, name: str, tag: str) -> None:
        if name in _BLOCKS:
            if self.lists and name in ("ul", "ol", "p", "div"):
                if self.line and self.line[-1][-2:] not in ("* ", ". "):
                    self.newline()
            else:
                self.block()
        if name == "br":
            self.newline()
        elif name == "a":
            href = _HREF.search(tag)
            known = href is None or 'class="' in tag
            self.links.append(("" if known or href is None else unescape(href[1]), len(self.line)))
        elif name == "blockquote":
            self.quotes += 1
        elif name == "pre":
            self.pre += 1
        elif name in ("ul", "ol"):
            self.lists.append(0 if name == "ol" else -1)
        elif name in ("li", "tr"):
            self._item(name)
        elif name in ("td", "th") and self.line:
            self.line.append(" | ")
        elif name == "hr":
            self.block()
            self.lines.append("> " * self.quotes + "---")

    def _item(self, name: str) -> None:
        if self.line:
            self.newline()
        if name == "tr":
            return
        number = self.lists[-1] if self.lists else -1
        if number >= 0:
            self.lists[-1] = number + 1
        mark = f"{number + 1}. " if number >= 0 else "* "
        self.line.append("  " * min(max(len(self.lists) - 1, 0), 10) + mark)

    def end(self, name: str) -> None:
        if name == "a" and self.links:
            href, begin = self.links.pop()
            if href and not self.labels:
                self.line[begin:] = [href.removeprefix("mailto:")]
            elif href and href.removeprefix("mailto:") not in "".join(self.line[begin:]):
                self.line.append(f" <{href}>")
        elif name == "pre":
            self.block()
            self.pre = max(0, self.pre - 1)
        elif name == "blockquote":
            if self.line:
                self.newline()
            while self.lines and self.lines[-1].strip() in (
                ">",
                "> " * self.quotes,
                ">" + " >" * (self.quotes - 1),
            ):
                self.lines.pop()
            self.quotes = max(0, self.quotes - 1)
            self.lines.append(("> " * self.quotes).rstrip())
        elif name in ("ul", "ol"):
            if self.lists:
                self.lists.pop()
            if not self.lists:
                self.block()
        elif name in _BLOCKS and not self.lists:
            self.block()
        elif name in ("li", "tr") and self.line:
            self.newline()

    def finish(self) -> str:
        if self.line:
            self.newline()
        return _MANY_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")
