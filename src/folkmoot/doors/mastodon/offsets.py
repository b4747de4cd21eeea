"""Pages of ranked lists, which go by offset: what was asked for, and the Link header around it."""

from __future__ import annotations

from typing import Any

from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.paging import link_header
from folkmoot.doors.mastodon.pages import limit_of

MOST = 10_000


def span(ask: Any) -> tuple[int, int]:
    """(limit, offset) as asked, within bounds."""
    return limit_of(ask), max(0, min(int(ask.offset or 0), MOST))


def links(at: At, count: int, limit: int, offset: int) -> list[Header]:
    """The Link header of a page of trends with *count* entries: next where it is full, prev where *offset* is beyond
    *limit* (methods/trends: the first page is no page before another, its address is known)."""
    if not count or not limit:
        return []
    return _header(at, limit, offset, more=count >= limit, back=offset > limit)


def neighbours(at: At, limit: int, offset: int, *, more: bool) -> list[Header]:
    """The Link header of a page of collections: each way where another page is there (methods/collections)."""
    return _header(at, limit, offset, more=more, back=offset > 0) if limit else []


def _header(at: At, limit: int, offset: int, *, more: bool, back: bool) -> list[Header]:
    onward = {"offset": offset + limit} if more else None
    before = {"offset": max(0, offset - limit)} if back else None
    return link_header(at.house.settings.base_url, at.http.path, at.http.query, onward, before)
