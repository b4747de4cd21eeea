"""The house's emoji drawn into cleaned HTML: pictures in place of :codes:, but not in code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from folkmoot.domain.media.emoji import Emoji
from folkmoot.kit.markup.walk import TAG

_CODE = re.compile(r"(?<![^\W_]):([A-Za-z0-9_]{2,128}):(?![^\W_])")
_CLOSED = ("code", "pre")


class Addresses(Protocol):
    """Where pictures of the house are."""

    def public(self, key: str) -> str: ...


def drawn(html: str, emojis: Sequence[Emoji], links: Addresses) -> str:
    """The HTML with pictures for those of the codes that are among *emojis*."""
    if not emojis:
        return html
    known = {e.code: e for e in emojis}

    def picture(match: re.Match[str]) -> str:
        found = known.get(match[1])
        if found is None:
            return match[0]
        name = f":{found.code}:"
        return f'<img class="emoji" src="{links.public(found.blob)}" alt="{name}" title="{name}">'

    out: list[str] = []
    shut = 0
    for index, part in enumerate(TAG.split(html)):
        if index % 2:
            name = part.partition(" ")[0]
            if name.lstrip("/") in _CLOSED:
                shut += -1 if name[0] == "/" else 1
            out.append(f"<{part}>")
        else:
            out.append(part if shut else _CODE.sub(picture, part))
    return "".join(out)
