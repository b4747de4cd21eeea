"""What happened on each day, counted once when the day is over, so that no figure ever scans the archive.

Days are counted from 1970 in UTC. The day that runs, and days that were not counted yet, are counted when they are
asked for: each is one range of ids, which begin with the time.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import PostState
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import media, posts, reactions
from folkmoot.store.schema.staff import tallies
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

DAY_MS: Final = 86_400_000
POSTS, INTERACTIONS, COUNTED, STORED = "posts", "interactions", "counted", "stored"
"""Posts and boosts by server (part: its domain); likes, boosts and answers; a mark that a day is counted; bytes of
files (day 0)."""
KEPT_DAYS: Final = 1100
MOST_SERVERS: Final = 100
AT_ONCE: Final = 20
"""So many days are counted in one go of the worker."""

_RANGE = (posts.c.id >= p("low"), posts.c.id < p("high"), posts.c.state == int(PostState.LIVE))
_SERVERS = Query(
    sa.select(accounts.c.domain, sa.func.count())
    .select_from(posts.join(accounts, accounts.c.id == posts.c.author_id))
    .where(*_RANGE)
    .group_by(accounts.c.domain)
    .order_by(sa.func.count().desc(), accounts.c.domain)
    .limit(MOST_SERVERS)
)
_LIKES = Query(
    sa.select(sa.func.count()).where(
        reactions.c.id >= p("low"), reactions.c.id < p("high"), reactions.c.kind == int(Reaction.LIKE)
    )
)
_ANSWERS = Query(
    sa.select(sa.func.count()).where(
        *_RANGE, sa.or_(posts.c.boost_of_id.is_not(None), posts.c.parent_id.is_not(None))
    )
)
_KNOWN = Query(
    sa.select(tallies.c.day, tallies.c.part, tallies.c.n).where(
        tallies.c.day >= p("first"), tallies.c.day <= p("last"), tallies.c.what == text_p("what")
    )
)
_STORED_NOW = Query(sa.select(sa.func.coalesce(sa.func.sum(media.c.size), sa.literal_column("0"))))
_STORED = Query(sa.select(tallies.c.n).where(tallies.c.day == 0, tallies.c.what == STORED))
_FORGET = Query(sa.delete(tallies).where(tallies.c.day > 0, tallies.c.day < p("day")))
_FIRST = Query(sa.select(sa.func.min(accounts.c.created_at)))


def _bounds(day: int) -> dict[str, int]:
    return {"low": first_id_at(day * DAY_MS), "high": first_id_at((day + 1) * DAY_MS)}


def _servers(tx: Tx, day: int) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in tx.all(_SERVERS, **_bounds(day))}


def _interactions(tx: Tx, day: int) -> dict[str, int]:
    within = _bounds(day)
    return {"": int(tx.value(_LIKES, **within)) + int(tx.value(_ANSWERS, **within))}


_COUNTERS = {POSTS: _servers, INTERACTIONS: _interactions}


def of_days(tx: Tx, what: str, first: int, last: int) -> dict[int, dict[str, int]]:
    """POSTS or INTERACTIONS of each day from *first* to *last*, by part."""
    counted = {row[0] for row in tx.all(_KNOWN, first=first, last=last, what=COUNTED)}
    found: dict[int, dict[str, int]] = {day: {} for day in range(first, last + 1)}
    for day, part, n in tx.all(_KNOWN, first=first, last=last, what=what):
        if day in counted:
            found[day][part] = n
    oldest = int(tx.value(_FIRST) or 0) // DAY_MS
    for day in range(max(first, oldest), min(last, tx.now // DAY_MS) + 1):
        if day not in counted:
            found[day] = _COUNTERS[what](tx, day)
    return found


def count_days(tx: Tx) -> int:
    """Count up to 20 days that are over and not counted, the newest first; how many. Called until it returns 0."""
    today = tx.now // DAY_MS
    oldest = max(int(tx.value(_FIRST) or tx.now) // DAY_MS, today - KEPT_DAYS)
    counted = {row[0] for row in tx.all(_KNOWN, first=oldest, last=today, what=COUNTED)}
    missing = [day for day in range(today - 1, oldest - 1, -1) if day not in counted][:AT_ONCE]
    for day in missing:
        for what, count in _COUNTERS.items():
            for part, n in count(tx, day).items():
                _put(tx, day, what, part, n)
        _put(tx, day, COUNTED, "", 1)
    return len(missing)


def _put(tx: Tx, day: int, what: str, part: str, n: int) -> None:
    conflict = "ON CONFLICT (day, what, part) DO UPDATE SET n = excluded.n"
    tx.insert(tallies, conflict, day=day, what=what, part=part, n=n)


def measure_stored(tx: Tx) -> None:
    """Add up the bytes of all files, and forget days that no figure reaches any more."""
    _put(tx, 0, STORED, "", int(tx.value(_STORED_NOW)))
    tx.run(_FORGET, day=tx.now // DAY_MS - KEPT_DAYS)


def stored(tx: Tx) -> int:
    """Bytes of all files, as of the last hour."""
    known = tx.value(_STORED)
    return int(tx.value(_STORED_NOW)) if known is None else int(known)
