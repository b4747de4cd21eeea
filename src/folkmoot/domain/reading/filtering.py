"""What a reader's filters match: all of an account's keywords are asked of a text at once, without regular expressions.

Text and keywords are compared folded (Unicode case folding of NFC), so that case and ways of writing an accent make no
difference. Keywords that are whole words are looked up among the words of the text, however many they are; the others
are searched for one by one, by the interpreter's linear search: no keyword can make it slow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from folkmoot.domain.posts.polls import PART as POLL
from folkmoot.domain.posts.threads import fold_subject
from folkmoot.domain.reading.filterbook import Filter, Keyword
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posting import poll_options, polls
from folkmoot.store.schema.posts import bodies, media, posts, threads
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import Tx

MOST_TEXT: Final = 100_000
"""Characters of a post's text that are looked at; far beyond what people write, and a bound for what mail brings."""
NEVER: Final = 1 << 62

_TEXTS = Query(
    sa.select(
        posts.c.id,
        posts.c.media_n,
        posts.c.parts,
        posts.c.parent_id,
        bodies.c.title,
        bodies.c.warning,
        sa.func.substr(bodies.c.plain, 1, MOST_TEXT),
        threads.c.folded_subject,
        groups.c.subject_tag,
    )
    .select_from(
        posts.join(bodies, bodies.c.post_id == posts.c.id)
        .outerjoin(threads, threads.c.id == posts.c.thread_id)
        .outerjoin(groups, groups.c.account_id == posts.c.group_id)
    )
    .where(in_list(posts.c.id, "ids"))
)
_DESCRIPTIONS = Query(
    sa.select(media.c.post_id, media.c.description)
    .where(in_list(media.c.post_id, "ids"), media.c.description != "")
    .order_by(media.c.post_id, media.c.position)
)
_OPTIONS = Query(
    sa.select(polls.c.post_id, poll_options.c.title)
    .select_from(poll_options.join(polls, polls.c.id == poll_options.c.poll_id))
    .where(in_list(polls.c.post_id, "ids"))
    .order_by(polls.c.post_id, poll_options.c.position)
)


class Match(msgspec.Struct, frozen=True):
    """A filter that matched a post: by which of its keywords, and whether it names the post itself."""

    filter: Filter
    keywords: tuple[str, ...]
    named: bool


class _Phrase(NamedTuple):
    """What is searched for in the text, and whether its first and its last letter must be a word's own."""

    needle: str
    starts: bool
    ends: bool
    place: int
    keyword: str


class Matcher:
    """All filters of one account that have not run out, ready to be asked; good until the moment `until` (ms)."""

    __slots__ = ("_named", "_phrases", "_words", "filters", "until")

    def __init__(self, filters: Iterable[Filter], now: int) -> None:
        self.filters = [one for one in filters if not one.expired(now)]
        self.until = min(
            (one.expires_at for one in self.filters if one.expires_at is not None), default=NEVER
        )
        self._words: dict[str, list[tuple[int, str]]] = {}
        self._phrases: list[_Phrase] = []
        self._named: dict[int, list[int]] = {}
        for place, one in enumerate(self.filters):
            for keyword in one.keywords:
                self._take(place, keyword)
            for named in one.posts:
                self._named.setdefault(named.post_id, []).append(place)

    def _take(self, place: int, keyword: Keyword) -> None:
        needle = fold(keyword.keyword)
        if keyword.whole_word and all(map(of_word, needle)):
            self._words.setdefault(needle, []).append((place, keyword.keyword))
            return
        starts = keyword.whole_word and of_word(needle[0])
        ends = keyword.whole_word and of_word(needle[-1])
        self._phrases.append(_Phrase(needle, starts, ends, place, keyword.keyword))

    @property
    def bare(self) -> bool:
        """Whether nothing can match."""
        return not (self._named or self.reads)

    @property
    def reads(self) -> bool:
        """Whether the text is needed, and not only the post's id."""
        return bool(self._words or self._phrases)

    def match(self, post_id: int, text: str) -> list[Match]:
        """The filters that match a post of this text, oldest filter first."""
        hits: dict[int, list[str]] = {place: [] for place in self._named.get(post_id, ())}
        named = set(hits)
        for place, keyword in self._hits(fold(text)):
            hits.setdefault(place, []).append(keyword)
        return [
            Match(self.filters[place], tuple(dict.fromkeys(hits[place])), place in named)
            for place in sorted(hits)
        ]

    def _hits(self, folded: str) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        if self._words:
            for word in self._words.keys() & words_of(folded):
                found += self._words[word]
        found += [
            (phrase.place, phrase.keyword)
            for phrase in self._phrases
            if phrase.needle in folded and _stands(phrase, folded)
        ]
        return sorted(found)


def _stands(phrase: _Phrase, folded: str) -> bool:
    """Whether the phrase, which is in the text, stands somewhere without a word going on at its ends."""
    if not (phrase.starts or phrase.ends):
        return True
    at = folded.find(phrase.needle)
    while at >= 0:
        end = at + len(phrase.needle)
        if not (phrase.starts and at and of_word(folded[at - 1])) and not (
            phrase.ends and end < len(folded) and of_word(folded[end])
        ):
            return True
        at = folded.find(phrase.needle, at + 1)
    return False


def fold(text: str) -> str:
    """The text as it is compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def of_word(char: str) -> bool:
    """Whether the character belongs to words: letters, digits, marks above and below them, connectors such as _
    (Unicode TR18, annex C, \\p{word} without the joiners)."""
    return char.isalnum() or char == "_" or _joins(char)


def _joins(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "M" or category == "Pc"


def words_of(folded: str) -> set[str]:
    """The words of a text: its longest runs of characters that belong to words."""
    if folded.isascii():
        return set(_ASCII.findall(folded))
    beyond = sorted(char for char in set(folded) if not char.isalnum() and _joins(char))
    return set(_runs("".join(beyond)).findall(folded))


_ASCII: Final = re.compile(r"\w+")


@lru_cache(maxsize=256)
def _runs(beyond: str) -> re.Pattern[str]:
    return re.compile(rf"[\w{re.escape(beyond)}]+")


def texts(tx: Tx, ids: Sequence[int]) -> dict[int, str]:
    """What filters read of posts, by id: title, content warning, text, descriptions of files, answers of polls.

    One query, and one more each where any of them has files or a poll. Sight is not asked: for posts that a list has
    asked sight for.
    """
    parts: dict[int, list[str]] = {}
    with_media, with_poll = [], []
    for id_, media_n, bits, parent_id, title, warning, plain, subject, tag in tx.all(_TEXTS, ids=ids):
        repeats = parent_id is not None and fold_subject(title, tag or "") == subject
        parts[id_] = ["" if repeats else title, warning, plain]
        if media_n:
            with_media.append(id_)
        if bits & POLL:
            with_poll.append(id_)
    for query, some in ((_DESCRIPTIONS, with_media), (_OPTIONS, with_poll)):
        if some:
            for id_, text in tx.all(query, ids=some):
                parts[id_].append(text)
    return {id_: "\n".join(filter(None, some)) for id_, some in parts.items()}
