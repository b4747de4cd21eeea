"""Lists of people: made, changed, filled and read."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain.people import circles
from folkmoot.domain.people.circles import Circle
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, number
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.conversation import List
from folkmoot.wire.mastodon.requests import lists as api
from folkmoot.wire.mastodon.requests import relationships as relations_api
from folkmoot.wire.mastodon.requests.oauth import Empty


def entity(circle: Circle) -> List:
    """A circle as this API names it."""
    return List(
        id=Id(str(circle.id)),
        title=circle.title,
        replies_policy=circle.replies,  # type: ignore[arg-type]  # the domain keeps just the literal's words
        exclusive=circle.exclusive,
    )


@door.on(api.ListLists)
def lists(at: At, ask: api.ListLists) -> list[List]:
    return [entity(circle) for circle in circles.mine(at.tx, at.viewer)]


@door.on(relations_api.ListAccountLists)
def lists_of_account(at: At, ask: relations_api.ListAccountLists) -> list[List]:
    return [entity(circle) for circle in circles.holding(at.tx, at.viewer, account_number(at, ask.id))]


@door.on(api.GetList)
def get(at: At, ask: api.GetList) -> List:
    return entity(circles.see(at.tx, at.viewer, number(ask.id)))


@door.on(api.CreateList)
def create(at: At, ask: api.CreateList) -> List:
    made = circles.create(at.tx, at.viewer, ask.title, replies=ask.replies_policy, exclusive=ask.exclusive)
    return entity(made)


@door.on(api.UpdateList)
def update(at: At, ask: api.UpdateList) -> List:
    changed = circles.update(
        at.tx,
        at.viewer,
        number(ask.id),
        title=None if ask.title is UNSET else ask.title,
        replies=None if ask.replies_policy is UNSET else ask.replies_policy,
        exclusive=None if ask.exclusive is UNSET else ask.exclusive,
    )
    return entity(changed)


@door.on(api.DeleteList)
def delete(at: At, ask: api.DeleteList) -> Empty:
    circles.delete(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.ListMembers)
def members(at: At, ask: api.ListMembers) -> Response:
    page = pages.page_of(ask)
    if page.limit == 0:
        found = circles.listing(at.tx, at.viewer, number(ask.id), None)
        return Response(200, render.account_array(at, [id_ for _, id_ in found]))
    found = circles.listing(at.tx, at.viewer, number(ask.id), page)
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")


@door.on(api.AddListMembers)
def add(at: At, ask: api.AddListMembers) -> Empty:
    circles.add(at.tx, at.viewer, number(ask.id), [number(id_) for id_ in ask.account_ids])
    return {}


@door.on(api.RemoveListMembers)
def remove(at: At, ask: api.RemoveListMembers) -> Empty:
    circles.remove(at.tx, at.viewer, number(ask.id), pages.numbers(ask.account_ids))
    return {}
