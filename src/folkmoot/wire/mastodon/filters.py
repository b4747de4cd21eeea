"""The reader's own filters, and what they matched."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.entity import Entity, FilterContext


class FilterKeyword(Entity, kw_only=True):
    """A word or phrase of a filter. Page: FilterKeyword."""

    id: Id
    keyword: str = ""
    whole_word: bool = False


class FilterStatus(Entity, kw_only=True):
    """A single post that a filter names. Page: FilterStatus."""

    id: Id
    status_id: Id


class Filter(Entity, kw_only=True):
    """A named set of words and posts, where it applies and what it does. Page: Filter."""

    id: Id
    title: str = ""
    context: list[FilterContext] = []
    expires_at: Time | None = None
    filter_action: Literal["warn", "hide", "blur"]
    keywords: list[FilterKeyword] | UnsetType = UNSET
    statuses: list[FilterStatus] | UnsetType = UNSET


class FilterResult(Entity, kw_only=True):
    """Why a post is filtered for the reader. Page: FilterResult."""

    filter: Filter
    keyword_matches: list[str] | None = None
    status_matches: list[str] | None = None


class V1Filter(Entity, kw_only=True):
    """A filter of one phrase, the form before 4.0. Page: V1_Filter."""

    id: Id
    phrase: str
    context: list[FilterContext] = []
    expires_at: Time | None = None
    irreversible: bool
    whole_word: bool
