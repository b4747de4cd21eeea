"""Posts that wait for their time: kept as they were asked for, made by the rules that hold when they are due."""

from __future__ import annotations

import logging
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound, Refusal
from folkmoot.domain.media import media
from folkmoot.domain.media.media import MediaView
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts as people
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.store.schema.accounts import accounts, logins
from folkmoot.store.schema.posting import scheduled
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.scheduled")
MIN_AHEAD_MS: Final = 300_000
LATEST_MS: Final = 253_402_300_799_999
"""The last moment of the year 9999: no clock of ours writes a later one."""
PER_DAY, IN_ALL = 25, 300
DAY_MS: Final = 86_400_000
KEPT_MS: Final = 2 * DAY_MS
"""So long it is remembered which post came of what was scheduled."""
REFUSED_KEPT_MS: Final = 30 * DAY_MS
"""So long what could not be made is kept for its author."""
TRIES: Final = 8
WAITING, DONE, FAILED = 0, 1, 2


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """A post to come: *due_at* in ms, *asked* what its door noted of the request, the files that it holds."""

    id: int
    due_at: int
    asked: dict[str, Any]
    media: tuple[MediaView, ...] = ()


_COLUMNS = (scheduled.c.id, scheduled.c.due_at, scheduled.c.asked)
_MINE = sa.and_(scheduled.c.account_id == p("me"), scheduled.c.state != DONE)
"""To come, or refused when it was due: the author still finds that, to move it or to let it go."""
_ONE = Query(sa.select(*_COLUMNS).where(_MINE, scheduled.c.id == p("id")))
_OF_DAY = Query(
    sa.select(sa.func.count()).where(
        _MINE, scheduled.c.id != p("id"), scheduled.c.due_at >= p("day"), scheduled.c.due_at < p("next_day")
    )
)
_COUNT = Query(sa.select(sa.func.count()).where(_MINE))
_DELETE = Query(sa.delete(scheduled).where(_MINE, scheduled.c.id == p("id")))
_MOVE = Query(
    sa.update(scheduled)
    .where(_MINE, scheduled.c.id == p("id"))
    .values(due_at=p("at"), run_at=p("at"), attempts=0, state=WAITING, error="")
)  # fmt: skip
_BECAME = Query(
    sa.select(scheduled.c.post_id, scheduled.c.state).where(
        scheduled.c.account_id == p("me"), scheduled.c.id == p("id")
    )
)
_LISTS = {
    up: Query(
        sa.select(*_COLUMNS)
        .where(_MINE, scheduled.c.id > p("low"), scheduled.c.id < p("high"))
        .order_by(scheduled.c.id if up else scheduled.c.id.desc())
        .limit(40)
    )
    for up in (False, True)
}


def schedule(tx: Tx, viewer: Viewer, draft: Draft, due_at: int, asked: dict[str, Any]) -> int:
    """Keep a draft until *due_at* (ms); returns its id. All is checked as if it were posted now.

    Raises what posts.write raises; Invalid("due", "too_soon" | "too_late" | "day_full" | "full").
    """
    me = viewer.required()
    again = posts.said_before(tx, me, draft)
    if again is not None:
        return again.id
    posts.rehearse(tx, viewer, draft)
    id_ = tx.ids.next()
    _check_time(tx, me, id_, due_at)
    if tx.value(_COUNT, me=me) >= IN_ALL:
        raise Invalid("due", "full")
    word, draft.idempotency = draft.idempotency, ""
    tx.insert(
        scheduled,
        id=id_,
        account_id=me,
        due_at=due_at,
        run_at=due_at,
        draft=msgspec.json.encode(draft).decode(),
        asked=msgspec.json.encode(asked).decode(),
        created_at=tx.now,
    )
    media.hold(tx, me, id_, draft.media_ids)
    posts.remember_word(tx, me, word, id_)
    return id_


def _check_time(tx: Tx, me: int, id_: int, due_at: int) -> None:
    if due_at < tx.now + MIN_AHEAD_MS:
        raise Invalid("due", "too_soon")
    if due_at > LATEST_MS:
        raise Invalid("due", "too_late")
    # Two at once must not both be the last of the day. SQLite has one writer anyhow.
    tx.alone("scheduled", me)
    day = due_at - due_at % DAY_MS
    if tx.value(_OF_DAY, me=me, id=id_, day=day, next_day=day + DAY_MS) >= PER_DAY:
        raise Invalid("due", "day_full")


def became(tx: Tx, viewer: Viewer, id_: int) -> tuple[int | None, bool] | None:
    """What came of what was scheduled under that id: (post id, whether it still waits or was refused); None where
    nothing ever was."""
    row = tx.one(_BECAME, me=viewer.required(), id=id_)
    return None if row is None else (row[0], row[1] != DONE)


def see(tx: Tx, viewer: Viewer, id_: int) -> Scheduled:
    """One of the viewer's own that is to come, or could not be made when it was due. Raises NotFound."""
    row = tx.one(_ONE, me=viewer.required(), id=id_) if 0 < id_ < 1 << 63 else None
    if row is None:
        raise NotFound(what="scheduled")
    return _view(tx, [row])[0]


def listing(tx: Tx, viewer: Viewer, page: Page) -> list[Scheduled]:
    """The viewer's own that are to come, or could not be made, the last scheduled first; 40 at most."""
    rows = tx.all(_LISTS[page.nearest], me=viewer.required(), low=page.low, high=page.high)[: page.limit]
    return _view(tx, rows[::-1] if page.nearest else rows)


def _view(tx: Tx, rows: list[tuple[Any, ...]]) -> list[Scheduled]:
    held = media.held_by(tx, [row[0] for row in rows])
    return [
        Scheduled(id=r[0], due_at=r[1], asked=msgspec.json.decode(r[2]), media=tuple(held.get(r[0], ())))
        for r in rows
    ]


def move(tx: Tx, viewer: Viewer, id_: int, due_at: int) -> Scheduled:
    """Let it be posted at another time. Raises NotFound, Invalid("due", …) as `schedule` does."""
    now = see(tx, viewer, id_)
    if due_at != now.due_at:
        _check_time(tx, viewer.required(), id_, due_at)
        tx.run(_MOVE, me=viewer.required(), id=id_, at=due_at)
    return see(tx, viewer, id_)


def cancel(tx: Tx, viewer: Viewer, id_: int) -> None:
    """Never mind; the files are free again. Raises NotFound."""
    if not tx.run(_DELETE, me=viewer.required(), id=see(tx, viewer, id_).id):
        raise NotFound(what="scheduled")
    media.let_go(tx, id_)


# ── when it is due ───────────────────────────────────────────────────────────────────────────────────────────────────

_NEXT = Query(
    sa.select(scheduled.c.id, scheduled.c.attempts)
    .where(scheduled.c.state == WAITING, scheduled.c.run_at <= p("now"))
    .order_by(scheduled.c.run_at)
    .limit(1)
)
_TAKE = sa.select(scheduled.c.account_id, scheduled.c.draft).where(
    scheduled.c.id == p("id"), scheduled.c.state == WAITING, scheduled.c.run_at <= p("now")
)
_CLAIM = {"sqlite": Query(_TAKE), "postgresql": Query(_TAKE.with_for_update(skip_locked=True))}
_AUTHOR = Query(
    sa.select(accounts.c.id)
    .select_from(accounts.join(logins, logins.c.account_id == accounts.c.id))
    .where(accounts.c.id == p("id"), accounts.c.suspended_at.is_(None), logins.c.state == 0)
)
_REFUSED_LONG_AGO = Query(
    sa.select(scheduled.c.id).where(scheduled.c.state == FAILED, scheduled.c.run_at < p("before")).limit(20)
)
_FORGET = Query(sa.delete(scheduled).where(scheduled.c.id == p("id")))
_NOTE = Query(
    sa.update(scheduled)
    .where(scheduled.c.id == p("id"), scheduled.c.state == WAITING)
    .values(state=p("state"), attempts=p("attempts"), run_at=p("run_at"), error=text_p("error"))
)
"""Somebody else may have made it meanwhile."""
_OLD = Query(sa.delete(scheduled).where(scheduled.c.state == DONE, scheduled.c.run_at < p("before")))


class Due(msgspec.Struct, frozen=True):
    """A post whose time has come, and how often it could not be made."""

    id: int
    attempts: int


def next_due(tx: Tx) -> Due | None:
    """What is to be made now, if anything is."""
    row = tx.one(_NEXT, now=tx.now)
    return None if row is None else Due(*row)


def post_due(tx: Tx, due: Due) -> int:
    """Make the post, by the rights that its author has now; how many were made, 0 where somebody else does it.

    The post and the note that it was made are one transaction: it is made once, whatever ends the process and however
    many look for it. What keeps it from being made is raised as it is, then `note_failure`.
    """
    row = tx.one(_CLAIM[tx.dialect], id=due.id, now=tx.now)
    if row is None:
        return 0
    account_id, text = row
    if tx.one(_AUTHOR, id=account_id) is None:
        raise NotFound("the author may not post any more", what="account")
    draft = msgspec.json.decode(text, type=Draft)
    media.let_go(tx, due.id)
    written = posts.write(tx, people.viewer_of(tx, account_id), draft)
    tx.update(scheduled, {"id": due.id}, state=DONE, post_id=written.id, run_at=tx.now, draft="{}")
    tx.run(_OLD, before=tx.now - KEPT_MS)
    for old in tx.column(_REFUSED_LONG_AGO, before=tx.now - REFUSED_KEPT_MS):
        media.let_go(tx, old)
        tx.run(_FORGET, id=old)
    return 1


def note_failure(tx: Tx, due: Due, cause: Exception) -> None:
    """A refusal is for good: it is kept with its reason. Anything else is tried again, then kept too."""
    attempts = due.attempts + 1
    for_good = isinstance(cause, Refusal) or attempts >= TRIES
    reason = f"{type(cause).__name__}: {cause} {getattr(cause, 'code', '')}".strip()
    tx.run(
        _NOTE,
        id=due.id,
        state=FAILED if for_good else WAITING,
        attempts=attempts,
        run_at=tx.now + min(5_000 * 4**attempts, 3_600_000),
        error=reason[-2000:],
    )
    end = "it is kept as failed" if for_good else "it is tried again"
    log.warning("the scheduled post %d can't be made, %s: %s", due.id, end, reason)
