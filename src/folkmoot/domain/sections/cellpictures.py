"""Pictures in the cells of tables: which bytes a row names, and the group's room that they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from folkmoot.domain.errors import Conflict, Invalid
from folkmoot.domain.groups import space
from folkmoot.domain.media import litter
from folkmoot.domain.sections.cells import Cell
from folkmoot.store.schema.sections import group_rows, row_pictures
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

_COLUMNS = [row_pictures.c[name] for name in ("row_id", "column_id", "group_id", "blob", "size")]
_OF_ROWS = Query(sa.select(*_COLUMNS).where(in_list(row_pictures.c.row_id, "ids")))
_of_table = row_pictures.c.row_id.in_(sa.select(group_rows.c.id).where(group_rows.c.table_id == p("id")))
_OF_TABLE = Query(sa.select(*_COLUMNS).where(_of_table))
_GONE = Query(
    sa.delete(row_pictures).where(
        row_pictures.c.row_id == p("row_id"), row_pictures.c.column_id == p("column_id")
    )
)


def settle(
    tx: Tx,
    group_id: int,
    settings: Mapping[str, Any],
    row_id: int,
    kept: list[Cell],
    sizes: Mapping[str, int],
) -> None:
    """Let the row name the pictures of the cells that it keeps, and no others. *sizes*: bytes of those that came in
    just now, by key. Raises Invalid for a picture that neither came in nor was there, Conflict("no_space")."""
    before = {row[1]: row for row in tx.all(_OF_ROWS, ids=[row_id])}
    now = {cell.column_id: cell.image for cell in kept if cell.image}
    _let_go(tx, [row for column, row in before.items() if now.get(column) != row[3]])
    for column_id, key in now.items():
        if column_id in before and before[column_id][3] == key:
            continue
        if key not in sizes:
            raise Invalid("image", "invalid")
        if not space.fits(tx, group_id, settings, sizes[key]):
            raise Conflict("the group has no space left", code="no_space")
        named = {"row_id": row_id, "column_id": column_id, "group_id": group_id}
        tx.insert(row_pictures, **named, blob=key, size=sizes[key])
        space.count(tx, group_id, sizes[key])


def clear(tx: Tx, row_ids: list[int]) -> None:
    """The rows go, and their pictures with them."""
    _let_go(tx, tx.all(_OF_ROWS, ids=row_ids))


def clear_table(tx: Tx, table_id: int) -> None:
    """All rows of a table go."""
    _let_go(tx, tx.all(_OF_TABLE, id=table_id))


def forget(tx: Tx, row_id: int, columns: set[int]) -> None:
    """These columns of the row go."""
    _let_go(tx, [row for row in tx.all(_OF_ROWS, ids=[row_id]) if row[1] in columns])


def _let_go(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    for row_id, column_id, group_id, blob, size in rows:
        tx.run(_GONE, row_id=row_id, column_id=column_id)
        space.count(tx, group_id, -size)
        litter.drop(tx, blob)
