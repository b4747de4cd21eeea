"""What concerns the caller: listed one by one, counted and dismissed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notice_lists, notices
from folkmoot.domain.notices.notice_lists import Wanted
from folkmoot.domain.reading import markers
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import limit_of, number
from folkmoot.doors.mastodon.render_notices import notifications
from folkmoot.doors.mastodon.words import NOTICES, kinds_of
from folkmoot.wire.codecs import read_id
from folkmoot.wire.mastodon import unlisted
from folkmoot.wire.mastodon.notification import UnreadCount
from folkmoot.wire.mastodon.requests import notifications as api
from folkmoot.wire.mastodon.requests.oauth import Empty

MANY = 100
"""So many may be dismissed at once."""
EVERY = frozenset(NOTICES)


@lru_cache(maxsize=256)
def _wanted(
    types: frozenset[str],
    excluded: frozenset[str],
    actor_id: int | None,
    aside: bool,
    bundled: frozenset[str],
) -> Wanted:
    kinds = (kinds_of(types) if types else EVERY) - kinds_of(excluded)
    return Wanted(kinds=kinds, actor_id=actor_id, aside=aside, bundled=bundled)


def wanted(
    types: Iterable[str],
    excluded: Iterable[str],
    account_id: str | None,
    aside: bool = False,
    bundled: frozenset[str] = frozenset(),
) -> Wanted:
    """What a list is asked for, in the domain's words; unknown types ask for nothing."""
    actor_id = None if not account_id else read_id(account_id) or 0
    return _wanted(frozenset(types), frozenset(excluded), actor_id, aside, bundled)


@door.on(api.ListNotifications)
def list_notifications(at: At, ask: api.ListNotifications) -> Response:
    of = wanted(ask.types, ask.exclude_types, ask.account_id, ask.include_filtered)
    found = notice_lists.page_of(at.tx, at.viewer, pages.page_of(ask), of)
    shown = notifications(at.house, at.tx, at.viewer, found, ask.supported_types)
    cursors = [(n.id, n.id) for n in found]
    return pages.rows(
        at, cursors, 0, lambda _, ids: render.array(shown[i] for i in ids if i in shown), prev="min_id"
    )


@door.on(api.GetNotification)
def get_notification(at: At, ask: api.GetNotification) -> Response:
    notice = notices.see(at.tx, at.viewer, number(ask.id))
    shown = notifications(at.house, at.tx, at.viewer, [notice], ask.supported_types)
    if notice.id not in shown:
        raise NotFound(what="notice")
    return Response(200, shown[notice.id])


@door.on(api.ClearNotifications)
@door.on(unlisted.ClearGroups)
def clear(at: At, ask: api.ClearNotifications | unlisted.ClearGroups) -> Empty:
    notices.clear(at.tx, at.viewer)
    return {}


@door.on(api.DismissNotification)
@door.on(api.DismissByForm)
@door.on(unlisted.DeleteNotification)
def dismiss(at: At, ask: api.DismissNotification | api.DismissByForm | unlisted.DeleteNotification) -> Empty:
    notices.dismiss(at.tx, at.viewer, [notices.see(at.tx, at.viewer, number(ask.id)).id])
    return {}


@door.on(unlisted.DeleteNotifications)
def dismiss_some(at: At, ask: unlisted.DeleteNotifications) -> Empty:
    notices.dismiss(at.tx, at.viewer, pages.numbers(ask.ids[:MANY]))
    return {}


@door.on(api.CountUnread)
def count_unread(at: At, ask: api.CountUnread) -> UnreadCount:
    low = markers.last_read(at.tx, at.viewer, "notices")
    of = wanted(ask.types, ask.exclude_types, ask.account_id)
    return UnreadCount(count=notice_lists.count_after(at.tx, at.viewer, low, of, limit_of(ask)))
