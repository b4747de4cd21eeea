"""One message from raw bytes into a struct, for any bytes whatever: never raises, bounded in time and size.

Python's own email parser is not used: it recurses, is quadratic in places, and its address code can be
fooled. The
raw bytes remain the caller's to keep; everything here is derived from them.
"""

import re
from datetime import datetime

import msgspec

from folkmoot.kit.mail import guard
from folkmoot.kit.mail.addresses import BadAddress, Mailbox, parse_address_list, parse_from
from folkmoot.kit.mail.automation import is_auto_submitted, is_bounce
from folkmoot.kit.mail.bodies import MAX_TEXT
from folkmoot.kit.mail.content import Attachment, Reader
from folkmoot.kit.mail.dates import parse_date
from folkmoot.kit.mail.headers import Block, parse_value, scan_block
from folkmoot.kit.mail.octets import Octets
from folkmoot.kit.mail.words import clean_body, clean_line, decode_bytes, decode_header

__all__ = ["Attachment", "Parsed", "clean_message_id", "parse"]

MAX_SUBJECT = 1_000
MAX_REFERENCES = 100
MAX_ID = 512
_RAW_VIEW = 100_000
_ID = re.compile(r"<\s*([!-;=?-~]+)\s*>")
_BARE_ID = re.compile(r"[!-;=?-~]+\Z")
_LIST_ID = re.compile(r"<([^<>\s]{1,250})>")


class Parsed(msgspec.Struct):
    """A message as far as it can be understood. Ids are without `<>`; dates are aware UTC.

    `from_` is None unless there is exactly one author that can be told, and then `from_problem` says why not.
    `html` is the raw HTML part and must be sanitised by the caller. `list_headers` maps lower-case names
    (List-Post,
    X-BeenThere, ...) to values. `auto_submitted` and `is_bounce` say that a machine wrote it; `answerable`
    that an
    automatic answer may be sent at all. `headers` are (lower-case name, decoded value) in order.
    """

    message_id: str | None = None
    in_reply_to: list[str] = []
    references: list[str] = []
    subject: str = ""
    from_: Mailbox | None = None
    from_problem: str | None = None
    sender: Mailbox | None = None
    reply_to: list[Mailbox] = []
    to: list[Mailbox] = []
    cc: list[Mailbox] = []
    date: datetime | None = None
    text: str = ""
    html: str | None = None
    attachments: list[Attachment] = []
    mime: str = "text/plain"
    report_type: str | None = None
    list_id: str | None = None
    list_headers: dict[str, str] = {}
    auto_submitted: bool = False
    is_bounce: bool = False
    answerable: bool = True
    received_count: int = 0
    headers: list[tuple[str, str]] = []
    problems: list[str] = []


def parse(raw: Octets) -> Parsed:
    """Everything this layer can tell about a message, from any bytes. Never raises.

    A message past the limits of `guard` still gets its headers, and as text a capped view of its raw body;
    `problems`
    then begins with `unparsable: ` and the reason.
    """
    raw = _with_newlines(raw)
    parsed = Parsed()
    try:
        shape = guard.check(raw)
    except guard.Unparsable as error:
        parsed.problems.append(f"unparsable: {error.reason}")
        block = scan_block(raw, 0, len(raw), {})
        parsed.mime, params = parse_value((block.get("content-type") or b"")[:2_000])
        view, _ = decode_bytes(raw[block.body : block.body + _RAW_VIEW], None)
        parsed.text = clean_body(view)
    else:
        block = shape.parts[0].block
        parsed.problems += shape.problems
        parsed.mime, params = shape.parts[0].mime, shape.parts[0].params
        content = Reader(raw, shape.parts, parsed.problems).read()
        parsed.text, parsed.html, parsed.attachments = (
            content.text[:MAX_TEXT],
            content.html,
            content.attachments,
        )
    _read_headers(parsed, block)
    if parsed.mime == "multipart/report":
        parsed.report_type = clean_line(params.get("report-type", ""), 100).lower() or None
    return parsed


def _with_newlines(raw: Octets) -> Octets:
    """`raw`, with bare CR line ends (old Mac files) made LF if it has no LF at all."""
    if b"\r" in raw and b"\n" not in raw:
        return bytes(raw).replace(b"\r", b"\n")
    return raw


def _read_headers(parsed: Parsed, block: Block) -> None:
    values: dict[str, bytes] = {}
    for name, value in block.fields:
        decoded = decode_header(value)
        parsed.headers.append((name, decoded))
        if name == "subject" and name not in values:
            parsed.subject = clean_line(decoded, MAX_SUBJECT)
        values.setdefault(name, value)
        if name.startswith("list-") or name == "x-beenthere":
            parsed.list_headers.setdefault(name, decoded)
    parsed.received_count = sum(1 for name, _ in block.fields if name == "received")
    parsed.message_id = clean_message_id(values.get("message-id", b""))
    parsed.in_reply_to = _ids(block.all("in-reply-to"), 10)
    parsed.references = _cap_references(_ids(block.all("references"), 100_000))
    parsed.date = parse_date(values["date"].decode("latin-1")) if "date" in values else None
    _read_people(parsed, block, values)
    _read_nature(parsed, values)


def _read_people(parsed: Parsed, block: Block, values: dict[str, bytes]) -> None:
    try:
        parsed.from_ = parse_from(block.all("from"))
    except BadAddress as error:
        parsed.from_problem = error.reason
    senders = parse_address_list(values["sender"], 1) if "sender" in values else []
    parsed.sender = senders[0] if senders else None
    for name, people in (("reply-to", parsed.reply_to), ("to", parsed.to), ("cc", parsed.cc)):
        for value in block.all(name)[:10]:
            people += parse_address_list(value)


def _read_nature(parsed: Parsed, values: dict[str, bytes]) -> None:
    listed = parsed.list_headers.get("list-id")
    if listed:
        match = _LIST_ID.search(listed)
        parsed.list_id = (match.group(1) if match else listed[:250]).lower()

    def header(name: str) -> str:
        value = values.get(name)
        return value[:1_000].decode("latin-1") if value else ""

    parsed.auto_submitted = is_auto_submitted(header, parsed.subject)
    return_path = header("return-path") if "return-path" in values else None
    parsed.is_bounce = is_bounce(
        header, return_path, parsed.mime, parsed.from_.address if parsed.from_ else ""
    )
    listed_mail = header("precedence").strip().lower() in ("list", "bulk")
    parsed.answerable = not (parsed.auto_submitted or parsed.is_bounce or listed_mail or parsed.list_id)


def clean_message_id(value: bytes | str) -> str | None:
    """A Message-ID without `<>`, or None if missing, empty, longer than 512, or not plain visible ASCII
    (S19).
    """
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    text = text[:4_096].strip()
    match = _ID.match(text)
    found = match.group(1) if match else text
    if not _BARE_ID.match(found) or len(found) > MAX_ID or ".." in found.split("/"):
        return None
    return found


def _ids(values: list[bytes], limit: int) -> list[str]:
    """The message ids in these headers, in order and unique; bare words with `@` count if nothing has
    brackets.
    """
    found: dict[str, None] = {}
    for value in values[:50]:
        text = value.decode("latin-1")
        tokens = _ID.findall(text)
        if not tokens and "<" not in text:
            tokens = [word for word in text.split() if "@" in word and _BARE_ID.match(word)]
        for token in tokens:
            if len(token) <= MAX_ID:
                found.setdefault(token)
    return list(found)[:limit]


def _cap_references(ids: list[str]) -> list[str]:
    """The first id, which names the thread, and the last hundred, which are nearest (S21)."""
    return ids if len(ids) <= MAX_REFERENCES + 1 else [ids[0], *ids[-MAX_REFERENCES:]]
