"""Rows whose table got other columns: what stood in a column that is gone goes, and a choice keeps its word."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.sections import cellpictures, cells
from folkmoot.domain.sections.cells import Cell, Column
from folkmoot.store.schema.sections import group_rows
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

AT_ONCE: Final = 500
"""So many rows are held in memory; all of a table's are fitted in one transaction, or some would say other things."""

Moves = dict[int, dict[int, int]]
"""By column that stays: by place of a choice where it is now."""

_SOME = Query(
    sa.select(group_rows.c.number, group_rows.c.id, group_rows.c.cells, group_rows.c.words)
    .where(group_rows.c.table_id == p("table_id"), group_rows.c.number > p("after"))
    .order_by(group_rows.c.number)
    .limit(AT_ONCE)
)


def refit(tx: Tx, table_id: int, old: list[Column], new: list[Column]) -> None:
    """Make the rows of a table of *old* columns rows of one of *new* columns, whose words are theirs in that order."""
    if not _disturbs(old, new):
        return
    now = {column.id: column.choices for column in new}
    moves = {column.id: _moves(column.choices, now[column.id]) for column in old if column.id in now}
    after = 0
    while some := tx.all(_SOME, table_id=table_id, after=after):
        for number, id_, text, words in some:
            told = msgspec.json.decode(text, type=list[Cell])
            if lost := {cell.column_id for cell in told if cell.image and cell.column_id not in moves}:
                cellpictures.forget(tx, id_, lost)
            kept = [fitted for cell in told if (fitted := _fitted(cell, moves)) is not None]
            fresh = msgspec.json.encode(kept).decode(), cells.line(new, kept)
            if fresh != (text, words):
                tx.update(group_rows, {"id": id_}, cells=fresh[0], words=fresh[1])
            after = number


def _disturbs(old: list[Column], new: list[Column]) -> bool:
    """Whether rows have to change: not for columns and choices that only came behind what was there."""
    before = [column.id for column in old]
    if [column.id for column in new][: len(before)] != before:
        return True
    return any(b.choices[: len(a.choices)] != a.choices for a, b in zip(old, new, strict=False))


def _moves(old: list[str], new: list[str]) -> dict[int, int]:
    """By place in the old choices, from 1: the place of the same word in the new ones. In a list of the same length a
    word that nobody had before is another name for what stood in its place; other words are gone."""
    there = {word: place for place, word in reversed(list(enumerate(new, 1)))}
    moves = {place: there[word] for place, word in enumerate(old, 1) if word in there}
    if len(old) == len(new):
        renamed = (place for place, word in enumerate(new, 1) if word not in old and place not in moves)
        moves |= {place: place for place in renamed}
    return moves


def _fitted(cell: Cell, moves: Moves) -> Cell | None:
    if cell.column_id not in moves:
        return None
    if not cell.chosen:
        return cell
    to = moves[cell.column_id]
    chosen = sorted({to[place] for place in cell.chosen if place in to})
    return msgspec.structs.replace(cell, chosen=chosen) if chosen else None
