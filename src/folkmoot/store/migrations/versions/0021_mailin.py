"""What mail that comes in needs."""

from __future__ import annotations

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
