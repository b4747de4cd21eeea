"""Markdown (CommonMark with tables and strikethrough) as safe HTML; HTML in the source stays text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from .sanitise import clean_html, clean_text
from .walk import as_html

MAX_SIZE: Final = 40_000
"""Characters that are read as Markdown; a longer text is shown as plain text, since some inputs cost n²."""

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@cache
def _parser() -> MarkdownIt:
    """Made at the first Markdown text: the library is large and the server starts without it."""
    from markdown_it import MarkdownIt

    options = {"html": False, "breaks": True, "linkify": False, "maxNesting": 20}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


def to_html(source: str) -> str:
    """The HTML of a Markdown text, cleaned; pictures are links, single line ends are `<br />`."""
    source = clean_text(source)
    if len(source) > MAX_SIZE:
        return as_html(source)
    return clean_html(_parser().render(source).replace(">\n", ">").rstrip("\n"))
