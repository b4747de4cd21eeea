"""Lists in the words of Twitter and GNU Social: the caller's circles, which nobody else knows of."""

from __future__ import annotations

import re
from typing import Any

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import circles
from folkmoot.domain.people.circles import Circle
from folkmoot.domain.reading import timelines
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, show, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.circles import make
from folkmoot.doors.friendica.encode import Bare, encode, timeline
from folkmoot.doors.friendica.friends import PEOPLE
from folkmoot.doors.friendica.people import NOBODY
from folkmoot.doors.friendica.refusals import Said
from folkmoot.kit.ids import id_time
from folkmoot.wire.codecs import read_id, twitter_time
from folkmoot.wire.friendica import requests_lists as api
from folkmoot.wire.friendica.circle import List
from folkmoot.wire.friendica.page import ListsPage
from folkmoot.wire.friendica.status import Status

NO_LIST = (404, "List not found.")
_NOT_SLUG = re.compile(r"[\W_]+")


def slug_of(circle: Circle) -> str:
    """The name as it stands in addresses: small letters and digits, one - for all else."""
    return _NOT_SLUG.sub("-", circle.title.lower()).strip("-") or str(circle.id)


def told(at: At, found: list[Circle]) -> list[List]:
    """The caller's lists as objects."""
    sizes = circles.sizes(at.tx, [circle.id for circle in found])
    owner = crowd.one(at, at.viewer.required())
    return [
        List(
            id=circle.id,
            id_str=str(circle.id),
            name=circle.title,
            full_name=f"@{owner.screen_name}/{slug_of(circle)}",
            slug=slug_of(circle),
            member_count=sizes.get(circle.id, 0),
            uri=f"/{owner.screen_name}/lists/{slug_of(circle)}",
            following=True,
            mode="private",
            created_at=twitter_time(id_time(circle.id)),
            user=owner,
        )
        for circle in found
    ]


def answer(at: At, circle: Circle) -> Response:
    """One list."""
    return encode(Bare(told(at, [circle])[0], "list"), at)


def one_of(at: At, ask: Any, missing: tuple[int, str] = NO_LIST) -> Circle:
    """The list that a call names by id, or by slug, whose owner has to be the caller. Raises Said: *missing* where
    it names none, NO_LIST where there is none for the caller."""
    at.viewer.required()
    if not (ask.list_id or ask.slug):
        raise Said(*missing)
    number = read_id(ask.list_id.strip()) if ask.list_id else None
    slug = "" if ask.list_id or not _is_owner(at, ask) else (ask.slug or "").lower()
    found = (
        circle
        for circle in circles.mine(at.tx, at.viewer)
        if circle.id == number or (slug and slug_of(circle) == slug)
    )
    circle = next(found, None)
    if circle is None:
        raise Said(*NO_LIST)
    return circle


def _is_owner(at: At, ask: Any) -> bool:
    named = ask.owner_id or ask.owner_screen_name
    if not named:
        return True
    owner = who.by_word(at.tx, at.viewer, named)
    return owner is not None and owner.id == at.viewer.account_id


@door.on(api.NoLists, tx="read")
def none(at: At, ask: api.NoLists) -> Response:
    return encode(Bare([], "lists"), at)


def _whose(at: At, ask: Any) -> AccountView:
    return who.or_caller(at.tx, at.viewer, ask, NOBODY)


def _owned(at: At, ask: Any) -> list[Circle]:
    """Lists of the person named that the caller may know of: none but the caller's own."""
    is_own = _whose(at, ask).id == at.viewer.required()
    return circles.mine(at.tx, at.viewer) if is_own else []


@door.on(api.ListLists)
def list_lists(at: At, ask: api.ListLists) -> Response:
    found = told(at, _owned(at, ask))
    return encode(Bare(found, "lists_list", {"lists": found}), at)


def _page(at: At, ask: api.PageOfUser, found: list[Circle]) -> Response:
    asked = crowd.turn(ask.cursor, ask.count, PEOPLE)
    page = asked.page
    newest = [
        circle
        for circle in sorted(found, key=lambda c: c.id, reverse=True)
        if page.low < circle.id < page.high
    ]
    newest = newest[-page.limit :] if page.nearest else newest[: page.limit]
    kept, after, before = asked.cut([circle.id for circle in newest])
    made = ListsPage(
        lists=told(at, newest[kept]),
        next_cursor=after,
        next_cursor_str=str(after),
        previous_cursor=before,
        previous_cursor_str=str(before),
    )
    return encode(Bare(made, "lists_list"), at)


@door.on(api.ListOwnerships)
def ownerships(at: At, ask: api.ListOwnerships) -> Response:
    return _page(at, ask, _owned(at, ask))


@door.on(api.ListMemberships)
def memberships(at: At, ask: api.ListMemberships) -> Response:
    return _page(at, ask, circles.holding(at.tx, at.viewer, _whose(at, ask).id))


@door.on(api.ListSubscriptions)
def subscriptions(at: At, ask: api.ListSubscriptions) -> Response:
    _whose(at, ask)
    return _page(at, ask, [])


@door.on(api.ShowList)
def show_list(at: At, ask: api.ShowList) -> Response:
    return answer(at, one_of(at, ask))


@door.on(api.CreateList)
def create(at: At, ask: api.CreateList) -> Response:
    return answer(at, make(at, ask.name, "circle"))


@door.on(api.UpdateList)
def update(at: At, ask: api.UpdateList) -> Response:
    circle = one_of(at, ask)
    if ask.name is not None:
        other = circles.named(at.tx, at.viewer, ask.name)
        if other is not None and other.id != circle.id:
            raise Said(400, "circle name already exists")
        circle = circles.update(at.tx, at.viewer, circle.id, title=ask.name)
    return answer(at, circle)


@door.on(api.DestroyList)
def destroy(at: At, ask: api.DestroyList) -> Response:
    circle = one_of(at, ask, (400, "gid not specified"))
    before = answer(at, circle)
    circles.delete(at.tx, at.viewer, circle.id)
    return before


@door.on(api.ListStatuses)
def statuses(at: At, ask: api.ListStatuses) -> Response | list[Status]:
    circle = one_of(at, ask, (400, "list_id not specified"))
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    try:
        ids = timelines.circle(at.tx, at.viewer, circle.id, page, strangers=True)
    except NotFound:
        raise Said(*NO_LIST) from None
    if ask.exclude_replies or ask.conversation_id or not ask.include_rts:
        ids = [post.id for post in views.post_list(at.tx, at.viewer, ids) if _fits(post, ask)]
    return timeline(at, ids, with_entities=ask.include_entities)


def _fits(post: PostView, ask: api.ListStatuses) -> bool:
    shown = post.boost_of or post
    return (
        not (ask.exclude_replies and shown.parent_id is not None)
        and (ask.include_rts or post.boost_of is None)
        and ask.conversation_id in (0, shown.thread_id)
    )
