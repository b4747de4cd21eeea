"""Search, and the caller's preferences."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.preferences import Preferences
from folkmoot.wire.mastodon.requests.paging import Limit40
from folkmoot.wire.mastodon.search import Search
from folkmoot.wire.request import GET, Request


@GET("/api/v2/search", auth="optional", scope="read:search")
class SearchAll(Request[Search], kw_only=True):
    """Accounts, posts and hashtags that fit q. Page: methods/search#v2.

    offset counts only together with type. Only a person may ask for resolve or offset.
    """

    q: str
    type: Literal["accounts", "hashtags", "statuses"] | None = None
    resolve: bool = False
    following: bool = False
    account_id: Id | None = None
    exclude_unreviewed: bool = False
    max_id: Id | None = None
    min_id: Id | None = None
    limit: Limit40 = 20
    offset: int | None = None


@GET("/api/v1/preferences", auth="user", scope="read:accounts")
class GetPreferences(Request[Preferences], kw_only=True):
    """What the caller prefers when posting and reading. Page: methods/preferences#get."""
