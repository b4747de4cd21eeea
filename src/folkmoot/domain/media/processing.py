"""The queue of files that have yet to be made anew: claimed for a while, renewed, finished, tried again or given up."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.media import litter
from folkmoot.domain.media.media import State
from folkmoot.store.schema.posts import media
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

LEASE_MS: Final = 30_000
"""Whoever works on a file says so again within this; who died lets it go by that."""
TRIES: Final = 5
GAP_MS: Final = 5_000

_DUE = sa.select(media.c.id, media.c.raw, media.c.mime, media.c.attempts)
_DUE = _DUE.where(media.c.state == int(State.PROCESSING), media.c.due_at <= p("now"))
_DUE = _DUE.order_by(media.c.due_at, media.c.id).limit(1)
_NEXT = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}
_WAITS = Query(
    sa.select(media.c.id).where(media.c.state == int(State.PROCESSING), media.c.due_at <= p("now")).limit(1)
)
_MINE = Query(
    sa.select(media.c.raw).where(
        media.c.id == p("id"), media.c.state == int(State.PROCESSING), media.c.attempts == p("attempts")
    )
)


class Job(msgspec.Struct, frozen=True):
    """One file to work on, for the *attempts*-th time: the key of its bytes as sent, and their type."""

    id: int
    raw: str
    mime: str
    attempts: int


def waits(tx: Tx) -> bool:
    """Whether a file is to be worked on now."""
    return tx.one(_WAITS, now=tx.now) is not None


def claim(tx: Tx) -> Job | None:
    """Take the next file for LEASE_MS. One that was tried too often (its worker died each time) is given up."""
    row = tx.one(_NEXT[tx.dialect], now=tx.now)
    if row is None:
        return None
    job = Job(row[0], row[1], row[2], row[3] + 1)
    if job.attempts > TRIES:
        _give_up(tx, job)
        return None
    tx.update(media, {"id": job.id}, attempts=job.attempts, due_at=tx.now + LEASE_MS)
    return job


def renew(tx: Tx, job: Job) -> bool:
    """Go on working; False where the file is gone or somebody else has it."""
    if tx.one(_MINE, id=job.id, attempts=job.attempts) is None:
        return False
    tx.update(media, {"id": job.id}, due_at=tx.now + LEASE_MS)
    return True


def finish(tx: Tx, job: Job, values: dict[str, Any]) -> bool:
    """The file is ready: *values* are its columns (intake.made). False where it is gone meanwhile."""
    if tx.one(_MINE, id=job.id, attempts=job.attempts) is None:
        litter.drop(tx, values["blob"])
        return False
    tx.update(media, {"id": job.id}, **values)
    litter.drop(tx, job.raw)
    return True


def fail(tx: Tx, job: Job, *, final: bool) -> None:
    """It did not work: for good, or to be tried again soon."""
    if tx.one(_MINE, id=job.id, attempts=job.attempts) is None:
        return
    if final or job.attempts >= TRIES:
        _give_up(tx, job)
    else:
        tx.update(media, {"id": job.id}, due_at=tx.now + GAP_MS * job.attempts)


def _give_up(tx: Tx, job: Job) -> None:
    tx.update(media, {"id": job.id}, state=int(State.FAILED), raw="")
    litter.drop(tx, job.raw)
