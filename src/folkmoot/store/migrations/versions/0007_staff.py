"""What the staff does: roles, reports, blocks of addresses and servers, warnings."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
