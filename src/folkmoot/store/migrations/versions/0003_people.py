"""Between people: private notes, endorsements, followed and featured tags, blocked servers."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
