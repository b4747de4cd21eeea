"""HTML of posts as text for terminals, and text without anything that a terminal would obey."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = frozenset({"p", "div", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table"})
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: object) -> str:
    """The text without control characters, which could move the cursor or turn the line around."""
    return _CONTROLS.sub("", str(text).replace("\r\n", "\n"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "img":
            self.parts.append(facts.get("alt") or "")
        elif tag == "a":
            plain = {"mention", "hashtag"} & set((facts.get("class") or "").split())
            self.links.append(("" if plain else facts.get("href") or "", len(self.parts)))
        if tag == "blockquote":
            self.parts.append("> ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            address, start = self.links.pop()
            said = "".join(self.parts[start:])
            bare = re.sub(r"^(https?://)?(www\.)?", "", address).rstrip("/")
            if address and bare not in said.rstrip("/") and not said.startswith(("@", "#")):
                self.parts.append(f" <{address}>")
        elif tag in BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: object) -> str:
    """What *html* says, paragraphs with an empty line between; addresses of links behind their words."""
    reader = _Reader()
    reader.feed(str(html or ""))
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", clean("".join(reader.parts)))).strip()
