"""Filters: words and posts that a reader wants hidden or marked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("logins", sa.Column("filters_rev", BIG, nullable=False, server_default="0"))


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
