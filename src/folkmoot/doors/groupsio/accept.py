"""From the API's parameters to what the domain takes: new groups, memberships, drafts, searches."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups.archives import MAX_TAGS, Wanted
from folkmoot.domain.groups.groups import NewGroup
from folkmoot.domain.posts.draftbox import OutlineChange
from folkmoot.domain.sections import repeats
from folkmoot.doors.groupsio import settings
from folkmoot.kit.markup.links import fold
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.wire.codecs import parse_time, read_id
from folkmoot.wire.groupsio.group_requests import CreateSubgroup
from folkmoot.wire.groupsio.requests import CreateGroup, SearchArchives, UpdateDraft

DAY_MS: Final = 86_400_000
PRESETS: Final[dict[str, int]] = {
    "hour": DAY_MS // 24,
    "day": DAY_MS,
    "week": 7 * DAY_MS,
    "month": 30 * DAY_MS,
    "year": 365 * DAY_MS,
}
MAX_Q: Final = 1000
_TERM: Final = re.compile(r"(?<!\S)(-?)(?:#(\w[\w-]{0,100})|posterid:(\d{1,18}))(?!\S)")
_ZONED: Final = re.compile(r"(Z|[+-]\d\d:?\d\d)$|^\d{9,11}$")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_US_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
LAST_MS: Final = 1 << 42
"""Times at or beyond this one have no ids."""


def new_group(ask: CreateGroup) -> NewGroup:
    """The group that creategroup founds; its description comes as HTML or as text."""
    plain = html_to_text(ask.desc) if "<" in ask.desc else ask.desc
    fields = settings.translate({"privacy": ask.privacy})
    return NewGroup(name=ask.group_name, description=plain, title=ask.group_name, **fields)


def membership(ask: CreateGroup | CreateSubgroup) -> dict[str, Any]:
    """The founder's own options."""
    told: dict[str, Any] = {}
    if ask.message_selection is not None:
        told["selection"] = ask.message_selection
    if ask.auto_follow_replies:
        told["follow_replies"] = True
    if ask.max_attachment_size is not None:
        told["max_attachment"] = ask.max_attachment_size
    out: dict[str, Any] = {"settings": msgspec.json.encode(told).decode()} if told else {}
    if ask.email_delivery is not None:
        out["delivery"] = int(settings.delivery(ask.email_delivery))
    return out


def outline_change(ask: UpdateDraft) -> OutlineChange:
    """What updatedraft said; all else stays."""
    options = {
        ours: value
        for ours, value in (
            ("special", ask.is_special),
            ("private", ask.is_private),
            ("copy_me", ask.bcc_me),
            ("copy_all", ask.bcc_all),
        )
        if isinstance(value, bool)
    }
    return OutlineChange(
        subject=ask.subject if isinstance(ask.subject, str) else None,
        body=ask.body if isinstance(ask.body, str) else None,
        options=options,
    )


def search(ask: SearchArchives, now: int, zone: str = "UTC") -> Wanted:
    """What searcharchives looks for; *now* in ms, *zone* is the caller's. Raises Invalid("start_date" | "end_date" |
    "q")."""
    if len(ask.q) > MAX_Q:
        raise Invalid("q", "too_long")
    tags: list[str] = []
    author: int | None = None
    for minus, tag, poster in _TERM.findall(ask.q):
        if tag and not minus:
            tags.append(fold(tag))
        elif poster and not minus:
            author = read_id(poster)
    since, until = dates(ask, now, zone)
    return Wanted(
        text=_TERM.sub(" ", ask.q).strip(),
        tags=tuple(dict.fromkeys(tags))[:MAX_TAGS],
        author_id=author,
        since=since,
        until=until,
        one_a_thread=ask.collapse_topics,
        no_signatures=ask.exclude_sigs,
    )


def dates(ask: SearchArchives, now: int, zone: str = "UTC") -> tuple[int | None, int | None]:
    """(from, to before) in ms. A preset counts before dates; an end that names a day includes it. Days are those of
    *zone*."""
    if ask.preset_date_range in PRESETS:
        return now - PRESETS[ask.preset_date_range], None
    return _date("start_date", ask.start_date, 0, zone), _date("end_date", ask.end_date, DAY_MS, zone)


def _date(name: str, text: str | None, whole_day: int, zone: str) -> int | None:
    if text is None or not text.strip():
        return None
    text = text.strip()
    us = _US_DAY.fullmatch(text)
    if us:
        text = f"{us[3]}-{int(us[1]):02d}-{int(us[2]):02d}"
    ms = parse_time(text)
    if ms is None:
        raise Invalid(name, "invalid")
    ms += whole_day if _DAY.fullmatch(text) else 0
    ms = max(0, min(ms, LAST_MS))
    # A day ends with two digits behind a dash, which is no zone.
    if zone == "UTC" or (not _DAY.fullmatch(text) and _ZONED.search(text)):
        return ms
    offset = datetime.fromtimestamp(ms / 1000, UTC).replace(tzinfo=repeats.zone_of(zone)).utcoffset()
    return max(0, ms - (offset or timedelta()) // timedelta(milliseconds=1))
