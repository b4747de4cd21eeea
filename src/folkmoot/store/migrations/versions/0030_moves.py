"""Accounts that moved on or are remembered; appeals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("moved_to_id", "moved_at", "memorial_at"):
        op.add_column("accounts", sa.Column(name, BIG, nullable=True))
    op.add_column("logins", sa.Column("disabled_twice", sa.SmallInteger, nullable=False, server_default="0"))
    op.execute("CREATE INDEX accounts_moved ON accounts (moved_to_id) WHERE moved_to_id IS NOT NULL")
    op.execute("CREATE INDEX accounts_memorial ON accounts (id) WHERE memorial_at IS NOT NULL")
    op.create_table(
        "account_aliases",
        sa.Column("account_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("alias_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("created_at", BIG, nullable=False, server_default="0"),
    )
    op.execute("CREATE INDEX account_aliases_alias ON account_aliases (alias_id)")
    op.execute("CREATE INDEX mutes_target ON mutes (target_id)")
    op.add_column("warnings", sa.Column("appeal", sa.Text, nullable=False, server_default=""))
    for name in ("appealed_at", "appeal_settled_at"):
        op.add_column("warnings", sa.Column(name, BIG, nullable=True))
    op.add_column(
        "warnings", sa.Column("appeal_granted", sa.SmallInteger, nullable=False, server_default="0")
    )
    op.execute(
        "CREATE INDEX warnings_appealed ON warnings (id) "
        "WHERE appealed_at IS NOT NULL AND appeal_settled_at IS NULL"
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
