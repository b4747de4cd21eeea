"""The journal as a queue: rows that have work to do are claimed, done, tried again with growing gaps, or put aside."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import NotFound
from folkmoot.domain.journal import DONE, SHUNTED, WAITING
from folkmoot.store.schema.work import journal
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import JournalRow, Tx

LEASE_MS = 120_000
TRIES = 8
FIRST_GAP_MS = 2_000
LONGEST_GAP_MS = 3_600_000

_COLUMNS = (
    journal.c.id,
    journal.c.kind,
    journal.c.actor_id,
    journal.c.subject_id,
    journal.c.data,
    journal.c.created_at,
)
_DUE = (
    sa.select(journal.c.id)
    .where(
        journal.c.state == WAITING,
        journal.c.run_at <= p("now"),
        sa.or_(journal.c.leased_until.is_(None), journal.c.leased_until < p("now")),
    )
    .order_by(journal.c.id)
    .limit(50)
)
_CLAIM = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}
_LEASE = Query(sa.update(journal).where(in_list(journal.c.id, "ids")).values(leased_until=p("until")))
_ROWS = Query(
    sa.select(*_COLUMNS, journal.c.attempts).where(in_list(journal.c.id, "ids")).order_by(journal.c.id)
)
_FINISH = Query(
    sa.update(journal).where(in_list(journal.c.id, "ids")).values(state=DONE, leased_until=None, error="")
)
_NEXT = Query(sa.select(sa.func.min(journal.c.run_at)).where(journal.c.state == WAITING))
_SHUNTED = Query(
    sa.select(*_COLUMNS, journal.c.attempts, journal.c.error)
    .where(journal.c.state == SHUNTED)
    .order_by(journal.c.id)
    .limit(1000)
)
_WAITING_N = Query(sa.select(sa.func.count()).select_from(journal).where(journal.c.state == WAITING))
_REPLAY = Query(
    sa.update(journal)
    .where(journal.c.state == SHUNTED, in_list(journal.c.id, "ids"))
    .values(state=WAITING, attempts=0, run_at=p("now"), leased_until=None)
)
_DROP = Query(
    sa.update(journal).where(journal.c.state == SHUNTED, in_list(journal.c.id, "ids")).values(state=DONE)
)


class Job(msgspec.Struct, frozen=True):
    """One event with work to do, and how often it was tried."""

    row: JournalRow
    attempts: int
    error: str = ""


def claim(tx: Tx) -> list[Job]:
    """Take up to 50 due events for two minutes; who dies with them lets them go by that."""
    ids = tx.column(_CLAIM[tx.dialect], now=tx.now)
    if not ids:
        return []
    tx.run(_LEASE, ids=ids, until=tx.now + LEASE_MS)
    return [Job(_row(r), r[6]) for r in tx.all(_ROWS, ids=ids)]


def _row(r: tuple[object, ...]) -> JournalRow:
    return JournalRow(r[0], r[1], r[2], r[3], msgspec.json.decode(str(r[4])), r[5])  # type: ignore[arg-type]  # a driver's row


def finish(tx: Tx, ids: list[int]) -> None:
    """The work of these events is done."""
    tx.run(_FINISH, ids=ids)


def fail(tx: Tx, job: Job, error: str) -> bool:
    """The work failed: try again later, or put it aside after the last try. True when it was put aside."""
    attempts = job.attempts + 1
    aside = attempts >= TRIES
    gap = min(FIRST_GAP_MS * 4 ** (attempts - 1), LONGEST_GAP_MS)
    tx.update(
        journal,
        {"id": job.row.id},
        attempts=attempts,
        state=SHUNTED if aside else WAITING,
        run_at=tx.now + gap,
        leased_until=None,
        error=error[-8000:],
    )
    return aside


def next_due(tx: Tx) -> int | None:
    """When the next event is due, in ms; None where none waits."""
    found: int | None = tx.value(_NEXT)
    return found


def shunted(tx: Tx) -> list[Job]:
    """What was put aside, oldest first, with the error of the last try."""
    return [Job(_row(r), r[6], r[7]) for r in tx.all(_SHUNTED)]


def waiting(tx: Tx) -> int:
    """How many events still have work to do."""
    return int(tx.value(_WAITING_N))


def replay(tx: Tx, ids: list[int]) -> int:
    """Try what was put aside again. Raises NotFound where one of *ids* was not put aside."""
    done = tx.run(_REPLAY, ids=ids, now=tx.now)
    if done != len(set(ids)):
        raise NotFound(what="job")
    return done


def drop(tx: Tx, ids: list[int]) -> int:
    """Give up what was put aside; the journal keeps the line. Raises NotFound."""
    done = tx.run(_DROP, ids=ids)
    if done != len(set(ids)):
        raise NotFound(what="job")
    return done
