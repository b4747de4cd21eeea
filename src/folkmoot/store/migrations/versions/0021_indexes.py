"""Indexes that reviews asked for: of what waits in a group, its moderators, its threads by age, codes by owner."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("CREATE INDEX posts_held ON posts (group_id, id) WHERE state = 1")
    op.execute("CREATE INDEX members_moderators ON members (group_id, status) WHERE role >= 10")
    op.execute("CREATE INDEX threads_last ON threads (group_id, last_at, id) WHERE group_id IS NOT NULL")
    op.execute("CREATE INDEX grants_account ON grants (account_id)")


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
