"""Reports on the staff's desk: the list, who looks after one, and when it is settled."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.paging import Page
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import stafflog
from folkmoot.domain.staff.reports import COLUMNS, Report, check_rules, read
from folkmoot.store.schema.notices import reports
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

PAGE_MAX = 500
CATEGORIES = ("spam", "legal", "violation", "other")
MAX_RULES = 100
OPEN_AT_ONCE = 1000
_ONE = Query(sa.select(*COLUMNS).where(reports.c.id == p("id")))
_OPEN_OF = Query(
    sa.select(reports.c.id)
    .where(reports.c.target_id == p("id"), reports.c.settled_at.is_(None))
    .order_by(reports.c.id)
    .limit(OPEN_AT_ONCE)
)
_SETTLE = Query(
    sa.update(reports)
    .where(reports.c.id == p("id"), reports.c.settled_at.is_(None))
    .values(settled_at=p("now"), settled_by=p("by"), updated_at=p("now"))
)


@lru_cache(maxsize=64)
def _query(settled: bool, account: bool, target: bool, limit: int, up: bool) -> Query:
    where = [
        reports.c.settled_at.is_not(None) if settled else reports.c.settled_at.is_(None),
        reports.c.id > p("low"),
        reports.c.id < p("high"),
        *([reports.c.account_id == p("account_id")] if account else []),
        *([reports.c.target_id == p("target_id")] if target else []),
    ]
    order = reports.c.id if up else reports.c.id.desc()
    return Query(sa.select(*COLUMNS).where(*where).order_by(order).limit(limit))


def listing(
    tx: Tx,
    viewer: Viewer,
    page: Page,
    *,
    settled: bool = False,
    account_id: int | None = None,
    target_id: int | None = None,
) -> list[Report]:
    """Open reports, or settled ones, newest first, 500 at most. Raises Forbidden("role")."""
    require_power(viewer, "manage_reports")
    limit = min(page.limit, PAGE_MAX)
    if limit <= 0:
        return []
    query = _query(settled, account_id is not None, target_id is not None, limit, page.nearest)
    rows = tx.all(query, low=page.low, high=page.high, account_id=account_id, target_id=target_id)
    return [read(row) for row in (rows[::-1] if page.nearest else rows)]


def see(tx: Tx, viewer: Viewer, report_id: int) -> Report:
    """One report. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_reports")
    row = tx.one(_ONE, id=report_id) if 0 < report_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="report")
    return read(row)


def _change(tx: Tx, viewer: Viewer, act: str, report_id: int, **values: Any) -> Report:
    see(tx, viewer, report_id)
    tx.update(reports, {"id": report_id}, **values, updated_at=tx.now)
    stafflog.note(tx, viewer, act, "report", report_id)
    return see(tx, viewer, report_id)


def sort(
    tx: Tx, viewer: Viewer, report_id: int, *, category: str | None = None, rule_ids: list[int] | None = None
) -> Report:
    """Put a report into another category; rules go with "violation" only. Raises as see, Invalid("category" |
    "rule_ids", "unknown" | "rule_ids", "too_many")."""
    if category is not None and category not in CATEGORIES:
        raise Invalid("category", "unknown")
    now = see(tx, viewer, report_id)
    chosen = category if category is not None else now.category
    rules = now.rule_ids if rule_ids is None else list(dict.fromkeys(rule_ids))
    if len(rules) > MAX_RULES:
        raise Invalid("rule_ids", "too_many")
    if rule_ids is not None:
        check_rules(tx, rules)
    kept = msgspec.json.encode(rules if chosen == "violation" else []).decode()
    return _change(tx, viewer, "sort", report_id, category=chosen, rule_ids=kept)


def assign(tx: Tx, viewer: Viewer, report_id: int, account_id: int | None) -> Report:
    """Let somebody of the staff look after a report, or nobody. Raises as see."""
    return _change(tx, viewer, "assign" if account_id else "unassign", report_id, assigned_id=account_id)


def settle(tx: Tx, viewer: Viewer, report_id: int) -> Report:
    """There is nothing left to do about a report; one that is settled stays as it is. Raises as see."""
    now = see(tx, viewer, report_id)
    if now.settled_at is not None:
        return now
    return _change(tx, viewer, "settle", report_id, settled_at=tx.now, settled_by=viewer.account_id or None)


def reopen(tx: Tx, viewer: Viewer, report_id: int) -> Report:
    """A report is looked at again. Raises as see."""
    return _change(tx, viewer, "reopen", report_id, settled_at=None, settled_by=None)


def settle_all(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Something was done about an account: all that was reported of it is settled with that."""
    while ids := tx.column(_OPEN_OF, id=account_id):
        for id_ in ids:
            tx.run(_SETTLE, id=id_, now=tx.now, by=viewer.account_id or None)
            stafflog.note(tx, viewer, "settle", "report", id_)
