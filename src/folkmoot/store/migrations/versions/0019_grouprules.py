"""What a group's settings need to act."""

from __future__ import annotations

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
