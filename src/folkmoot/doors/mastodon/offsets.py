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
    """The Link header of a page with *count* entries: next where it is full, prev where pages are before it."""
    if not count or not limit:
        return []
    onward = {"offset": offset + limit} if count >= limit else None
    back = {"offset": max(0, offset - limit)} if offset > 0 else None
    return link_header(at.house.settings.base_url, at.http.path, at.http.query, onward, back)
