"""Large untrusted HTML written anew as plain tags before the real parser sees it, so that no input is a bomb.

An HTML5 parser re-opens formatting elements in every block and compares attributes pairwise: a crafted
megabyte costs it seconds and gigabytes. What this module returns has few attributes, bounded nesting and few
open formatting elements. It need not be right about broken markup: the parser after it decides what is safe.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set
from typing import Final

_MAX_TAGS: Final = 20_000
_MAX_OPEN: Final = 80
_MAX_FORMATS: Final = 8
_FORMATS: Final = frozenset({"b", "strong", "i", "em", "u", "s", "del", "code", "span", "a"})
_SINGLE: Final = frozenset({"br", "hr", "img"})
_TOKEN: Final = re.compile(
    r"<(?:(?P<comment>!--|[!?])"
    r"|/(?P<end>[a-zA-Z][a-zA-Z0-9:-]{0,30}+)[^>]*+>?"
    r"|(?P<name>[a-zA-Z][a-zA-Z0-9:-]{0,30}+)"
    r"(?P<attrs>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|[=\"'])*+)>?)"
)
_ATTR: Final = re.compile(r"""([a-zA-Z]{2,10})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_KEPT: Final = frozenset(
    {"href", "src", "alt", "width", "height", "style", "class", "colspan", "rowspan", "start"}
)
_MAX_VALUE: Final = 4_000


class _Writer:
    """What was written so far, which elements are open, and the bounds on both."""

    def __init__(self, tags: Set[str]) -> None:
        self.tags = tags
        self.out: list[str] = []
        self.open: Counter[str] = Counter()
        self.depth = 0
        self.formats: list[str] = []
        self.count = 0

    def text(self, text: str) -> None:
        self.out.append(text.replace("<", "&lt;").replace(">", "&gt;"))

    def start(self, name: str, attrs: str) -> None:
        self.count += 1
        if name not in self.tags or self.count > _MAX_TAGS:
            return
        if name in _SINGLE:
            self.out.append(f"<{name}{_attributes(attrs)}>")
            return
        if self.depth >= _MAX_OPEN:
            return
        if name in _FORMATS:
            if len(self.formats) >= _MAX_FORMATS:
                return
            self.formats.append(name)
        self.open[name] += 1
        self.depth += 1
        self.out.append(
            f"<{name}{_attributes(attrs) if name not in _FORMATS or name in ('a', 'span') else ''}>"
        )

    def end(self, name: str) -> None:
        if self.open[name] <= 0:
            return
        self.open[name] -= 1
        self.depth -= 1
        if name in _FORMATS:
            self.formats.remove(name)
        self.out.append(f"</{name}>")


def _attributes(source: str) -> str:
    if "=" not in source:
        return ""
    kept: dict[str, str] = {}
    for match in _ATTR.finditer(source[:20_000]):
        name = match[1].lower()
        if name in _KEPT and name not in kept:
            value = match[2] or match[3] or match[4] or ""
            if len(value) <= _MAX_VALUE:
                kept[name] = value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f' {name}="{value}"' for name, value in kept.items())


def _after_comment(html: str, start: int) -> int:
    """Where the text goes on after the comment, declaration or instruction that begins at `start`."""
    if html.startswith("<!--", start):
        if html.startswith(("<!-->", "<!--->"), start):
            return html.index(">", start) + 1
        close = html.find("-->", start + 4)
        return close + 3 if close >= 0 else len(html)
    close = html.find(">", start)
    return close + 1 if close >= 0 else len(html)


def _after_element(html: str, name: str, start: int) -> int:
    """Where the text goes on after the element whose content starts at `start`; the end if never closed."""
    match = re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(html, start)
    return match.end() if match else len(html)


def tidy(html: str, tags: Set[str], dropped: Set[str]) -> str:
    """The same HTML with only `tags` in it, bounded; elements in `dropped` go with all that is in them."""
    writer = _Writer(tags)
    position, size = 0, len(html)
    while position < size:
        match = _TOKEN.search(html, position)
        if match is None:
            break
        writer.text(html[position : match.start()])
        position = match.end()
        if match["comment"]:
            position = _after_comment(html, match.start())
        elif match["end"]:
            writer.end(match["end"].lower())
        elif (name := match["name"].lower()) in dropped:
            if not match["attrs"].endswith("/"):
                position = _after_element(html, name, position)
        else:
            writer.start(name, match["attrs"])
    writer.text(html[position:])
    return "".join(writer.out)
