"""What moderators do with reports."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.admin import AdminReport
from folkmoot.wire.mastodon.requests.paging import Limit200, Paged
from folkmoot.wire.request import GET, POST, PUT, Request

READ, WRITE = "admin:read:reports", "admin:write:reports"


@GET("/api/v1/admin/reports", auth="user", scope=READ, permission="Manage Reports")
class ListAdminReports(Paged[list[AdminReport]], kw_only=True):
    """Open reports, or settled ones. Page: methods/admin/reports#get."""

    resolved: bool = False
    account_id: Id | None = None
    target_account_id: Id | None = None
    limit: Limit200 = 100


@GET("/api/v1/admin/reports/{id}", auth="user", scope=READ, permission="Manage Reports")
class GetAdminReport(Request[AdminReport], kw_only=True):
    """One report. Page: methods/admin/reports#get-one."""

    id: Id


@PUT("/api/v1/admin/reports/{id}", auth="user", scope=WRITE, permission="Manage Reports")
class UpdateAdminReport(Request[AdminReport], kw_only=True):
    """Put a report into another category. Page: methods/admin/reports#update."""

    id: Id
    category: Literal["spam", "legal", "violation", "other"] | None = None
    rule_ids: list[Id] | None = None


@POST("/api/v1/admin/reports/{id}/assign_to_self", auth="user", scope=WRITE, permission="Manage Reports")
class AssignAdminReport(Request[AdminReport], kw_only=True):
    """Look after a report. Page: methods/admin/reports#assign_to_self."""

    id: Id


@POST("/api/v1/admin/reports/{id}/unassign", auth="user", scope=WRITE, permission="Manage Reports")
class UnassignAdminReport(Request[AdminReport], kw_only=True):
    """Let nobody look after a report. Page: methods/admin/reports#unassign."""

    id: Id


@POST("/api/v1/admin/reports/{id}/resolve", auth="user", scope=WRITE, permission="Manage Reports")
class ResolveAdminReport(Request[AdminReport], kw_only=True):
    """There is nothing left to do about a report. Page: methods/admin/reports#resolve."""

    id: Id


@POST("/api/v1/admin/reports/{id}/reopen", auth="user", scope=WRITE, permission="Manage Reports")
class ReopenAdminReport(Request[AdminReport], kw_only=True):
    """Look at a report again. Page: methods/admin/reports#reopen."""

    id: Id
