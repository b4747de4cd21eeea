"""Bodies of parts: transfer encodings, format=flowed, text/enriched and HTML reduced to text, all with
caps.
"""

import binascii
import re
from html import unescape

from folkmoot.kit.mail.words import clean_body, decode_base64, decode_bytes

MAX_TEXT = 2_000_000
"""Octets of one decoded text, and characters of the text made of a whole message."""
MAX_HTML_TO_TEXT = 300_000
"""Characters of HTML that are laid out as text."""
MAX_TABLES = 100
"""Tables in HTML that is laid out; with more, tags are only stripped, since nested layout is not linear."""

_TAGS = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_UNSHOWN = re.compile(r"<!--|<(script|style|head|title)\b", re.I)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote)\b[^<>]*>", re.I)
_ENRICHED_PARAM = re.compile(r"<param>[^<]*</param>", re.I)
_ENRICHED = re.compile(r"<<|</?[a-zA-Z][a-zA-Z0-9-]{0,60}>|\n+")
_MANY_BLANKS = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def decode_transfer(data: bytes | memoryview, encoding: str, cap: int | None = None) -> bytes:
    """`data` with its Content-Transfer-Encoding undone; unknown encodings are taken as they are. Never
    raises.

    With `cap`, about `cap` octets come out at most and no more than four times that is read.
    """
    if cap is not None:
        data = data[: cap * 4]
    if encoding == "base64":
        octets = decode_base64(data)
    elif encoding == "quoted-printable":
        octets = binascii.a2b_qp(data)
    else:
        octets = bytes(data if cap is None else data[:cap])
    return octets if cap is None else octets[:cap]


def decode_text(data: bytes | memoryview, encoding: str, charset: str | None) -> tuple[str, bool, bool]:
    """The clean text of an encoded text part, whether its charset failed, and whether it was cut at
    MAX_TEXT.
    """
    octets = decode_transfer(data, encoding, MAX_TEXT + 1)
    cut = len(octets) > MAX_TEXT or len(data) > (MAX_TEXT + 1) * 4
    text, replaced = decode_bytes(octets[:MAX_TEXT], charset)
    return clean_body(text), replaced and not octets.isascii(), cut


def unflow(text: str, *, delsp: bool) -> str:
    """Text of `format=flowed` with soft line breaks joined per quote depth and space-stuffing undone (RFC
    3676), but before what would then look like a quote.
    """
    out: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        if content.startswith(" ") and (depth or not content.startswith(" >")):
            content = content[1:]
        flows = content.endswith(" ") and content != "-- "
        words = content[:-1] if flows and delsp else content
        if open_depth == depth and content != "-- ":
            out[-1].append(words)
        else:
            out.append([">" * depth + (" " if depth and content else "") + words])
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in out)


def enriched_to_text(text: str) -> str:
    """text/enriched (RFC 1896) reduced to its words: commands dropped, single line ends made spaces."""

    def replace(match: re.Match[str]) -> str:
        found = match.group()
        if found == "<<":
            return "<"
        if found[0] == "<":
            return ""
        return " " if len(found) == 1 else found[1:]

    return _ENRICHED.sub(replace, _ENRICHED_PARAM.sub("", text)).strip()


def html_to_text(html: str) -> str:
    """HTML laid out as plain text; too big, too nested or broken HTML only loses its tags. Never raises."""
    html = html[:MAX_HTML_TO_TEXT]
    lowered = html.lower()
    if lowered.count("<table") > MAX_TABLES or _deep(lowered):
        return strip_tags(html)
    from inscriptis import get_text  # large, and needed only for mail without a text part
    from inscriptis.model.config import ParserConfig
    from lxml.etree import LxmlError

    try:
        text = get_text(html, ParserConfig(display_links=False, display_anchors=False))
    except (LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return strip_tags(html)
    return _MANY_BLANKS.sub("\n\n", clean_body("\n".join(line.rstrip() for line in text.split("\n")))).strip(
        "\n"
    )


def _deep(html: str) -> bool:
    """Whether more than a few hundred block elements stay open at once, by a cheap count of tags."""
    for name in ("div", "blockquote", "ul", "span", "font", "b", "i", "p", "center"):
        opened = html.count(f"<{name}>") + html.count(f"<{name} ")
        if opened > 200 and opened - html.count(f"</{name}>") > 200:
            return True
    return _run_length(html) > 150


def _run_length(html: str) -> int:
    depth = deepest = 0
    for match in re.finditer(
        r"<(/?)(?:div|blockquote|ul|ol|li|span|font|b|i|em|strong|center|section|td|tr|tbody)\b", html
    ):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest


def strip_tags(html: str) -> str:
    """HTML without its tags, comments, styles and entities: the plain fallback of `html_to_text`. Linear."""
    kept: list[str] = []
    lowered = html.lower()
    pos = 0
    ends: dict[str, int] = {}
    for match in _UNSHOWN.finditer(html):
        if match.start() < pos:
            continue
        closing = f"</{match.group(1).lower()}" if match.group(1) else "-->"
        if ends.get(closing, 0) >= 0 and ends.get(closing, 0) <= match.start():
            ends[closing] = lowered.find(closing, match.end())
        if ends[closing] < 0:
            continue
        kept.append(html[pos : match.start()])
        pos = ends[closing] + len(closing)
    kept.append(html[pos:].lstrip(">") if pos else html)
    return clean_body(unescape(_TAGS.sub("", _BREAKS.sub("\n", "".join(kept))))).strip()
