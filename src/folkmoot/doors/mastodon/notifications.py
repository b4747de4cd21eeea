"""What concerns the caller: listed, counted and dismissed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from folkmoot.domain import markers, notices
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import Notice
from folkmoot.doors.frame import At, House, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import limit_of, number
from folkmoot.doors.mastodon.words import GROUPED, KIND_OF, NOTICES
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import read_id, time
from folkmoot.wire.mastodon.notification import UnreadCount
from folkmoot.wire.mastodon.requests import notifications as api
from folkmoot.wire.mastodon.requests.oauth import Empty

HOUR_MS = 3_600_000


def notifications(house: House, tx: Tx, viewer: Viewer, found: list[Notice]) -> dict[int, bytes]:
    """JSON of notices by id; kinds that this API lacks are left out.

    They come from a list that asked for sight of their posts in this same transaction.
    """
    known = [n for n in found if n.kind in NOTICES]
    accounts = render.accounts(house, tx, list({n.actor_id for n in known}))
    about = list({n.post_id for n in known if n.post_id is not None})
    posts = render.statuses(house, tx, viewer, about, seen=True, context="notifications") if about else {}
    out = {}
    for notice in known:
        who = accounts.get(notice.actor_id)
        post = None if notice.post_id is None else posts.get(notice.post_id)
        if who is None or (notice.post_id is not None and post is None):
            continue
        tail = b"}" if post is None else b',"status":%b}' % post
        out[notice.id] = b'%b,"account":%b%b' % (_head(notice), who, tail)
    return out


@lru_cache(maxsize=16_384)
def _head(notice: Notice) -> bytes:
    kind = NOTICES[notice.kind]
    key = f"ungrouped-{notice.id}"
    if kind in GROUPED:
        key = f"{kind}-{notice.post_id or ''}-{notice.created_at // HOUR_MS}"
    fields = {"id": str(notice.id), "type": kind, "group_key": key, "created_at": time(notice.created_at)}
    return msgspec.json.encode(fields)[:-1]


def _kinds(types: Iterable[str], excluded: Iterable[str]) -> list[str]:
    """The domain's kinds that were asked for; unknown types ask for nothing."""
    wanted = set(types) or set(KIND_OF)
    return [kind for type_, kind in KIND_OF.items() if type_ in wanted and type_ not in set(excluded)]


@door.on(api.ListNotifications)
def list_notifications(at: At, ask: api.ListNotifications) -> Response:
    page, by = pages.page_of(ask), read_id(ask.account_id) if ask.account_id else None
    kinds = _kinds(ask.types, ask.exclude_types)
    found = notices.listing(at.tx, at.viewer, page, kinds, by) if page.limit else []
    shown = notifications(at.house, at.tx, at.viewer, found)
    cursors = [(n.id, n.id) for n in found]
    return pages.rows(
        at, cursors, 0, lambda _, ids: render.array(shown[i] for i in ids if i in shown), prev="min_id"
    )


@door.on(api.GetNotification)
def get_notification(at: At, ask: api.GetNotification) -> Response:
    notice = notices.see(at.tx, at.viewer, number(ask.id))
    shown = notifications(at.house, at.tx, at.viewer, [notice])
    if notice.id not in shown:
        raise NotFound(what="notice")
    return Response(200, shown[notice.id])


@door.on(api.ClearNotifications)
def clear(at: At, ask: api.ClearNotifications) -> Empty:
    notices.clear(at.tx, at.viewer)
    return {}


@door.on(api.DismissNotification)
def dismiss(at: At, ask: api.DismissNotification) -> Empty:
    notices.dismiss(at.tx, at.viewer, notices.see(at.tx, at.viewer, number(ask.id)).id)
    return {}


@door.on(api.CountUnread)
def count_unread(at: At, ask: api.CountUnread) -> UnreadCount:
    low = markers.last_read(at.tx, at.viewer, "notices")
    by = read_id(ask.account_id) if ask.account_id else None
    count = notices.count_after(at.tx, at.viewer, low, _kinds(ask.types, ask.exclude_types), by)
    return UnreadCount(count=min(count, limit_of(ask)))
