"""Finding people: suggestions and the directory."""

from __future__ import annotations

from typing import Final, Literal

from folkmoot.domain import views
from folkmoot.domain.people import suggestions
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import offsets, present, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, limit_of
from folkmoot.wire.mastodon.profile import Suggestion
from folkmoot.wire.mastodon.requests import discovery as api
from folkmoot.wire.mastodon.requests.oauth import Empty

_Source = Literal["friends_of_friends", "most_followed"]
SOURCES: Final[dict[str, _Source]] = {"friends": "friends_of_friends", "followed": "most_followed"}


@door.on(api.ListSuggestions)
def suggested(at: At, ask: api.ListSuggestions) -> list[Suggestion]:
    found = suggestions.suggest(at.tx, at.viewer, limit_of(ask))
    people = views.accounts_by_ids(at.tx, [s.id for s in found])
    return [
        Suggestion(
            source="past_interactions" if "friends" in s.reasons else "global",
            sources=[SOURCES[reason] for reason in s.reasons],
            account=present.account(people[s.id], at.house.links),
        )
        for s in found
    ]


@door.on(api.ListSuggestionsV1)
def suggested_v1(at: At, ask: api.ListSuggestionsV1) -> Response:
    found = suggestions.suggest(at.tx, at.viewer, limit_of(ask))
    return Response(200, render.account_array(at, [s.id for s in found]))


@door.on(api.RemoveSuggestion)
def remove(at: At, ask: api.RemoveSuggestion) -> Empty:
    suggestions.dismiss(at.tx, at.viewer, account_number(at, ask.account_id))
    return {}


@door.on(api.ListDirectory)
def directory(at: At, ask: api.ListDirectory) -> Response:
    limit, offset = offsets.span(ask)
    newest = ask.order == "new"
    ids = suggestions.directory(at.tx, at.viewer, newest=newest, local=ask.local, limit=limit, offset=offset)
    return Response(200, render.account_array(at, ids))
