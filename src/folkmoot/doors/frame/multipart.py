"""multipart/form-data (RFC 7578) into names with text or files, bounded in parts, files and size of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from folkmoot.domain.errors import Invalid
from folkmoot.doors.frame.rules import BindRules
from folkmoot.wire.request import Upload

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_LOOKED = 4096
"""Bytes of a part that tell whether it is text."""


class _Reader:
    """Takes the parser's events; offsets are into the chunk at hand."""

    def __init__(self, rules: BindRules) -> None:
        self.rules = rules
        self.pairs: list[tuple[str, str | Upload]] = []
        self.parts = 0
        self.files = 0
        self.ended = False
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._data = bytearray()
        self._field = ""
        self._filename: str | None = None

    def begin(self) -> None:
        self.parts += 1
        if self.parts > self.rules.max_fields:
            raise Invalid("body", "too_many", f"more than {self.rules.max_fields} parts")
        self._headers = {}
        self._data = bytearray()

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise Invalid("body", "bad_multipart", "a part has no name")
        self._field = _text(options[b"name"])
        self._filename = _text(options[b"filename"]) if b"filename" in options else None
        kind = self._headers.get(b"content-type", b"text/plain").lower()
        if self._filename is None and not kind.startswith((b"text/", b"application/json")):
            self._filename = ""  # a file that came without a name
        if self._filename is not None:
            self._file(self._filename)

    def _file(self, name: str) -> None:
        """What comes, or came, is a file."""
        self._filename = name
        self.files += 1
        if self.files > self.rules.max_files:
            raise Invalid("body", "too_many_files", f"more than {self.rules.max_files} files")

    def data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]
        if self._filename is None and len(self._data) > self.rules.max_text:
            if not _is_binary(self._data):
                raise Invalid(self._field or "body", "too_long")
            self._file("")

    def part_end(self) -> None:
        if self._filename is None and _is_binary(self._data):
            self._file("")
        if self._filename is None:
            self.pairs.append((self._field, _text(bytes(self._data))))
        elif self._data or self._filename:
            kind = self._headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
            self.pairs.append(
                (self._field, Upload(safe_filename(self._filename), kind[:255], bytes(self._data)))
            )
        # else: a browser's file field that was left empty

    def end(self) -> None:
        self.ended = True


def read_multipart(content_type: str, body: bytes, rules: BindRules) -> list[tuple[str, str | Upload]]:
    """The parts in order. Raises Invalid for what is broken, cut short or too much."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 256:
        raise Invalid("body", "bad_multipart", "the boundary is missing or too long")
    reader = _Reader(rules)
    callbacks: MultipartCallbacks = {
        "on_part_begin": reader.begin,
        "on_part_data": reader.data,
        "on_part_end": reader.part_end,
        "on_header_field": reader.header_name,
        "on_header_value": reader.header_value,
        "on_header_end": reader.header_end,
        "on_headers_finished": reader.headers_end,
        "on_end": reader.end,
    }
    try:
        parser = MultipartParser(boundary, callbacks)
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise Invalid("body", "bad_multipart", "the multipart body is broken") from None
    if not reader.ended:
        raise Invalid("body", "bad_multipart", "the multipart body is cut short")
    return reader.pairs


def _is_binary(raw: bytearray) -> bool:
    """Whether a part without a name for a file and without a type is the bytes of one all the same, as some clients
    of Twitter send pictures."""
    if b"\0" not in raw[:_LOOKED]:
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("body", "wrong_charset", "a part is not UTF-8") from None


def safe_filename(name: str) -> str:
    """The last part of a path in either system's writing, without control characters, at most 255
    characters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable()).strip()[:255]
