"""Outgoing mail as bytes, built so that no value can become a header, a line over 998 octets or a second
part.

Python's EmailMessage is not used: on common builds it writes a decoded line end of an encoded word as a new
header.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from urllib.parse import quote

from folkmoot.kit.mail.addresses import Mailbox, encode_words, format_mailbox
from folkmoot.kit.mail.content import Attachment
from folkmoot.kit.mail.dates import format_date
from folkmoot.kit.mail.headers import display_name
from folkmoot.kit.mail.intact import Whole
from folkmoot.kit.mail.words import clean_body, clean_line, scrub

__all__ = [
    "Attachment",
    "Value",
    "build",
    "build_around",
    "fold_header",
    "format_date",
    "message_id",
    "munge_from",
]

MAX_LINE = 990
"""Octets of a line at most, under the 998 of RFC 5322 section 2.1.1."""
SOFT_LINE = 78
BOUNDARY = "=_part"
"""A boundary that begins with `=_` stands in no base64 and no quoted-printable text; `build` sees to plain
text.
"""

People = Mailbox | tuple[str, str]
Value = str | People | Sequence[People]
"""A header value: text, one mailbox as (name, address), or several of them."""

_NAME = re.compile(r"[!-9;-~]{1,76}\Z")
_BOUNDARY = re.compile(r"=_[A-Za-z0-9._-]{1,60}\Z")
_MIME = re.compile(r"(?:application|audio|font|image|model|text|video)/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}\Z")
_OWN = frozenset(
    {"mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id"}
)
# Here RFC 2047 words mean nothing, so what is not ASCII is shown as `?`.
_NO_WORDS = frozenset({"message-id", "references", "in-reply-to", "date", "return-path", "auto-submitted",
                       "precedence",
                       "list-post", "list-help", "list-archive", "list-unsubscribe", "list-unsubscribe-post",
                       "list-subscribe", "list-owner", "archived-at", "feedback-id"})  # fmt: skip
_NEEDS_CODING = re.compile(rb"(?:\A|\n)(?:From |--=_)|[^\n]{991}")


def build(
    headers: Sequence[tuple[str, Value]],
    text: str,
    html: str | None = None,
    attachments: Sequence[Attachment] = (),
    *,
    boundary: str = BOUNDARY,
    calendar: tuple[str, str] | None = None,
) -> bytes:
    """One message with CRLF line ends: the headers in order, then the plain text, the HTML beside it, the
    attachments. *calendar* is (method, iCalendar text), shown beside the text by programs that know it (RFC 6047).

    The same arguments give the same bytes. Control characters in any value are dropped. Raises ValueError
    for a header
    name or boundary that is not one, and BadAddress for a mailbox that can't be written; the caller checks
    those.
    """
    if not _BOUNDARY.match(boundary):
        raise ValueError("a boundary is '=_' and up to 60 letters, digits or ._-")
    head = _head(headers)
    shown = [_text_part("text/plain", text)]
    if html is not None:
        shown.append(_text_part("text/html", html))
    if calendar is not None:
        shown.append(_calendar_part(*calendar))
    return head + _body(shown, attachments, boundary)


def build_around(headers: Sequence[tuple[str, Value]], whole: Whole) -> bytes:
    """The same headers around a body that stays as it came. Raises as `build`."""
    own = "".join(_fold(name.title(), value) for name, value in whole.headers)
    return _head(headers) + own.encode("ascii") + b"\r\n" + whole.body


def _head(headers: Sequence[tuple[str, Value]]) -> bytes:
    lines = []
    for name, value in headers:
        if not _NAME.match(name) or name.lower() in _OWN:
            raise ValueError(f"not a header to set: {name[:100]!r}")
        lines.append(fold_header(name, value))
    lines.append("MIME-Version: 1.0\r\n")
    return "".join(lines).encode("ascii")


def _body(shown: Sequence[bytes], attachments: Sequence[Attachment], boundary: str) -> bytes:
    body = _multipart("alternative", f"{boundary}.a", shown) if len(shown) > 1 else shown[0]
    if attachments:
        body = _multipart("mixed", boundary, [body, *(_file_part(item) for item in attachments)])
    return body


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    mark = boundary.encode("ascii")
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return (
        head + b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"
    )


def _text_part(mime: str, text: str) -> bytes:
    clean = scrub(clean_body(text))
    if not clean.endswith("\n"):
        clean += "\n"
    data = clean.encode("utf-8")
    if data.isascii() and not _NEEDS_CODING.search(data):
        return _part_head(mime, "us-ascii", "7bit") + data.replace(b"\n", b"\r\n")
    wide = sum(1 for byte in data[:4_000] if byte > 126)
    if wide * 3 > len(data[:4_000]):
        encoded = base64.encodebytes(data.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
        return _part_head(mime, "utf-8", "base64") + encoded
    encoded = binascii.b2a_qp(data, istext=True)
    encoded = re.sub(rb"(?m)^From ", b"=46rom ", encoded)
    return _part_head(mime, "utf-8", "quoted-printable") + encoded.replace(b"\n", b"\r\n")


def _calendar_part(method: str, text: str) -> bytes:
    if method not in ("REQUEST", "CANCEL", "PUBLISH", "REPLY"):
        raise ValueError(f"not a method of iCalendar mail: {method[:20]!r}")
    encoded = base64.encodebytes(text.encode("utf-8")).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/calendar; charset=utf-8; method={method}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode("ascii") + encoded


def _part_head(mime: str, charset: str, encoding: str) -> bytes:
    return f"Content-Type: {mime}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode(
        "ascii"
    )


def _file_part(item: Attachment) -> bytes:
    mime = item.mime.lower() if _MIME.match(item.mime.lower()) else "application/octet-stream"
    name = display_name(item.name)
    plain = re.sub(r"[^ !#-\[\]-~]", "_", name)
    lines = [f"Content-Type: {mime}\r\n", "Content-Transfer-Encoding: base64\r\n"]
    kind = "inline" if item.inline else "attachment"
    lines.append(f'Content-Disposition: {kind};\r\n filename="{plain}"')
    if plain != name:
        lines.append(_extended("filename", name))
    lines.append("\r\n")
    content_id = re.sub(r"[^!-;=?-~]", "", item.content_id or "")[:250]
    if content_id:
        lines.append(f"Content-ID: <{content_id}>\r\n")
    data = base64.encodebytes(item.data).replace(b"\n", b"\r\n")
    return "".join(lines).encode("ascii") + b"\r\n" + data


def _extended(name: str, value: str) -> str:
    """An RFC 2231 parameter in UTF-8; a name of 200 characters fits one line of MAX_LINE only up to a
    point, so cut.
    """
    encoded = quote(value, safe="")
    while len(encoded) > 900:
        value = value[:-10]
        encoded = quote(value, safe="")
    return f";\r\n {name}*=utf-8''{encoded}"


def fold_header(name: str, value: Value) -> str:
    """`Name: value` folded at 78 where it can be, ASCII only, with its CRLF. Mailboxes are joined by
    commas.
    """
    if isinstance(value, str):
        text = _text_value(name.lower(), value)
    elif isinstance(value, Mailbox):
        text = format_mailbox(value.name, value.address)
    else:
        text = ", ".join(_people(value))
    return _fold(name, text)


def _people(value: tuple[str, str] | Sequence[People]) -> list[str]:
    found: list[str] = []
    if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str):
        return [format_mailbox(value[0], value[1])]
    for person in value:
        if isinstance(person, Mailbox):
            found.append(format_mailbox(person.name, person.address))
        elif not isinstance(person, str):
            found.append(format_mailbox(person[0], person[1]))
    return found


def _text_value(name: str, value: str) -> str:
    text = clean_line(value)
    if name in _NO_WORDS:
        return text.encode("ascii", "replace").decode("ascii")
    if text.isascii() and "=?" not in text and all(len(word) < MAX_LINE - 80 for word in text.split(" ")):
        return text
    if name == "list-id" and text.endswith(">") and "<" in text:
        phrase, _, rest = text.rpartition("<")
        return f"{encode_words(phrase)} <{rest.encode('ascii', 'replace').decode('ascii')}"
    return encode_words(text)


def _fold(name: str, text: str) -> str:
    lines: list[str] = []
    line = f"{name}:"
    for word in text.split(" "):
        word = word[:MAX_LINE]
        if len(line) + 1 + len(word) > SOFT_LINE and (
            lines or len(line) > len(name) + 1 or len(word) + len(line) > MAX_LINE
        ):
            lines.append(line)
            line = ""
        line += " " + word
    lines.append(line)
    return "\r\n".join(lines) + "\r\n"


def message_id(local: str, domain: str) -> str:
    """`<local@domain>` with everything that may not stand in a message id taken out."""
    left = re.sub(r"[^A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]", "", local).strip(".")[:150]
    right = re.sub(r"[^A-Za-z0-9.-]", "", domain).strip(".")[:200]
    return f"<{left or 'unknown'}@{right or 'localhost'}>"


def munge_from(author: Mailbox, list_name: str, list_address: str) -> Mailbox:
    """The From of a list copy whose author's domain has a strict DMARC policy: `Name via List <list
    address>` (S12).

    The author's address is not shown in the name, so that no reader program takes it for the sender.
    """
    name = "" if author.suspicious or "@" in author.name else author.name
    shown = name or author.address.rpartition("@")[0]
    return Mailbox(clean_line(f"{shown} via {list_name}", 300), list_address)
