"""The header block of a message or part: a linear scanner, and parameters of Content-Type and Content-
Disposition.
"""

import re
from urllib.parse import unquote_to_bytes

from folkmoot.kit.mail.octets import Octets
from folkmoot.kit.mail.words import clean_line, decode_bytes, decode_words, header_text

MAX_BLOCK = 100_000
"""Octets of one header block that are read (Postfix header_size_limit is 102,400)."""
MAX_LINES = 2_000
"""Lines of one header block that are read."""
MAX_VALUE = 65_536
"""Octets of one header value."""
MAX_PARAMETERS = 100
"""Parameters of one Content-Type that are read."""

Header = tuple[str, bytes]
"""Lower-case name and the raw unfolded value."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_ENVELOPE = re.compile(rb">?From [^\n]*\n")
_PARAMETER = re.compile(
    r';[\s;]*([^\s;=:"]{1,80})\s*=\s*("((?:[^"\\]|\\.)*)"?|[^;]*)',
    re.DOTALL,
)
_COMMENT = re.compile(r"\([^()]*\)")


class Block:
    """A scanned header block: `fields` in order, `body` the offset behind it, and what was odd."""

    __slots__ = ("body", "fields", "lines", "longest", "over", "size")

    def __init__(self) -> None:
        self.fields: list[Header] = []
        self.body = 0
        self.size = 0
        self.lines = 0
        self.longest = 0
        self.over: str | None = None

    def get(self, name: str) -> bytes | None:
        """The first value of the header `name` (lower-case), or None."""
        for key, value in self.fields:
            if key == name:
                return value
        return None

    def all(self, name: str) -> list[bytes]:
        """Every value of the header `name` (lower-case), in order."""
        return [value for key, value in self.fields if key == name]


def scan_block(raw: Octets, start: int, end: int, delimiters: dict[bytes, int]) -> Block:
    """Scan the header block at `start`; it ends at a blank line, at a MIME delimiter, or where a line is no
    header.

    Reads no more than MAX_BLOCK octets and MAX_LINES lines; `over` names the limit that was passed.
    """
    block = Block()
    pos = start
    envelope = _ENVELOPE.match(raw, pos, min(end, start + 1_000))
    if envelope:
        pos = envelope.end()
    stop = min(end, start + MAX_BLOCK)
    while pos < stop:
        if raw.startswith(b"\n", pos):
            pos += 1
            break
        if raw.startswith(b"\r\n", pos):
            pos += 2
            break
        if delimiters and raw.startswith(b"--", pos) and delimiter_at(raw, pos, end, delimiters):
            break
        reach = min(end, pos + MAX_VALUE + 300)
        match = _FIELD.match(raw, pos, reach)
        if match is None:
            break
        _add(block, match)
        pos = match.end()
        if pos == reach and reach < end:
            block.over = "one header too large"
        if block.over:
            break
    if pos >= start + MAX_BLOCK and pos < end and not block.over and not _ended(raw, pos):
        block.over = "header block too large"
    block.body = pos
    block.size = pos - start
    return block


def _ended(raw: Octets, pos: int) -> bool:
    return raw[pos - 2 : pos] == b"\n\n" or raw[pos - 4 : pos] == b"\r\n\r\n"


def _add(block: Block, match: re.Match[bytes]) -> None:
    value = match.group(2)
    block.longest = max(block.longest, len(value))
    block.lines += 1
    if b"\n" in value:
        block.lines += value.count(b"\n")
        value = _FOLD.sub(b" ", value[:MAX_VALUE])
    block.fields.append((match.group(1).decode("ascii").lower(), value[:MAX_VALUE].rstrip()))
    if block.longest > MAX_VALUE:
        block.over = "one header too large"
    elif block.lines > MAX_LINES:
        block.over = "too many header lines"


def delimiter_at(
    raw: Octets, pos: int, end: int, delimiters: dict[bytes, int]
) -> tuple[int, bool, int] | None:
    """What the line `--...` at `pos` delimits: (level, closes, offset behind the line), or None."""
    stop = raw.find(b"\n", pos, min(end, pos + 300))
    if stop < 0:
        if end > pos + 300:
            return None
        stop = end
    line = raw[pos + 2 : stop].rstrip()
    after = min(stop + 1, end)
    if line in delimiters:
        return delimiters[line], False, after
    if line.endswith(b"--") and line[:-2] in delimiters:
        return delimiters[line[:-2]], True, after
    return None


def parse_value(raw: bytes | None) -> tuple[str, dict[str, str]]:
    """A `value; name=parameter` header as (lower-case value, parameters); RFC 2231 pieces joined, RFC 2047
    tolerated.

    Reads at most MAX_PARAMETERS parameters, so thousands of `;` cost nothing.
    """
    if not raw:
        return "", {}
    text = header_text(raw)
    value, semicolon, rest = text.partition(";")
    value = _COMMENT.sub("", value).strip().strip('"').lower().replace(" ", "").replace("\t", "")
    if not semicolon:
        return value[:200], {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(";" + rest)):
        if count >= MAX_PARAMETERS:
            break
        name = match.group(1).lower()
        quoted = match.group(3)
        raw_value = match.group(2).strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        if quoted is None and "(" in raw_value:
            raw_value = _COMMENT.sub("", raw_value).strip()
        base, star, suffix = name.partition("*")
        if star:
            number = suffix.rstrip("*")
            index = int(number) if number.isdecimal() and len(number) < 4 else 0
            extended = suffix == "" or suffix.endswith("*")
            pieces.setdefault(base, {}).setdefault(index, (raw_value, extended))
        else:
            plain.setdefault(name, raw_value)
    for base, parts in pieces.items():
        plain[base] = _join_2231(parts)
    return value[:200], plain


def _join_2231(parts: dict[int, tuple[str, bool]]) -> str:
    charset = ""
    data = b""
    for index in sorted(parts):
        value, extended = parts[index]
        if extended and index == min(parts) and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if extended else value.encode("utf-8", "replace")
    return decode_bytes(data, charset or None)[0]


def display_name(value: str) -> str:
    """A file name fit to show: no path, no controls or direction overrides, at most 200 characters, never
    empty (S26).

    Only for showing and for a quoted Content-Disposition; a store names its files by its own ids.
    """
    name = clean_line(decode_words(value), 1_000).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    if len(name) > 200:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[:180]}.{ending}" if dot and len(ending) <= 16 else name[:200]
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name):
        name = "_" + name
    return name or "attachment"
