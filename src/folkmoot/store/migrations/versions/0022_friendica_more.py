"""Lists that one shows and describes; events with a post of their own; posts that somebody reacted to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("circles", sa.Column("description", sa.Text, nullable=False, server_default=""))
    op.add_column("circles", sa.Column("shown", sa.SmallInteger, nullable=False, server_default="0"))
    op.add_column("events", sa.Column("post_id", BIG, nullable=True))
    op.add_column("events", sa.Column("rights", sa.Text, nullable=False, server_default=""))
    op.create_index(
        "events_post",
        "events",
        ["post_id"],
        sqlite_where=sa.text("post_id IS NOT NULL"),
        postgresql_where=sa.text("post_id IS NOT NULL"),
    )
    # The bit says that somebody disliked it or said whether they come, which are the kinds 2 to 5.
    op.execute(
        "UPDATE posts SET parts = parts + 16 WHERE (parts & 16) = 0 "
        "AND id IN (SELECT post_id FROM reactions WHERE kind BETWEEN 2 AND 5)"
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
