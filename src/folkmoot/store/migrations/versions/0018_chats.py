"""Chats and wiki of a group; drafts by their age, files by theirs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _chats()
    _wiki()
    op.create_index("drafts_old", "drafts", ["updated_at"])
    op.create_index("group_files_recent", "group_files", ["group_id", "created_at", "id"])


def _chats() -> None:
    op.create_table(
        "chats",
        key("id"),
        ref("group_id"),
        ref("author_id"),
        text("subject"),
        text("description"),
        flag("closed"),
        number("lines_n"),
        number("last_number"),
        number("created_at"),
        number("updated_at"),
    )
    op.create_index("chats_group", "chats", ["group_id", "updated_at", "id"])
    op.create_table(
        "chat_members",
        key("id"),
        ref("chat_id"),
        ref("account_id"),
        number("seen"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("chat_id", "account_id", name="chat_members_once"),
    )
    op.create_index("chat_members_account", "chat_members", ["account_id"])
    op.create_table(
        "chat_lines",
        key("id"),
        ref("chat_id"),
        ref("author_id"),
        number("number"),
        number("kind"),
        text("source"),
        text("html"),
        number("about"),
        number("version", "1"),
        number("created_at"),
        sa.Column("edited_at", BIG, nullable=True),
        sa.UniqueConstraint("chat_id", "number", name="chat_lines_once"),
    )
    op.create_index("chat_lines_author", "chat_lines", ["author_id"])


def _wiki() -> None:
    op.create_table(
        "wiki_pages",
        key("id"),
        ref("group_id"),
        ref("author_id"),
        text("title"),
        text("path"),
        text("folded"),
        flag("locked"),
        number("revisions_n"),
        number("created_at"),
        number("updated_at"),
        sa.UniqueConstraint("group_id", "folded", name="wiki_pages_once"),
    )
    op.create_index("wiki_pages_group", "wiki_pages", ["group_id", "updated_at", "id"])
    op.create_table(
        "wiki_revisions",
        key("id"),
        ref("page_id"),
        ref("author_id"),
        number("number"),
        text("title"),
        number("markup"),
        text("source"),
        text("html"),
        text("note"),
        number("created_at"),
        sa.UniqueConstraint("page_id", "number", name="wiki_revisions_once"),
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str, default: str = "0") -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default=default)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
