"""Events of a group's calendar: made, seen, changed, moved and taken away, one by one or by a rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.sections import answers, eventposts, inviting, repeats
from folkmoot.domain.sections.access import Room, enter, room_with
from folkmoot.domain.text import Markup, render
from folkmoot.store.schema.sections import event_answers, event_series, events
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_NAME: Final = 300
MAX_LINE: Final = 500
MAX_TEXT: Final = 100_000
MAX_LENGTH_MS: Final = 366 * repeats.DAY_MS
LATEST_MS: Final = 1 << 42
"""Times at or beyond this one have no ids."""
SLACK_MS: Final = 30 * repeats.DAY_MS
"""Rules without an end are followed further once in so long."""
REMIND_MS: Final = repeats.DAY_MS
"""So long before it begins, those who said they come are reminded."""
MAX_CAPACITY: Final = 1_000_000


class NewEvent(msgspec.Struct, kw_only=True):
    """An event to be. Times in ms; *zone* is an IANA name, by whose wall clock a *rule* (RRULE) is followed; *capacity*
    0 is no limit; *asks*: people answer whether they come; *question* stands beside the answer, *thanks* after it."""

    name: str
    starts_at: int
    ends_at: int
    zone: str = "UTC"
    all_day: bool = False
    place: str = ""
    description: str = ""
    organizer_name: str = ""
    organizer_address: str = ""
    organizer_phone: str = ""
    colour: str = ""
    asks: bool = False
    capacity: int = 0
    guests: bool = False
    question: str = ""
    thanks: str = ""
    rule: str = ""


class EventChange(msgspec.Struct, kw_only=True):
    """Changes of an event; what is None stays."""

    name: str | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    zone: str | None = None
    all_day: bool | None = None
    place: str | None = None
    description: str | None = None
    asks: bool | None = None
    capacity: int | None = None
    guests: bool | None = None
    question: str | None = None
    thanks: str | None = None
    locked: bool | None = None


class EventView(msgspec.Struct, frozen=True):
    """An event as it is kept; *description* is safe HTML."""

    id: int
    group_id: int
    author_id: int
    series_id: int | None
    name: str
    place: str
    description: str
    starts_at: int
    ends_at: int
    zone: str
    all_day: int
    organizer_name: str
    organizer_address: str
    organizer_phone: str
    colour: str
    asks: int
    capacity: int
    guests: int
    question: str
    thanks: str
    locked: int
    remind_at: int | None
    created_at: int
    updated_at: int
    sequence: int = 0
    """How often what invitations say was changed."""
    post_id: int | None = None
    """The post that announces it."""
    rights: str = ""
    """For whom that is, where the event is somebody's own."""


_COLUMNS = [events.c[name] for name in EventView.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(events.c.id == p("id")))
_WITHIN = (
    in_list(events.c.group_id, "group_ids"),
    events.c.starts_at > p("longest"),
    sa.or_(events.c.ends_at > p("since"), events.c.starts_at >= p("since")),
    events.c.starts_at < p("until"),
)
_BETWEEN = Query(
    sa.select(*_COLUMNS)
    .where(
        *_WITHIN,
        sa.or_(
            events.c.starts_at > p("after_start"),
            sa.and_(events.c.starts_at == p("after_start"), events.c.id > p("after_id")),
        ),
    )
    .order_by(events.c.starts_at, events.c.id)
    .limit(p("limit"))
)
_COUNT = Query(sa.select(sa.func.count()).where(*_WITHIN))
_SOME = Query(sa.select(*_COLUMNS).where(in_list(events.c.id, "ids")).order_by(events.c.starts_at))
_DELETE = Query(sa.delete(events).where(in_list(events.c.id, "ids")))
_NO_ANSWERS = Query(sa.delete(event_answers).where(in_list(event_answers.c.event_id, "ids")))
_LATER = Query(
    sa.select(events.c.id).where(events.c.series_id == p("series_id"), events.c.starts_at >= p("since"))
)
_EARLIER = Query(
    sa.select(*_COLUMNS)
    .where(events.c.series_id == p("series_id"), events.c.starts_at < p("since"))
    .order_by(events.c.starts_at)
)
_KEPT = ("id", "rule", "zone", "starts_local", "length", "made_n", "made_until")
_SERIES = [event_series.c[name] for name in _KEPT]
_DUE = Query(
    sa.select(*_SERIES)
    .where(event_series.c.made_until < p("before"))
    .order_by(event_series.c.made_until)
    .limit(20)
)
_NEWEST = Query(
    sa.select(*_COLUMNS)
    .where(events.c.series_id == p("series_id"))
    .order_by(events.c.starts_at.desc())
    .limit(1)
)


def add(tx: Tx, viewer: Viewer, group_id: int, new: NewEvent) -> EventView:
    """Put an event, or with a rule all events that come of it, into the group's calendar, and tell its members as
    inviting does; returns the first. Raises NotFound, Forbidden("manage_calendar"), Invalid, as inviting.require_space.
    """
    author_id = viewer.required()
    room = enter(tx, viewer, group_id, "calendar").to_write()
    values = checked(tx, {name: getattr(new, name) for name in NewEvent.__struct_fields__ if name != "rule"})
    check_times(values["starts_at"], values["ends_at"])
    values |= {"group_id": group_id, "author_id": author_id}
    rule = repeats.check(new.rule) if new.rule else ""
    inviting.require_space(tx, viewer, room)
    made = _repeated(tx, values, rule) if rule else _read(tx, _insert(tx, values))
    inviting.tell_new(tx, room, made, rule)
    return made


def _insert(tx: Tx, values: dict[str, Any]) -> int:
    id_ = tx.ids.next()
    remind_at = _remind_at(tx, values["starts_at"])
    tx.insert(events, id=id_, remind_at=remind_at, created_at=tx.now, updated_at=tx.now, **values)
    return id_


def _remind_at(tx: Tx, starts_at: int) -> int | None:
    """When to remind; nobody is reminded of what has begun."""
    return starts_at - REMIND_MS if starts_at > tx.now else None


def _repeated(tx: Tx, values: dict[str, Any], rule: str) -> EventView:
    zone = repeats.zone_of(values["zone"])
    # Rules know whole seconds only.
    values |= {name: values[name] // 1000 * 1000 for name in ("starts_at", "ends_at")}
    first = repeats.to_wall(values["starts_at"], zone)
    until = max(tx.now, values["starts_at"]) + repeats.HORIZON_MS
    starts = repeats.moments(rule, zone, first, values["starts_at"] - 1, until)
    if not starts:
        raise Invalid("rule", "invalid", "by this rule the event never takes place")
    series_id, length = tx.ids.next(), values["ends_at"] - values["starts_at"]
    tx.insert(
        event_series,
        id=series_id,
        group_id=values["group_id"],
        author_id=values["author_id"],
        rule=rule,
        zone=values["zone"],
        starts_local=first.isoformat(),
        length=length,
        made_n=len(starts),
        made_until=None if repeats.ends(rule, len(starts)) else until,
        created_at=tx.now,
    )
    ids = [
        _insert(tx, {**values, "series_id": series_id, "starts_at": ms, "ends_at": ms + length})
        for ms in starts
    ]
    return _read(tx, ids[0])


def any_to_go_on(tx: Tx) -> bool:
    """Whether a rule without an end is to be followed further."""
    return tx.one(_DUE, before=tx.now + repeats.HORIZON_MS - SLACK_MS) is not None


def go_on(tx: Tx) -> int:
    """Make the next events of rules that have no end, as time goes on; how many."""
    made = 0
    until = tx.now + repeats.HORIZON_MS
    for id_, rule, zone, first, length, made_n, made_until in tx.all(_DUE, before=until - SLACK_MS):
        row = tx.one(_NEWEST, series_id=id_)
        wall = datetime.fromisoformat(first)
        starts = repeats.moments(rule, repeats.zone_of(zone), wall, made_until, until) if row else []
        if row is not None:
            like = EventView(*row)
            kept = {name: getattr(like, name) for name in EventView.__struct_fields__ if name not in _OWN}
            for ms in starts:
                _insert(tx, {**kept, "starts_at": ms, "ends_at": ms + length})
        made += len(starts)
        over = row is None or repeats.ends(rule, made_n + len(starts))
        tx.update(event_series, {"id": id_}, made_n=made_n + len(starts), made_until=None if over else until)
    return made


_OWN: Final = frozenset(
    {"id", "starts_at", "ends_at", "remind_at", "created_at", "updated_at", "locked", "sequence", "post_id"}
)


def checked(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    """The values as columns. Raises Invalid."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if name == "description":
            out[name] = _html(tx, str(value))
        elif isinstance(value, bool):
            out[name] = int(value)
        elif isinstance(value, str):
            out[name] = _line(name, value)
        else:
            out[name] = value
    if "name" in out and not out["name"]:
        raise Invalid("name", "blank")
    if "zone" in out:
        repeats.zone_of(out["zone"])
    if not 0 <= out.get("capacity", 0) <= MAX_CAPACITY:
        raise Invalid("capacity", "invalid")
    return out


def _line(name: str, value: str) -> str:
    text = " ".join(value.split())
    if len(text) > (MAX_NAME if name == "name" else MAX_LINE) or not text.isprintable():
        raise Invalid(name, "invalid")
    return text


def _html(tx: Tx, source: str) -> str:
    """Safe HTML of what was written. Raises Invalid("description")."""
    if len(source) > MAX_TEXT:
        raise Invalid("description", "too_long")
    settings = tx.settings
    markup = Markup.HTML if "<" in source else Markup.PLAIN
    return render(source, markup, base_url=settings.base_url, local_domain=settings.domain, people={}).html


def check_times(starts_at: int, ends_at: int) -> None:
    if not 0 <= starts_at < LATEST_MS:
        raise Invalid("starts_at", "invalid")
    if not starts_at <= ends_at <= starts_at + MAX_LENGTH_MS:
        raise Invalid("ends_at", "invalid")


def _read(tx: Tx, id_: int) -> EventView:
    row = tx.one(_ONE, id=id_) if 0 < id_ < 1 << 63 else None
    if row is None:
        raise NotFound(what="event")
    return EventView(*row)


def see(tx: Tx, viewer: Viewer, event_id: int) -> tuple[EventView, Room]:
    """An event and the calendar it is in; a public calendar is read by everybody. Raises NotFound where there is none
    in a group that the viewer may know of, Forbidden("not_member" | "calendar_visible")."""
    row = tx.one(_ONE, id=event_id) if 0 < event_id < 1 << 63 else None
    found = None if row is None else EventView(*row)
    own = found is not None and found.group_id == found.author_id
    room = room_with(tx, viewer, found.group_id if found is not None and not own else 0, "calendar")
    if found is None or room is None:
        raise NotFound(what="event")
    if not room.reads and not room.stands.is_member and not viewer.everything:
        raise Forbidden("you are no member of the event's group", code="not_member")
    return found, room.to_read()


def change(tx: Tx, viewer: Viewer, event_id: int, wanted: EventChange) -> EventView:
    """Change one event; who waits for a place gets it where there is more room now. Raises as see, and
    Forbidden("manage_calendar"), Invalid, and as inviting.tell_change."""
    found, room = _own(tx, viewer, event_id)
    given = {
        name: value for name in EventChange.__struct_fields__ if (value := getattr(wanted, name)) is not None
    }
    values = checked(tx, given)
    starts_at = values.get("starts_at", found.starts_at)
    if "starts_at" in values and "ends_at" not in values:
        values["ends_at"] = starts_at + found.ends_at - found.starts_at
    check_times(starts_at, values.get("ends_at", found.ends_at))
    if starts_at != found.starts_at:
        values["remind_at"] = _remind_at(tx, starts_at)
    if values:
        told = any(values[name] != getattr(found, name) for name in _TOLD & values.keys())
        sequence = found.sequence + told
        tx.update(events, {"id": event_id}, updated_at=tx.now, sequence=sequence, **values)
        answers.promote(tx, event_id)
        if told:
            now = _read(tx, event_id)
            inviting.tell_change(tx, room, now, found)
            eventposts.changed(tx, now)
    return _read(tx, event_id)


_TOLD: Final = frozenset({"name", "starts_at", "ends_at", "zone", "all_day", "place", "description", "asks"})
"""What invitations say: a change of it is mailed."""


def delete(tx: Tx, viewer: Viewer, event_id: int, *, following: bool = False) -> None:
    """Take an event away with its answers; *following*: also those that its rule puts after it. Raises as change."""
    found = own(tx, viewer, event_id)
    ids, left = [event_id], None
    if following and found.series_id is not None:
        ids = tx.column(_LATER, series_id=found.series_id, since=found.starts_at)
        left = [EventView(*row) for row in tx.all(_EARLIER, series_id=found.series_id, since=found.starts_at)]
        tx.update(event_series, {"id": found.series_id}, made_until=None)
    gone = [EventView(*row) for row in tx.all(_SOME, ids=list(ids))]
    inviting.tell_end(tx, gone, left)
    tx.run(_NO_ANSWERS, ids=list(ids))
    tx.run(_DELETE, ids=list(ids))
    for each in gone:
        eventposts.gone(tx, each.post_id)


def own(tx: Tx, viewer: Viewer, event_id: int) -> EventView:
    """An event that the viewer may change. Raises as see, Forbidden("manage_calendar")."""
    return _own(tx, viewer, event_id)[0]


def _own(tx: Tx, viewer: Viewer, event_id: int) -> tuple[EventView, Room]:
    found, room = see(tx, viewer, event_id)
    if not room.may_change(found.author_id, viewer):
        raise Forbidden("only its maker and moderators change an event", code="manage_calendar")
    return found, room


class Span(msgspec.Struct, frozen=True):
    """The calendars of these groups from *since* to before *until*, in ms."""

    group_ids: tuple[int, ...]
    since: int
    until: int = LATEST_MS

    @property
    def bounds(self) -> dict[str, Any]:
        return {
            "group_ids": list(self.group_ids),
            "since": self.since,
            "until": self.until,
            "longest": self.since - MAX_LENGTH_MS - 1,
        }


def open_groups(tx: Tx, viewer: Viewer) -> tuple[int, ...]:
    """The groups that the viewer is a member of and whose calendars they may read."""
    mine = members.of_account(tx, viewer.required())
    return tuple(m.group_id for m in mine if enter(tx, viewer, m.group_id, "calendar").reads)


def between(tx: Tx, span: Span, after: tuple[int, int] | None, limit: int) -> list[EventView]:
    """Events that take place within the span, in the order of their beginning, beyond *after* (beginning, id)."""
    start, id_ = after or (-1 << 62, 0)
    rows = tx.all(_BETWEEN, **span.bounds, after_start=start, after_id=id_, limit=limit)
    return [EventView(*row) for row in rows]


def count(tx: Tx, span: Span) -> int:
    """How many events take place within the span."""
    return int(tx.value(_COUNT, **span.bounds))
