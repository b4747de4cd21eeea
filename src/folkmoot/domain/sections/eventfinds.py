"""Events of several calendars by their ids, for those who ask what is new since the last one they know."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.sections.events import EventView, open_groups
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


def since(tx: Tx, viewer: Viewer, since_id: int, limit: int) -> list[EventView]:
    """Events beyond that id in the viewer's own calendar, and in those of their groups that are open to them, the
    oldest first."""
    calendars = [viewer.required(), *open_groups(tx, viewer)]
    rows = tx.all(_SINCE, group_ids=calendars, since=since_id, limit=limit)
    return [EventView(*row) for row in rows]
