"""Reporting accounts to the staff."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.staff import reports
from folkmoot.domain.staff.reports import Complaint
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon import present_reports
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number
from folkmoot.wire.codecs import read_id
from folkmoot.wire.mastodon import unlisted
from folkmoot.wire.mastodon.report import Report
from folkmoot.wire.mastodon.requests import reports as api


def _all(texts: Sequence[str]) -> list[int]:
    """Ids as numbers; what can't be one is an id of nothing."""
    return list(dict.fromkeys(read_id(text) or 0 for text in texts))


def complaint(at: At, ask: api.FileReport) -> Complaint:
    """What the caller tells, in the domain's words."""
    return Complaint(
        target_id=account_number(at, ask.account_id),
        category=ask.category,
        comment=ask.comment,
        forward=ask.forward,
        post_ids=_all(ask.status_ids),
        rule_ids=_all(ask.rule_ids),
        collection_ids=_all(ask.collection_ids),
    )


def _shown(at: At, found: list[reports.Report]) -> list[Report]:
    people = views.accounts_by_ids(at.tx, list({report.target_id for report in found}))
    known = [report for report in found if report.target_id in people]
    return [present_reports.report(report, people[report.target_id], at.house.links) for report in known]


@door.on(api.FileReport)
def file_report(at: At, ask: api.FileReport) -> Report:
    shown = _shown(at, [reports.file(at.tx, at.viewer, complaint(at, ask))])
    if not shown:
        raise NotFound(what="account")
    return shown[0]


@door.on(unlisted.ListReports)
def list_reports(at: At, ask: unlisted.ListReports) -> list[Report]:
    return _shown(at, reports.mine(at.tx, at.viewer))
