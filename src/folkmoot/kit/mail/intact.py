"""What of a signed or encrypted mail has to stay as it is: its body, octet by octet, and the headers that describe it.

A mail passed on with another text around it would be one whose signature is broken (RFC 1847, RFC 3156, RFC 8551).
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from folkmoot.kit.mail.headers import parse_value, scan_block

MAX_LINE: Final = 998
_KINDS: Final = frozenset(
    {"multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
)
_NAMES: Final = ("content-type", "content-transfer-encoding", "content-disposition", "content-description")
_PLAIN = re.compile(rb"[\t -~]{1,900}\Z")
_ODD = re.compile(rb"\0|\r(?!\n)|[^\r\n]{%d}" % (MAX_LINE + 1))


class Whole(msgspec.Struct, frozen=True):
    """The Content headers, in lower case, and the body with CRLF line ends."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


def whole_of(raw: bytes) -> Whole | None:
    """The part of a mail that nobody may touch; None where it is neither signed nor encrypted, or can't go over every
    relay as it is (octets beyond ASCII, lines beyond 998)."""
    block = scan_block(raw, 0, len(raw), {})
    if parse_value(block.get("content-type"))[0] not in _KINDS:
        return None
    body = re.sub(rb"\r?\n", b"\r\n", raw[block.body :])
    found = [(name, value) for name in _NAMES if (value := block.get(name)) is not None]
    odd = _ODD.search(body) or not body.isascii() or not all(_PLAIN.match(value) for _, value in found)
    if odd:
        return None
    return Whole(tuple((name, value.decode("ascii")) for name, value in found), body)
