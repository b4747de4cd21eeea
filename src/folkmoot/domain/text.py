"""The one place that turns a source text into HTML, plain text and facts: mentions, tags, links, length."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import msgspec

from folkmoot.kit.markup import bbcode, graphemes, mail, markdown, walk
from folkmoot.kit.markup.links import Kind, Token, find, fold, mention_html, tag_html, url_html
from folkmoot.kit.markup.plain import MAX_PLAIN, clean_to_text
from folkmoot.kit.markup.sanitise import MAX_IN, MAX_OUT, clean_html, clean_text, escape_text, unescape

MAX_SOURCE: Final = 500_000
"""Characters of a source that are rendered (HTML is bounded by its cleaner); the rest is cut."""
MAX_LINKED: Final = 1_000
"""Mentions, tags and addresses of one text that become links; later ones stay text."""
URL_LENGTH: Final = 23
"""What an address counts, however long it is (Mastodon's rule)."""

# Written by the BBCode writer and kept by the cleaner in just this shape.
_BB_MENTION: Final = re.compile(
    r'<a href="(https?://[^"]*)" class="u-url mention"[^>]*>@<span>([A-Za-z0-9_.-]+)</span></a>'
    r'|<a class="u-url mention" href="(https?://[^"]*)"[^>]*>@<span>([A-Za-z0-9_.-]+)</span></a>'
)


class Markup(enum.IntEnum):
    """How a source is written. MAIL is the text of a mail: quotes behind `>`, a signature after `-- `."""

    PLAIN = 0
    MARKDOWN = 1
    HTML = 2
    BBCODE = 3
    MAIL = 4


class Mention(msgspec.Struct, frozen=True):
    """A name in a plain text, `start` to `end` in code points; `domain` is None for a bare `@name`."""

    name: str
    domain: str | None
    start: int
    end: int


class Person(msgspec.Struct, frozen=True):
    """Somebody who can be linked to: account name, domain (None for one of ours), address of the profile."""

    name: str
    domain: str | None
    url: str


class Found(msgspec.Struct):
    """What a source names, each once and in order: mentions as (name, domain or None) in lower case, tags as
    (folded, as written), http(s) addresses.
    """

    mentions: list[tuple[str, str | None]]
    tags: list[tuple[str, str]]
    urls: list[str]


class Rendered(msgspec.Struct, frozen=True):
    """A source as HTML and plain text; `mentions` are the keys in `people` of those who were found."""

    html: str
    plain: str
    tags: tuple[tuple[str, str], ...]
    mentions: tuple[tuple[str, str | None], ...]
    urls: tuple[str, ...]


_BARE: Final = (Markup.PLAIN, Markup.MAIL)
_SIGNS: Final = "@#＃/"
"""Without one of these a text of those kinds names nobody and nothing; other kinds may write a letter in other ways."""
People = Mapping[tuple[str, str | None], Person]


def scan(source: str, markup: Markup) -> Found:
    """Which names, tags and addresses a source holds: the first pass, before names are looked up."""
    if markup in _BARE and not any(sign in source for sign in _SIGNS):
        return Found([], [], [])
    linker = _Linker("", "", {})
    _html(clean_text(source[:MAX_SOURCE]) if markup in _BARE else source, markup, linker)
    return Found(list(linker.named), list(linker.tags.items()), list(linker.urls))


def render(source: str, markup: Markup, *, base_url: str, local_domain: str, people: People) -> Rendered:
    """Safe HTML and plain text of a source.

    `base_url` is our own address for tag pages, `local_domain` the domain of our accounts. `people` maps what
    `scan` found to whoever bears the name; `(name, None)` and `(name, local_domain)` both mean one of ours.
    Names not in it stay text. Links are written as Mastodon writes them, since clients look for that.
    """
    linker = _Linker(base_url.rstrip("/"), local_domain.lower(), people)
    if markup in _BARE:
        source = clean_text(source[:MAX_SOURCE])
    html = _html(source, markup, linker)
    plain = source.strip("\n") if markup in _BARE else clean_to_text(html)
    return Rendered(
        html, plain[:MAX_PLAIN], tuple(linker.tags.items()), tuple(linker.mentions), tuple(linker.urls)
    )


def positions(plain: str) -> list[Mention]:
    """The mentions of a plain text and where they stand, for clients that mark them themselves."""
    return [
        Mention(token.value, token.domain, token.start, token.end)
        for token in find(plain)
        if token.kind is Kind.MENTION
    ]


def one_line(text: str) -> str:
    """A title or a warning as it is kept: one line, without control characters."""
    return " ".join(clean_text(text).split())


def length(warning: str, source: str) -> int:
    """The length of a post in grapheme clusters; an address counts 23, a mention without its domain."""
    total = graphemes.count(warning)
    if "@" not in source and "://" not in source:
        return total + graphemes.count(source)
    position = 0
    for token in find(source):
        if token.kind is Kind.TAG:
            continue
        total += graphemes.count(source[position : token.start])
        total += URL_LENGTH if token.kind is Kind.URL else 1 + len(token.value)
        position = token.end
    return total + graphemes.count(source[position:])


def _html(source: str, markup: Markup, linker: _Linker) -> str:
    if markup is Markup.PLAIN:
        return walk.paragraphs(linker.link(source))
    if markup is Markup.MAIL:
        return mail.to_html(source, linker.link_mail)
    html = _unlinked(source[:MAX_IN], markup)
    for url in walk.links(html)[:MAX_LINKED]:
        linker.urls.setdefault(url)
    if markup is Markup.BBCODE:
        html = _BB_MENTION.sub(linker.bbcode_mention, html)
    return walk.map_text(html, linker.link)


@lru_cache(maxsize=8)
def _unlinked(source: str, markup: Markup) -> str:
    """The safe HTML of a source before linking; kept, since `scan` and `render` both ask."""
    if markup is Markup.MARKDOWN:
        return markdown.to_html(source[:MAX_OUT])
    return bbcode.to_html(source) if markup is Markup.BBCODE else clean_html(source)


class _Linker:
    """Turns text into HTML with links and remembers what it found."""

    def __init__(self, base_url: str, local_domain: str, people: People) -> None:
        self.base_url = base_url
        self.local_domain = local_domain
        self.people = people
        self.named: dict[tuple[str, str | None], None] = {}
        self.mentions: dict[tuple[str, str | None], None] = {}
        self.tags: dict[str, str] = {}
        self.urls: dict[str, None] = {}
        self.linked = 0
        self.doubled = _doubled(people) if people else frozenset[str]()

    def link(self, text: str) -> str:
        """Text as HTML with its addresses, tags and known names linked."""
        return self._link(text, strict=False, own=True)

    def link_mail(self, text: str, own: bool) -> str:
        """The same for a mail: tags only after a blank; where `own` is false only addresses."""
        return self._link(text, strict=True, own=own)

    def _link(self, text: str, *, strict: bool, own: bool) -> str:
        if "@" not in text and "#" not in text and "＃" not in text and "://" not in text:
            return escape_text(text)
        out: list[str] = []
        position = 0
        for token in find(text):
            if self.linked >= MAX_LINKED:
                break
            if token.kind is not Kind.URL and not own:
                continue
            if strict and token.kind is Kind.TAG and token.start and not text[token.start - 1].isspace():
                continue
            html = self._token(token)
            if html is not None:
                self.linked += 1
                out.append(escape_text(text[position : token.start]))
                out.append(html)
                position = token.end
        out.append(escape_text(text[position:]))
        return "".join(out)

    def _token(self, token: Token) -> str | None:
        if token.kind is Kind.URL:
            self.urls.setdefault(token.value)
            return url_html(token.value)
        if token.kind is Kind.TAG:
            folded = fold(token.value)
            self.tags.setdefault(folded, token.value)
            return tag_html(self.base_url, folded, token.value)
        return self._mention(token.value, token.domain)

    def _mention(self, name: str, domain: str | None) -> str | None:
        key = (name.lower(), domain.lower() if domain else None)
        if key not in self.named and len(self.named) >= MAX_LINKED:
            return None
        self.named.setdefault(key)
        person = self.people.get(key)
        if person is None and key[1] in (None, self.local_domain):
            key = (key[0], self.local_domain if key[1] is None else None)
            person = self.people.get(key)
        if person is None:
            return None
        self.mentions.setdefault(key)
        doubled = person.domain is not None and person.name.lower() in self.doubled
        return mention_html(person.url, f"{person.name}@{person.domain}" if doubled else person.name)

    def bbcode_mention(self, match: re.Match[str]) -> str:
        """A mention written as a link to a profile: the name at the link's host, if we know it."""
        url, name = unescape(match[1] or match[3]), match[2] or match[4]
        try:
            host = urlsplit(url).netloc.rpartition("@")[2].lower()
        except ValueError:  # a malformed IPv6 host; the link stays as it is
            return match[0]
        return self._mention(name, host or None) or match[0]


def _doubled(people: People) -> frozenset[str]:
    """Names that several of these people bear."""
    names = Counter(person.name.lower() for person in {p.url: p for p in people.values()}.values())
    return frozenset(name for name, number in names.items() if number > 1)
