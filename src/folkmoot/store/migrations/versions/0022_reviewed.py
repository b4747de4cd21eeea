"""What reviews asked for."""

from __future__ import annotations

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
