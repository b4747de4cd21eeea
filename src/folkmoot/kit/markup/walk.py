"""Walks over HTML that `sanitise` returned: its tags are canonical, so splitting at them is parsing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .sanitise import escape_text, unescape

TAG: Final = re.compile(r"<([^>]*)>")
_HREF: Final = re.compile(r'<a [^>]*?href="(https?://[^"]*)"[^>]*>')
_CLOSED_AREAS: Final = ("a", "code", "pre")


def map_text(html: str, change: Callable[[str], str]) -> str:
    """Replace each text node outside links and code by `change(text)`, which takes text and returns HTML.

    Only nodes that could hold an address, a mention or a tag are handed over.
    """
    if "@" not in html and "#" not in html and "＃" not in html and "://" not in html:
        return html
    out: list[str] = []
    shut = 0
    for index, part in enumerate(TAG.split(html)):
        if index % 2:
            name = part.partition(" ")[0]
            if name.lstrip("/") in _CLOSED_AREAS:
                shut += -1 if name[0] == "/" else 1
            out.append(f"<{part}>")
        elif shut or not ("@" in part or "#" in part or "＃" in part or "://" in part):
            out.append(part)
        else:
            out.append(change(unescape(part)))
    return "".join(out)


def links(html: str) -> list[str]:
    """The http and https addresses of the links in the HTML, in order, mentions and tags left out."""
    found = []
    for match in _HREF.finditer(html):
        if 'class="' not in match[0] or "mention" not in match[0]:
            found.append(unescape(match[1]))
    return found


def as_html(text: str) -> str:
    """Plain text as paragraphs: blank lines part them, single line ends become `<br />`."""
    return paragraphs(escape_text(text))


def paragraphs(html: str) -> str:
    """Escaped or linked text (no block in it) as `<p>` blocks with `<br />` for single line ends."""
    html = html.strip("\n")
    if not html.strip():
        return ""
    if "\n" not in html:
        return f"<p>{html}</p>"
    blocks = _BLANK.split(html)
    return "".join(["<p>" + block.replace("\n", "<br />") + "</p>" for block in blocks])


_BLANK: Final = re.compile(r"\n(?:[ \t]*+\n)+")
