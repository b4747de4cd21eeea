"""Video and audio, custom emoji, preview cards."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
