"""Events of a group's calendar by mail: invitations, their changes, and what members answer to them.

An invitation says what the event was when it was queued; one that was changed meanwhile is not sent any more, since a
newer one follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import outbox, reach, readers, runs
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.mail.readers import CONTENT, PAGE, Reader
from folkmoot.kit.mail.meeting import Meeting
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.settings import Settings
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.schema.mail import event_notes
from folkmoot.store.schema.sections import event_answers, events
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.sections.events import EventView

INVITE: Final = "invitation"
"""The kind of runs and mails that carry an event; payload: member_id, note_id."""
REMINDER: Final = "event_soon"
"""The kind of a mail that reminds of an event; payload: member_id, event (Said), why (SEAT, WAIT, or none)."""
SEAT: Final = "SEAT"
"""Why: who waited for a seat has one now."""
WAIT: Final = "WAIT"
"""Why: who said yes by mail waits for a seat."""
SHORTEN: Final = "SHORTEN"
"""A note that a series ends sooner: first the next date that is off, then what is left of the series."""
NEWCOMERS: Final = 20
"""So many events that are to come is a new member invited to."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation says of an event. *recurrence*: when it would have begun by the rule of its series (ms);
    *rule*: the whole series is meant."""

    id: int
    group_id: int
    series_id: int | None
    name: str
    place: str
    description: str
    starts_at: int
    ends_at: int
    zone: str
    all_day: bool
    asks: bool
    sequence: int
    recurrence: int | None = None
    rule: str = ""
    skipped: list[int] = []
    """Moments at which it does not take place, against its rule (ms)."""


class Note(msgspec.Struct, frozen=True):
    """One round of mail about events: REQUEST, CANCEL or SHORTEN."""

    id: int
    group_id: int
    method: str
    events: list[Said]


_LATEST = Query(
    sa.select(event_notes.c.event)
    .where(event_notes.c.event_id == p("id"))
    .order_by(event_notes.c.id.desc())
    .limit(1)
)
_NOTE = Query(
    sa.select(event_notes.c.id, event_notes.c.group_id, event_notes.c.method, event_notes.c.event).where(
        event_notes.c.id == p("id")
    )
)
_TOLD = Query(
    sa.select(event_notes.c.event_id, event_notes.c.event)
    .where(in_list(event_notes.c.event_id, "ids"))
    .order_by(event_notes.c.id)
)
_KNOWN = Query(
    sa.select(event_notes.c.id)
    .where(
        event_notes.c.group_id == p("group_id"),
        sa.or_(event_notes.c.event_id == p("id"), event_notes.c.event.like(text_p("series"))),
    )
    .limit(1)
)
_SEQUENCE = Query(sa.select(events.c.sequence).where(events.c.id == p("id")))
_SETTINGS = Query(sa.select(groups.c.settings).where(groups.c.account_id == p("id")))
_MEMBER = Query(
    sa.select(members.c.id).where(
        members.c.group_id == p("group_id"),
        members.c.account_id == p("account_id"),
        members.c.status == int(Membership.NORMAL),
    )
)
_TO_COME = Query(
    sa.select(events.c.id)
    .where(events.c.group_id == p("group_id"), events.c.starts_at > p("now"))
    .order_by(events.c.starts_at, events.c.id)
    .limit(NEWCOMERS)
)
_ANSWERED = Query(
    sa.select(event_answers.c.kind).where(
        event_answers.c.event_id == p("event_id"), event_answers.c.account_id == p("account_id")
    )
)


def said_of(event: EventView, *, was: EventView | None = None, rule: str = "") -> Said:
    """What is to be said of an event as it is now; *was*: as it was before, for one of a series."""
    recurrence = None
    if event.series_id is not None and not rule:
        recurrence = (was or event).starts_at
    named = {
        name: getattr(event, name)
        for name in (
            "id", "group_id", "series_id", "name", "place", "description", "starts_at", "ends_at", "zone", "sequence",
        )
    }  # fmt: skip
    return Said(**named, all_day=bool(event.all_day), asks=bool(event.asks), recurrence=recurrence, rule=rule)


def meeting_of(settings: Settings, said: Said, url: str, *, cancelled: bool = False) -> Meeting:
    """The event as calendar programs read it; all of a series are one event to them, by its uid."""
    number = f"series-{said.series_id}" if said.series_id is not None else f"event-{said.id}"
    return Meeting(
        uid=f"{number}@{settings.list_domain}",
        name=said.name,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        zone=said.zone,
        all_day=said.all_day,
        place=said.place,
        description=html_to_text(said.description).strip(),
        url=url,
        sequence=said.sequence + cancelled,
        recurrence=said.recurrence,
        rule=said.rule,
        skipped=tuple(said.skipped),
    )


def tell(tx: Tx, method: str, told: list[Said]) -> None:
    """Mail the group's members about these events of one group, those that are over left out. *method*: REQUEST, CANCEL
    (RFC 5546)."""
    coming = [_placed(tx, each) for each in told if each.ends_at > tx.now]
    if not coming:
        return
    first = coming[0]
    note_id = _write(tx, method, coming)
    runs.begin(tx, INVITE, note_id, first.group_id)


def cancel(tx: Tx, told: list[Said]) -> None:
    """Mail that these events of one group are off; all those of a whole series (they have its rule) as one."""
    coming = [each for each in told if each.ends_at > tx.now]
    if coming and coming[0].rule:
        latest = max(each.sequence for each in told)
        coming = [msgspec.structs.replace(coming[0], sequence=latest)]
    tell(tx, "CANCEL", coming)


def shorten(tx: Tx, gone: Said, left: list[Said]) -> None:
    """Mail the group's members that a series ends sooner: *gone* is the next date that is off; *left*: the series as it
    is now, and its dates that are otherwise."""
    runs.begin(tx, INVITE, _write(tx, SHORTEN, [gone, *left]), gone.group_id)


def moments_of(tx: Tx, event_ids: list[int]) -> dict[int, int]:
    """When those of these events of a series that members were told of by themselves were to begin at first, in ms."""
    found: dict[int, int] = {}
    for id_, text in tx.all(_TOLD, ids=event_ids):
        for each in msgspec.json.decode(text, type=list[Said]):
            if each.id == id_ and each.recurrence is not None:
                found.setdefault(id_, each.recurrence)
    return found


def known(tx: Tx, event_id: int, series_id: int | None, group_id: int) -> bool:
    """Whether members were told of an event, by itself or as one of its series (which its notes name)."""
    series = "" if series_id is None else f'%"series_id":{series_id},%'
    return tx.one(_KNOWN, group_id=group_id, id=event_id, series=series) is not None


def _placed(tx: Tx, said: Said) -> Said:
    """One of a series is known by the moment at which it was to begin at first, however often it was moved."""
    if said.recurrence is None:
        return said
    kept = tx.value(_LATEST, id=said.id)
    before = msgspec.json.decode(kept, type=list[Said]) if kept else []
    moments = [each.recurrence for each in before if each.id == said.id and each.recurrence is not None]
    return msgspec.structs.replace(said, recurrence=moments[0]) if moments else said


def _write(tx: Tx, method: str, told: list[Said]) -> int:
    note_id = tx.ids.next()
    tx.insert(
        event_notes,
        id=note_id,
        event_id=told[0].id,
        group_id=told[0].group_id,
        method=method,
        sequence=told[0].sequence,
        event=msgspec.json.encode(told).decode(),
        created_at=tx.now,
    )
    return note_id


def invite_step(tx: Tx, run: runs.Run) -> int | None:
    """Queue the invitation for the next page of members; the last of them, None where that was all."""
    page = readers.page(tx, run.group_id, CONTENT, run.after)
    for reader in page:
        _queue(tx, run.group_id, reader.account_id, reader.address, reader.member_id, run.subject_id)
    if page:
        journal.record(tx, journal.MAIL_QUEUED, run.group_id, run.group_id)
    return page[-1].member_id if len(page) == PAGE else None


def _queue(tx: Tx, group_id: int, account_id: int, address: str, member_id: int, note_id: int) -> None:
    payload = {"member_id": member_id, "note_id": note_id}
    outbox.insert(tx, INVITE, account_id, address, group_id=group_id, payload=payload)


def invite_newcomer(tx: Tx, group_id: int, account_id: int) -> None:
    """Invite a new member to what is to come and the others know of, where the group wants that."""
    settings = msgspec.json.decode(tx.value(_SETTINGS, id=group_id) or "{}")
    if not settings.get("invite_on_join"):
        return
    from folkmoot.domain.sections.events import see

    member_id, address = (
        tx.value(_MEMBER, group_id=group_id, account_id=account_id),
        reach.reached_at(tx, group_id, account_id),
    )
    for event_id in tx.column(_TO_COME, group_id=group_id, now=tx.now) if member_id and address else ():
        event, _ = see(tx, Viewer.system(), event_id)
        if not known(tx, event.id, event.series_id, group_id):
            continue
        note_id = _write(tx, "REQUEST", [_placed(tx, said_of(event))])
        _queue(tx, group_id, account_id, address, member_id, note_id)
        journal.record(tx, journal.MAIL_QUEUED, group_id, group_id)


def remind(tx: Tx, event_id: int, account_id: int, why: str = "") -> None:
    """Mail somebody that an event to which they come is near, or *why* else they are to hear of it (SEAT, WAIT)."""
    from folkmoot.domain.sections.events import see

    event, _ = see(tx, Viewer.system(), event_id)
    address = reach.reached_at(tx, event.group_id, account_id)
    member_id = tx.value(_MEMBER, group_id=event.group_id, account_id=account_id)
    if address and member_id:
        payload = {"member_id": member_id, "event": msgspec.to_builtins(said_of(event)), "why": why}
        outbox.queue(tx, REMINDER, account_id, address, group_id=event.group_id, **payload)


class Sheet(msgspec.Struct, frozen=True):
    """What the mail about events to one member is written from; *answer*: what they said to the first of those in the
    calendar."""

    reader: Reader
    method: str
    events: list[Said]
    answer: int | None

    @property
    def calendar(self) -> list[Said]:
        """Those that calendar programs are told of; the mail itself speaks of the first of all."""
        return self.events[1:] if self.method == SHORTEN else self.events

    @property
    def is_off(self) -> bool:
        return self.method in ("CANCEL", SHORTEN)


def sheet_of(tx: Tx, item: Item) -> Sheet | None:
    """What an invitation or a reminder is written from; None where it is not to leave any more: its receiver gets no
    mail there, or the event is another by now."""
    member_id = int(item.payload["member_id"])
    reader = readers.among(tx, item.group_id or 0, [member_id]).get(member_id)
    if reader is None or reader.address != item.address:
        return None
    if reader.delivery == Delivery.NONE:
        return None
    if item.kind == REMINDER:
        said = msgspec.convert(item.payload["event"], Said)
        note = Note(0, said.group_id, str(item.payload.get("why", "")), [said])
    else:
        row = tx.one(_NOTE, id=int(item.payload["note_id"]))
        if row is None or reader.delivery not in CONTENT:
            return None
        note = Note(row[0], row[1], row[2], msgspec.json.decode(row[3], type=list[Said]))
    first = note.events[0]
    sheet = Sheet(reader, note.method, note.events, None)
    if not sheet.is_off and tx.value(_SEQUENCE, id=first.id) != first.sequence:
        return None
    answered = tx.value(_ANSWERED, event_id=sheet.calendar[0].id, account_id=reader.account_id)
    if note.method in (SEAT, WAIT) and answered != _stands()[note.method]:
        return None
    return msgspec.structs.replace(sheet, answer=answered)


def _stands() -> dict[str, int]:
    from folkmoot.domain.sections.answers import Answer

    return {SEAT: Answer.YES, WAIT: Answer.WAITING}
