"""Threads of a group that its moderators close and open again, pin above all others and take down."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import Viewer, require_in_group, see_original, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groupacts
from folkmoot.store.schema.posts import posts, threads
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx


class Mark(StrEnum):
    """What becomes of the thread; each is one of groupacts.THREAD_ACTS."""

    CLOSE = "close_thread"
    OPEN = "open_thread"
    PIN = "pin_thread"
    UNPIN = "unpin_thread"


_DONE: Final = {
    Mark.CLOSE: ("closed", 1, "closed"),
    Mark.OPEN: ("closed", 0, "opened"),
    Mark.PIN: ("sticky", 1, "pinned"),
    Mark.UNPIN: ("sticky", 0, "took down"),
}
_THREAD = Query(
    sa.select(threads.c.id, threads.c.subject, threads.c.closed, threads.c.sticky)
    .select_from(posts.join(threads, threads.c.id == posts.c.thread_id))
    .where(posts.c.id == p("id"))
)


def mark(tx: Tx, viewer: Viewer, post_id: int, wanted: Mark) -> int:
    """Mark the thread of a group's post; its id. Marking it so again changes nothing. Raises NotFound,
    Forbidden("edit_archive")."""
    seen = see_original(tx, viewer, post_id)
    row = tx.one(_THREAD, id=seen.id)
    if seen.group_id is None or row is None:
        raise NotFound(what="thread")
    require_in_group(standing(tx, viewer, seen.group_id), "edit_archive")
    name, value, verb = _DONE[wanted]
    if {"closed": row[2], "sticky": row[3]}[name] != value:
        tx.update(threads, {"id": row[0]}, **{name: value})
        line = f'{verb} the thread "{row[1]}"'
        groupacts.note(tx, viewer, seen.group_id, wanted, line, target_id=row[0])
    return int(row[0])
