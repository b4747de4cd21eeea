"""Published events are found by whose they are."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("CREATE INDEX events_told ON events (group_id, id) WHERE post_id IS NOT NULL")


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
