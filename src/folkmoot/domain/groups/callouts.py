"""What programs outside are to be told of a group: written with the act itself, sent by the worker."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.store.schema.entering import callback_calls, callbacks
from folkmoot.store.schema.work import journal as journal_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

TOLD: Final = frozenset(
    {"join", "approve", "leave", "add", "remove", "ban", "make_subgroup", "delete_subgroup", "post"}
)
"""The acts that are told of: those of the log, and a new post."""

_OF_GROUP = Query(
    sa.select(callbacks.c.id)
    .where(callbacks.c.group_id == p("group_id"), callbacks.c.off_at.is_(None))
    .order_by(callbacks.c.id)
)
_FIRST = Query(
    sa.update(journal_t).where(journal_t.c.id == p("id"), journal_t.c.called_out == 0).values(called_out=1)
)


def first_time(tx: Tx, event_id: int) -> bool:
    """Whether an event of the journal is told of now for the first time; it is marked as told. The mark lasts as long
    as the event, which may come again after any time."""
    return tx.run(_FIRST, id=event_id) > 0


def anybody(tx: Tx, group_id: int) -> bool:
    """Whether the group has a callback that is told of anything."""
    return tx.one(_OF_GROUP, group_id=group_id) is not None


def happened(
    tx: Tx, group_id: int, act: str, subject_id: int, *, actor_id: int, via: str = "", extra: str = ""
) -> None:
    """Let every callback of the group be told, where the act is one of TOLD. *subject_id*: the account, post or group
    that it was done to or made."""
    if act not in TOLD:
        return
    ids = tx.column(_OF_GROUP, group_id=group_id)
    for callback_id in ids:
        tx.insert(
            callback_calls,
            id=tx.ids.next(),
            callback_id=callback_id,
            act=act,
            subject_id=subject_id,
            actor_id=actor_id,
            via=via or ("web" if actor_id else "server"),
            extra=extra[:500],
            created_at=tx.now,
            run_at=tx.now,
        )
    if ids:
        journal.record(tx, journal.CALL_QUEUED, actor_id, group_id)
