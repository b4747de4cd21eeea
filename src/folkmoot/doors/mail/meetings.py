"""Events as the mail that a member gets: an invitation that calendar programs answer, its changes, a reminder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.mail import eventmail
from folkmoot.domain.mail.eventmail import Said, Sheet
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.sections.answers import Answer
from folkmoot.doors.mail.headings import foot_html, foot_lines, list_headers
from folkmoot.doors.mail.recipients import EVENTS
from folkmoot.doors.mail.render import Mail, sealed
from folkmoot.doors.mail.signs import rsvp_word
from folkmoot.kit.mail.build import Value, build, format_date, message_id
from folkmoot.kit.mail.meeting import Method, Person, write
from folkmoot.kit.mail.signing import Signer
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.kit.markup.sanitise import escape, escape_text
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PARTSTAT: Final = {
    Answer.YES: "ACCEPTED", Answer.NO: "DECLINED", Answer.MAYBE: "TENTATIVE", Answer.WAITING: "ACCEPTED",
}  # fmt: skip
KIND_OF: Final = {"ACCEPTED": Answer.YES, "DECLINED": Answer.NO, "TENTATIVE": Answer.MAYBE}
_OPENINGS: Final = {
    "REQUEST": "", "CANCEL": "Cancelled: ", "SHORTEN": "Cancelled: ", "": "Reminder: ",
    eventmail.SEAT: "There is a seat for you: ", eventmail.WAIT: "All seats are taken, you wait for one: ",
}  # fmt: skip


class Facts(msgspec.Struct, frozen=True):
    """What the mail about an event is written from, read in one transaction."""

    group: GroupView
    sheet: Sheet


def read_facts(tx: Tx, item: Item) -> Facts | None:
    """What to write from; None where the mail is not to leave any more. Raises NotFound where the group is gone."""
    sheet = eventmail.sheet_of(tx, item)
    if sheet is None:
        return None
    return Facts(groups.see(tx, Viewer.system(), item.group_id or 0), sheet)


def meeting_mail(settings: Settings, secret: bytes, facts: Facts, item: Item, signer: Signer | None) -> Mail:
    """An invitation, a change, a cancellation or a reminder for one member."""
    group, sheet = facts.group, facts.sheet
    first = sheet.events[0]
    asks = first.asks and not sheet.is_off
    method: Method = "CANCEL" if sheet.method == "CANCEL" else "REQUEST" if first.asks else "PUBLISH"
    word = rsvp_word(secret, sheet.calendar[0].id, sheet.reader.member_id)
    answers_to = f"{EVENTS}+{word}@{settings.list_domain}"
    link = f"{settings.base_url}/mail/event/{word}" if asks else ""
    text, html = _text(facts, link), _html(facts, link)
    calendar = None
    if item.kind == eventmail.INVITE:
        calendar = (method, _calendar(settings, facts, method, answers_to, item.created_at))
    headers: list[tuple[str, Value]] = [
        ("From", (group.title, group.address)),
        ("To", ("", item.address)),
        ("Reply-To", (group.title, answers_to if first.asks else group.address)),
        ("Subject", _subject(facts)),
        ("Date", format_date(datetime.fromtimestamp(item.created_at / 1000, UTC))),
        ("Message-ID", message_id(f"moot.event.{item.id}", settings.list_domain)),
        ("References", message_id(f"moot.event.of.{first.series_id or first.id}", settings.list_domain)),
        ("Auto-Submitted", "auto-generated"),
        *list_headers(group),
    ]
    data = build(headers, text, html, boundary=f"=_event.{item.id}", calendar=calendar)
    return sealed(settings, group, data, signer)


def _subject(facts: Facts) -> str:
    tag, first = facts.group.subject_tag.strip(), facts.sheet.events[0]
    changed = facts.sheet.method == "REQUEST" and first.sequence
    opening = "Changed: " if changed else _OPENINGS[facts.sheet.method]
    return f"{tag + ' ' if tag else ''}{opening}{first.name}, {_when(first, day_only=True)}"


def _calendar(settings: Settings, facts: Facts, method: Method, answers_to: str, stamp: int) -> str:
    sheet, group = facts.sheet, facts.group
    meetings = [
        eventmail.meeting_of(settings, said, group.url, cancelled=method == "CANCEL")
        for said in sheet.calendar
    ]
    stat = PARTSTAT[Answer(sheet.answer)] if sheet.answer is not None else ""
    guest = None if method == "PUBLISH" else Person("", sheet.reader.address, stat)
    return write(method, meetings, Person(group.title, answers_to), guest, stamp)


def _when(said: Said, *, day_only: bool = False) -> str:
    try:
        zone = ZoneInfo(said.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    start, end = (datetime.fromtimestamp(ms / 1000, zone) for ms in (said.starts_at, said.ends_at))
    if said.all_day or day_only:
        return f"{start:%a %Y-%m-%d}"
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %Y-%m-%d %H:%M}"
    return f"{start:%a %Y-%m-%d %H:%M} to {until} ({said.zone})"


_UNITS: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_TOLD: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})


def again(rule: str) -> str:
    """A rule of a series in words; what has none here is shown as it is written."""
    told = dict(part.partition("=")[::2] for part in rule.split(";"))
    unit, every = _UNITS.get(told.get("FREQ", "")), told.get("INTERVAL", "1")
    if unit is None or not told.keys() <= _TOLD:
        return rule
    text = f"every {unit}" if every == "1" else f"every {every} {unit}s"
    if told.get("BYDAY"):
        text += f" on {told['BYDAY'].replace(',', ', ')}"
    if told.get("COUNT"):
        text += f", {told['COUNT']} times"
    until = told.get("UNTIL", "")
    return f"{text}, till {until[:4]}-{until[4:6]}-{until[6:8]}" if until else text


def _lines(sheet: Sheet) -> list[tuple[str, str]]:
    """What stands in the table; all the dates of a series that are off are one line."""
    said, when = sheet.events[0], _when(sheet.events[0])
    if sheet.method == eventmail.SHORTEN or (said.rule and sheet.is_off):
        when += ", and all its later dates"
    repeats = again(said.rule) if said.rule and not sheet.is_off else ""
    rows = [("What", said.name), ("When", when), ("Again", repeats), ("Where", said.place)]
    return [(name, value) for name, value in rows if value]


def _text(facts: Facts, link: str) -> str:
    sheet, said = facts.sheet, facts.sheet.events[0]
    out = [f"{_OPENINGS[sheet.method]}{said.name}", ""]
    out += [f"{name + ':':7}{value}" for name, value in _lines(sheet)]
    description = html_to_text(said.description).strip()
    out += ["", description, ""] if description else [""]
    if link:
        out += ["Do you come? Answer with your calendar, or here:", link, ""]
    return "\n".join([*out, "-- ", *foot_lines(facts.group), ""])


def _html(facts: Facts, link: str) -> str:
    sheet, said = facts.sheet, facts.sheet.events[0]
    rows = "".join(
        f"<tr><th align=left>{name}</th><td>{escape_text(value)}</td></tr>" for name, value in _lines(sheet)
    )
    out = [
        f"<h2>{_OPENINGS[sheet.method]}{escape_text(said.name)}</h2><table>{rows}</table>{said.description}"
    ]
    if link:
        out.append(f'<p><a href="{escape(link)}">Do you come? Answer here</a>, or with your calendar.</p>')
    tail = foot_html(foot_lines(facts.group))
    return f"<html><body>{''.join(out)}<hr><p><small>{tail}</small></p></body></html>"
