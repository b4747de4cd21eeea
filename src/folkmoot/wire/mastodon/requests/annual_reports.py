"""The year in review, and work that goes on after an answer."""

from __future__ import annotations

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.annual_report import AnnualReportState, WrappedAnnualReports
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.search import AsyncRefresh
from folkmoot.wire.request import GET, POST, Request


@GET("/api/v1/annual_reports", auth="user", scope="read:accounts")
class ListAnnualReports(Request[WrappedAnnualReports], kw_only=True):
    """Reports that one has not read yet. Page: methods/annual_reports#index."""


@GET("/api/v1/annual_reports/{year}", auth="user", scope="read:accounts")
class GetAnnualReport(Request[WrappedAnnualReports], kw_only=True):
    """The report of a year. Page: methods/annual_reports#get."""

    year: str


@GET("/api/v1/annual_reports/{year}/state", auth="user", scope="read:accounts")
class GetAnnualReportState(Request[AnnualReportState], kw_only=True):
    """Whether there is, or could be, a report of that year. Page: methods/annual_reports#get-state."""

    year: str


@POST("/api/v1/annual_reports/{year}/read", auth="user", scope="write:accounts")
class ReadAnnualReport(Request[Empty], kw_only=True):
    """Mark a report as read. Page: methods/annual_reports#read."""

    year: str


@POST("/api/v1/annual_reports/{year}/generate", auth="user", scope="write:accounts")
class GenerateAnnualReport(Request[Empty], kw_only=True):
    """Have a report made: 202 while that goes on. Page: methods/annual_reports#generate."""

    year: str


class RunningRefresh(msgspec.Struct, kw_only=True):
    """An answer that holds the state of one refresh."""

    async_refresh: AsyncRefresh


@GET("/api/v1_alpha/async_refreshes/{id}", auth="user", scope="read")
class GetAsyncRefresh(Request[RunningRefresh], kw_only=True):
    """How far work has come that an earlier answer spoke of. Page: methods/async_refreshes#show."""

    id: Id
