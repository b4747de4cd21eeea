"""Pages of lists, and search."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import TwitterTime
from folkmoot.wire.friendica.circle import List
from folkmoot.wire.friendica.object import Object
from folkmoot.wire.friendica.status import Status, User


class IdsPage(Object, kw_only=True):
    """A page of ids."""

    ids: list[int | str] = []
    next_cursor: int = 0
    next_cursor_str: str = ""
    previous_cursor: int = 0
    previous_cursor_str: str = ""
    total_count: int | UnsetType = UNSET


class UsersPage(Object, kw_only=True):
    """A page of people."""

    users: list[User] = []
    next_cursor: int = 0
    next_cursor_str: str = ""
    previous_cursor: int = 0
    previous_cursor_str: str = ""
    total_count: int | UnsetType = UNSET


class ListsPage(Object, kw_only=True):
    """A page of lists."""

    lists: list[List] = []
    next_cursor: int = 0
    next_cursor_str: str = ""
    previous_cursor: int = 0
    previous_cursor_str: str = ""


class SavedSearch(Object, kw_only=True):
    """A search that was saved."""

    id: int
    id_str: str = ""
    name: str = ""
    query: str = ""
    position: None = None
    created_at: TwitterTime


class SearchResult(Object, kw_only=True):
    """What a search found, as Twitter 1.1 tells it."""

    statuses: list[Status] = []
    search_metadata: dict[str, Any] = {}


class SearchV1Hit(Object, kw_only=True):
    """A post found; the date is RFC 2822."""

    text: str
    to_user_id: int | None = None
    to_user: str | None = None
    from_user: str
    from_user_id: int
    id: int
    iso_language_code: str | None = None
    source: str = ""
    source_link: str | None = None
    profile_image_url: str = ""
    created_at: str


class SearchV1(Object, kw_only=True):
    """What a search found, as GNU Social tells it."""

    results: list[SearchV1Hit] = []
    since_id: int = 0
    max_id: int = 0
    refresh_url: str = ""
    next_page: str | UnsetType = UNSET
    previous_page: str | UnsetType = UNSET
    results_per_page: int = 0
    completed_in: float = 0.0
    page: int = 0
    query: str = ""
