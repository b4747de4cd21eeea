"""The plain text of a mail as HTML: quotes by level, the signature apart, line ends kept (RFC 3676, 4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Final, NamedTuple

from folkmoot.kit.mail.quote import QUOTE, split_reply
from folkmoot.kit.mail.quotemarks import FROM

from .walk import paragraphs

MAX_LEVEL: Final = 10
_MAX_UNMARKED: Final = 100_000
_HANGS: Final = re.compile(
    r"\n[ \t*_]*(?:-{3,}[ \t]*[^\W\d_][^\n-]{4,60}-{2,}"
    rf"|(?:{FROM})[ \t*_]*[:：][^\n]{{2,300}}\n[ \t*_]*[^\W\d_][^\n:：]{{1,14}}[:：])",
    re.IGNORECASE,
)
"""A line that says "original message", or the headers of one: texts without either are not taken apart, which takes
longer than all the rest."""
_MAX_BLOCKS: Final = 4_000  # changes of quoting level; a text with more is shown unfolded


class Block(NamedTuple):
    """Lines of one quoting level; `signature` marks what follows the line `-- `."""

    level: int
    text: str
    signature: bool = False


def _level(line: str) -> tuple[int, str]:
    """How often the line is quoted, and the line without the marks."""
    level, position = 0, 0
    while line.startswith(">", position):
        level += 1
        position += 1
        if line.startswith(" >", position):
            position += 1
    if line.startswith(" ", position) and level:
        position += 1
    return min(level, MAX_LEVEL), line[position:]


def blocks(text: str) -> list[Block]:
    """The mail text as runs of lines of the same quoting level, in order."""
    body, signature = _split_signature(text)
    if not body.startswith(">") and "\n>" not in body:
        found = _unmarked(body)
    else:
        levels = [_level(line) if line.startswith(">") else (0, line) for line in body.split("\n")]
        found = [
            Block(level, "\n".join([line for _, line in lines]))
            for level, lines in groupby(levels, lambda pair: pair[0])
        ]
        if len(found) > _MAX_BLOCKS:
            found = [Block(0, body)]
    if signature.strip():
        found.append(Block(0, signature, signature=True))
    return found


def _unmarked(body: str) -> list[Block]:
    """A text without marks of quoting: what a program hung below the answer ("Original message") is quoted, too."""
    parts = split_reply(body).parts if len(body) <= _MAX_UNMARKED and _HANGS.search(body) else []
    at = next((number for number, (kind, _) in enumerate(parts) if kind == QUOTE), 0)
    said, hung = "".join(text for _, text in parts[:at]), parts[at:]
    if not said.strip() or any(kind != QUOTE and text.strip() for kind, text in hung):
        return [Block(0, body)]
    return [Block(0, said), Block(1, "".join(text for _, text in hung))]


def _split_signature(text: str) -> tuple[str, str]:
    cut = text.rfind("\n-- \n")
    if cut >= 0 and "\n>" in text[cut + 4 :]:
        return text, ""  # signed above what is quoted: the rest is the quote, not the signature
    if cut >= 0:
        return text[:cut], text[cut + 5 :]
    return ("", text[4:]) if text.startswith("-- \n") else (text, "")


def to_html(text: str, link: Callable[[str, bool], str]) -> str:
    """The mail text as HTML.

    `link(text, own)` turns text into inline HTML; `own` is False in quotes and in the signature.
    """
    out: list[str] = []
    depth = 0
    for block in blocks(text):
        if block.level == 0 and not block.text.strip():
            continue
        change = block.level - depth
        out.append("<blockquote>" * change if change > 0 else "</blockquote>" * -change)
        depth = block.level
        html = link(block.text, block.level == 0 and not block.signature)
        if block.signature:
            lines = html.strip("\n").replace("\n", "<br />")
            out.append(f'<p class="signature">-- <br />{lines}</p>')
        else:
            out.append(paragraphs(html))
    out.append("</blockquote>" * depth)
    return "".join(out)
