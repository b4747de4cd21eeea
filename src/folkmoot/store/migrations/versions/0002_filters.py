"""Filters: words and posts that a reader wants hidden or marked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("logins", sa.Column("filters_rev", BIG, nullable=False, server_default="0"))
    op.create_table(
        "filters",
        _key(),
        _ref("account_id"),
        _text("title"),
        _text("contexts"),
        _text("action", "warn"),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False, server_default="0"),
    )
    op.create_index("filters_account", "filters", ["account_id", "id"])
    op.create_table(
        "filter_keywords",
        _key(),
        _ref("filter_id"),
        _text("keyword"),
        sa.Column("whole_word", sa.SmallInteger, nullable=False, server_default="0"),
    )
    op.create_index("filter_keywords_filter", "filter_keywords", ["filter_id", "id"])
    op.create_table(
        "filter_posts",
        _key(),
        _ref("filter_id"),
        _ref("post_id"),
        sa.UniqueConstraint("filter_id", "post_id", name="filter_posts_once"),
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def _key() -> sa.Column[Any]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=False)


def _ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def _text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)
