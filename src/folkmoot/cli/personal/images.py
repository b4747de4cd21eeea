"""Pictures in terminals: iTerm2's way (WezTerm too), Kitty's for PNG, and elsewhere blurred, in coloured blocks."""

from __future__ import annotations

import base64
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

MOST = 4 * 1024 * 1024
"""Larger pictures, in bytes, are only linked."""


def way() -> str:
    """What the terminal understands: "iterm", "kitty" or nothing."""
    if not sys.stdout.isatty() or "TMUX" in os.environ:
        return ""
    if os.environ.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm"):
        return "iterm"
    if "KITTY_WINDOW_ID" in os.environ or "kitty" in os.environ.get("TERM", ""):
        return "kitty"
    return ""


def escape(data: bytes, how: str, rows: int = 12) -> str:
    """What to write so that the terminal draws *data*, *rows* lines high; nothing where it can't."""
    coded = base64.b64encode(data).decode()
    if how == "iterm":
        return f"\x1b]1337;File=inline=1;size={len(data)};height={rows};preserveAspectRatio=1:{coded}\a"
    if how != "kitty" or not data.startswith(b"\x89PNG"):
        return ""
    pieces = [coded[i : i + 4096] for i in range(0, len(coded), 4096)]
    drawn = []
    for n, piece in enumerate(pieces):
        facts = f"a=T,f=100,r={rows}," if n == 0 else ""
        drawn.append(f"\x1b_G{facts}m={int(n < len(pieces) - 1)};{piece}\x1b\\")
    return "".join(drawn)


def blocks(blurhash: str, columns: int = 24, rows: int = 8) -> Text:
    """The picture as its blurhash has it: each sign is two dots, one above the other. ValueError for no blurhash."""
    from rich.color import Color
    from rich.style import Style
    from rich.text import Text

    from folkmoot.client.mastodon.blurhash import decode

    dots = [
        [Color.from_rgb(*dot) for dot in row] for row in decode(blurhash, columns, 2 * rows, linear=False)
    ]
    drawn = Text()
    for above, below in zip(dots[::2], dots[1::2], strict=True):
        for top, bottom in zip(above, below, strict=True):
            drawn.append("▀", Style(color=top, bgcolor=bottom))
        drawn.append("\n")
    return drawn


def fetched(url: str) -> bytes:
    """The bytes of a small picture; none where it is too large or not to be had."""
    import requests

    try:
        with requests.get(url, timeout=10, stream=True) as answer:
            if not answer.ok or int(answer.headers.get("content-length") or 0) > MOST:
                return b""
            data = b""
            for piece in answer.iter_content(65_536):
                data += piece
                if len(data) > MOST:
                    return b""
            return data
    except requests.RequestException:
        return b""
