"""Who is in a list, put in and taken out; and who subscribes to it, which is its owner alone."""

from __future__ import annotations

from typing import Any

from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import circles
from folkmoot.domain.people.circles import Circle
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, who
from folkmoot.doors.friendica.avoiding import NO_SUCH
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.friends import PEOPLE
from folkmoot.doors.friendica.lists import answer, known, one_of
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.friendica import requests_lists as api
from folkmoot.wire.friendica.status import User


@door.on(api.ListMembers)
def members(at: At, ask: api.ListMembers) -> Response:
    circle, asked = known(at, ask), crowd.turn(ask.cursor, ask.count, PEOPLE)
    found = circles.listing(at.tx, at.viewer, circle.id, asked.page)
    return _people(at, ask, asked, [id_ for _, id_ in found], [cursor for cursor, _ in found])


@door.on(api.ListSubscribers)
def subscribers(at: At, ask: api.ListSubscribers) -> Response:
    owner, asked = known(at, ask).account_id, crowd.turn(ask.cursor, ask.count, PEOPLE)
    return _people(at, ask, asked, [owner] if asked.page.low < owner < asked.page.high else [])


def _people(
    at: At, ask: api.PeopleOfList, asked: crowd.Turn, ids: list[int], cursors: list[int] | None = None
) -> Response:
    return crowd.users_page(
        at,
        asked,
        ids,
        cursors=cursors,
        with_status=not ask.skip_status,
        with_entities=ask.include_entities,
    )


def _added(at: At, circle: Circle, people: list[AccountView]) -> None:
    """Put those in who are not in the list. Raises Said where one of them may not be."""
    ids = [person.id for person in people]
    new = set(ids) - circles.present(at.tx, at.viewer, circle.id, ids)
    try:
        circles.add(at.tx, at.viewer, circle.id, [id_ for id_ in ids if id_ in new], strangers=True)
    except NotFound:
        raise Said(*NO_SUCH) from None


@door.on(api.CreateMember)
def create(at: At, ask: api.CreateMember) -> Response:
    circle = one_of(at, ask)
    _added(at, circle, [who.wanted(at.tx, at.viewer, ask, NO_SUCH)])
    return answer(at, circle)


@door.on(api.DestroyMember)
def destroy(at: At, ask: api.DestroyMember) -> Response:
    circle = one_of(at, ask)
    person = who.wanted(at.tx, at.viewer, ask, NO_SUCH, gone=True)
    circles.remove(at.tx, at.viewer, circle.id, [person.id])
    return answer(at, circle)


def _several(at: At, ask: api.SomeOfList) -> list[AccountView]:
    return who.several(at.tx, at.viewer, ask.user_id, ask.screen_name)


@door.on(api.CreateMembers)
def create_all(at: At, ask: api.CreateMembers) -> Response:
    circle = one_of(at, ask)
    _added(at, circle, _several(at, ask))
    return answer(at, circle)


@door.on(api.DestroyMembers)
def destroy_all(at: At, ask: api.DestroyMembers) -> Response:
    circle = one_of(at, ask)
    circles.remove(at.tx, at.viewer, circle.id, [person.id for person in _several(at, ask)])
    return answer(at, circle)


@door.on(api.ShowMember)
def show(at: At, ask: api.ShowMember) -> User:
    circle, person = known(at, ask), who.found(at.tx, at.viewer, ask)
    if person is None or not circles.present(at.tx, at.viewer, circle.id, [person.id]):
        raise Said(404, "The specified user is not a member of this list.")
    return _shown(at, ask, person)


@door.on(api.ShowSubscriber)
def show_subscriber(at: At, ask: api.ShowSubscriber) -> User:
    circle, person = known(at, ask), who.found(at.tx, at.viewer, ask)
    if person is None or person.id != circle.account_id:
        raise Said(404, "The specified user is not a subscriber of this list.")
    return _shown(at, ask, person)


def _shown(at: At, ask: Any, person: AccountView) -> User:
    return crowd.user(at, person, with_status=not ask.skip_status, with_entities=ask.include_entities)


@door.on(api.CreateSubscriber)
def subscribe(at: At, ask: api.CreateSubscriber) -> Response:
    return answer(at, one_of(at, ask))


@door.on(api.DestroySubscriber)
def unsubscribe(at: At, ask: api.DestroySubscriber) -> Response:
    return answer(at, one_of(at, ask))
