"""Groups with parents, second and blocked names, notices to their members, and a log of what was done in them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("groups", flag("locked"))
    op.add_column("groups", flag("parent_posts"))
    op.add_column("groups", sa.Column("deleted_at", BIG, nullable=True))
    parents, deleted = sa.text("parent_id IS NOT NULL"), sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "groups_parent", "groups", ["parent_id", "account_id"], sqlite_where=parents, postgresql_where=parents
    )
    op.create_index(
        "groups_deleted", "groups", ["account_id"], sqlite_where=deleted, postgresql_where=deleted
    )
    op.create_table(
        "group_names",
        key(), text("name"),
        sa.Column("folded", sa.Text, nullable=False, server_default="", unique=True),
        ref("group_id"), sa.Column("until", BIG, nullable=True), number("created_at"),
    )  # fmt: skip
    op.create_index("group_names_group", "group_names", ["group_id", "id"])
    op.create_table(
        "group_acts",
        key(), ref("group_id"), ref("account_id"), text("act"), ref("target_id"), text("line"), text("via"),
        number("created_at"),
    )  # fmt: skip
    op.create_index("group_acts_group", "group_acts", ["group_id", "id"])
    op.create_table(
        "group_notices",
        key(), ref("group_id"), text("kind"), text("name"), text("subject"), text("body"), flag("usual"),
        flag("on_join"), flag("monthly"), flag("monthly_special"), flag("private"), text("monthly_subject"),
        sa.Column("sent_at", BIG, nullable=True), number("created_at"), number("updated_at"),
    )  # fmt: skip
    op.create_index("group_notices_group", "group_notices", ["group_id", "id"])
    guidelines = sa.text("kind = 'guidelines'")
    op.create_index(
        "group_notices_guidelines", "group_notices", ["group_id"], unique=True,
        sqlite_where=guidelines, postgresql_where=guidelines,
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key() -> sa.Column[Any]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
