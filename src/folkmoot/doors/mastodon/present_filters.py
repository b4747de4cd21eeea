"""Filters as this API's entities: of both versions, and what they matched."""

from __future__ import annotations

from typing import Final, Literal

from folkmoot.domain.reading import filterbook
from folkmoot.domain.reading.filterbook import Named
from folkmoot.domain.reading.filtering import Match
from folkmoot.wire.codecs import Id, Time, time
from folkmoot.wire.mastodon.entity import FilterContext
from folkmoot.wire.mastodon.filters import Filter, FilterKeyword, FilterResult, FilterStatus, V1Filter

CONTEXTS: Final[dict[str, FilterContext]] = {
    "home": "home",
    "notices": "notifications",
    "public": "public",
    "thread": "thread",
    "account": "account",
}
ACTIONS: Final[dict[str, Literal["warn", "hide", "blur"]]] = {"warn": "warn", "hide": "hide", "blur": "blur"}
OURS: Final[dict[str, str]] = {theirs: ours for ours, theirs in CONTEXTS.items()}


def filter_(found: filterbook.Filter) -> Filter:
    """A filter with its keywords and posts."""
    entity = bare(found)
    entity.keywords = [keyword(one) for one in found.keywords]
    entity.statuses = [status(one) for one in found.posts]
    return entity


def bare(found: filterbook.Filter) -> Filter:
    """A filter as it stands in results: without what is in it."""
    return Filter(
        id=Id(str(found.id)),
        title=found.title,
        context=_contexts(found),
        expires_at=_expiry(found),
        filter_action=ACTIONS[found.action],
    )


def keyword(found: filterbook.Keyword) -> FilterKeyword:
    """A keyword of a filter."""
    return FilterKeyword(id=Id(str(found.id)), keyword=found.keyword, whole_word=found.whole_word)


def status(found: Named) -> FilterStatus:
    """A post that a filter names."""
    return FilterStatus(id=Id(str(found.id)), status_id=Id(str(found.post_id)))


def v1(found: filterbook.Filter, word: filterbook.Keyword) -> V1Filter:
    """One keyword in the form before 4.0, which had no groups of them."""
    return V1Filter(
        id=Id(str(word.id)),
        phrase=word.keyword,
        context=_contexts(found),
        expires_at=_expiry(found),
        irreversible=found.action == "hide",
        whole_word=word.whole_word,
    )


def result(match: Match, post_id: int) -> FilterResult:
    """Why a filter matched: the keywords as they were written into the filter, and the post where it is named."""
    return FilterResult(
        filter=bare(match.filter),
        keyword_matches=list(match.keywords) or None,
        status_matches=[str(post_id)] if match.named else None,
    )


def _contexts(found: filterbook.Filter) -> list[FilterContext]:
    return [CONTEXTS[context] for context in found.contexts]


def _expiry(found: filterbook.Filter) -> Time | None:
    return None if found.expires_at is None else time(found.expires_at)
