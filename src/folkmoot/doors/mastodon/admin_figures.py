"""The staff's dashboard: figures over time, ranked tables, and who stayed."""

from __future__ import annotations

from typing import Any

from folkmoot.domain.errors import Invalid
from folkmoot.domain.staff import dimensions, measures
from folkmoot.domain.staff.dimensions import About, Line
from folkmoot.domain.staff.measures import Cohort, Measure, Range, range_of
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.codecs import parse_time, time
from folkmoot.wire.mastodon.admin_figures import (
    AdminCohort,
    AdminCohortData,
    AdminDimension,
    AdminDimensionData,
    AdminMeasure,
    AdminMeasureData,
)
from folkmoot.wire.mastodon.requests import admin_figures as api

DAY_MS = 86_400_000
DAYS_SHOWN = 29
"""Days of a table that is asked for without dates."""
_UNITS = ("Bytes", "KB", "MB", "GB", "TB", "PB")


def _time(name: str, text: str) -> int:
    found = parse_time(text)
    if found is None:
        raise Invalid(name, "invalid")
    return found


def _range(start: str, end: str) -> Range:
    return range_of(_time("start_at", start), _time("end_at", end))


def human_size(size: int) -> str:
    """Bytes as people read them, three digits at most."""
    value, unit = float(size), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.3g} {_UNITS[unit]}" if unit else f"{size} {_UNITS[0]}"


def _about(ask: Any, key: str, about_tag: frozenset[str], about_server: frozenset[str]) -> tuple[int, str]:
    """The tag or server that a figure is about. Raises Invalid("missing") where it is not said."""
    if key not in about_tag and key not in about_server:
        return 0, ""
    choice = getattr(ask, key)
    if choice is None:
        raise Invalid(f"{key}[{'id' if key in about_tag else 'domain'}]", "missing")
    return (number(choice.id), "") if key in about_tag else (0, choice.domain)


@door.on(api.GetAdminMeasures, tx="read")
def get_measures(at: At, ask: api.GetAdminMeasures) -> list[AdminMeasure]:
    within = _range(ask.start_at, ask.end_at)
    found = []
    for key in [key for key in dict.fromkeys(ask.keys) if key in measures.KEYS]:
        tag_id, domain = _about(ask, key, measures.ABOUT_TAG, measures.ABOUT_SERVER)
        found.append(_measure(measures.measure(at.tx, at.viewer, key, within, tag_id=tag_id, domain=domain)))
    return found


def _measure(m: Measure) -> AdminMeasure:
    shown = AdminMeasure(
        key=m.key,
        unit=m.unit or None,
        total=str(m.total),
        data=[AdminMeasureData(date=time(day * DAY_MS), value=str(n)) for day, n in m.days],
    )
    if m.unit:
        shown.human_value = human_size(m.total)
    if m.previous is not None:
        shown.previous_total = str(m.previous)
    return shown


@door.on(api.GetAdminDimensions, tx="read")
def get_dimensions(at: At, ask: api.GetAdminDimensions) -> list[AdminDimension]:
    end = at.tx.now if ask.end_at is None else _time("end_at", ask.end_at)
    start = end - DAYS_SHOWN * DAY_MS if ask.start_at is None else _time("start_at", ask.start_at)
    within = range_of(start, end)
    found = []
    for key in [key for key in dict.fromkeys(ask.keys) if key in dimensions.KEYS]:
        tag_id, domain = _about(ask, key, dimensions.ABOUT_TAG, dimensions.ABOUT_SERVER)
        about = About(within=within, tag_id=tag_id, domain=domain, limit=ask.limit)
        lines = dimensions.table(at.tx, at.viewer, key, about)
        found.append(AdminDimension(key=key, data=[_line(line) for line in lines]))
    return found


def _line(line: Line) -> AdminDimensionData:
    shown = AdminDimensionData(key=line.key, human_key=line.name, value=str(line.value))
    if line.unit and isinstance(line.value, int):
        shown.unit, shown.human_value = line.unit, human_size(line.value)
    elif isinstance(line.value, str):
        shown.human_value = line.value
    return shown


@door.on(api.GetAdminRetention, tx="read")
def get_retention(at: At, ask: api.GetAdminRetention) -> list[AdminCohort]:
    if ask.frequency not in ("day", "month"):
        raise Invalid("frequency", "unknown")
    start, end = _time("start_at", ask.start_at), _time("end_at", ask.end_at)
    monthly = ask.frequency == "month"
    found = measures.retention(at.tx, at.viewer, start, end, monthly=monthly)
    return [_cohort(cohort, monthly=monthly) for cohort in found]


def _cohort(cohort: Cohort, *, monthly: bool) -> AdminCohort:
    return AdminCohort(
        period=time(cohort.period),
        frequency="month" if monthly else "day",
        data=[AdminCohortData(date=time(day), rate=rate, value=str(n)) for day, rate, n in cohort.rows],
    )
