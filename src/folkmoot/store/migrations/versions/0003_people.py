"""Between people: private notes, endorsements, followed and featured tags, blocked servers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table("account_notes", key("account_id"), key("target_id"), text("text"), number("updated_at"))
    op.create_table(
        "endorsements",
        key("id"), ref("account_id"), ref("target_id"), number("created_at"),
        sa.UniqueConstraint("account_id", "target_id", name="endorsements_pair"),
    )  # fmt: skip
    op.create_table(
        "tag_follows",
        key("id"), ref("account_id"), ref("tag_id"), number("created_at"),
        sa.UniqueConstraint("account_id", "tag_id", name="tag_follows_pair"),
    )  # fmt: skip
    op.create_table(
        "featured_tags",
        key("id"), ref("account_id"), ref("tag_id"), text("name"), number("created_at"),
        sa.UniqueConstraint("account_id", "tag_id", name="featured_tags_pair"),
    )  # fmt: skip
    op.create_table(
        "server_blocks",
        key("id"), ref("account_id"), text("domain"), number("created_at"),
        sa.UniqueConstraint("account_id", "domain", name="server_blocks_pair"),
    )  # fmt: skip
    op.create_index("follows_given", "follows", ["account_id", "state", "id"])
    op.create_index("follows_got", "follows", ["target_id", "state", "id"])
    op.create_index("blocks_account", "blocks", ["account_id", "id"])
    op.create_index("mutes_account", "mutes", ["account_id", "id"])
    op.create_index("circle_members_rows", "circle_members", ["circle_id", "id"])
    op.create_index("members_rows", "members", ["group_id", "status", "id"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
