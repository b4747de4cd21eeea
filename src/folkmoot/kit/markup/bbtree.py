"""What a BBCode tree is made of: nodes, and the tags that are understood."""

from __future__ import annotations

from typing import Final


class Node:
    """One BBCode element: `arg` is what follows `=`, `attrs` named values, `children` nodes and text."""

    __slots__ = ("arg", "attrs", "children", "name")

    def __init__(
        self,
        name: str,
        arg: str = "",
        attrs: dict[str, str] | None = None,
        children: list[Node | str] | None = None,
    ) -> None:
        self.name = name
        self.arg = arg
        self.attrs = attrs or {}
        self.children: list[Node | str] = children or []

    def text(self) -> str:
        """All text inside, without tags."""
        return "".join([child if isinstance(child, str) else child.text() for child in self.children])


PLAIN_INLINE: Final = {
    "b": "strong",
    "i": "em",
    "u": "u",
    "s": "s",
    "em": "em",
    "strong": "strong",
    "del": "del",
}
"""Tags that are one HTML tag each."""
DROPPED: Final = frozenset({"o", "size", "color", "font", "style", "class"})
"""Tags whose content stays and whose look does not."""
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS: Final = frozenset({"list", "ul", "ol"})
MEDIA: Final = frozenset({"video", "audio", "youtube", "vimeo", "embed"})
RAW: Final = frozenset({"code", "noparse", "nobb", "pre"})
SELF_CLOSING: Final = frozenset({"hr"})
BLOCKS: Final = HEADINGS | LISTS | {"quote", "pre", "table", "hr", "center", "spoiler", "share"}
TAGS: Final = (
    frozenset(PLAIN_INLINE)
    | DROPPED
    | MEDIA
    | RAW
    | BLOCKS
    | {"url", "img", "li", "*", "bookmark", "mail", "tr", "th", "td"}
)
