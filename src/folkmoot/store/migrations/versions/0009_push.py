"""Push subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("account_id", BIG, nullable=False, autoincrement=False),
        sa.Column("token_id", BIG, nullable=False, unique=True),
        sa.Column("endpoint", sa.Text, nullable=False, server_default=""),
        sa.Column("public_key", sa.Text, nullable=False, server_default=""),
        sa.Column("auth", sa.Text, nullable=False, server_default=""),
        sa.Column("standard", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("kinds", sa.Text, nullable=False, server_default=""),
        sa.Column("policy", sa.Text, nullable=False, server_default="all"),
        sa.Column("sealed_token", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", BIG, nullable=False, server_default="0"),
    )
    op.create_index("push_subscriptions_account", "push_subscriptions", ["account_id"])
    op.create_table(
        "pushes",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("subscription_id", BIG, nullable=False, autoincrement=False),
        sa.Column("notice_id", BIG, nullable=False, autoincrement=False),
        sa.Column("host", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", BIG, nullable=False, server_default="0"),
        sa.Column("attempts", BIG, nullable=False, server_default="0"),
        sa.Column("run_at", BIG, nullable=False, server_default="0"),
        sa.Column("leased_until", BIG, nullable=True),
        sa.UniqueConstraint("subscription_id", "notice_id", name="pushes_once"),
    )
    op.create_index("pushes_due", "pushes", ["run_at", "id"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
