"""Timelines: the caller's home, the public ones, and what one person wrote or what was written to a group."""

from __future__ import annotations

from collections.abc import Callable

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.hot import hot_rows
from folkmoot.domain.paging import Page
from folkmoot.domain.reading import timelines
from folkmoot.domain.views import PostView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import show, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import home_page, timeline
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.requests import (
    FriendsTimeline,
    HomeTimeline,
    PublicTimeline,
    Timeline,
    UserTimeline,
)
from folkmoot.wire.friendica.requests_reading import NetworkPublicTimeline
from folkmoot.wire.friendica.status import Status

AnyTimeline = Timeline[list[Status]]
NO_USER = (400, "User not found.")
LOOKED_AT = 1000
"""So much of a home is looked through for a page without answers."""
_PORTION = 200


def page_of(ask: AnyTimeline) -> Page:
    """The page that a timeline call asks for."""
    return show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)


@door.on(HomeTimeline, tx="read")
def home(at: At, ask: HomeTimeline) -> Response | list[Status]:
    return _home(at, ask)


@door.on(FriendsTimeline, tx="read")
def friends(at: At, ask: FriendsTimeline) -> Response | list[Status]:
    if who.is_named(ask) and who.wanted(at.tx, at.viewer, ask, NO_USER).id != at.viewer.account_id:
        raise Forbidden("You cannot read the home of somebody else.")
    return _home(at, ask)


def _home(at: At, ask: AnyTimeline) -> Response | list[Status]:
    page = page_of(ask)
    if ask.conversation_id:
        ids = of_thread(at, ask, lambda post: True)
    elif ask.exclude_replies:
        ids = _first_posts(at, page)
    else:
        return home_page(at, page, with_entities=ask.include_entities)
    return timeline(at, ids, with_entities=ask.include_entities)


def _first_posts(at: At, page: Page) -> list[int]:
    """A page of the home without answers, of the newest LOOKED_AT posts below the page's upper end."""
    first: list[int] = []
    before = page.before
    for _ in range(LOOKED_AT // _PORTION):
        some = Page(limit=_PORTION, before=before, after=page.after)
        ids = at.house.feeds.home(at.tx, at.viewer, some)
        rows = hot_rows(at.tx, at.viewer, ids, seen=True)
        first += [row.post.id for row in rows if row.shown.thread_id == row.shown.id]
        if len(first) >= page.offset + page.limit or len(ids) < _PORTION:
            break
        before = ids[-1]
    return first[page.offset : page.offset + page.limit]


@door.on(PublicTimeline, tx="read")
def public(at: At, ask: PublicTimeline) -> Response | list[Status]:
    if ask.conversation_id:
        ids = of_thread(at, ask, lambda post: post.audience == Audience.PUBLIC)
    else:
        firsts = ask.exclude_replies
        ids = timelines.public(at.tx, at.viewer, page_of(ask), local=True, replies=not firsts, firsts=firsts)
    return timeline(at, ids, with_entities=ask.include_entities)


@door.on(NetworkPublicTimeline, tx="read")
def network_public(at: At, ask: NetworkPublicTimeline) -> Response | list[Status]:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    ids = timelines.public(at.tx, at.viewer, page, replies=True)
    return timeline(at, ids, with_entities=ask.include_entities)


@door.on(UserTimeline, tx="read")
def user(at: At, ask: UserTimeline) -> Response | list[Status]:
    account_id = named(at.tx, at.viewer, ask)
    if ask.conversation_id:
        ids = of_thread(at, ask, lambda post: account_id in _places(post))
    else:
        page, firsts = page_of(ask), ask.exclude_replies
        ids = timelines.of_account(at.tx, at.viewer, account_id, page, firsts=firsts)
    return timeline(at, ids, with_entities=ask.include_entities)


def _places(post: PostView) -> set[int]:
    """Whose timelines a post is in: its author's and its group's."""
    return {post.author.id, post.group.id} if post.group else {post.author.id}


def of_thread(at: At, ask: AnyTimeline, fits: Callable[[PostView], bool]) -> list[int]:
    """Those posts of the page of a thread that belong into the timeline."""
    ids = timelines.thread(at.tx, at.viewer, ask.conversation_id, page_of(ask))
    posts = views.post_list(at.tx, at.viewer, ids)
    return [post.id for post in posts if fits(post) and not (ask.exclude_replies and post.parent_id)]


def named(tx: Tx, viewer: Viewer, ask: UserTimeline) -> int:
    """The person or group that a call names, or the caller. Raises Said, for a group too that the viewer may not know
    of."""
    return who.or_caller(tx, viewer, ask, NO_USER).id
