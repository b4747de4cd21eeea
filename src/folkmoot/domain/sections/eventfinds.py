"""Events of several calendars by their ids, for those who ask what is new since the last one they know."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.people.bonds import ACCEPTED
from folkmoot.domain.sections.events import EventView, open_groups
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.posts import posts
from folkmoot.store.schema.sections import events
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

_COLUMNS = [events.c[name] for name in EventView.__struct_fields__]
_SINCE = Query(
    sa.select(*_COLUMNS)
    .where(in_list(events.c.group_id, "group_ids"), events.c.id > p("since"))
    .order_by(events.c.id)
    .limit(p("limit"))
)
_FOLLOWED = Query(
    lambda: (
        sa.select(*_COLUMNS)
        .select_from(
            follows.join(events, events.c.group_id == follows.c.target_id).join(
                posts, posts.c.id == events.c.post_id
            )
        )
        .where(
            follows.c.account_id == p("me"),
            follows.c.state == ACCEPTED,
            events.c.author_id == events.c.group_id,
            events.c.id > p("since"),
            events.c.post_id.is_not(None),
            may_see(p("me")),
        )
        .order_by(events.c.id)
        .limit(p("limit"))
    )
)


def since(tx: Tx, viewer: Viewer, since_id: int, limit: int) -> list[EventView]:
    """Events beyond that id in the viewer's own calendar, in those of their groups that are open to them, and of those
    whom they follow the published ones that they may see; the oldest first."""
    me = viewer.required()
    calendars = [me, *open_groups(tx, viewer)]
    rows = tx.all(_SINCE, group_ids=calendars, since=since_id, limit=limit)
    rows += tx.all(_FOLLOWED, me=me, since=since_id, limit=limit)
    return sorted((EventView(*row) for row in rows), key=lambda event: event.id)[:limit]
