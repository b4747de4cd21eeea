"""Wrong passwords are counted for all processes together; rows lose what stood in columns that are gone."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAGE = 500
PLACE = ("street", "street2", "city", "region", "code", "country")
PLAIN = ("text", "date", "time", "title", "url", "description", "number")


def upgrade() -> None:
    op.create_table(
        "wrong_passwords",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("n", BIG, nullable=False, server_default="0"),
        sa.Column("until", BIG, nullable=False, server_default="0"),
    )
    op.execute("CREATE INDEX wrong_passwords_due ON wrong_passwords (until)")
    for id_, columns in op.get_bind().execute(sa.text("SELECT id, columns FROM group_tables")).fetchall():
        _refit(id_, json.loads(columns))


def _refit(table_id: int, columns: list[dict[str, Any]]) -> None:
    bind, known, after = op.get_bind(), {column["id"] for column in columns}, 0
    some = sa.text(
        "SELECT id, cells FROM group_rows WHERE table_id = :table AND id > :after ORDER BY id LIMIT :page"
    )
    change = sa.text("UPDATE group_rows SET cells = :cells, words = :words WHERE id = :id")
    while rows := bind.execute(some, {"table": table_id, "after": after, "page": PAGE}).fetchall():
        after = rows[-1][0]
        for id_, text in rows:
            cells = json.loads(text)
            kept = [cell for cell in cells if cell["column_id"] in known]
            if len(kept) != len(cells):
                told = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
                bind.execute(change, {"id": id_, "cells": told, "words": _line(columns, kept)})


def _line(columns: list[dict[str, Any]], cells: list[dict[str, Any]]) -> str:
    by_column = {cell["column_id"]: cell for cell in cells}
    said = (_words(column, by_column[column["id"]]) for column in columns if column["id"] in by_column)
    return " ".join(said).casefold()[:4000]


def _words(column: dict[str, Any], cell: dict[str, Any]) -> str:
    kind = column["type"]
    if kind == "html_paragraph":
        return _joined([html.unescape(re.sub(r"<[^>]*>", " ", cell.get("html", "")))])
    if kind == "checkbox":
        return "yes" if cell.get("checked") else ""
    if kind in ("multiple_choice", "multi_choice"):
        choices = column.get("choices", [])
        return ", ".join(choices[place - 1] for place in cell.get("chosen", ()) if place <= len(choices))
    if kind == "address":
        return ", ".join(cell[name] for name in PLACE if cell.get(name))
    return _joined(cell.get(name, "") for name in PLAIN)


def _joined(parts: Iterable[str]) -> str:
    return " ".join(" ".join(part for part in parts if part).split())


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
