"""Finding people: suggestions, and the directory of those who want to be found."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.profile import Suggestion
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit80
from folkmoot.wire.request import DELETE, GET, Request


@GET("/api/v2/suggestions", auth="user", scope="read read:accounts")
class ListSuggestions(Request[list[Suggestion]], kw_only=True):
    """Whom one may want to follow, and why. Page: methods/suggestions#v2."""

    limit: Limit80 = 40


@GET("/api/v1/suggestions", auth="user", scope="read read:accounts")
class ListSuggestionsV1(Request[list[Account]], kw_only=True):
    """Whom one may want to follow, without the reason. Page: methods/suggestions#v1."""

    limit: Limit80 = 40


@DELETE("/api/v1/suggestions/{account_id}", auth="user", scope="read write:accounts")
class RemoveSuggestion(Request[Empty], kw_only=True):
    """Never suggest that account again. Page: methods/suggestions#remove."""

    account_id: Id


@GET("/api/v1/directory", auth="optional")
class ListDirectory(Request[list[Account]], kw_only=True):
    """Accounts that want to be found. Page: methods/directory#get."""

    offset: int | None = None
    limit: Limit80 = 40
    order: Literal["active", "new"] = "active"
    local: bool = False
