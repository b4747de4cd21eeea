"""What a group's settings need to act: rules for posts with a tag, and when events were told of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAGS = ("mods_begin", "mods_answer", "unmailed", "held", "answers_free", "special", "closed")


def upgrade() -> None:
    op.create_table(
        "group_tags",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("group_id", BIG, nullable=False),
        text("folded"),
        text("name"),
        text("description"),
        *(flag(name) for name in FLAGS),
        number("life_days"),
        flag("closes"),
        text("reply_to"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("group_id", "folded", name="group_tags_once"),
    )
    op.add_column("groups", sa.Column("summarised_at", BIG, nullable=True))
    where = sa.text("life_days > 0")
    op.create_index(
        "group_tags_ending", "group_tags", ["group_id"], sqlite_where=where, postgresql_where=where
    )


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
