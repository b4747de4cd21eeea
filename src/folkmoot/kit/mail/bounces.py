"""What came back: delivery reports in their many dialects (RFC 3464 and older habits) and complaints (RFC 5965)."""

from __future__ import annotations

import email
import logging
import re
from email.message import Message
from typing import Literal

import msgspec

from folkmoot.kit.mail import guard
from folkmoot.kit.mail.addresses import parse_address_list
from folkmoot.kit.mail.bodies import decode_transfer
from folkmoot.kit.mail.guard import Part
from folkmoot.kit.mail.headers import Block, scan_block
from folkmoot.kit.mail.stumbles import tried
from folkmoot.kit.mail.words import clean_line, decode_header

MAX_READ = 300_000
"""Octets of one part of a report that are read."""
MAX_PROSE = 60_000
"""Octets of a mail in which a report in prose is looked for, line by line and once for each dialect."""
MAX_FAILURES = 100
MAX_DIAGNOSTIC = 500
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b([45])\d\d\b")
_BEYOND_ASCII = re.compile(rb"[^\t\r\n -~]")
logging.getLogger("flufl.bounce").setLevel(
    logging.CRITICAL
)  # it tells of each fault with a page; `tried` with a line
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")

Weight = Literal["hard", "soft", "none"]
Action = Literal["failed", "delayed", "fine"]


class Failure(msgspec.Struct, frozen=True):
    """One receiver in a delivery report; *status* is the enhanced code (RFC 3463), empty where none is told."""

    address: str
    action: Action
    status: str = ""
    diagnostic: str = ""

    @property
    def weight(self) -> Weight:
        """How much it says against the address; a delay says nothing yet."""
        if self.action != "failed":
            return "none"
        return weigh(self.status, self.diagnostic)


class Complaint(msgspec.Struct, frozen=True):
    """A feedback report: its type (abuse, fraud, opt-out …), and what of the mail complained of tells whose it was:
    return paths and List-Unsubscribe values, unproven."""

    kind: str
    traces: list[str]


def weigh(status: str, text: str = "") -> Weight:
    """How much a refusal says against the mailbox itself: "hard" for one that is not there, "soft" for what may pass or
    is about the mail (full, too big, policy, content), "none" for no refusal."""
    match = _STATUS.search(status) or _STATUS.search(text)
    if match is None:
        code = _CODE.search(text)
        return "hard" if code is None or code[1] == "5" else "soft"
    group, subject, detail = match.groups()
    if group == "2":
        return "none"
    if group == "4":
        return "soft"
    # RFC 3463: 5.2.2 full, 5.2.3 and 5.3.4 too long, 5.6 content, 5.7 policy or security.
    if subject in ("6", "7") or (subject, detail) in (("2", "2"), ("2", "3"), ("3", "4")):
        return "soft"
    return "hard"


def read_bounce(raw: bytes) -> list[Failure]:
    """The receivers that a delivery report names, none where the mail is no report. Never raises."""
    try:
        shape = guard.check(raw)
    except guard.Unparsable:
        return []
    found = [
        failure for part in shape.parts if part.mime in _STATUS_PARTS for failure in _failures(raw, part)
    ]
    return found[:MAX_FAILURES] if found else _by_dialect(raw[:MAX_PROSE])


_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


def _failures(raw: bytes, part: Part) -> list[Failure]:
    data = decode_transfer(raw[part.body : part.end], part.encoding)[:MAX_READ]
    found = []
    for text in _BLANK.split(data.strip())[: MAX_FAILURES + 1]:
        fields = scan_block(text + b"\r\n", 0, len(text) + 2, {})
        address = _address(fields)
        action = _action(fields)
        if address and action:
            found.append(
                Failure(
                    address,
                    action,
                    _field(fields, "status")[:20].split(" ")[0],
                    _field(fields, "diagnostic-code").partition(";")[2].strip()
                    or _field(fields, "diagnostic-code"),
                )
            )
    return found


def _field(fields: Block, name: str) -> str:
    return clean_line(decode_header(fields.get(name) or b""), MAX_DIAGNOSTIC).strip()


def _address(fields: Block) -> str:
    for name in ("original-recipient", "final-recipient"):
        value = _field(fields, name)
        address = value.partition(";")[2] or value
        address = address.strip().strip("<>").strip()
        if "@" in address and " " not in address:
            return address[:320]
    return ""


def _action(fields: Block) -> Action | None:
    word = re.split(r"[\s(;]", _field(fields, "action").lower() or " ")[0]
    if word in ("failed", "failure"):
        return "failed"
    if word == "delayed":
        return "delayed"
    return "fine" if word in ("delivered", "relayed", "expanded") else None


def _by_dialect(raw: bytes) -> list[Failure]:
    """What flufl.bounce knows of mail servers that tell in prose."""
    from flufl.bounce import all_failures

    found = tried(lambda: all_failures(_message(raw)), "a report of delivery can't be read")
    if found is None:
        return []
    temporary, permanent = found
    text = _reason(raw)
    made = [Failure(_text(address), "failed", "", text) for address in sorted(permanent)]
    made += [Failure(_text(address), "delayed", "", text) for address in sorted(temporary - permanent)]
    return made[:MAX_FAILURES]


def _message(raw: bytes) -> Message:
    """The mail as the library can bear it: its headers in ASCII, and always an author."""
    end = _BLANK.search(raw)
    start = end.start() if end else len(raw)
    mail = email.message_from_bytes(_BEYOND_ASCII.sub(b"?", raw[:start]) + raw[start:])
    authors = parse_address_list(str(mail.get("from", "")), 1)
    del mail["from"]
    mail["From"] = authors[0].address if authors else "nobody@nobody.invalid"
    return mail


def _text(address: bytes) -> str:
    return address.decode("utf-8", "replace")[:320]


_REASON = re.compile(
    rb"^[^\r\n]{0,200}\b(?:[245]\d\d[ -]|[245]\.\d{1,3}\.\d{1,3}\b)[^\r\n]{0,300}", re.MULTILINE
)


def _reason(raw: bytes) -> str:
    """The first line of the text that holds a code of SMTP; empty where there is none."""
    start = raw.find(b"\n\n")
    start = raw.find(b"\r\n\r\n") if start < 0 else start
    match = _REASON.search(raw, max(start, 0), max(start, 0) + 20_000)
    return clean_line(match[0].decode("utf-8", "replace"), MAX_DIAGNOSTIC).strip() if match else ""


def read_complaint(raw: bytes) -> Complaint | None:
    """A feedback report, None for any other mail and for reports that are no complaint. Never raises."""
    try:
        shape = guard.check(raw)
    except guard.Unparsable:
        return None
    report = next((part for part in shape.parts if part.mime == "message/feedback-report"), None)
    if report is None:
        return None
    data = decode_transfer(raw[report.body : report.end], report.encoding)[:MAX_READ].lstrip()
    fields = scan_block(data, 0, len(data), {})
    kind = _field(fields, "feedback-type").lower()[:40]
    if kind == "not-spam":
        return None
    traces = [_field(fields, "original-mail-from")]
    for part in shape.parts:
        traces += _traces(raw, shape.parts, part)
    return Complaint(kind or "abuse", [trace for trace in dict.fromkeys(traces) if trace][:20])


def _traces(raw: bytes, parts: list[Part], part: Part) -> list[str]:
    if part.mime in ("message/rfc822", "message/global"):
        blocks = [parts[child].block for child in part.children[:1]]
    elif part.mime in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        data = decode_transfer(raw[part.body : part.end], part.encoding)[:MAX_READ].lstrip()
        blocks = [scan_block(data, 0, len(data), {})]
    else:
        return []
    names = ("return-path", "x-original-mail-from", "list-unsubscribe", "errors-to", "sender")
    values = [value for block in blocks for name in names for value in block.all(name)[:3]]
    return [clean_line(value.decode("latin-1"), 1_000) for value in values]
