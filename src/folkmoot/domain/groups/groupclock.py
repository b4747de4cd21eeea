"""What time does to groups: old threads close or are read first, texts go out once a month, deleted groups fade."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import grouptexts, tagrules
from folkmoot.domain.mail import eventsummary
from folkmoot.domain.posts import edits
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posts import threads
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

DAY_MS: Final = 86_400_000
_AGING = Query(
    sa.select(groups.c.account_id, groups.c.settings).where(
        groups.c.deleted_at.is_(None), groups.c.settings.like(sa.literal('%"%_threads":true%'))
    )
)
_CLOSE = Query(
    sa.update(threads)
    .where(threads.c.group_id == p("id"), threads.c.closed == 0, threads.c.created_at < p("before"))
    .values(closed=1)
)
_MODERATE = Query(
    sa.update(threads)
    .where(threads.c.group_id == p("id"), threads.c.moderated == 0, threads.c.created_at < p("before"))
    .values(moderated=1)
)


def age_threads(tx: Tx) -> int:
    """Close threads, and have answers to them read first, where they are older than their group allows; how many."""
    changed = 0
    for group_id, kept in tx.all(_AGING):
        settings: dict[str, Any] = msgspec.json.decode(kept)
        for key, query in (("close_threads", _CLOSE), ("moderate_threads", _MODERATE)):
            days = int(settings.get(f"{key}_days") or 0)
            if settings.get(key) and days > 0:
                changed += tx.run(query, id=group_id, before=tx.now - days * DAY_MS)
    return changed


def tick(tx: Tx) -> int:
    """All that is due; how many things were done."""
    return (
        age_threads(tx)
        + tagrules.close_old(tx)
        + _outlived(tx)
        + grouptexts.send_monthly(tx)
        + eventsummary.send(tx)
    )


def _outlived(tx: Tx) -> int:
    """Delete some posts whose threads lived as long as their tags let them; how many."""
    ids = tagrules.outlived(tx)
    for id_ in ids:
        edits.delete(tx, Viewer.system(), id_)
    return len(ids)
