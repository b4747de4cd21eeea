"""Mail addresses: a strict parser for the one sender, a tolerant one for To and Cc, a comparison key, and
safe output.

The rules are RFC 5322 section 3.4 without groups for the sender. Nothing here uses email.utils, whose
parseaddr takes
`alice@example.org <bob@evil.test>` for Alice on common Python builds.
"""

import binascii
import contextlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from folkmoot.kit.mail.words import MAX_HEADER_CHARS, clean_line, decode_header, decode_words, header_text

__all__ = [
    "BadAddress",
    "Mailbox",
    "decode_header",
    "encode_words",
    "fold_address",
    "format_mailbox",
    "is_valid_address",
    "parse_address_list",
    "parse_from",
    "parse_mailbox",
]

MAX_LIST = 1_000
"""Addresses read from one To or Cc."""


class BadAddress(ValueError):
    """The text is not exactly one usable mailbox; `reason` says why in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Mailbox(msgspec.Struct, frozen=True):
    """A display name (maybe empty, one clean line) and an address as written; `suspicious` if the name
    misleads.
    """

    name: str
    address: str
    suspicious: bool = False


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<word>=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=)
    |(?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<angle><[^<>]*>)
    |(?P<mark>[,;:])
    |(?P<atom>[^\s()<>,;:"]+)""",
    re.VERBOSE | re.DOTALL,
)
_HARD_CONTROLS = re.compile("[\r\n\x00]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ADDRESS_LIKE = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}\s?[@\uff20\ufe6b]\s?[\w.-]{1,253}")
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*\Z")
_LOCAL_QUOTED = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])+"\Z')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_ROUTE = re.compile(r"@[^:<>]*:")
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,."]')

# What RFC 2047 section 5 (3) lets stand unencoded in a word within a phrase.
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def _scan(text: str) -> list[tuple[str, str]]:
    """Tokens of an address header; comments become ("comment", inside). Raises BadAddress on what fits
    nothing.
    """
    tokens: list[tuple[str, str]] = []
    pos = 0
    while pos < len(text):
        if text[pos] == "(":
            end = _comment_end(text, pos)
            tokens.append(("comment", text[pos + 1 : end - 1]))
            pos = end
            continue
        match = _TOKEN.match(text, pos)
        if match is None or match.lastgroup is None:
            raise BadAddress("stray character in the address")
        tokens.append((match.lastgroup, match.group()))
        pos = match.end()
    return tokens


def _comment_end(text: str, pos: int) -> int:
    depth = 0
    while pos < len(text):
        char = text[pos]
        if char == "\\":
            pos += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return pos + 1
        pos += 1
    raise BadAddress("comment never closed")


def parse_mailbox(text: str) -> Mailbox:
    """Exactly one mailbox, `Name <address>` or a bare address. Raises BadAddress on anything else or on any
    doubt.
    """
    if len(text) > MAX_HEADER_CHARS:
        raise BadAddress("too long")
    if _HARD_CONTROLS.search(text):
        raise BadAddress("control character in the address")
    return _one(_scan(text.strip()))


def _one(tokens: Sequence[tuple[str, str]]) -> Mailbox:
    for kind, piece in tokens:
        if kind == "mark":
            raise BadAddress("more than one mailbox" if piece == "," else "group syntax")
    angles = [index for index, (kind, _) in enumerate(tokens) if kind == "angle"]
    if len(angles) > 1:
        raise BadAddress("more than one address in angle brackets")
    if not angles:
        return _bare(tokens)
    at = angles[0]
    if any(kind not in ("space", "comment") for kind, _ in tokens[at + 1 :]):
        raise BadAddress("text behind the address")
    address = _ROUTE.sub("", tokens[at][1][1:-1].strip(), count=1)
    name = _phrase(tokens[:at]) or _comments(tokens)
    return _mailbox(name, address)


def _bare(tokens: Sequence[tuple[str, str]]) -> Mailbox:
    trimmed = [(kind, token) for kind, token in tokens if kind != "comment"]
    while trimmed and trimmed[-1][0] == "space":
        trimmed.pop()
    while trimmed and trimmed[0][0] == "space":
        trimmed.pop(0)
    if not trimmed:
        raise BadAddress("empty")
    if any(kind == "space" for kind, _ in trimmed):
        raise BadAddress("words beside the address without angle brackets")
    return _mailbox(_comments(tokens), "".join(token for _, token in trimmed))


def _comments(tokens: Sequence[tuple[str, str]]) -> str:
    return " ".join(token for kind, token in tokens if kind == "comment")


def _phrase(tokens: Sequence[tuple[str, str]]) -> str:
    parts: list[str] = []
    for kind, token in tokens:
        if kind == "quoted":
            parts.append(re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL))
        elif kind == "space":
            parts.append(" ")
        elif kind in ("atom", "word"):
            parts.append(token)
    return "".join(parts).strip()


def _mailbox(name: str, address: str) -> Mailbox:
    if not is_valid_address(address):
        raise BadAddress("not a valid address" if address else "empty address")
    decoded = decode_words(name)
    if _HARD_CONTROLS.search(decoded):
        raise BadAddress("control character hidden in the name")
    return Mailbox(clean_line(decoded, 300), address, _misleads(decoded, address))


def _misleads(name: str, address: str) -> bool:
    if _TRICKS.search(name):
        return True
    if "@" not in name and "\uff20" not in name and "\ufe6b" not in name:
        return False
    real = fold_address(address)
    shown = unicodedata.normalize("NFKC", name[:500])
    return any(
        fold_address(found.group().replace(" ", "").strip(".")) != real
        for found in _ADDRESS_LIKE.finditer(shown)
    )


def parse_from(header_values: Sequence[str | bytes]) -> Mailbox:
    """The one author of a message from all its From headers. Raises BadAddress unless there is exactly one
    of one (S09).
    """
    if not header_values:
        raise BadAddress("no From header")
    if len(header_values) > 1:
        raise BadAddress("more than one From header")
    text = header_text(header_values[0]).strip()
    if not text:
        raise BadAddress("empty From header")
    return parse_mailbox(text)


def parse_address_list(text: str | bytes, limit: int = MAX_LIST) -> list[Mailbox]:
    """The usable mailboxes of a To or Cc value; group names are dropped, broken pieces skipped, at most
    `limit` kept.
    """
    value = header_text(text).replace("\r", " ").replace("\n", " ").replace("\x00", "")
    try:
        tokens = _scan(value)
    except BadAddress:
        return _salvage(value.split(","), limit)
    found: list[Mailbox] = []
    piece: list[tuple[str, str]] = []
    for kind, written in [*tokens, ("mark", ",")]:
        if kind != "mark":
            piece.append((kind, written))
            continue
        if written != ":" and piece:
            with contextlib.suppress(BadAddress):
                found.append(_one(piece))
            if len(found) >= limit:
                break
        piece = []
    return found


def _salvage(pieces: Iterable[str], limit: int) -> list[Mailbox]:
    found: list[Mailbox] = []
    for piece in pieces:
        try:
            found.append(parse_mailbox(piece))
        except BadAddress:
            continue
        if len(found) >= limit:
            break
    return found


@lru_cache(maxsize=8_192)
def is_valid_address(address: str) -> bool:
    """Whether `address` is a usable addr-spec: dot-atom (or quoted) local part, host name, lengths of RFC
    5321 4.5.3.1.

    Letters beyond ASCII are allowed in both halves (RFC 6531); address literals in brackets are not.
    """
    if not 3 <= len(address) <= 320 or _CONTROLS.search(address):
        return False
    local, at, domain = address.rpartition("@")
    if not at or len(local.encode("utf-8", "replace")) > 64:
        return False
    if not (_LOCAL.match(local) or _LOCAL_QUOTED.match(local)):
        return False
    host = _ascii_domain(domain)
    return host is not None and len(local) + 1 + len(host) <= 254


def _ascii_domain(domain: str) -> str | None:
    """`domain` in lower-case ASCII labels, or None if it is no host name.

    Labels are NFKC-normalised and Punycode-encoded but not mapped further, so that `faß` and `fass` stay
    two domains,
    as IDNA 2008 has it.
    """
    if len(domain) > 253:
        return None
    if not domain.isascii():
        domain = unicodedata.normalize("NFKC", domain).lower().replace("\u3002", ".")
    labels = []
    for label in domain.lower().split("."):
        if not label.isascii():
            if not all(
                char.isalnum() or char == "-" or unicodedata.category(char)[0] == "M" for char in label
            ):
                return None
            label = "xn--" + label.encode("punycode", "replace").decode("ascii")
        if not _LABEL.match(label):
            return None
        labels.append(label)
    host = ".".join(labels)
    return host if len(host) <= 253 else None


@lru_cache(maxsize=8_192)
def fold_address(address: str) -> str:
    """The key two addresses are compared by: lower case, domain in ASCII form. Dots and `+tags` are kept."""
    local, _, domain = address.strip().rpartition("@")
    host = _ascii_domain(domain)
    return f"{unicodedata.normalize('NFC', local).lower()}@{host if host is not None else domain.lower()}"


def format_mailbox(name: str, address: str) -> str:
    """`Name <address>` in pure ASCII, fit for a header. Raises BadAddress if the address is not valid or
    not ASCII.
    """
    local, _, domain = address.rpartition("@")
    host = _ascii_domain(domain) if is_valid_address(address) else None
    if host is None:
        raise BadAddress("not a valid address")
    if not local.isascii():
        raise BadAddress("the local part needs SMTPUTF8")
    spec = f"{local}@{domain if domain.isascii() else host}"
    shown = clean_line(name, 300)
    if not shown:
        return spec
    if not shown.isascii() or "=?" in shown:
        return f"{encode_words(shown)} <{spec}>"
    if _SPECIALS.search(shown):
        shown = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{shown} <{spec}>"


def encode_words(text: str) -> str:
    """`text` as RFC 2047 encoded words in UTF-8, each at most 75 characters, with single spaces between."""
    data = clean_line(text).encode("utf-8", "replace")
    q_length = sum(1 if byte in _Q_PLAIN else 3 for byte in data)
    use_q = q_length <= len(data) * 4 // 3
    size = 20 if use_q else 45
    words: list[str] = []
    start = 0
    while start < len(data):
        stop = min(start + size, len(data))
        while stop < len(data) and data[stop] & 0xC0 == 0x80:
            stop -= 1
        chunk = data[start:stop]
        if use_q:
            body = "".join(chr(b) if b in _Q_PLAIN else "_" if b == 32 else f"={b:02X}" for b in chunk)
            words.append(f"=?utf-8?q?{body}?=")
        else:
            words.append(f"=?utf-8?b?{binascii.b2a_base64(chunk, newline=False).decode('ascii')}?=")
        start = stop
    return " ".join(words)


_IN_TEXT = re.compile(r"(?<![\w.+@/-])([\w.+-]{1,64})@[\w-]+(?:\.[\w-]+)+")


def masked(text: str) -> str:
    """A text, plain or HTML, without the domains of the mail addresses in it."""
    return _IN_TEXT.sub(r"\1@...", text) if "@" in text else text
