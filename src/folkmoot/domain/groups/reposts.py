"""Whether what somebody said in a group may be said there once more: not too soon, and not too often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain.access import PostState
from folkmoot.store.schema.posts import bodies, posts
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import Tx

DAY_MS: Final = 86_400_000
_first, _later = posts.alias("first"), posts.alias("later")
_said, _again = bodies.alias("said"), bodies.alias("again")
_AGAIN = Query(
    sa.select(_first.c.id, sa.func.count(), sa.func.max(_later.c.created_at))
    .select_from(
        _first.join(_said, _said.c.post_id == _first.c.id)
        .join(_later, sa.and_(_later.c.author_id == _first.c.author_id, _later.c.id > _first.c.id))
        .join(_again, sa.and_(_again.c.post_id == _later.c.id, _again.c.title == _said.c.title))
    )
    .where(
        in_list(_first.c.id, "ids"),
        _later.c.group_id == _first.c.group_id,
        _later.c.thread_id == _later.c.id,
        _later.c.state == int(PostState.LIVE),
    )
    .group_by(_first.c.id)
)


def allowed(tx: Tx, settings: Mapping[str, Any], own: Mapping[int, int]) -> set[int]:
    """Which of somebody's *own* first posts of threads (when each was said, by id) may be said once more in a group
    with these settings: days after the last time, and so often at most (0: always). The same again is a later thread
    of theirs with the same subject."""
    if not settings.get("reposts") or not own:
        return set()
    gap, most = int(settings.get("repost_days", 0)) * DAY_MS, int(settings.get("reposts_max", 0))
    again = {row[0]: (row[1], row[2]) for row in tx.all(_AGAIN, ids=list(own))}
    facts = {id_: again.get(id_, (0, said_at)) for id_, said_at in own.items()}
    return {id_ for id_, (times, last) in facts.items() if tx.now - last >= gap and not 0 < most <= times}
