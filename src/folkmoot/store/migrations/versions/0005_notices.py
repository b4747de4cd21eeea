"""Notices filtered by policy, requests, and conversations."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
