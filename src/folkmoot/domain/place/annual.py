"""The year in review of one account: who may have it, and its figures, computed after the fact by the worker."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notices
from folkmoot.kit.ids import first_id_at, id_time
from folkmoot.store.schema.accounts import accounts, apps
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.place import annual_reports as t
from folkmoot.store.schema.posts import post_tags, posts, tags
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

State = Literal["available", "generating", "eligible", "ineligible"]
Archetype = Literal["lurker", "booster", "pollster", "replier", "oracle"]
SCHEMA = 2
FIRST_YEAR = 2000
MOST_POSTS = 20_000
"""So many posts of a year are looked at, the newest."""
MOST_NAMED = 10
FEW = 113
"""Whoever spoke less often than this in a year mostly listened."""
POLL = 1
_CLOSING = (12, 10)
"""From this day on the year that is under way may be looked back on."""

_REPORT = Query(
    sa.select(t.c.id, t.c.year, t.c.data, t.c.viewed_at).where(
        t.c.account_id == p("me"), t.c.year == p("year")
    )
)
_UNSEEN = Query(
    sa.select(t.c.id, t.c.year, t.c.data, t.c.viewed_at)
    .where(t.c.account_id == p("me"), t.c.data != "", t.c.viewed_at.is_(None))
    .order_by(t.c.year.desc())
    .limit(20)
)
_BY_ID = Query(sa.select(t.c.year, t.c.data).where(t.c.id == p("id"), t.c.account_id == p("me")))
_OWED = Query(sa.select(t.c.account_id, t.c.year, t.c.data).where(t.c.id == p("id")))
_MINE = sa.and_(
    posts.c.author_id == p("me"),
    posts.c.id >= p("low"),
    posts.c.id < p("high"),
    posts.c.state == 0,
    posts.c.audience != int(Audience.DIRECT),
)
_SPOKE = Query(sa.select(posts.c.id).where(_MINE).limit(1))
_POSTS = Query(
    sa.select(
        posts.c.id,
        posts.c.boost_of_id,
        posts.c.parent_author_id,
        posts.c.parts,
        posts.c.audience,
        posts.c.boosts_n,
        posts.c.likes_n,
        posts.c.replies_n,
        posts.c.app_id,
    )
    .where(_MINE)
    .order_by(posts.c.id.desc())
    .limit(MOST_POSTS)
)
_TAGS = Query(
    sa.select(tags.c.display, sa.func.count())
    .select_from(
        posts.join(post_tags, post_tags.c.post_id == posts.c.id).join(tags, tags.c.id == post_tags.c.tag_id)
    )
    .where(_MINE)
    .group_by(tags.c.id, tags.c.display)
    .order_by(sa.func.count().desc(), tags.c.id)
    .limit(MOST_NAMED)
)
_boosted = posts.alias("boosted")
_BOOSTED = Query(
    sa.select(_boosted.c.author_id, sa.func.count())
    .select_from(posts.join(_boosted, _boosted.c.id == posts.c.boost_of_id))
    .where(_MINE, _boosted.c.author_id != p("me"))
    .group_by(_boosted.c.author_id)
    .order_by(sa.func.count().desc(), _boosted.c.author_id)
    .limit(MOST_NAMED)
)
_APPS = Query(sa.select(apps.c.id, apps.c.name).where(in_list(apps.c.id, "ids")))
_FOLLOWERS = Query(
    sa.select(follows.c.created_at)
    .where(
        follows.c.target_id == p("me"),
        follows.c.state == 1,
        follows.c.created_at >= p("start"),
        follows.c.created_at < p("end"),
    )
    .limit(MOST_POSTS)
)
_FOLLOWING = Query(
    sa.select(follows.c.created_at)
    .where(
        follows.c.account_id == p("me"),
        follows.c.state == 1,
        follows.c.created_at >= p("start"),
        follows.c.created_at < p("end"),
    )
    .limit(MOST_POSTS)
)
_SIZE = Query(sa.select(accounts.c.followers_n, accounts.c.posts_n).where(accounts.c.id == p("me")))
_HERE = sa.and_(accounts.c.domain == "", accounts.c.suspended_at.is_(None), accounts.c.kind != 1)
_ALL = Query(sa.select(sa.func.count()).where(_HERE))
_BELOW = Query(
    sa.select(
        sa.func.sum(sa.case((accounts.c.followers_n < p("followers"), 1), else_=0)),
        sa.func.sum(sa.case((accounts.c.posts_n < p("posts"), 1), else_=0)),
    ).where(_HERE)
)


class Month(msgspec.Struct, frozen=True):
    """What happened in a month (1 to 12)."""

    month: int
    posts: int
    following: int
    followers: int


class Figures(msgspec.Struct, kw_only=True):
    """A year of one account. Pairs are (what, how often), the most frequent first; shares are 0 to 100."""

    archetype: Archetype
    total: int
    boosts: int
    replies: int
    polls: int
    standalone: int
    most_boosted: int | None
    most_liked: int | None
    most_answered: int | None
    apps: list[tuple[str, int]]
    people: list[tuple[int, int]]
    boosted: list[tuple[int, int]]
    tags: list[tuple[str, int]]
    months: list[Month]
    below_followers: float
    below_posts: float


class Report(msgspec.Struct, frozen=True):
    """The report of a year; `figures` is None while it is computed."""

    id: int
    account_id: int
    year: int
    figures: Figures | None


def _report(me: int, row: tuple[int, int, str, int | None]) -> Report:
    return Report(row[0], me, row[1], msgspec.json.decode(row[2], type=Figures) if row[2] else None)


def _bounds(year: int) -> tuple[int, int]:
    """The year in UTC, as ms."""
    start, end = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) * 1000 for y in (year, year + 1))
    return start, end


def campaign(now: int) -> int | None:
    """The year that people look back on just now (ms), None outside the weeks at its end."""
    day = datetime.fromtimestamp(now / 1000, UTC)
    return day.year if (day.month, day.day) >= _CLOSING else None


def _eligible(tx: Tx, me: int, year: int) -> bool:
    this = datetime.fromtimestamp(tx.now / 1000, UTC).year
    if not FIRST_YEAR <= year <= this or (year == this and campaign(tx.now) != year):
        return False
    start, end = _bounds(year)
    return tx.one(_SPOKE, me=me, low=first_id_at(start), high=first_id_at(end)) is not None


def state(tx: Tx, viewer: Viewer, year: int) -> State:
    """Whether the viewer has, gets or may have a report of that year."""
    me = viewer.required()
    row = tx.one(_REPORT, me=me, year=year)
    if row is not None:
        return "available" if row[2] else "generating"
    return "eligible" if _eligible(tx, me, year) else "ineligible"


def ask(tx: Tx, viewer: Viewer, year: int) -> int | None:
    """Have the report computed: its id; None where it is there or the viewer may have none."""
    me = viewer.required()
    if state(tx, viewer, year) != "eligible":
        return None
    id_ = tx.ids.next()
    if not tx.insert_new(t, id=id_, account_id=me, year=year, created_at=tx.now):
        return None
    journal.record(tx, journal.REPORT_ASKED, me, id_)
    return id_


def unseen(tx: Tx, viewer: Viewer) -> list[Report]:
    """Reports that the viewer has not read, newest first."""
    me = viewer.required()
    return [_report(me, row) for row in tx.all(_UNSEEN, me=me)]


def report(tx: Tx, viewer: Viewer, year: int) -> Report:
    """The viewer's own report. Raises NotFound where there is none yet."""
    me = viewer.required()
    row = tx.one(_REPORT, me=me, year=year)
    if row is None or not row[2]:
        raise NotFound(what="report")
    return _report(me, row)


def read(tx: Tx, viewer: Viewer, year: int) -> None:
    """The viewer has read it. Raises NotFound."""
    tx.update(t, {"id": report(tx, viewer, year).id}, viewed_at=tx.now)


def progress(tx: Tx, viewer: Viewer, report_id: int) -> bool:
    """Whether one's own report is ready. Raises NotFound."""
    row = tx.one(_BY_ID, id=report_id, me=viewer.required()) if 0 < report_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="report")
    return bool(row[1])


# ── the worker's part ────────────────────────────────────────────────────────────────────────────────────────────────


def compute(tx: Tx, report_id: int) -> Figures | None:
    """The figures of a report that was asked for; None where it is there already or was given up. Only reads."""
    owed = tx.one(_OWED, id=report_id)
    if owed is None or owed[2]:
        return None
    me, year = owed[0], owed[1]
    start, end = _bounds(year)
    span = {"me": me, "low": first_id_at(start), "high": first_id_at(end)}
    said = tx.all(_POSTS, **span)
    boosts = sum(1 for row in said if row[1] is not None)
    own = [row for row in said if row[1] is None]
    replies = sum(1 for row in own if row[2] not in (None, me))
    polls = sum(1 for row in own if row[3] & POLL)
    standalone = len(own) - replies - polls
    above = _above(tx, me)
    return Figures(
        archetype=_archetype(len(said), boosts, replies, polls, standalone),
        total=len(said),
        boosts=boosts,
        replies=replies,
        polls=polls,
        standalone=standalone,
        most_boosted=_top(own, 5),
        most_liked=_top(own, 6),
        most_answered=_top(own, 7),
        apps=_apps(tx, Counter(row[8] for row in own if row[8])),
        people=Counter(row[2] for row in own if row[2] not in (None, me)).most_common(MOST_NAMED),
        boosted=[(row[0], row[1]) for row in tx.all(_BOOSTED, **span)],
        tags=[(row[0], row[1]) for row in tx.all(_TAGS, **span)],
        months=_months(tx, me, [id_time(row[0]) for row in said], start, end),
        below_followers=above[0],
        below_posts=above[1],
    )


def store(tx: Tx, report_id: int, figures: Figures) -> None:
    """Keep what was computed, and tell whose year it is; again changes nothing."""
    owed = tx.one(_OWED, id=report_id)
    if owed is None or owed[2]:
        return
    tx.update(t, {"id": report_id}, data=msgspec.json.encode(figures).decode())
    notices.add(tx, owed[0], "annual_report", owed[0], about_id=owed[1])


def _archetype(total: int, boosts: int, replies: int, polls: int, standalone: int) -> Archetype:
    if total < FEW:
        return "lurker"
    if boosts > standalone * 2:
        return "booster"
    if polls > standalone * 0.1:
        return "pollster"
    return "replier" if replies > standalone * 2 else "oracle"


def _top(own: list[tuple[int, ...]], column: int) -> int | None:
    """The id of the post at large with the highest count in that column, None where all are 0."""
    best = max(
        (row for row in own if row[4] <= Audience.UNLISTED),
        key=lambda row: (row[column], row[0]),
        default=None,
    )
    return best[0] if best is not None and best[column] else None


def _apps(tx: Tx, used: Counter[int]) -> list[tuple[str, int]]:
    names = {row[0]: row[1] for row in tx.all(_APPS, ids=list(used))} if used else {}
    return [(names[id_], n) for id_, n in used.most_common(MOST_NAMED) if id_ in names]


def _months(tx: Tx, me: int, moments: list[int], start: int, end: int) -> list[Month]:
    def by_month(times: list[int]) -> Counter[int]:
        return Counter(datetime.fromtimestamp(ms / 1000, UTC).month for ms in times)

    said = by_month(moments)
    out = by_month(tx.column(_FOLLOWING, me=me, start=start, end=end))
    back = by_month(tx.column(_FOLLOWERS, me=me, start=start, end=end))
    return [Month(m, said[m], out[m], back[m]) for m in range(1, 13)]


def _above(tx: Tx, me: int) -> tuple[float, float]:
    """How many in a hundred of the people here have fewer followers, and fewer posts."""
    row = tx.one(_SIZE, me=me) or (0, 0)
    total = max(1, int(tx.value(_ALL)))
    below = tx.one(_BELOW, followers=row[0], posts=row[1]) or (0, 0)
    return (
        round(100.0 * int(below[0] or 0) / total, 2),
        round(100.0 * int(below[1] or 0) / total, 2),
    )
