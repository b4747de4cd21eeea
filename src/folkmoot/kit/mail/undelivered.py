"""A report to an author that a mail was not delivered, in the form of RFC 3464."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from folkmoot.kit.mail.build import Value, build

BOUNDARY = "=_report"
MAX_HEADERS = 8_000


class Undelivered(msgspec.Struct, frozen=True):
    """Who reports, whom the mail was for, the enhanced code of why not, and the mail that it was."""

    reporter: str
    receiver: str
    status: str
    original: bytes = b""


def report(headers: Sequence[tuple[str, Value]], text: str, what: Undelivered) -> bytes:
    """The whole report: the text for people, the facts for programs, and the headers of the mail."""
    head, _, body = build(headers, text).partition(b"Content-Type:")
    facts = (
        f"Reporting-MTA: dns; {_plain(what.reporter)}\r\n\r\nFinal-Recipient: rfc822; {_plain(what.receiver)}\r\n"
        f"Action: failed\r\nStatus: {_plain(what.status)}\r\n"
    ).encode("ascii")
    parts = [b"Content-Type:" + body, b"Content-Type: message/delivery-status\r\n\r\n" + facts]
    original = _headers_of(what.original)
    if original:
        parts.append(b"Content-Type: text/rfc822-headers\r\n\r\n" + original)
    mark = BOUNDARY.encode("ascii")
    top = f'Content-Type: multipart/report; report-type=delivery-status; boundary="{BOUNDARY}"\r\n\r\n'
    joined = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    return head + top.encode("ascii") + joined + b"--" + mark + b"--\r\n"


def _plain(text: str) -> str:
    return re.sub(r"[^!-~]", "", text).encode("ascii", "replace").decode()[:300]


def _headers_of(original: bytes) -> bytes:
    """The headers of a mail, 7-bit and bounded, without what could end the part."""
    head = re.split(rb"\r?\n\r?\n", original[:200_000], maxsplit=1)[0][:MAX_HEADERS]
    lines = [re.sub(rb"[^\t -~]", b"?", line)[:900] for line in head.splitlines()]
    return b"".join(line + b"\r\n" for line in lines if not line.startswith(b"--"))
