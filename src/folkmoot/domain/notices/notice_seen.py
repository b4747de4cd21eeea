"""Notices seen one by one, beside the mark up to which all are read: a notice is seen by either."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.notices.notices import COLUMNS, IN_SIGHT, WITH_POSTS, Notice, see
from folkmoot.domain.reading import markers
from folkmoot.store.schema.posts import notices
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_MINE = [notices.c.account_id == p("account_id"), notices.c.filtered == sa.literal_column("0"), IN_SIGHT]


def _newest(*where: Any) -> Query:
    return Query(
        lambda: (
            sa.select(*COLUMNS)
            .select_from(WITH_POSTS)
            .where(*_MINE, *where)
            .order_by(notices.c.id.desc())
            .limit(p("limit"))
        )
    )


_UNSEEN = _newest(notices.c.seen == sa.literal_column("0"), notices.c.id > p("read"))
_ALL = _newest()


def unseen_first(tx: Tx, viewer: Viewer, limit: int) -> list[tuple[Notice, bool]]:
    """(notice, whether it was seen): those unseen, newest first, then the newest of the others, *limit* in all."""
    me, read = viewer.required(), markers.last_read(tx, viewer, "notices")
    fresh = [Notice(*row) for row in tx.all(_UNSEEN, account_id=me, read=read, limit=limit)]
    known = {notice.id for notice in fresh}
    newest = [Notice(*row) for row in tx.all(_ALL, account_id=me, limit=limit)] if len(fresh) < limit else []
    rest = [notice for notice in newest if notice.id not in known]
    return [*((notice, False) for notice in fresh), *((notice, True) for notice in rest)][:limit]


def set_seen(tx: Tx, viewer: Viewer, notice_id: int) -> Notice:
    """Mark one of the viewer's notices as seen, and say which. Raises NotFound."""
    found = see(tx, viewer, notice_id)
    tx.update(notices, {"id": found.id}, seen=1)
    return found
