"""Figures for the dashboard of moderators."""

from __future__ import annotations

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.admin_figures import AdminCohort, AdminDimension, AdminMeasure
from folkmoot.wire.request import POST, Request


class TagChoice(msgspec.Struct, kw_only=True):
    """Which hashtag a figure is about."""

    id: Id


class DomainChoice(msgspec.Struct, kw_only=True):
    """Which server a figure is about."""

    domain: str


@POST("/api/v1/admin/measures", auth="user", scope="admin:read", permission="View Dashboard")
class GetAdminMeasures(Request[list[AdminMeasure]], kw_only=True):
    """Figures over time. Page: methods/admin/measures#get."""

    keys: list[str] = []
    start_at: str
    end_at: str
    tag_accounts: TagChoice | None = None
    tag_uses: TagChoice | None = None
    tag_servers: TagChoice | None = None
    instance_accounts: DomainChoice | None = None
    instance_media_attachments: DomainChoice | None = None
    instance_reports: DomainChoice | None = None
    instance_statuses: DomainChoice | None = None
    instance_follows: DomainChoice | None = None
    instance_followers: DomainChoice | None = None


@POST("/api/v1/admin/dimensions", auth="user", scope="admin:read", permission="View Dashboard")
class GetAdminDimensions(Request[list[AdminDimension]], kw_only=True):
    """Ranked tables. Page: methods/admin/dimensions#get."""

    keys: list[str] = []
    start_at: str | None = None
    end_at: str | None = None
    limit: int = 10
    tag_servers: TagChoice | None = None
    tag_languages: TagChoice | None = None
    instance_accounts: DomainChoice | None = None
    instance_languages: DomainChoice | None = None


@POST("/api/v1/admin/retention", auth="user", scope="admin:read", permission="View Dashboard")
class GetAdminRetention(Request[list[AdminCohort]], kw_only=True):
    """How many of those who came in a period stayed. Page: methods/admin/retention#create."""

    start_at: str
    end_at: str
    frequency: str = "day"
