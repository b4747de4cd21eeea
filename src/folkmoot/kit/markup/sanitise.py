"""Untrusted text and HTML made safe: control characters, a short list of tags, no script, no remote image.

The parser and the list of tags are nh3's (ammonia, an HTML5 parser); what it returns is canonical, so the
rewriting after it (pictures into links, bounds) can split it at its tags.
"""

from __future__ import annotations

import re
from typing import Final

import nh3

from .tidy import tidy

MAX_IN: Final = 1_000_000
"""Characters of HTML that are read; the rest is cut."""
MAX_OUT: Final = 500_000
"""Characters of HTML that are returned, give or take the closing tags."""
MAX_DEPTH: Final = 60
"""Elements within elements that are kept; deeper ones lose their tags, not their text."""
_TRUSTED_SIZE: Final = 4_000  # below this no input can cost the parser more than a few milliseconds

_BAD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TAG: Final = re.compile(r"<([^>]*)>")
_ATTR: Final = re.compile(r'([a-z]+)="([^"]*)"')
_TINY: Final = re.compile(r"^\s*0*[0-2](?:\.\d*)?\s*(?:px)?\s*$")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_SCHEMES: Final = {"http", "https", "mailto", "gemini"}
_REL: Final = "nofollow noopener noreferrer"
_INLINE: Final = {"a", "br", "b", "strong", "i", "em", "u", "s", "del", "code", "span"}
_NOTE_TAGS: Final = _INLINE | {"p", "blockquote", "pre", "ul", "ol", "li"}
_RICH_TAGS: Final = _NOTE_TAGS | {
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "div", "table", "thead", "tbody", "tr", "th", "td", "img"),
    *("details", "summary"),
}
_DROPPED_WITH_TEXT: Final = {
    *("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "template"),
    *("svg", "math", "object", "embed", "select", "option"),
}
# The microformat classes by which clients find mentions and tags; no class of our own pages is among them.
_CLASSES: Final = {
    "a": {"mention", "hashtag", "u-url"},
    "span": {"h-card", "invisible", "ellipsis"},
    "p": {"quote-inline"},
}


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    # "*" must be named: left out, nh3 lets `title` and `lang` through on every tag.
    attributes: dict[str, set[str]] = {
        "*": set(),
        "a": {"href", "translate"},
        "span": {"translate"},
        "ol": {"start"},
    }
    if "img" in tags:
        attributes |= {"img": {"src", "alt", "width", "height", "style"}}
    if "td" in tags:
        attributes |= {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=_DROPPED_WITH_TEXT,
        attributes=attributes,
        allowed_classes=_CLASSES,
        link_rel=_REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
    )


_RICH: Final = _cleaner(_RICH_TAGS)
_NOTE: Final = _cleaner(_NOTE_TAGS)


def clean_text(text: str) -> str:
    """The text as it may be stored: valid Unicode, line ends as `\\n`, no control character but that and tab.

    Dropped are NUL, C0 and C1 controls, lone surrogates and non-characters, which databases, XML or UTF-8
    refuse.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BAD.sub("", text) if _BAD.search(text) else text


def escape(text: str) -> str:
    """Text as HTML, fit for element content and for a double-quoted attribute."""
    return escape_text(text).replace('"', "&quot;")


def escape_text(text: str) -> str:
    """Text as HTML element content (quotes stay, as an HTML serialiser leaves them)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def unescape(html: str) -> str:
    """Element content or an attribute of canonical HTML as text: the five references a serialiser writes."""
    if "&" not in html:
        return html
    html = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return html.replace("&nbsp;", "\xa0").replace("&amp;", "&")


def safe_url(url: str, *, mail: bool = False) -> str | None:
    """The address without blanks around it if it is http or https (with `mail` also mailto), else None."""
    url = clean_text(url).strip()
    lower = url[:8].lower()
    good = lower.startswith(("http://", "https://")) or (mail and lower.startswith("mailto:"))
    if not good or len(url) > 2048 or re.search(r"[\s<>\"`{}\\]", url):
        return None
    return url


def clean_html(html: str) -> str:
    """Safe HTML for a post or a mail: text structure, lists, tables, links; pictures become links to them.

    Allowed are the tags of running text, headings and tables; links to http, https, mailto and gemini.
    Comments, head, style, scripts, forms, events, styles and tracking pixels go. Cut to `MAX_IN` in and about
    `MAX_OUT` out. Cleaning what was cleaned changes nothing.
    """
    return _clean(_RICH, html, _RICH_TAGS)


def clean_note(html: str) -> str:
    """Safe HTML for a short note or biography: as `clean_html` without headings, tables and pictures."""
    return _clean(_NOTE, html, _NOTE_TAGS)


def _clean(cleaner: nh3.Cleaner, html: str, tags: set[str]) -> str:
    html = _bearable(clean_text(html[:MAX_IN]))
    if len(html) > _TRUSTED_SIZE:
        html = tidy(html, tags, _DROPPED_WITH_TEXT)
    # A second parse may move what the first one wrote (tables in links …): stop where nothing moves any more.
    done = _finish(cleaner.clean(html))
    for _ in range(4):
        again = _finish(cleaner.clean(done))
        if again == done:
            break
        done = again
    return done


_DEAR: Final = re.compile("[&\u0080-\u00bf]")
_MAX_DEAR: Final = 100_000


def _bearable(html: str) -> str:
    """Cut before so many `&`, `·`, `«` or hard spaces that the parser, whose time grows with the square of their
    number, would hold everybody up: no real text has as many."""
    for number, found in enumerate(_DEAR.finditer(html)):
        if number == _MAX_DEAR:
            return html[: found.start()]
    return html


def _finish(html: str) -> str:
    """Pictures to links, void tags closed; empty links and what is too deep or too long dropped."""
    html = clean_text(html)
    if "<" not in html:
        return _cut(html, MAX_OUT)
    out: list[str] = []
    stack: list[str] = []  # the names of open elements; "" for one whose tags are not written
    size = 0
    for index, part in enumerate(_TAG.split(html)):
        if index % 2 == 0:
            piece = part
        elif part.startswith("/"):
            name = stack.pop() if stack else ""
            piece = f"</{name}>" if name else ""
        else:
            piece = _open_tag(part, stack)
        out.append(piece)
        size += len(piece)
        if size > MAX_OUT:
            if index % 2 == 0:
                out[-1] = _cut(piece, max(0, len(piece) - (size - MAX_OUT)))
            break
    out.extend(f"</{name}>" for name in reversed(stack) if name)
    return "".join(out)


def _cut(text: str, size: int) -> str:
    """At most `size` characters of escaped text, never half a character reference."""
    short = text[:size]
    start = short.rfind("&", max(0, size - 6)) if len(text) > size else -1
    return short if start < 0 or ";" in short[start:] else short[:start]


def _open_tag(tag: str, stack: list[str]) -> str:
    name = tag.partition(" ")[0]
    if name in ("br", "hr"):
        return f"<{name} />"
    if name == "img":
        return _picture(dict(_ATTR.findall(tag)), inside_link="a" in stack)
    if len(stack) >= MAX_DEPTH or (name == "a" and (' href="' not in tag or "a" in stack)):
        stack.append("")
        return ""
    stack.append(name)
    if ' class=""' in tag:
        tag = tag.replace(' class=""', "")
    return f"<{tag}>"


def _picture(attrs: dict[str, str], *, inside_link: bool) -> str:
    """A link to the picture in the words of its description; nothing for a tracking pixel."""
    if any(_TINY.match(attrs.get(side, "")) for side in ("width", "height")) or _HIDDEN.search(
        attrs.get("style", "")
    ):
        return ""
    words, source = attrs.get("alt", "").strip(), attrs.get("src", "")
    if inside_link or not source.startswith(("http://", "https://")):
        return words.replace("&quot;", '"')
    words = words or source.partition("?")[0].rstrip("/").rpartition("/")[2] or source
    return f'<a href="{source}" target="_blank" rel="{_REL}">{words.replace("&quot;", chr(34))}</a>'
