"""Lists in the words of Twitter and GNU Social: the caller's circles, and those that others show."""

from __future__ import annotations

import re
from typing import Any

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import HotRow, hot_rows
from folkmoot.domain.people import circles
from folkmoot.domain.people.circles import Circle
from folkmoot.domain.reading import timelines
from folkmoot.domain.views import AccountView
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
from folkmoot.wire.friendica.status import Status, User

NO_LIST = (404, "List not found.")
_NOT_SLUG = re.compile(r"[\W_]+")


def slug_of(circle: Circle) -> str:
    """The name as it stands in addresses: small letters and digits, one - for all else."""
    return _NOT_SLUG.sub("-", circle.title.lower()).strip("-") or str(circle.id)


def told(at: At, found: list[Circle]) -> list[List]:
    """Lists as objects; nobody but its owner subscribes to one."""
    sizes = circles.sizes(at.tx, [circle.id for circle in found])
    ids = list({circle.account_id for circle in found})
    owners = {user.id: user for user in crowd.users(at, views.account_list(at.tx, ids))}
    me = at.viewer.account_id
    return [_object(circle, owners[circle.account_id], sizes.get(circle.id, 0), me) for circle in found]


def _object(circle: Circle, owner: User, size: int, me: int) -> List:
    slug = slug_of(circle)
    return List(
        id=circle.id,
        id_str=str(circle.id),
        name=circle.title,
        full_name=f"@{owner.screen_name}/{slug}",
        slug=slug,
        description=circle.description,
        subscriber_count=0,
        member_count=size,
        uri=f"/{owner.screen_name}/lists/{slug}",
        following=circle.account_id == me,
        mode="public" if circle.shown else "private",
        created_at=twitter_time(id_time(circle.id)),
        user=owner,
    )


def answer(at: At, circle: Circle) -> Response:
    """One list."""
    return encode(Bare(told(at, [circle])[0], "list"), at)


def known(at: At, ask: Any, missing: tuple[int, str] = NO_LIST) -> Circle:
    """The list that a call names by id, or by slug and owner: one of the caller's, or one that somebody shows. Raises
    Said: *missing* where it names none, NO_LIST where there is none for the caller."""
    me = at.viewer.required()
    if ask.list_id:
        try:
            return circles.see_shown(at.tx, at.viewer, read_id(ask.list_id.strip()) or 0)
        except NotFound:
            raise Said(*NO_LIST) from None
    slug, named = (ask.slug or "").lower(), ask.owner_id or ask.owner_screen_name
    if not slug:
        raise Said(*missing)
    owner = who.by_word(at.tx, at.viewer, named) if named else None
    of = owner.id if owner is not None else 0 if named else me
    found = (circle for circle in circles.shown_by(at.tx, at.viewer, of) if slug_of(circle) == slug)
    circle = next(found, None)
    if circle is None:
        raise Said(*NO_LIST)
    return circle


def one_of(at: At, ask: Any, missing: tuple[int, str] = NO_LIST) -> Circle:
    """As `known`, but it has to be the caller's own."""
    circle = known(at, ask, missing)
    if circle.account_id != at.viewer.account_id:
        raise Said(*NO_LIST)
    return circle


@door.on(api.NoLists, tx="read")
def none(at: At, ask: api.NoLists) -> Response:
    return encode(Bare([], "lists"), at)


def _whose(at: At, ask: Any) -> AccountView:
    return who.or_caller(at.tx, at.viewer, ask, NOBODY)


def _owned(at: At, ask: Any) -> list[Circle]:
    """Lists of the person named that the caller may know of."""
    return circles.shown_by(at.tx, at.viewer, _whose(at, ask).id)


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
    return answer(at, known(at, ask))


@door.on(api.CreateList)
def create(at: At, ask: api.CreateList) -> Response:
    shown = _is_shown(ask.mode)
    return answer(at, make(at, ask.name, "circle", description=ask.description or "", shown=bool(shown)))


def _is_shown(mode: str | None) -> bool | None:
    """Whether everybody may know of the list; None where nothing is said of it."""
    word = (mode or "").strip().lower()
    if word not in ("", "public", "private"):
        raise Said(400, "mode is public or private")
    return word == "public" if word else None


@door.on(api.UpdateList)
def update(at: At, ask: api.UpdateList) -> Response:
    circle, name = one_of(at, ask), ask.name
    other = circles.named(at.tx, at.viewer, name) if name is not None else None
    if other is not None and other.id != circle.id:
        raise Said(400, "circle name already exists")
    changed = circles.update(
        at.tx,
        at.viewer,
        circle.id,
        title=name,
        description=ask.description,
        shown=_is_shown(ask.mode),
    )
    return answer(at, changed)


@door.on(api.DestroyList)
def destroy(at: At, ask: api.DestroyList) -> Response:
    circle = one_of(at, ask, (400, "gid not specified"))
    before = answer(at, circle)
    circles.delete(at.tx, at.viewer, circle.id)
    return before


@door.on(api.ListStatuses)
def statuses(at: At, ask: api.ListStatuses) -> Response | list[Status]:
    circle = known(at, ask, (400, "list_id not specified"))
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    try:
        ids = timelines.circle(at.tx, at.viewer, circle.id, page, strangers=True)
    except NotFound:
        raise Said(*NO_LIST) from None
    if ask.exclude_replies or ask.conversation_id or not ask.include_rts:
        ids = [row.post.id for row in hot_rows(at.tx, at.viewer, ids, seen=True) if _fits(row, ask)]
    return timeline(at, ids, with_entities=ask.include_entities)


def _fits(row: HotRow, ask: api.ListStatuses) -> bool:
    shown = row.shown
    return (
        not (ask.exclude_replies and shown.thread_id != shown.id)
        and (ask.include_rts or row.post.boost_of_id is None)
        and ask.conversation_id in (0, shown.thread_id)
    )
