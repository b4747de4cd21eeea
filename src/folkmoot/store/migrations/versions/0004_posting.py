"""Polls, scheduled posts and quotes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("posts", sa.Column("parts", BIG, nullable=False, server_default="0"))


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
