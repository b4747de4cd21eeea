"""Mbox files read as a stream and written back byte for byte, with mboxrd quoting for messages that come
from elsewhere.

An item is `envelope + eol + raw + sep`; joined in order the items are the file. Content-Length headers are
not trusted.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from os import PathLike
from typing import BinaryIO

import msgspec

from folkmoot.kit.mail.dates import parse_date

MAX_MESSAGE = 64 * 1024 * 1024
"""Octets of one message that are held in memory; a bigger one becomes an item with a problem and no bytes."""
_CHUNK = 1024 * 1024
_MAX_ENVELOPE = 1_000

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = rb"\d{1,2}:\d{2}(?::\d{2})?"
_ZONE = rb"(?:[ \t]+(?:[+-]\d{4}|[A-Z]{1,5}|\([^()]{1,20}\)))?"
_DATE = (
    rb"(" + _DAY + rb"[a-z]{0,6},?[ \t]+(?:"
    + _MONTH + rb"[ \t]+\d{1,2},?[ \t]+" + _CLOCK + _ZONE + rb"[ \t]+\d{4}" + _ZONE + _ZONE
    + rb"|\d{1,2}[ \t-]" + _MONTH + rb"[ \t-]\d{4}[ \t]+" + _CLOCK + _ZONE + _ZONE
    + rb")|\d{4}-\d{2}-\d{2}[T ]" + _CLOCK + rb"(?:\.\d{1,6})?(?:Z|[ \t]?[+-]\d{2}:?\d{2})?)"
)  # fmt: skip
_ENVELOPE = re.compile(
    rb"From [ \t]*(?:\S[^\n]{0,400}?[ \t]+)?(?:" + _DATE + rb"|\?{3,})(?:[ \t]+remote from \S+)?[ \t]*\r?\Z"
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_NEEDS_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)


class MboxItem(msgspec.Struct):
    """One message of an mbox; `number` counts from 1, `offset` and `length` say where all of it lies in the
    file.

    `envelope` is the `From ` line without its line end `eol`, `raw` the message, `sep` the blank line
    behind it.
    `problem` is set for bytes before the first envelope and for a message over MAX_MESSAGE, whose `raw` is
    empty.
    """

    number: int
    envelope: bytes
    raw: bytes
    offset: int
    sep: bytes
    eol: bytes = b"\n"
    length: int = 0
    problem: str | None = None


def looks_like_envelope(line: bytes) -> bool:
    """Whether `line` (without line end) is a From_ line: something like an address, then a date or question
    marks.
    """
    return line.startswith(b"From ") and len(line) <= _MAX_ENVELOPE and _ENVELOPE.match(line) is not None


def read_mbox(path: str | PathLike[str], limit: int = MAX_MESSAGE) -> Iterator[MboxItem]:
    """The items of the mbox at `path`, streamed; memory is bounded by `limit` plus one chunk. Raises
    OSError only.

    A From_ line separates only behind a blank line and if it looks like one; the very first line may be odd.
    """
    with open(path, "rb") as file:
        yield from _Stream(file, limit).items()


class _Stream:
    """A window onto the file that starts where the current item starts, or later if that item is too big to
    hold.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self.file = file
        self.limit = limit
        self.window = bytearray()
        self.start = 0
        self.dropped = 0
        self.number = 0
        self.at_end = False

    def items(self) -> Iterator[MboxItem]:
        scan = 5
        self._more()
        while True:
            at = self.window.find(b"\nFrom ", max(scan - 6, 0))
            if at >= 0 and self._whole_line(at + 1):
                if self._separates(at + 1):
                    yield self._take(at + 1)
                    scan = 5
                else:
                    scan = at + 1 + 6
                continue
            if at < 0:
                scan = max(len(self.window), 5)
            if self.at_end:
                break
            self._more()
            scan -= self._shed(scan)
        if self.window or self.dropped:
            yield self._take(len(self.window))

    def _more(self) -> None:
        chunk = self.file.read(_CHUNK)
        self.window += chunk
        self.at_end = not chunk

    def _shed(self, scan: int) -> int:
        """Let go of what was looked at of an item that is too big; return how many octets."""
        if self.dropped + len(self.window) <= self.limit:
            return 0
        cut = max(0, min(scan - 2_000, len(self.window) - 2_000))
        del self.window[:cut]
        self.dropped += cut
        return cut

    def _whole_line(self, at: int) -> bool:
        return (
            self.at_end
            or self.window.find(b"\n", at, at + _MAX_ENVELOPE + 2) >= 0
            or (len(self.window) > at + _MAX_ENVELOPE + 2)
        )

    def _separates(self, at: int) -> bool:
        before = bytes(self.window[max(0, at - 3) : at])
        if not (before.endswith(b"\n\n") or before == b"\n\r\n" or before in (b"\n", b"\r\n")):
            return False
        stop = self.window.find(b"\n", at, at + _MAX_ENVELOPE + 2)
        line = bytes(self.window[at : stop if stop >= 0 else at + _MAX_ENVELOPE + 2])
        return looks_like_envelope(line)

    def _take(self, end: int) -> MboxItem:
        self.number += 1
        offset, length = self.start, self.dropped + end
        self.start += length
        if self.dropped or end > self.limit:
            item = MboxItem(self.number, b"", b"", offset, b"", b"", length, "message too large")
        else:
            item = _cut(bytes(self.window[:end]), self.number, offset)
        del self.window[:end]
        self.dropped = 0
        return item


def _cut(data: bytes, number: int, offset: int) -> MboxItem:
    envelope, eol, problem = b"", b"", None
    if data.startswith(b"From "):
        line, newline, rest = data.partition(b"\n")
        envelope = line[:-1] if line.endswith(b"\r") else line
        eol = line[len(envelope) :] + newline
        data_rest = rest
    else:
        problem = "bytes before the first From_ line"
        data_rest = data
    sep = b""
    if data_rest.endswith(b"\r\n") and (data_rest == b"\r\n" or data_rest.endswith(b"\n\r\n")):
        sep = b"\r\n"
    elif data_rest.endswith(b"\n") and (data_rest == b"\n" or data_rest.endswith(b"\n\n")):
        sep = b"\n"
    raw = data_rest[: len(data_rest) - len(sep)]
    return MboxItem(number, envelope, raw, offset, sep, eol, len(data), problem)


def write_mbox(items: Iterable[MboxItem], out: BinaryIO) -> int:
    """Write `items` to `out` exactly as they are and return the octets written; see `new_item` for other
    messages.
    """
    return sum(out.write(item.envelope + item.eol + item.raw + item.sep) for item in items)


def new_item(number: int, raw: bytes, sender: str, moment: datetime) -> MboxItem:
    """An item for a message that did not come from an mbox: quoted, with an envelope from `sender` and UTC
    `moment`.
    """
    address = re.sub(r"[^!-~]", "", sender)[:254] or "MAILER-DAEMON"
    body = quote_from(raw)
    envelope = f"From {address} {moment.strftime('%a %b %e %H:%M:%S %Y')}".encode("ascii")
    eol = b"\r\n" if b"\r\n" in body[:1_000] else b"\n"
    if not body.endswith(b"\n"):
        body += eol
    return MboxItem(number, envelope, body, 0, eol, eol, len(envelope) + len(body) + 2 * len(eol))


def unquote_from(raw: bytes) -> bytes:
    """`raw` with one `>` taken from each line `>From `, `>>From ` ... (mboxrd)."""
    return _QUOTED.sub(rb"\1", raw)


def quote_from(raw: bytes) -> bytes:
    """`raw` with one `>` put before each line `From `, `>From ` ... (mboxrd); `unquote_from` undoes it."""
    return _NEEDS_QUOTE.sub(rb">\1", raw)


def envelope_date(envelope: bytes) -> datetime | None:
    """The moment in a From_ line, in UTC (UTC too if it names no zone, as most do), or None."""
    match = _ENVELOPE.match(envelope[:_MAX_ENVELOPE])
    if match is None or not match.group(1):
        return None
    return parse_date(match.group(1).decode("latin-1"))
