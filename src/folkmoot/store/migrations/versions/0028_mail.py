"""Mail about posts is found by its post: an index by receivers touched as many pages as a group has readers."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("DROP INDEX outbox_account")
    op.execute("CREATE INDEX outbox_letters ON outbox (account_id, id) WHERE kind <> 'post'")


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
