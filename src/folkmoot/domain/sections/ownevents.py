"""Events of a person's own calendar, which bears the id of the person: others see no more of it than posts tell."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, visible_among
from folkmoot.domain.errors import TooMany
from folkmoot.domain.sections import eventposts
from folkmoot.domain.sections.events import EventChange, EventView, NewEvent, check_times, checked
from folkmoot.store.schema.sections import events
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MOST = 5000
"""So many events of one's own at most."""
_MINE = (events.c.group_id == p("me"), events.c.author_id == p("me"))
_COLUMNS = [events.c[name] for name in EventView.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(events.c.id == p("id"), *_MINE))
_ANYBODYS = Query(sa.select(*_COLUMNS).where(events.c.id == p("id"), events.c.group_id == events.c.author_id))
_COUNT = Query(sa.select(sa.func.count()).where(*_MINE))
_DELETE = Query(sa.delete(events).where(events.c.id == p("id"), *_MINE))


def find(tx: Tx, viewer: Viewer, event_id: int) -> EventView | None:
    """One of the viewer's own events, or None."""
    row = tx.one(_ONE, id=event_id, me=viewer.required()) if 0 < event_id < 1 << 63 else None
    return None if row is None else EventView(*row)


def see(tx: Tx, viewer: Viewer, event_id: int) -> EventView | None:
    """An event of anybody's own calendar as the viewer may know it: whoever sees the post that announces it; without
    such a post (post_id None) its owner. None for all else, and for events of groups."""
    row = tx.one(_ANYBODYS, id=event_id) if 0 < event_id < 1 << 63 else None
    if row is None:
        return None
    found = EventView(*row)
    if found.post_id is not None and visible_among(tx, viewer, [found.post_id]):
        return found
    return msgspec.structs.replace(found, post_id=None) if found.author_id == viewer.account_id else None


def add(tx: Tx, viewer: Viewer, new: NewEvent) -> EventView:
    """Put an event into the viewer's own calendar; rules are for calendars of groups. Raises Invalid, TooMany."""
    me = viewer.required()
    if int(tx.value(_COUNT, me=me)) >= MOST:
        raise TooMany("no more events", code="events")
    values = checked(tx, {name: getattr(new, name) for name in NewEvent.__struct_fields__ if name != "rule"})
    check_times(values["starts_at"], values["ends_at"])
    id_ = tx.ids.next()
    tx.insert(events, id=id_, group_id=me, author_id=me, created_at=tx.now, updated_at=tx.now, **values)
    made = find(tx, viewer, id_)
    assert made is not None
    return made


def change(tx: Tx, viewer: Viewer, now: EventView, wanted: EventChange) -> EventView:
    """Change one of the viewer's own events, as `find` gave it; what is None stays. Raises Invalid."""
    given: dict[str, Any] = {
        name: value for name in EventChange.__struct_fields__ if (value := getattr(wanted, name)) is not None
    }
    values = checked(tx, given)
    check_times(values.get("starts_at", now.starts_at), values.get("ends_at", now.ends_at))
    tx.update(events, {"id": now.id}, updated_at=tx.now, **values)
    changed = find(tx, viewer, now.id) or now
    eventposts.changed(tx, changed)
    return changed


def delete(tx: Tx, viewer: Viewer, event_id: int) -> None:
    """Take one of the viewer's own events away; nothing there is fine."""
    event = find(tx, viewer, event_id)
    if event is not None:
        tx.run(_DELETE, id=event_id, me=viewer.required())
        eventposts.gone(tx, event.post_id)
