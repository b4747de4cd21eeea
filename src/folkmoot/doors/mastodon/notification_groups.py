"""What concerns the caller, similar things told as one."""

from __future__ import annotations

from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notice_lists, notices
from folkmoot.domain.notices.notice_kinds import BUNDLED
from folkmoot.domain.notices.notices import Notice
from folkmoot.domain.paging import Page
from folkmoot.domain.reading import markers
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.notifications import wanted
from folkmoot.doors.mastodon.pages import limit_of
from folkmoot.doors.mastodon.render_notices import Shape, groups, read_group_key
from folkmoot.doors.mastodon.words import KIND_OF
from folkmoot.wire.mastodon.notification import UnreadCount
from folkmoot.wire.mastodon.requests import notification_groups as api
from folkmoot.wire.mastodon.requests.oauth import Empty


def _bundled(types: list[str] | None) -> frozenset[str]:
    """Kinds to be told together: those named, or all that can be."""
    return BUNDLED if types is None else BUNDLED & {KIND_OF[type_] for type_ in types if type_ in KIND_OF}


def _low(page: Page, found: list[Notice]) -> int:
    """How far down the page reaches: to its last group, or to the end where it is not full."""
    full = len(found) >= page.limit or page.nearest
    return found[-1].id if full and found else page.low + 1


@door.on(api.ListGroups)
def list_groups(at: At, ask: api.ListGroups) -> Response:
    page, bundled = pages.page_of(ask), _bundled(ask.grouped_types)
    of = wanted(ask.types, ask.exclude_types, ask.account_id, ask.include_filtered, bundled)
    found = notice_lists.page_of(at.tx, at.viewer, page, of)
    slim = ask.expand_accounts == "partial_avatars"
    shape = Shape(bundled=bundled, slim=slim, supported=ask.supported_types, low=_low(page, found))
    body = groups(at.house, at.tx, at.viewer, found, shape)
    return pages.rows(at, [(n.id, n.id) for n in found], 0, lambda *_: body, prev="min_id")


def _one(at: At, key: str) -> Notice:
    """The notice of a key that is told alone, or the head of its bundle. Raises NotFound."""
    name = read_group_key(key)
    if isinstance(name, str):
        return notice_lists.head(at.tx, at.viewer, name)
    return notices.see(at.tx, at.viewer, name)


@door.on(api.GetGroup)
def get_group(at: At, ask: api.GetGroup) -> Response:
    alone = isinstance(read_group_key(ask.group_key), int)
    shape = Shape(bundled=frozenset() if alone else BUNDLED, supported=ask.supported_types)
    body = groups(at.house, at.tx, at.viewer, [_one(at, ask.group_key)], shape)
    if body.endswith(b'"notification_groups":[]}'):
        raise NotFound(what="notice")
    return Response(200, body)


@door.on(api.DismissGroup)
def dismiss_group(at: At, ask: api.DismissGroup) -> Empty:
    name = read_group_key(ask.group_key)
    if isinstance(name, str):
        notices.dismiss_bundle(at.tx, at.viewer, name)
    else:
        notices.dismiss(at.tx, at.viewer, [name])
    return {}


@door.on(api.ListGroupAccounts)
def list_group_accounts(at: At, ask: api.ListGroupAccounts) -> Response:
    name, page = read_group_key(ask.group_key), pages.page_of(ask)
    if isinstance(name, str):
        found = notice_lists.actors(at.tx, at.viewer, name, page)
    else:
        one = notices.see(at.tx, at.viewer, name)
        found = [(one.id, one.actor_id)] if page.low < one.id < page.high and page.limit else []
    return pages.rows(at, found, page.limit, render.account_array, prev="min_id")


@door.on(api.CountUnreadGroups)
def count_unread_groups(at: At, ask: api.CountUnreadGroups) -> UnreadCount:
    low = markers.last_read(at.tx, at.viewer, "notices")
    of = wanted(ask.types, ask.exclude_types, ask.account_id, bundled=_bundled(ask.grouped_types))
    return UnreadCount(count=notice_lists.count_after(at.tx, at.viewer, low, of, limit_of(ask)))
