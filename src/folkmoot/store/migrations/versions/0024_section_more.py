"""The space of groups holds the files beside their posts too; how many lines a chat keeps is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("chats", sa.Column("history_n", BIG, nullable=False, server_default="0"))
    op.execute(
        "UPDATE chats SET history_n = (SELECT count(*) FROM chat_lines WHERE chat_lines.chat_id = chats.id)"
    )
    op.execute(
        "INSERT INTO group_space (group_id, used, files_n) SELECT DISTINCT posts.group_id, 0, 0 "
        "FROM media JOIN posts ON posts.id = COALESCE(media.post_id, media.kept_by) "
        "WHERE posts.group_id IS NOT NULL ON CONFLICT (group_id) DO NOTHING"
    )
    op.execute(
        "UPDATE group_space SET used = used + COALESCE((SELECT SUM(media.size) "
        "FROM media JOIN posts ON posts.id = COALESCE(media.post_id, media.kept_by) "
        "WHERE posts.group_id = group_space.group_id), 0)"
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
