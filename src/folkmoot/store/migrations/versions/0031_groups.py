"""To whom accounts show their profile, and lists of members know it; whose bytes some are is found by index."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SIGHTS = {"profile_members": 1, "profile_private": 2}


def upgrade() -> None:
    op.add_column("accounts", sa.Column("profile_sight", BIG, nullable=False, server_default="0"))
    op.add_column("members", sa.Column("sight", BIG, nullable=False, server_default="0"))
    op.execute("CREATE INDEX accounts_avatar ON accounts (avatar) WHERE avatar <> ''")
    op.execute("CREATE INDEX accounts_header ON accounts (header) WHERE header <> ''")
    op.execute("CREATE INDEX group_files_blob ON group_files (blob) WHERE blob <> ''")
    op.execute("CREATE INDEX members_reserved ON members (group_id, status, sight) WHERE sight > 0")
    op.create_table(
        "row_pictures",
        sa.Column("row_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("column_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("blob", sa.Text, nullable=False, server_default=""),
        sa.Column("size", BIG, nullable=False, server_default="0"),
    )
    op.execute("CREATE INDEX row_pictures_blob ON row_pictures (blob)")
    _told()


def _told() -> None:
    """What people said in the words of the Groups.io API becomes what every door goes by."""
    bind = op.get_bind()
    some = sa.text(
        "SELECT account_id, data FROM tastes WHERE door = 'groupsio' AND data LIKE '%profile_privacy%'"
    )
    for id_, text in bind.execute(some).fetchall():
        data = json.loads(text)
        sight = SIGHTS.get(data.pop("profile_privacy", ""), 0)
        kept = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        values = {"id": id_, "data": kept, "sight": sight}
        for change in (
            "UPDATE tastes SET data = :data WHERE account_id = :id AND door = 'groupsio'",
            "UPDATE accounts SET profile_sight = :sight WHERE id = :id",
            "UPDATE members SET sight = :sight WHERE account_id = :id",
        ):
            bind.execute(sa.text(change), values)


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
