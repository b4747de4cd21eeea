"""What waits and what was put aside, for the operator: jobs of the journal and mail of the outbox."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Role, Viewer, require_role
from folkmoot.domain.errors import NotFound
from folkmoot.domain.journal import DONE, SHUNTED, WAITING
from folkmoot.store.schema.work import journal, outbox
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

PAGE = 500
STATES: Final = {"waiting": WAITING, "done": DONE, "shunted": SHUNTED}


class Job(msgspec.Struct, frozen=True):
    """A row of the journal that has work to do; times in ms."""

    id: int
    kind: str
    actor_id: int
    subject_id: int
    state: int
    attempts: int
    run_at: int
    created_at: int
    error: str


class Mail(msgspec.Struct, frozen=True):
    """One mail to one address; times in ms, *payload* is the JSON that the mail door makes it from."""

    id: int
    kind: str
    address: str
    group_id: int | None
    post_id: int | None
    state: int
    attempts: int
    run_at: int
    created_at: int
    sent_at: int | None
    error: str
    payload: str


_JOB = (
    journal.c.id,
    journal.c.kind,
    journal.c.actor_id,
    journal.c.subject_id,
    journal.c.state,
    journal.c.attempts,
    journal.c.run_at,
    journal.c.created_at,
    journal.c.error,
)
_MAIL = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.address,
    outbox.c.group_id,
    outbox.c.post_id,
    outbox.c.state,
    outbox.c.attempts,
    outbox.c.run_at,
    outbox.c.created_at,
    outbox.c.sent_at,
    outbox.c.error,
    outbox.c.payload,
)
# The state is a literal, as only so the partial indexes of waiting and shunted rows serve.
_JOBS = {
    state: Query(
        sa.select(*_JOB)
        .where(journal.c.state == state, journal.c.id > p("after"))
        .order_by(journal.c.id)
        .limit(PAGE)
    )
    for state in (WAITING, SHUNTED)
}
_MAILS = {
    state: Query(
        sa.select(*_MAIL)
        .where(outbox.c.state == state, outbox.c.id > p("after"))
        .order_by(outbox.c.id)
        .limit(PAGE)
    )
    for state in STATES.values()
}
_ONE_MAIL = Query(sa.select(*_MAIL).where(outbox.c.id == p("id")))
_AGAIN: dict[str, Any] = {"state": WAITING, "attempts": 0, "leased_until": None, "error": ""}
_SEND = Query(
    sa.update(outbox)
    .where(
        sa.or_(outbox.c.state == WAITING, outbox.c.state == SHUNTED),
        sa.or_(outbox.c.id == p("id"), p("id") == 0),
    )
    .values(run_at=p("now"), **_AGAIN)
)
_COUNTS = {
    name: Query(sa.select(sa.func.count()).where(table.c.state == state))
    for name, table, state in (
        ("jobs_waiting", journal, WAITING),
        ("jobs_shunted", journal, SHUNTED),
        ("mail_waiting", outbox, WAITING),
        ("mail_shunted", outbox, SHUNTED),
    )
}


def jobs(tx: Tx, viewer: Viewer, state: int = SHUNTED, after: int = 0) -> list[Job]:
    """Jobs that wait or were put aside, oldest first, 500 beyond the id *after*. Raises Forbidden("role")."""
    require_role(viewer, Role.ADMIN)
    return [Job(*row) for row in tx.all(_JOBS[state], after=after)]


def mails(tx: Tx, viewer: Viewer, state: int = WAITING, after: int = 0) -> list[Mail]:
    """Mail of the outbox in that state, oldest first, 500 beyond the id *after*. Raises Forbidden("role")."""
    require_role(viewer, Role.ADMIN)
    return [Mail(*row) for row in tx.all(_MAILS[state], after=after)]


def mail(tx: Tx, viewer: Viewer, mail_id: int) -> Mail:
    """One mail of the outbox. Raises NotFound, Forbidden("role")."""
    require_role(viewer, Role.ADMIN)
    row = tx.one(_ONE_MAIL, id=mail_id)
    if row is None:
        raise NotFound(f"there is no mail {mail_id} in the outbox", what="mail")
    return Mail(*row)


def send_now(tx: Tx, viewer: Viewer, mail_id: int = 0) -> int:
    """Let a mail that waits or was put aside be tried at once, or all (0); how many. Raises NotFound, Forbidden."""
    require_role(viewer, Role.ADMIN)
    count = tx.run(_SEND, id=mail_id, now=tx.now)
    if mail_id and not count:
        raise NotFound(f"no mail {mail_id} waits in the outbox", what="mail")
    return count


def counts(tx: Tx, viewer: Viewer) -> dict[str, int]:
    """How many jobs and mails wait or were put aside. Raises Forbidden("role")."""
    require_role(viewer, Role.ADMIN)
    return {name: int(tx.value(query)) for name, query in _COUNTS.items()}
