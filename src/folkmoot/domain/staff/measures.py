"""Figures over time for the staff: a number for each day of a range, its total, and that of the range before.

Each is a query over an index that the range bounds: people by when they came, posts and likes by the day's tally,
tags and servers by their own rows. Nothing grows with the archive.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import tallies
from folkmoot.domain.staff.tallies import DAY_MS
from folkmoot.kit.ids import SHIFT, first_id_at
from folkmoot.store.schema.accounts import accounts, logins
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.notices import reports
from folkmoot.store.schema.posts import media, post_tags, posts
from folkmoot.store.schema.staff import presence
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MOST_DAYS: Final = 1000
LONGEST: Final = 10 * 366
"""The longest range in days that is asked at all."""


class Range(msgspec.Struct, frozen=True):
    """Days since 1970 in UTC, both included."""

    first: int
    last: int

    @property
    def before(self) -> Range:
        """The range as long as this one that ends the day before."""
        return Range(2 * self.first - self.last - 1, self.first - 1)

    @property
    def days(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def values(self) -> dict[str, int]:
        """Bounds as the queries below name them: of days, of times, and of ids."""
        start, end = self.first * DAY_MS, (self.last + 1) * DAY_MS
        return {
            "first": self.first, "last": self.last, "start": start, "end": end,
            "low": first_id_at(start), "high": first_id_at(end),
        }  # fmt: skip


def range_of(start: int, end: int) -> Range:
    """The days from *start* to *end* (ms). Raises Invalid("end_at", "invalid") beyond a thousand days, or backwards."""
    found = Range(max(0, start) // DAY_MS, max(0, end) // DAY_MS)
    if not 0 <= found.last - found.first < MOST_DAYS:
        raise Invalid("end_at", "invalid")
    return found


class Measure(msgspec.Struct, frozen=True):
    """A figure: its days (day, value), the total, that of the range before where it is known, and the unit."""

    key: str
    days: list[tuple[int, int]]
    total: int
    previous: int | None = None
    unit: str = ""


def _by(day: Any, value: Any, *where: Any, of: Any) -> Query:
    return Query(sa.select(day, value).select_from(of).where(*where).group_by(day))


def _time(column: Any) -> Any:
    return column // DAY_MS


def _id_day(column: Any) -> Any:
    return column // (DAY_MS << SHIFT)


def _within(column: Any) -> tuple[Any, Any]:
    return column >= p("low"), column < p("high")


def _between(column: Any) -> tuple[Any, Any]:
    return column >= p("start"), column < p("end")


_COUNT = sa.func.count()
_LIVE = posts.c.state == int(PostState.LIVE)
_TAGGED = post_tags.join(posts, posts.c.id == post_tags.c.post_id)
_OF_TAG = (post_tags.c.tag_id == p("tag_id"), *_within(post_tags.c.post_id), _LIVE)
_SERVER = sa.and_(accounts.c.domain != "", accounts.c.domain == text_p("domain"))


def of_server(column: Any) -> Any:
    """True where the account is of the server in the parameter "domain": its own rows are walked, not the range's."""
    return column.in_(sa.select(accounts.c.id).where(_SERVER).correlate(None))


_TAG_DAY, _DOMAIN_DAY = _id_day(post_tags.c.post_id), _time(accounts.c.created_at)
_PEOPLE_OF_TAG = sa.func.count(sa.distinct(posts.c.author_id))
_SERVERS_OF_TAG = sa.func.count(sa.distinct(accounts.c.domain))
_TAGGED_BY = _TAGGED.join(accounts, accounts.c.id == posts.c.author_id)

_DAYS: Final[dict[str, Query]] = {
    "active_users": _by(
        presence.c.day, _COUNT, presence.c.day >= p("first"), presence.c.day <= p("last"), of=presence
    ),
    "new_users": _by(_time(logins.c.created_at), _COUNT, *_between(logins.c.created_at), of=logins),
    "opened_reports": _by(_id_day(reports.c.id), _COUNT, *_within(reports.c.id), of=reports),
    "resolved_reports": _by(_time(reports.c.settled_at), _COUNT, *_between(reports.c.settled_at), of=reports),
    "tag_accounts": _by(_TAG_DAY, _PEOPLE_OF_TAG, *_OF_TAG, of=_TAGGED),
    "tag_uses": _by(_TAG_DAY, _COUNT, *_OF_TAG, of=_TAGGED),
    "tag_servers": _by(_TAG_DAY, _SERVERS_OF_TAG, *_OF_TAG, of=_TAGGED_BY),
    "instance_accounts": _by(_DOMAIN_DAY, _COUNT, _SERVER, *_between(accounts.c.created_at), of=accounts),
    "instance_media_attachments": _by(
        _id_day(media.c.id), sa.func.sum(media.c.size), of_server(media.c.account_id), *_within(media.c.id), of=media
    ),
    "instance_reports": _by(
        _id_day(reports.c.id), _COUNT, of_server(reports.c.target_id), *_within(reports.c.id), of=reports
    ),
    "instance_statuses": _by(
        _id_day(posts.c.id), _COUNT, of_server(posts.c.author_id), *_within(posts.c.id), _LIVE, of=posts
    ),
    "instance_follows": _by(
        _id_day(follows.c.id), _COUNT, of_server(follows.c.target_id), *_within(follows.c.id), follows.c.state == 1,
        of=follows,
    ),
    "instance_followers": _by(
        _id_day(follows.c.id), _COUNT, of_server(follows.c.account_id), *_within(follows.c.id), follows.c.state == 1,
        of=follows,
    ),
}  # fmt: skip
_DISTINCT: Final[dict[str, Query]] = {
    "active_users": Query(
        sa.select(sa.func.count(sa.distinct(presence.c.account_id))).where(
            presence.c.day >= p("first"), presence.c.day <= p("last")
        )
    ),
    "tag_accounts": Query(sa.select(_PEOPLE_OF_TAG).select_from(_TAGGED).where(*_OF_TAG)),
    "tag_servers": Query(sa.select(_SERVERS_OF_TAG).select_from(_TAGGED_BY).where(*_OF_TAG)),
}
"""Totals that are not the sum of the days, as one may be there on several."""
KEYS: Final = ("active_users", "new_users", "interactions", *(key for key in _DAYS if "_users" not in key))
ABOUT_TAG: Final = frozenset(key for key in KEYS if key.startswith("tag_"))
ABOUT_SERVER: Final = frozenset(key for key in KEYS if key.startswith("instance_"))


def measure(tx: Tx, viewer: Viewer, key: str, within: Range, *, tag_id: int = 0, domain: str = "") -> Measure:
    """One figure (of KEYS); those of ABOUT_TAG want a tag, those of ABOUT_SERVER a server's domain.

    Raises Forbidden("role"), Invalid(key, "unknown").
    """
    require_power(viewer, "see_dashboard")
    if key not in KEYS:
        raise Invalid("keys", "unknown")
    about: dict[str, Any] = {"tag_id": tag_id, "domain": domain.strip().lower()}
    ask: Callable[[Range], dict[int, int]] = (
        (lambda r: _tallied(tx, r)) if key == "interactions" else (lambda r: _asked(tx, key, r, about))
    )
    found = ask(within)
    days = [(day, found.get(day, 0)) for day in within.days]
    if key in ABOUT_SERVER:
        unit = "bytes" if key == "instance_media_attachments" else ""
        return Measure(key, days, sum(found.values()), None, unit)
    before = within.before
    return Measure(key, days, _total(tx, key, within, found, about), _previous(tx, key, before, ask, about))


def _asked(tx: Tx, key: str, within: Range, about: dict[str, Any]) -> dict[int, int]:
    return {int(row[0]): int(row[1]) for row in tx.all(_DAYS[key], **within.values, **about)}


def _tallied(tx: Tx, within: Range) -> dict[int, int]:
    found = tallies.of_days(tx, tallies.INTERACTIONS, within.first, within.last)
    return {day: sum(parts.values()) for day, parts in found.items()}


def _total(tx: Tx, key: str, within: Range, found: dict[int, int], about: dict[str, Any]) -> int:
    query = _DISTINCT.get(key)
    return sum(found.values()) if query is None else int(tx.value(query, **within.values, **about))


def _previous(
    tx: Tx, key: str, before: Range, ask: Callable[[Range], dict[int, int]], about: dict[str, Any]
) -> int:
    if before.first < 0:
        return 0
    return _total(tx, key, before, {} if key in _DISTINCT else ask(before), about)


class Cohort(msgspec.Struct, frozen=True):
    """Those who came in a period (its first day in ms), and how many of them were here in it or later: (day in ms,
    share, number) for each period from then on."""

    period: int
    rows: list[tuple[int, float, int]]


_CAME = Query(
    sa.select(logins.c.created_at, logins.c.last_seen_at).where(*_between(logins.c.created_at)).limit(200_000)
)


def retention(tx: Tx, viewer: Viewer, start: int, end: int, *, monthly: bool) -> list[Cohort]:
    """Of those who came in each day or month of a range, how many stayed. Raises Forbidden("role"), Invalid("end_at").

    Whoever was here at a time was here, for this, in all periods until then.
    """
    require_power(viewer, "see_dashboard")
    first, last = max(0, start) // DAY_MS, max(0, end) // DAY_MS
    if not 0 <= last - first < (LONGEST if monthly else MOST_DAYS // 10):
        raise Invalid("end_at", "invalid")
    starts = _months(first, last) if monthly else list(range(first, last + 1))
    ends = dict(zip(starts, [*starts[1:], last + 1], strict=True))
    place = {day: n for n, begin in enumerate(starts) for day in range(begin, ends[begin])}
    stayed = [[0] * len(starts) for _ in starts]
    for created, seen in tx.all(_CAME, **Range(starts[0], last).values):
        cohort = place[created // DAY_MS]
        until = place[min(max(seen or 0, created) // DAY_MS, last)]
        stayed[cohort][until] += 1
    for row in stayed:  # whoever was here last in a period was here in all before it
        for n in range(len(starts) - 2, -1, -1):
            row[n] += row[n + 1]
    return [
        Cohort(
            begin * DAY_MS,
            [
                (starts[n] * DAY_MS, stayed[c][n] / stayed[c][c] if stayed[c][c] else 0.0, stayed[c][n])
                for n in range(c, len(starts))
            ],
        )
        for c, begin in enumerate(starts)
    ]


def _months(first: int, last: int) -> list[int]:
    """The first days of the months that the days fall into."""
    epoch = date(1970, 1, 1)
    at = (epoch + timedelta(days=first)).replace(day=1)
    found = []
    while (at - epoch).days <= last:
        found.append((at - epoch).days)
        at = (at.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found
