"""Letters to many: a run through a group's members that goes on page by page, wherever it was ended."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.store.schema.mail import mail_runs
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx


class Run(msgspec.Struct, frozen=True):
    """A run under way: *after* is the last membership that was written to, *data* what its kind needs."""

    id: int
    kind: str
    subject_id: int
    group_id: int
    after: int
    data: dict[str, Any]


_COLUMNS = [mail_runs.c[name] for name in Run.__struct_fields__]
_BY_ID = Query(sa.select(*_COLUMNS).where(mail_runs.c.id == p("id")))
_OF = Query(
    sa.select(mail_runs.c.id).where(
        mail_runs.c.kind == text_p("kind"), mail_runs.c.subject_id == p("subject_id")
    )
)
_WAITING = Query(sa.select(mail_runs.c.id).order_by(mail_runs.c.id).limit(20))
_END = Query(sa.delete(mail_runs).where(mail_runs.c.id == p("id")))


def find(tx: Tx, kind: str, subject_id: int) -> int:
    """The run of that kind about the subject that is under way; 0 for none."""
    return int(tx.value(_OF, kind=kind, subject_id=subject_id) or 0)


def begin(tx: Tx, kind: str, subject_id: int, group_id: int, *, at: int = 0, **data: Any) -> int:
    """Begin a run beyond the membership *at*, or find the one about the same subject that is under way; its id."""
    made = tx.insert_new(
        mail_runs,
        id=tx.ids.next(),
        kind=kind,
        subject_id=subject_id,
        group_id=group_id,
        after=at,
        data=msgspec.json.encode(data).decode(),
        created_at=tx.now,
    )
    if made:
        journal.record(tx, journal.MAIL_QUEUED, group_id, subject_id)
    return find(tx, kind, subject_id)


def see(tx: Tx, run_id: int) -> Run | None:
    """The run as it stands, None once it is over; until this transaction ends nobody else goes on with it."""
    tx.alone("mail.run", run_id)
    row = tx.one(_BY_ID, id=run_id)
    if row is None:
        return None
    id_, kind, subject_id, group_id, after, data = row
    return Run(id_, kind, subject_id, group_id, after, msgspec.json.decode(data))


def advance(tx: Tx, run: Run, after: int | None) -> None:
    """The members up to *after* are done with; None: all are."""
    if after is None:
        tx.run(_END, id=run.id)
    else:
        tx.update(mail_runs, {"id": run.id}, after=after)


def waiting(tx: Tx) -> list[int]:
    """Runs that are under way, oldest first, up to 20."""
    return tx.column(_WAITING)
