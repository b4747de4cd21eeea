"""The year in review: asked for, computed by the worker, shown with the accounts and posts that it names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from folkmoot.domain.errors import NotFound
from folkmoot.domain.place import annual
from folkmoot.domain.place.annual import Figures, Report
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.at import Answered
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.store.tx import JournalRow
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.annual_report import AnnualReport, AnnualReportData, AnnualReportState
from folkmoot.wire.mastodon.requests import annual_reports as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.search import AsyncRefresh

RETRY_SECONDS = 2


def _year(text: str) -> int:
    if len(text) != 4 or not text.isascii() or not text.isdigit():
        raise NotFound(what="report")
    return int(text)


def _id(number_: int | None) -> str | None:
    return None if number_ is None else str(number_)


def _data(f: Figures) -> AnnualReportData:
    return AnnualReportData(
        archetype=f.archetype,
        type_distribution={
            "total": f.total,
            "reblogs": f.boosts,
            "replies": f.replies,
            "polls": f.polls,
            "standalone": f.standalone,
        },
        top_statuses={
            "by_reblogs": _id(f.most_boosted),
            "by_favourites": _id(f.most_liked),
            "by_replies": _id(f.most_answered),
        },
        most_used_apps=[{"name": name, "count": n} for name, n in f.apps],
        commonly_interacted_with_accounts=[{"account_id": str(id_), "count": n} for id_, n in f.people],
        time_series=[
            {"month": m.month, "statuses": m.posts, "following": m.following, "followers": m.followers}
            for m in f.months
        ],
        top_hashtags=[{"name": name, "count": n} for name, n in f.tags],
        most_reblogged_accounts=[{"account_id": str(id_), "count": n} for id_, n in f.boosted],
        percentiles={"followers": f.below_followers, "statuses": f.below_posts},
    )


def _entity(report: Report, figures: Figures) -> AnnualReport:
    return AnnualReport(
        year=report.year,
        data=_data(figures),
        schema_version=annual.SCHEMA,
        share_url=None,
        account_id=Id(str(report.account_id)),
    )


def _wrapped(at: At, found: list[Report]) -> Response:
    """Reports with whom and what they name, each once."""
    ready = [(report, report.figures) for report in found if report.figures is not None]
    posts = [i for _, f in ready for i in (f.most_boosted, f.most_liked, f.most_answered) if i is not None]
    people = [i for _, f in ready for i, _ in (*f.people, *f.boosted)]
    body = b'{"annual_reports":%b,"accounts":%b,"statuses":%b}' % (
        msgspec.json.encode([_entity(report, figures) for report, figures in ready]),
        render.account_array(at, list(dict.fromkeys([at.viewer.account_id, *people])) if ready else []),
        render.status_array(at, list(dict.fromkeys(posts)), seen=False).joined(),
    )
    return Response(200, body)


@door.on(api.ListAnnualReports)
def unseen(at: At, ask: api.ListAnnualReports) -> Response:
    return _wrapped(at, annual.unseen(at.tx, at.viewer))


@door.on(api.GetAnnualReport)
def show(at: At, ask: api.GetAnnualReport) -> Response:
    return _wrapped(at, [annual.report(at.tx, at.viewer, _year(ask.year))])


@door.on(api.GetAnnualReportState)
def state(at: At, ask: api.GetAnnualReportState) -> AnnualReportState:
    return AnnualReportState(state=annual.state(at.tx, at.viewer, _year(ask.year)))


@door.on(api.ReadAnnualReport)
def read(at: At, ask: api.ReadAnnualReport) -> Empty:
    annual.read(at.tx, at.viewer, _year(ask.year))
    return {}


@door.on(api.GenerateAnnualReport)
def generate(at: At, ask: api.GenerateAnnualReport) -> Any:
    """202 with the address of the work where it begins; 200 where there is nothing to do."""
    made = annual.ask(at.tx, at.viewer, _year(ask.year))
    if made is None:
        return {}
    header = f'id="{made}", retry={RETRY_SECONDS}, result_count=0'
    return Answered({}, 202, [(b"mastodon-async-refresh", header.encode())])


@door.on(api.GetAsyncRefresh)
def refresh(at: At, ask: api.GetAsyncRefresh) -> api.RunningRefresh:
    done = annual.progress(at.tx, at.viewer, number(ask.id))
    return api.RunningRefresh(
        async_refresh=AsyncRefresh(
            id=Id(ask.id), status="finished" if done else "running", result_count=int(done)
        )
    )


async def compute(house: House, rows: Sequence[JournalRow]) -> None:
    """The worker's part: work reports out and keep them; again changes nothing."""
    for id_ in [row.subject_id for row in rows]:
        figures = await house.store.aread(partial(annual.compute, report_id=id_))
        if figures is not None:
            await house.store.awrite(partial(annual.store, report_id=id_, figures=figures))
