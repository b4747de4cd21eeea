"""The caller's filters: groups of keywords and single posts, by the second version of this API."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from folkmoot.domain.errors import NotFound
from folkmoot.domain.reading import filterbook
from folkmoot.domain.reading import filters as verbs
from folkmoot.domain.reading.filters import FilterChange, KeywordChange
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon import present_filters as present
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.mastodon.filters import Filter, FilterKeyword, FilterStatus
from folkmoot.wire.mastodon.requests import filters as api
from folkmoot.wire.mastodon.requests.oauth import Empty


def contexts(words: Sequence[str] | UnsetType) -> list[str] | None:
    """Contexts in the domain's words; unknown ones stay what they are, for the domain to refuse."""
    return None if words is UNSET else [present.OURS.get(word, f"unknown {word}") for word in words]


@door.on(api.ListFilters)
def list_filters(at: At, ask: api.ListFilters) -> list[Filter]:
    return [present.filter_(found) for found in filterbook.listing(at.tx, at.viewer)]


@door.on(api.GetFilter)
def get_filter(at: At, ask: api.GetFilter) -> Filter:
    return present.filter_(filterbook.get(at.tx, at.viewer, number(ask.id)))


@door.on(api.CreateFilter)
def create_filter(at: At, ask: api.CreateFilter) -> Filter:
    new = FilterChange(
        title=ask.title,
        contexts=contexts(ask.context),
        action=ask.filter_action,
        seconds=ask.expires_in,
        keywords=[KeywordChange(keyword=k.keyword, whole_word=k.whole_word) for k in ask.keywords_attributes],
    )
    return present.filter_(verbs.create(at.tx, at.viewer, new))


@door.on(api.UpdateFilter)
def update_filter(at: At, ask: api.UpdateFilter) -> Filter:
    wanted = FilterChange(
        title=None if ask.title is UNSET else ask.title,
        contexts=contexts(ask.context),
        action=ask.filter_action,
        seconds=ask.expires_in,
        keywords=[_keyword(k) for k in ask.keywords_attributes],
    )
    return present.filter_(verbs.change(at.tx, at.viewer, number(ask.id), wanted))


def _keyword(wanted: api.KeywordAttributes) -> KeywordChange:
    return KeywordChange(
        id=None if wanted.id is None else number(wanted.id),
        keyword=None if wanted.keyword is UNSET else wanted.keyword,
        whole_word=None if wanted.whole_word is UNSET else wanted.whole_word,
        drop=wanted.destroy,
    )


@door.on(api.DeleteFilter)
def delete_filter(at: At, ask: api.DeleteFilter) -> Empty:
    verbs.delete(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.ListFilterKeywords)
def list_keywords(at: At, ask: api.ListFilterKeywords) -> list[FilterKeyword]:
    found = filterbook.get(at.tx, at.viewer, number(ask.filter_id))
    return [present.keyword(keyword) for keyword in found.keywords]


@door.on(api.AddFilterKeyword)
def add_keyword(at: At, ask: api.AddFilterKeyword) -> FilterKeyword:
    filter_id = number(ask.filter_id)
    added = verbs.add_keyword(at.tx, at.viewer, filter_id, ask.keyword, whole_word=ask.whole_word)
    return present.keyword(added)


@door.on(api.GetFilterKeyword)
def get_keyword(at: At, ask: api.GetFilterKeyword) -> FilterKeyword:
    return present.keyword(filterbook.of_keyword(at.tx, at.viewer, number(ask.id))[1])


@door.on(api.UpdateFilterKeyword)
def update_keyword(at: At, ask: api.UpdateFilterKeyword) -> FilterKeyword:
    text = None if ask.keyword is UNSET else ask.keyword
    whole = None if ask.whole_word is UNSET else ask.whole_word
    return present.keyword(verbs.change_keyword(at.tx, at.viewer, number(ask.id), text, whole))


@door.on(api.DeleteFilterKeyword)
def delete_keyword(at: At, ask: api.DeleteFilterKeyword) -> Empty:
    verbs.drop_keyword(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.ListFilterStatuses)
def list_statuses(at: At, ask: api.ListFilterStatuses) -> list[FilterStatus]:
    found = filterbook.get(at.tx, at.viewer, number(ask.filter_id))
    return [present.status(named) for named in found.posts]


@door.on(api.AddFilterStatus)
def add_status(at: At, ask: api.AddFilterStatus) -> FilterStatus:
    if ask.status_id is None:
        raise NotFound(what="post")
    added = verbs.add_post(at.tx, at.viewer, number(ask.filter_id), number(ask.status_id))
    return present.status(added)


@door.on(api.GetFilterStatus)
def get_status(at: At, ask: api.GetFilterStatus) -> FilterStatus:
    return present.status(filterbook.named_post(at.tx, at.viewer, number(ask.id)))


@door.on(api.RemoveFilterStatus)
def remove_status(at: At, ask: api.RemoveFilterStatus) -> FilterStatus:
    return present.status(verbs.drop_post(at.tx, at.viewer, number(ask.id)))
