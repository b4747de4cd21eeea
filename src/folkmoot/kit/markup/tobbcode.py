"""HTML as BBCode, for clients whose posts are BBCode; text that looks like BBCode stays text."""

from __future__ import annotations

import re
from typing import Final

from .bbtree import TAGS
from .sanitise import clean_html, unescape
from .walk import TAG

_HREF: Final = re.compile(r'href="([^"]*)"')
_LITERAL: Final = re.compile(r"\[/?+([a-zA-Z][a-zA-Z0-9]{0,11}+|\*)(?:[=\s][^\[\]]{0,2100}+)?\]")
_SPACES: Final = re.compile(r"[ \t\n]+")
_LINES: Final = re.compile(r"\n{3,}")
_SIMPLE: Final = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "u": "u",
    "s": "s",
    "del": "s",
    "ul": "ul",
    "ol": "ol",
    "li": "li",
    "table": "table",
    "tr": "tr",
    "td": "td",
    "th": "th",
    "blockquote": "quote",
    "details": "spoiler",
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
}
_PARAGRAPHS: Final = frozenset({"p", "div"})
_BRACKETS: Final = re.compile(r"\[/?noparse\]|[\[\]\u200b]")
_MAX_TITLE: Final = 200
_ENDS_LINE: Final = frozenset(
    {"ul", "ol", "table", "tr", "blockquote", "details", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
)


def html_to_bbcode(html: str) -> str:
    """Any HTML, cleaned, as BBCode; mentions and tags as `@[url=…]nick[/url]`, `#[url=…]tag[/url]`."""
    writer = _Writer()
    for index, part in enumerate(TAG.split(clean_html(html))):
        if index % 2 == 0:
            writer.text(unescape(part))
        elif part[0] == "/":
            writer.end(part[1:])
        else:
            writer.start(part.partition(" ")[0], part)
    return _LINES.sub("\n\n", "".join(writer.out)).strip("\n")


class _Writer:
    """What was written, and the link and code that are open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.code = 0
        self.named = False  # in a mention or tag link, whose sign stands before the tag
        self.summary = 0  # where the title of a spoiler begins

    def text(self, text: str) -> None:
        if not text:
            return
        if self.named:
            text = text.lstrip("@#")
        if self.code:
            self.out.append(text.replace("[/code]", "[/\u200bcode]"))
            return
        text = _SPACES.sub(" ", text)
        if text == " " and (not self.out or self.out[-1].endswith("\n")):
            return
        if any(match[1].lower() in TAGS for match in _LITERAL.finditer(text)):
            text = "[noparse]" + text.replace("[/noparse", "[/\u200bnoparse") + "[/noparse]"
        self.out.append(text)

    def start(self, name: str, tag: str) -> None:
        if self.code:
            self.code += name in ("pre", "code")
        elif name == "br":
            self.out.append("\n")
        elif name == "hr":
            self.out.append("[hr]")
        elif name == "a":
            self._link(tag)
        elif name in ("pre", "code"):
            self.code = 1
            self.out.append("[code]")
        elif name == "summary":
            self.summary = len(self.out)
        elif name in _SIMPLE:
            self.out.append(f"[{_SIMPLE[name]}]")

    def _end_summary(self) -> None:
        """The title of a spoiler goes into its tag."""
        words = " ".join(_BRACKETS.sub(" ", "".join(self.out[self.summary :])).split())[:_MAX_TITLE]
        if self.summary and self.out[self.summary - 1] == "[spoiler]":
            opening = "[spoiler]" if words in ("", "Spoiler") else f"[spoiler={words}]"
            self.out[self.summary - 1 :] = [opening]

    def _link(self, tag: str) -> None:
        found = _HREF.search(tag)
        href = unescape(found[1]) if found else ""
        href = href.replace("[", "%5B").replace("]", "%5D")
        self.named = "mention" in tag
        self.out.append(f"{('#' if 'hashtag' in tag else '@') if self.named else ''}[url={href}]")

    def end(self, name: str) -> None:
        if self.code:
            self.code -= name in ("pre", "code")
            if not self.code:
                self.out.append("[/code]")
            return
        if name == "a":
            self.named = False
            if (opened := self.out[-1]).startswith(("[url=", "@[url=", "#[url=")):
                self.out.append(
                    opened.partition("=")[2].removesuffix("]")
                )  # without words a link shows its address
            self.out.append("[/url]")
        elif name == "summary":
            self._end_summary()
        elif name in _PARAGRAPHS:
            self.out.append("\n\n")
        elif name in _SIMPLE:
            while self.out and self.out[-1].isspace():
                self.out.pop()
            self.out.append(f"[/{_SIMPLE[name]}]")
        if name in _ENDS_LINE:
            self.out.append("\n")
