"""Timelines: the caller's home, the public one, and what one person wrote or what was written to a group."""

from __future__ import annotations

from collections.abc import Callable

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts
from folkmoot.domain.reading import timelines
from folkmoot.domain.views import PostView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import timeline
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import read_id
from folkmoot.wire.friendica.requests import (
    FriendsTimeline,
    HomeTimeline,
    PublicTimeline,
    Timeline,
    UserTimeline,
)
from folkmoot.wire.friendica.status import Status

AnyTimeline = Timeline[list[Status]]


def page_of(ask: AnyTimeline) -> Page:
    """The page that a timeline call asks for."""
    return show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)


def told(at: At, ask: AnyTimeline, ids: list[int]) -> Response | list[Status]:
    """The posts of a page, answers left out where that is wished: such a page may be shorter, as with Twitter."""
    if not ask.exclude_replies:
        return timeline(at, ids, with_entities=ask.include_entities)
    posts = views.post_list(at.tx, at.viewer, ids)
    first = [post for post in posts if (post.boost_of or post).parent_id is None]
    return show.present(at.house, at.tx, at.viewer, first, with_entities=ask.include_entities)


@door.on(HomeTimeline, tx="read")
def home(at: At, ask: HomeTimeline) -> Response | list[Status]:
    return told(at, ask, _home_ids(at, ask))


@door.on(FriendsTimeline, tx="read")
def friends(at: At, ask: FriendsTimeline) -> Response | list[Status]:
    return told(at, ask, _home_ids(at, ask))


def _home_ids(at: At, ask: AnyTimeline) -> list[int]:
    if ask.conversation_id:
        return timelines.thread(at.tx, at.viewer, ask.conversation_id, page_of(ask))
    return at.house.feeds.home(at.tx, at.viewer, page_of(ask))


@door.on(PublicTimeline, tx="read")
def public(at: At, ask: PublicTimeline) -> Response | list[Status]:
    if ask.conversation_id:
        return told(at, ask, of_thread(at, ask, lambda post: post.audience == Audience.PUBLIC))
    return told(at, ask, timelines.public(at.tx, at.viewer, page_of(ask), local=True))


@door.on(UserTimeline, tx="read")
def user(at: At, ask: UserTimeline) -> Response | list[Status]:
    account_id = named(at.tx, at.viewer, ask)
    if ask.conversation_id:
        return told(at, ask, of_thread(at, ask, lambda post: account_id in _places(post)))
    return told(at, ask, timelines.of_account(at.tx, at.viewer, account_id, page_of(ask)))


def _places(post: PostView) -> set[int]:
    """Whose timelines a post is in: its author's and its group's."""
    return {post.author.id, post.group.id} if post.group else {post.author.id}


def of_thread(at: At, ask: AnyTimeline, fits: Callable[[PostView], bool]) -> list[int]:
    """Those posts of the page of a thread that belong into the timeline."""
    ids = timelines.thread(at.tx, at.viewer, ask.conversation_id, page_of(ask))
    return [post.id for post in views.post_list(at.tx, at.viewer, ids) if fits(post)]


def named(tx: Tx, viewer: Viewer, ask: UserTimeline) -> int:
    """The person or group that a call names by user_id, screen_name, profileurl or path; the caller where it names
    nobody. Raises NotFound, for a group too that the viewer may not know of."""
    found: int | None
    if ask.user_id:
        found = read_id(ask.user_id.strip()) or by_url(tx, ask.user_id)
    elif ask.screen_name:
        found = accounts.find_by_handle(tx, ask.screen_name)
    elif ask.profileurl:
        found = by_url(tx, ask.profileurl)
    elif ask.user:
        found = read_id(ask.user) or accounts.find_by_handle(tx, ask.user)
    else:
        found = viewer.required()
    if found is None:
        raise NotFound(what="account")
    if accounts.kind_of(tx, found) == accounts.Kind.GROUP:
        standing(tx, viewer, found)
    return found


def by_url(tx: Tx, url: str) -> int | None:
    """The account of one of our profile addresses (https://host/@name, …/profile/name, …/users/name)."""
    rest = url.strip().removeprefix(tx.settings.base_url)
    if rest == url.strip() or not rest.startswith("/"):
        return None
    name = rest.rstrip("/").rpartition("/")[2].removeprefix("@")
    return accounts.find_by_name(tx, name) if name else None
