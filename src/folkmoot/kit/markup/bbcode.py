"""BBCode (Friendica's dialect) as a small tree and as safe HTML; broken or foreign tags stay text."""

from __future__ import annotations

import re
from typing import Final

from .bbtree import RAW, SELF_CLOSING, TAGS, Node
from .bbwriter import write
from .sanitise import clean_html, clean_text

MAX_SIZE: Final = 200_000
"""Characters that are read; the rest is cut."""
MAX_DEPTH: Final = 50
"""Tags within tags that are understood; deeper ones stay text."""
_MAX_NODES: Final = 20_000

_TOKEN: Final = re.compile(
    r"\[(?P<close>/?+)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,11}+|\*)(?P<rest>[=\s][^\[\]]{0,2100}+)?\]"
)
_ATTR: Final = re.compile(r"""([a-z]{2,12})=(?:'([^']{0,2048})'|"([^"]{0,2048})")""")


class _Parser:
    """Builds the tree: a stack of open nodes, closed from inside out when an outer one ends."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lower = source.lower() if source.isascii() else ""
        self.root = Node("")
        self.stack = [self.root]
        self.nodes = 0
        self.unclosed: set[str] = set()  # raw tags whose end was looked for in vain: not looked for again

    def parse(self) -> Node:
        position = 0
        while (match := _TOKEN.search(self.source, position)) is not None:
            self._text(self.source[position : match.start()])
            position = self._tag(match)
        self._text(self.source[position:])
        return self.root

    def _text(self, text: str) -> None:
        if text:
            children = self.stack[-1].children
            if children and isinstance(children[-1], str):
                children[-1] += text
            else:
                children.append(text)

    def _tag(self, match: re.Match[str]) -> int:
        """Take one tag into the tree; where reading goes on."""
        name = match["name"].lower()
        if name not in TAGS or self.nodes >= _MAX_NODES:
            self._text(match[0])
        elif match["close"]:
            self._close(name, match[0])
        elif name in RAW:
            return self._raw(name, match)
        else:
            self._open(name, match)
        return match.end()

    def _close(self, name: str, literal: str) -> None:
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].name == name:
                del self.stack[depth:]
                return
        self._text(literal)

    def _open(self, name: str, match: re.Match[str]) -> None:
        if name == "*":
            self._end_item()
        if len(self.stack) > MAX_DEPTH:
            self._text(match[0])
            return
        node = _node(name, match["rest"] or "")
        self.nodes += 1
        self.stack[-1].children.append(node)
        if name not in SELF_CLOSING:
            self.stack.append(node)

    def _end_item(self) -> None:
        """A `[*]` ends the item before it, up to the list that both are in."""
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].name == "*":
                del self.stack[depth:]
                return
            if self.stack[depth].name in ("list", "ul", "ol"):
                return

    def _raw(self, name: str, match: re.Match[str]) -> int:
        """Content up to the end tag as it stands; without an end tag the start is text."""
        end = f"[/{name}]"
        found = -1 if name in self.unclosed else (self.lower or self.source).find(end, match.end())
        if found < 0:
            self.unclosed.add(name)
            self._text(match[0])
            return match.end()
        inner = self.source[match.end() : found]
        if name in ("noparse", "nobb"):
            self._text(inner)
        else:
            self.nodes += 1
            self.stack[-1].children.append(Node(name, children=[inner]))
        return found + len(end)


def _node(name: str, rest: str) -> Node:
    if rest.startswith("="):
        return Node(name, arg=rest[1:].strip().strip("\"'"))
    return Node(name, attrs={key: one or two for key, one, two in _ATTR.findall(rest)})


def parse(source: str) -> Node:
    """The tree of a BBCode text. Unclosed tags end where their parent ends; unknown ones are text."""
    return _Parser(clean_text(source[:MAX_SIZE])).parse()


def shared(source: str) -> str:
    """The address of the post that a text passes on, being nothing but one `[share link='…']…[/share]`; else ""."""
    if source.lstrip()[:7].lower() != "[share ":
        return ""
    parts = [part for part in parse(source).children if not isinstance(part, str) or part.strip()]
    only = parts[0] if len(parts) == 1 else None
    return only.attrs.get("link", "") if isinstance(only, Node) and only.name == "share" else ""


def to_html(source: str) -> str:
    """The safe HTML of a BBCode text.

    A Friendica mention `@[url=PROFILE]nick[/url]` becomes `<a class="u-url mention">@<span>nick</span></a>`,
    a tag `#[url=…]word[/url]` the text `#word`.
    """
    return clean_html(write(parse(source)))
