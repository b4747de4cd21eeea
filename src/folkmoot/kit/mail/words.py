"""Text out of mail bytes: charsets by their many names, RFC 2047 encoded words, and the removal of control
characters.
"""

import binascii
import codecs
import re
from functools import lru_cache

MAX_HEADER_CHARS = 65_536
"""More of one header value than this is not decoded."""

# Labels seen in real mail that Python does not know, or knows as a smaller set than senders mean by them.
_ALIASES = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-euc-jp": "euc-jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-big5": "big5",
    "x-user-defined": "cp1252",
    "tis-620": "cp874",
    "windows-874": "cp874",
}
# Codecs that are not a charset of a mail, or whose cost is more than linear (punycode, idna).
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape",
                      "raw_unicode_escape",
                      "undefined", "mbcs", "oem"})  # fmt: skip
_LABEL = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,39}\Z")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BODY_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
# Controls, line separators, and the bidirectional overrides that make a name read backwards (S26).
_LINE_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")


@lru_cache(maxsize=512)
def codec_for(label: str) -> str | None:
    """Python's codec for a mail charset label, or None if unknown or not a text charset."""
    name = label.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if not _LABEL.match(name) or name in _REFUSED:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if info.name in _REFUSED or not getattr(info, "_is_text_encoding", True):
        return None
    return info.name


def decode_bytes(data: bytes, label: str | None) -> tuple[str, bool]:
    """Text of `data` in the charset `label`, and whether the label failed and something else was used.

    An unknown or wrong label falls back to UTF-8, then to windows-1252 with replacement characters. Lone
    surrogates
    never come out.
    """
    codec = codec_for(label) if label else "utf-8"
    if codec is not None:
        try:
            text = data.decode(codec)
        except (UnicodeError, ValueError):
            pass
        else:
            return (text if codec == "utf-8" else scrub(text)), False
    try:
        return data.decode("utf-8"), bool(label)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), True


def scrub(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def clean_body(text: str) -> str:
    """Body text with LF line ends and every other control character but tab shown as U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BODY_CONTROLS.sub(_shown, text) if _BODY_CONTROLS.search(text) else text


def _shown(match: re.Match[str]) -> str:
    return "\n" if match.group() in "\x0b\x0c\u2028\u2029" else "\ufffd"


def clean_line(text: str, limit: int = MAX_HEADER_CHARS) -> str:
    """One line: controls, line separators and direction overrides gone, white space runs made one space."""
    text = text[: limit * 4]
    if not (text.isascii() and text.isprintable()):
        text = scrub(text)
        text = _LINE_CONTROLS.sub(lambda m: " " if m.group() in "\t\r\n\u2028\u2029" else "", text)
    if "  " in text or not text.isascii():
        text = _SPACES.sub(" ", text)
    return text.strip()[:limit].rstrip()


def header_text(raw: bytes | str) -> str:
    """A raw header value as text, encoded words still encoded: UTF-8, or windows-1252 where it is not
    UTF-8.
    """
    if isinstance(raw, str):
        return scrub(raw[:MAX_HEADER_CHARS])
    raw = raw[:MAX_HEADER_CHARS]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def decode_words(text: str) -> str:
    """`text` with RFC 2047 encoded words decoded, controls kept: for those who must look at what was hidden.

    Neighbouring words of one charset are joined as bytes first, since senders split letters between them.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    pending, charset, last = b"", "", 0
    for match in _WORD.finditer(text):
        between = text[last : match.start()]
        data = _word_bytes(match.group(2), match.group(3), match.group(1))
        label = match.group(1).partition("*")[0].lower()  # RFC 2231 language suffix
        if pending and not between.strip() and label == charset:
            pending += data
        else:
            out.append(decode_bytes(pending, charset)[0] if pending else "")
            if between.strip() or not last:
                out.append(between)
            pending, charset = data, label
        last = match.end()
    out.append(decode_bytes(pending, charset)[0] if pending else "")
    out.append(text[last:])
    return "".join(out)


def _word_bytes(encoding: str, payload: str, label: str) -> bytes:
    # Raw letters do not belong in an encoded word; where they are, they are in its own charset.
    raw_8bit = not payload.isascii() and codec_for(label) != "utf-8"
    data = payload.encode("cp1252" if raw_8bit else "utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" ").replace(b"\n", b" "), header=False)
    return decode_base64(data)


def decode_base64(data: bytes | memoryview) -> bytes:
    """Base64 without complaint: junk is skipped, missing padding is added, a lone last letter is dropped."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        if len(letters) % 4 == 1:
            letters = letters[:-1]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_header(raw: bytes | str) -> str:
    """A header value for people: one line, decoded, without control characters or lone surrogates."""
    text = header_text(raw)
    if "=?" in text:
        text = decode_words(text)
    return clean_line(text)
