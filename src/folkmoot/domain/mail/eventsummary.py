"""What is to come in a group's calendar, mailed to its members on the days that the group chose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.groups.grouprights import SECTIONS
from folkmoot.domain.groups.grouptexts import LETTER
from folkmoot.domain.mail import eventmail, outbox, readers, runs
from folkmoot.domain.mail.readers import CONTENT
from folkmoot.domain.sections import events
from folkmoot.store.schema.groups import groups
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

SUMMARY: Final = "event_summary"
"""The kind of a run that mails one; its subject is the group."""
HOUR: Final = 7
"""By the group's clock: so early does a summary leave."""
MOST: Final = 100
"""So many events are told of."""
USUAL: Final = "weekly_friday"
WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WANTED = Query(
    sa.select(groups.c.account_id, groups.c.title, groups.c.settings, groups.c.summarised_at).where(
        groups.c.deleted_at.is_(None), groups.c.settings.like(sa.literal('%"event_summaries":true%'))
    )
)
_DONE = Query(sa.update(groups).where(groups.c.account_id == p("id")).values(summarised_at=p("now")))


def span_of(word: str, day: datetime) -> int:
    """How many days a summary of that schedule looks ahead on this day; 0 where none leaves then."""
    often, _, on = word.partition("_")
    if often == "monthly":
        return 31 if day.day == 1 else 0
    if on not in WEEK or day.weekday() != WEEK.index(on):
        return 0
    if often == "biweekly":
        return 14 if day.isocalendar().week % 2 == 0 else 0
    return 7


def send(tx: Tx) -> int:
    """Begin to mail the summaries that are due; how many there were."""
    begun = 0
    for group_id, title, kept, last in tx.all(_WANTED):
        settings: dict[str, Any] = msgspec.json.decode(kept)
        clock = _clock(str(settings.get("timezone", "UTC")))
        now = datetime.fromtimestamp(tx.now / 1000, UTC).astimezone(clock)
        days = span_of(str(settings.get("event_summary_day", USUAL)), now)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if not days or now.hour < HOUR or (last or 0) >= midnight.timestamp() * 1000:
            continue
        tx.run(_DONE, id=group_id, now=tx.now)
        text = _told(tx, group_id, settings, now + timedelta(days=days), clock)
        if text:
            runs.begin(tx, SUMMARY, group_id, group_id, subject=f"Upcoming events of {title}", text=text)
            begun += 1
    return begun


def _clock(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _told(tx: Tx, group_id: int, settings: dict[str, Any], until: datetime, clock: ZoneInfo) -> str:
    """The events, a line each; empty where there are none, or none that members may know of."""
    if "r" not in SECTIONS.get(str(settings.get("calendar_access", "subscribers")), ("", "", ""))[2]:
        return ""
    ahead = events.Span((group_id,), tx.now, int(until.timestamp() * 1000))
    lines = []
    for event in events.between(tx, ahead, None, MOST):
        if not eventmail.known(tx, event.id, event.series_id, group_id):
            continue  # by whom no mail goes out unread (sections.inviting)
        begins = datetime.fromtimestamp(event.starts_at / 1000, UTC).astimezone(clock)
        when = begins.strftime("%a %d %b %Y") if event.all_day else begins.strftime("%a %d %b %Y, %H:%M")
        lines.append(" · ".join(part for part in (when, event.name, event.place) if part))
    return "\n".join([*lines, "", f"Times are those of {clock.key}."]) if lines else ""


def step(tx: Tx, run: runs.Run) -> int | None:
    """Mail it to the next page of members; the last of them, None where that was all."""
    page = readers.page(tx, run.group_id, CONTENT, run.after)
    for reader in page:
        payload = {**run.data, "member_id": reader.member_id}
        outbox.insert(tx, LETTER, reader.account_id, reader.address, group_id=run.group_id, payload=payload)
    if page:
        journal.record(tx, journal.MAIL_QUEUED, run.group_id, run.subject_id)
    return page[-1].member_id if len(page) == readers.PAGE else None
