"""Applications that sign each request."""

from __future__ import annotations

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
