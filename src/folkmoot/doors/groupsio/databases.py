"""Databases: the tables of a group and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain.sections import rows, tables
from folkmoot.domain.sections.access import enter
from folkmoot.domain.sections.tables import Order
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import present_sections as present
from folkmoot.doors.groupsio.calls import Listed, Walk, cut, direction, group_of, listing, sorted_by
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.groupsio.database import DatabaseRow, DatabaseTable
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.groupsio.section_requests import GetDatabaseRows, GetDatabases

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@listing(GetDatabases)
def get_databases(tx: Tx, at: At, ask: GetDatabases, walk: Walk) -> Listed[GetDatabases]:
    view, _ = group_of(tx, at, ask.group_id, ask.group_name)
    room = enter(tx, at.viewer, view.id, "database").to_read()
    field, ascending = sorted_by(ask, tables.SORTS, "id", "asc")
    page, more = cut(
        tables.listing(tx, at.viewer, room, Order(field, ascending, walk.key, ask.limit + 1)), ask.limit
    )
    envelope = ListEnvelope[DatabaseTable](data=[present.table(each) for each in page])
    total = walk.total if walk.total is not None else tables.count(tx, at.viewer, room)
    key = tables.key_of(page[-1], field) if more else None
    return Listed(envelope, total, key, field, direction(ascending))


@listing(GetDatabaseRows)
def get_database_rows(tx: Tx, at: At, ask: GetDatabaseRows, walk: Walk) -> Listed[GetDatabaseRows]:
    with worded({"no table": "invalid database_id"}):
        seen = tables.see(tx, at.viewer, ask.database_id)
    field, ascending = sorted_by(ask, rows.SORTS, "id", "asc")
    order = Order(field, ascending, walk.key, ask.limit + 1)
    page, more = cut(rows.listing(tx, at.viewer, seen, order), ask.limit)
    columns = seen[0].described
    data = [present.row(each, seen[0], columns, at.house.links) for each in page]
    total = walk.total if walk.total is not None else rows.count(tx, at.viewer, seen)
    key = rows.key_of(page[-1], field) if more else None
    return Listed(ListEnvelope[DatabaseRow](data=data), total, key, field, direction(ascending))
