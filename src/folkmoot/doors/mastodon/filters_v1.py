"""Filters as they were before 4.0: each keyword of a filter is shown as a filter of its own, under its own id."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain.errors import Invalid
from folkmoot.domain.reading import filterbook
from folkmoot.domain.reading import filters as verbs
from folkmoot.domain.reading.filterbook import Filter, Keyword
from folkmoot.domain.reading.filters import MAX_TITLE, FilterChange, KeywordChange
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon import present_filters as present
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.filters import contexts
from folkmoot.doors.mastodon.pages import number
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.wire.mastodon.filters import V1Filter
from folkmoot.wire.mastodon.requests import filters as api
from folkmoot.wire.mastodon.requests.oauth import Empty

SEVERAL = (
    "Validation failed: This filter has several keywords: it can only be changed by an application that knows"
    " such filters"
)


def _phrase(text: str) -> str:
    if not text.strip():
        raise Invalid("phrase", "blank")
    return text.strip()


@door.on(api.ListFiltersV1)
def list_filters(at: At, ask: api.ListFiltersV1) -> list[V1Filter]:
    found = filterbook.listing(at.tx, at.viewer)
    return [present.v1(one, keyword) for one in found for keyword in one.keywords]


@door.on(api.GetFilterV1)
def get_filter(at: At, ask: api.GetFilterV1) -> V1Filter:
    return present.v1(*filterbook.of_keyword(at.tx, at.viewer, number(ask.id)))


@door.on(api.CreateFilterV1)
def create_filter(at: At, ask: api.CreateFilterV1) -> V1Filter:
    phrase = _phrase(ask.phrase)
    new = FilterChange(
        title=phrase[:MAX_TITLE],
        contexts=contexts(ask.context),
        action="hide" if ask.irreversible else "warn",
        seconds=ask.expires_in,
        keywords=[KeywordChange(keyword=phrase, whole_word=ask.whole_word)],
    )
    made = verbs.create(at.tx, at.viewer, new)
    return present.v1(made, made.keywords[0])


@door.on(api.UpdateFilterV1)
def update_filter(at: At, ask: api.UpdateFilterV1) -> V1Filter:
    found, keyword = filterbook.of_keyword(at.tx, at.viewer, number(ask.id))
    wanted = _wanted(ask, found, keyword)
    if len(found.keywords) > 1 and _reaches_others(wanted, found):
        raise Said(422, SEVERAL)
    verbs.change(at.tx, at.viewer, found.id, wanted)
    return present.v1(*filterbook.of_keyword(at.tx, at.viewer, keyword.id))


def _wanted(ask: api.UpdateFilterV1, found: Filter, keyword: Keyword) -> FilterChange:
    phrase = keyword.keyword if ask.phrase is UNSET else _phrase(ask.phrase)
    whole_word = None if ask.whole_word is UNSET else ask.whole_word
    action = None
    if ask.irreversible is not UNSET and ask.irreversible != (found.action == "hide"):
        action = "hide" if ask.irreversible else "warn"
    return FilterChange(
        title=None if phrase == keyword.keyword else phrase[:MAX_TITLE],
        contexts=contexts(ask.context),
        action=action,
        seconds=ask.expires_in,
        keywords=[KeywordChange(id=keyword.id, keyword=phrase, whole_word=whole_word)],
    )


def _reaches_others(wanted: FilterChange, found: Filter) -> bool:
    """Whether the change is one of the whole filter, whose other keywords would change with it."""
    return (
        wanted.title is not None
        or wanted.action is not None
        or (wanted.contexts is not None and set(wanted.contexts) != set(found.contexts))
        or (wanted.seconds is not UNSET and (wanted.seconds, found.expires_at) != (None, None))
    )


@door.on(api.DeleteFilterV1)
def delete_filter(at: At, ask: api.DeleteFilterV1) -> Empty:
    verbs.drop_keyword(at.tx, at.viewer, number(ask.id))
    return {}
