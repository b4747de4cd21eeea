"""Events: of the caller's own calendar, of which others see what is published, and of the caller's groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.media.photos import Rights
from folkmoot.domain.sections import eventfinds, eventposts, ownevents
from folkmoot.domain.sections import events as calendar
from folkmoot.domain.sections.events import EventChange, EventView, NewEvent
from folkmoot.domain.text import Markup, render
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import who
from folkmoot.doors.friendica.accept import numbers
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.codecs import NO_TIME, parse_time, plain_time
from folkmoot.wire.friendica import requests_groups as api
from folkmoot.wire.friendica.event import EventCreated, EventDeleted
from folkmoot.wire.friendica.notification import Event

T = TypeVar("T")
MOST = 200
NOT_THERE = (400, "id not available")


def told(at: At, view: EventView) -> Event:
    """An event as an object; one that ends as it begins has no end. For whom somebody's own is, they alone are told."""
    is_open, is_own = view.ends_at <= view.starts_at, view.group_id == at.viewer.account_id
    for_whom = eventposts.rights_of(view) if is_own else Rights()
    if view.post_id is None or view.group_id != view.author_id:
        for_whom = Rights(allow_people=f"<{view.group_id}>")
    return Event(
        id=view.id,
        uid=view.author_id,
        cid=0 if is_own else view.group_id,
        uri=f"{at.house.settings.base_url}/e/{view.id}",
        name=view.name,
        desc=view.description,
        start_time=plain_time(view.starts_at),
        end_time=NO_TIME if is_open else plain_time(view.ends_at),
        type="event",
        nofinish=is_open,
        place=view.place,
        adjust=1,
        allow_cid=for_whom.allow_people or "",
        allow_gid=for_whom.allow_circles or "",
        deny_cid=for_whom.deny_people or "",
        deny_gid=for_whom.deny_circles or "",
    )


@door.on(api.ListEvents)
def list_events(at: At, ask: api.ListEvents) -> Response:
    limit = min(ask.count, MOST) if ask.count > 0 else 50
    found = eventfinds.since(at.tx, at.viewer, max(ask.since_id, 0), limit)
    return encode(Bare([told(at, view) for view in found], "events", item="event"), at)


@door.on(api.CreateEvent)
def create(at: At, ask: api.CreateEvent) -> Response:
    if not (ask.name or "").strip():
        raise Said(400, "event name not specified")
    starts_at = parse_time(ask.start_time or "")
    if starts_at is None:
        raise Said(400, "startDate not specified")
    ends_at = parse_time(ask.end_time or "") or starts_at
    view = _changed(at, ask, starts_at, ends_at) if ask.id else _added(at, ask, starts_at, ends_at)
    if ask.publish:
        eventposts.announce(at.tx, at.viewer, view, _rights(ask), "friendica")
        view = _again(at, view)
    made = EventCreated(event_id=view.id, event=told(at, view))
    return encode(Bare(made, "event_create"), at)


def _again(at: At, view: EventView) -> EventView:
    if view.group_id == view.author_id:
        return ownevents.find(at.tx, at.viewer, view.id) or view
    return calendar.see(at.tx, at.viewer, view.id)[0]


def _rights(ask: api.CreateEvent) -> Rights:
    """For whom a published event is, in the form in which rights are kept. Raises Invalid."""
    said = {
        "allow_people": ask.allow_cid,
        "allow_circles": ask.allow_gid,
        "deny_people": ask.deny_cid,
        "deny_circles": ask.deny_gid,
    }
    return Rights(**{name: "".join(f"<{id_}>" for id_ in numbers(ids, name)) for name, ids in said.items()})


def _added(at: At, ask: api.CreateEvent, starts_at: int, ends_at: int) -> EventView:
    """For just one group, which is a contact, into its calendar; all else is the caller's own. People may answer."""
    people = who.shown(at.tx, at.viewer, numbers(ask.allow_cid, "allow_cid"))
    groups = [account.id for account in people if account.is_group]
    new = NewEvent(
        name=ask.name or "",
        starts_at=starts_at,
        ends_at=ends_at,
        place=ask.place,
        description=_html(at, ask.desc),
        asks=True,
    )
    if len(groups) != 1:
        return ownevents.add(at.tx, at.viewer, new)
    return calendar.add(at.tx, at.viewer, groups[0], new)


def _changed(at: At, ask: api.CreateEvent, starts_at: int, ends_at: int) -> EventView:
    wanted = EventChange(
        name=ask.name,
        starts_at=starts_at,
        ends_at=ends_at,
        place=ask.place,
        description=_html(at, ask.desc),
    )
    own = ownevents.find(at.tx, at.viewer, ask.id)
    if own is not None:
        return ownevents.change(at.tx, at.viewer, own, wanted)
    return _or_not_there(lambda: calendar.change(at.tx, at.viewer, ask.id, wanted))


def _html(at: At, text: str) -> str:
    settings = at.house.settings
    kept = render(text, Markup.BBCODE, base_url=settings.base_url, local_domain=settings.domain, people={})
    return kept.html


@door.on(api.DeleteEvent)
def delete(at: At, ask: api.DeleteEvent) -> Response:
    if not ask.id:
        raise Said(400, "id not specified")
    id_ = ask.id
    if ownevents.find(at.tx, at.viewer, id_) is not None:
        ownevents.delete(at.tx, at.viewer, id_)
    else:
        _or_not_there(lambda: calendar.delete(at.tx, at.viewer, id_))
    return encode(Bare(EventDeleted(id=id_), "event_delete"), at)


def _or_not_there(act: Callable[[], T]) -> T:
    """What comes of the act; an event of a group whose calendar is shut to the caller is not there."""
    try:
        return act()
    except NotFound:
        raise Said(*NOT_THERE) from None
    except Forbidden as refusal:
        if refusal.code in ("not_member", "calendar_visible"):
            raise Said(*NOT_THERE) from None
        raise
