"""Reports on the staff's desk."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.domain import views
from folkmoot.domain.access import PostState, Viewer
from folkmoot.domain.place import place
from folkmoot.domain.staff import dossiers, reportdesk
from folkmoot.domain.staff.reports import Report
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present, present_admin, present_place
from folkmoot.doors.mastodon.admin_pages import listed
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number, numbers
from folkmoot.wire.mastodon.admin import AdminReport
from folkmoot.wire.mastodon.requests import admin_reports as api


def _shown(at: At, found: Sequence[Report]) -> dict[int, AdminReport]:
    """Reports with all that they name, loaded for all of them at once.

    What was reported is shown to whoever looks after it, whomever it was spoken to.
    """
    links = at.house.links
    ids = {i for r in found for i in (r.account_id, r.target_id, r.assigned_id, r.settled_by) if i}
    people = {i: present_admin.account(d, links) for i, d in dossiers.by_ids(at.tx, sorted(ids)).items()}
    named = list({i for r in found for i in r.post_ids})
    posts = views.posts_by_ids(at.tx, Viewer.system(), named)
    rules = {
        rule.id: rule for rule in place.rules_by_ids(at.tx, list({i for r in found for i in r.rule_ids}))
    }
    shown = {i: v for i, v in posts.items() if v.state != PostState.DELETED}
    return {
        r.id: present_admin.report(
            r,
            people,
            [present.status(shown[i], links, None) for i in r.post_ids if i in shown],
            [present_place.rule(rules[i]) for i in r.rule_ids if i in rules],
        )
        for r in found
        if r.account_id in people and r.target_id in people
    }


def _one(at: At, report: Report) -> AdminReport:
    return _shown(at, [report])[report.id]


@door.on(api.ListAdminReports)
def reports(at: At, ask: api.ListAdminReports) -> Response:
    page = pages.page_of(ask)
    account_id = None if ask.account_id is None else number(ask.account_id)
    target_id = None if ask.target_account_id is None else number(ask.target_account_id)
    found = reportdesk.listing(
        at.tx, at.viewer, page, settled=ask.resolved, account_id=account_id, target_id=target_id
    )
    shown = _shown(at, found)
    return listed(at, [r for r in found if r.id in shown], page.limit, lambda report: shown[report.id])


@door.on(api.GetAdminReport)
def report(at: At, ask: api.GetAdminReport) -> AdminReport:
    return _one(at, reportdesk.see(at.tx, at.viewer, number(ask.id)))


@door.on(api.UpdateAdminReport)
def update(at: At, ask: api.UpdateAdminReport) -> AdminReport:
    rule_ids = None if ask.rule_ids is None else numbers(ask.rule_ids)
    return _one(
        at, reportdesk.sort(at.tx, at.viewer, number(ask.id), category=ask.category, rule_ids=rule_ids)
    )


@door.on(api.AssignAdminReport)
def assign(at: At, ask: api.AssignAdminReport) -> AdminReport:
    return _one(at, reportdesk.assign(at.tx, at.viewer, number(ask.id), at.viewer.account_id))


@door.on(api.UnassignAdminReport)
def unassign(at: At, ask: api.UnassignAdminReport) -> AdminReport:
    return _one(at, reportdesk.assign(at.tx, at.viewer, number(ask.id), None))


@door.on(api.ResolveAdminReport)
def resolve(at: At, ask: api.ResolveAdminReport) -> AdminReport:
    return _one(at, reportdesk.settle(at.tx, at.viewer, number(ask.id)))


@door.on(api.ReopenAdminReport)
def reopen(at: At, ask: api.ReopenAdminReport) -> AdminReport:
    return _one(at, reportdesk.reopen(at.tx, at.viewer, number(ask.id)))
