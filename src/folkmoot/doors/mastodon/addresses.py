"""Addresses of this server's own accounts and posts, as people paste them."""

from __future__ import annotations

import re

_OURS = re.compile(r"/(?:@|users/)([A-Za-z0-9_.-]+)(?:/(?:statuses/)?(\d{1,18}))?/?")


def of_ours(base: str, address: str) -> tuple[str, int | None] | None:
    """(name of the account, id of the post if it names one) of an address below *base*; None for all others."""
    if not address.startswith(base + "/"):
        return None
    match = _OURS.fullmatch(address[len(base) :].partition("?")[0].partition("#")[0])
    return None if match is None else (match[1], int(match[2]) if match[2] else None)


def post_of(base: str, address: str) -> int | None:
    """The id of the post that an address of ours names."""
    found = of_ours(base, address)
    return None if found is None else found[1]
