"""Finds addresses, mentions and hashtags in plain text, in linear time; writes links as clients expect."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import quote

import regex

from .sanitise import escape

MAX_TAG: Final = 100
MAX_URL: Final = 2048
_MAX_NAME: Final = 100
_MAX_DOMAIN: Final = 253

# One scan: an address, a mention, or the sign that may open a tag. Possessive: nothing is tried twice.
_TOKEN: Final = re.compile(
    r"[@#＃hH](?:"
    r"(?<=[hH])[tT][tT][pP][sS]?://(?P<url>[\w\[][^\s<>\"`{}|\\^。，、）」』】\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*+)"
    r"|(?<=@)(?P<name>[A-Za-z0-9_]++(?:[.-][A-Za-z0-9_]++)*+)(?:@(?P<domain>\w++(?:[.-]++\w++)*+(?::[0-9]{1,5}+)?+))?+"
    r"|(?<=[#＃])(?P<tag>(?=\w)))"
)
_TAG: Final = regex.compile(r"[\p{L}\p{M}\p{N}_·\u200c]{1,101}+")
_NOT_WORD: Final = regex.compile(r"[^\p{L}\p{M}\p{N}_·]+")
_TRAILING: Final = frozenset(".,;:!?'*_~…’”")
_BRACKETS: Final = {")": "(", "]": "["}
_PREFIX: Final = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


class Kind(enum.IntEnum):
    """What was found in a text."""

    URL = 0
    MENTION = 1
    TAG = 2


class Token(NamedTuple):
    """Something found in a text between `start` and `end` (positions in code points).

    `value` is the address, the name, or the tag as written; `domain` is a mention's, or None.
    """

    kind: Kind
    start: int
    end: int
    value: str
    domain: str | None = None


def find(text: str) -> Iterator[Token]:
    """Addresses, mentions and hashtags of a plain text, in order, never overlapping.

    A mention must not follow a word character or a slash (so `foo@example.org` is none), a tag neither.
    """
    position = 0
    for match in _TOKEN.finditer(text):
        start = match.start()
        if start < position:
            continue
        before = text[start - 1] if start else " "
        if before == "_" or before.isalnum():
            continue
        if match["url"] is not None:
            end = _url_end(text, start, match.end())
            if end - start <= MAX_URL:
                position = end
                yield Token(Kind.URL, start, end, text[start:end])
            continue
        token = None if before in "/&" else _name_or_tag(text, match)
        if token is not None:
            position = token.end
            yield token


def _name_or_tag(text: str, match: re.Match[str]) -> Token | None:
    start = match.start()
    name, domain = match["name"], match["domain"]
    if name is not None:
        if len(name) > _MAX_NAME or (domain is not None and len(domain) > _MAX_DOMAIN):
            return None
        return Token(Kind.MENTION, start, match.end(), name, domain)
    word = _TAG.match(text, start + 1)
    if word is None or word.end() - start - 1 > MAX_TAG or not any(map(str.isalpha, word[0])):
        return None
    value = word[0].strip("·\u200c")
    return Token(Kind.TAG, start, start + 1 + len(word[0].rstrip("·\u200c")), value) if fold(value) else None


def _url_end(text: str, start: int, end: int) -> int:
    """The end without trailing punctuation and without brackets that were opened before the address."""
    if text[end - 1] not in _TRAILING and text[end - 1] not in _BRACKETS:
        return end
    counts = {sign: text.count(sign, start, end) for pair in _BRACKETS.items() for sign in pair}
    while end > start:
        last = text[end - 1]
        if last in _BRACKETS:
            if counts[last] <= counts[_BRACKETS[last]]:
                break
            counts[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end


def fold(tag: str) -> str:
    """The form by which a tag is found: NFKC, case-folded, word characters only; "" when none is left."""
    if tag.isascii():
        return tag.lower()
    for _ in range(4):  # a sign dropped from between letters may let them combine
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
        folded = str(_NOT_WORD.sub("", folded))[:MAX_TAG]
        if folded == tag:
            break
        tag = folded
    return tag


def url_html(url: str) -> str:
    """The link that Mastodon writes for an address: scheme hidden, 30 characters shown, the rest hidden."""
    match = _PREFIX.match(url)
    cut = match.end() if match else 0
    shown, rest = url[cut : cut + 30], url[cut + 30 :]
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{escape(url[:cut])}</span><span class="{"ellipsis" if rest else ""}">'
        f'{escape(shown)}</span><span class="invisible">{escape(rest)}</span></a>'
    )


def tag_html(base_url: str, folded: str, display: str) -> str:
    """The link that Mastodon writes for a hashtag; `base_url` has no slash at its end."""
    return (
        f'<a href="{escape(base_url)}/tags/{quote(folded, safe="")}" class="mention hashtag" rel="tag">'
        f"#<span>{escape(display)}</span></a>"
    )


def mention_html(url: str, shown: str) -> str:
    """The link that Mastodon writes for a mention; `shown` is `user` or `user@domain`."""
    return (
        f'<span class="h-card" translate="no"><a href="{escape(url)}" class="u-url mention">'
        f"@<span>{escape(shown)}</span></a></span>"
    )
