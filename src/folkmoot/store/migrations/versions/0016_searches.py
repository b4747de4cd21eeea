"""Searches that people keep, and the ways to one's own boosts and boosted posts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("account_id", BIG, nullable=False, autoincrement=False),
        sa.Column("query", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", BIG, nullable=False, server_default="0"),
        sa.UniqueConstraint("account_id", "query", name="saved_searches_once"),
    )
    op.create_index("posts_boosted", "posts", ["author_id", "id"], **only("boosts_n > 0"))
    op.create_index("posts_boosting", "posts", ["author_id", "id"], **only("boost_of_id IS NOT NULL"))


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
