"""Searches that people keep."""

from __future__ import annotations

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
