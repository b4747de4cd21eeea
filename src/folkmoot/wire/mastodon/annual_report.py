"""The year in review."""

from __future__ import annotations

from typing import Any, Literal

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.status import Status


class AnnualReportData(Entity, kw_only=True):
    """The figures themselves; the shape of the inner ones depends on schema_version."""

    archetype: Literal["lurker", "booster", "pollster", "replier", "oracle"]
    type_distribution: dict[str, Any] = {}
    top_statuses: dict[str, Any] = {}
    most_used_apps: list[dict[str, Any]] = []
    commonly_interacted_with_accounts: list[dict[str, Any]] = []
    time_series: list[dict[str, Any]] = []
    top_hashtags: list[dict[str, Any]] = []
    most_reblogged_accounts: list[dict[str, Any]] = []
    percentiles: dict[str, Any] = {}


class AnnualReport(Entity, kw_only=True):
    """The figures of one account and year. Page: AnnualReport."""

    year: int = 0
    data: AnnualReportData
    schema_version: int = 0
    share_url: str | None = None
    account_id: Id


class WrappedAnnualReports(Entity, kw_only=True):
    """Reports with the accounts and posts that they name. Page: AnnualReport."""

    annual_reports: list[AnnualReport] = []
    accounts: list[Account] = []
    statuses: list[Status] = []


class AnnualReportState(Entity, kw_only=True):
    """Whether there is a report of a year, or could be."""

    state: Literal["available", "generating", "eligible", "ineligible"]
