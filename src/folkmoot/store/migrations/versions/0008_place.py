"""The place itself: announcements, rules, trends, collections."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def _ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def _flag(name: str, default: str = "0") -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default=default)


def _text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _word(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=True)


def upgrade() -> None:
    _texts()
    _announcements()
    _trends()
    _people()
    for column in (
        _text("avatar_description"),
        _text("header_description"),
        _flag("show_media", "1"),
        _flag("show_media_replies", "1"),
        _flag("show_featured", "1"),
        _text("attribution_domains", "[]"),
    ):
        op.add_column("accounts", column)


def _texts() -> None:
    op.create_table("site_texts", _word("name"), _text("source"), _text("html"), _number("updated_at"))
    op.create_table(
        "terms",
        _word("effective_on"),
        _text("source"),
        _text("html"),
        _number("created_at"),
        _number("updated_at"),
    )
    op.create_table(
        "rules",
        _key(),
        _number("position"),
        _text("text"),
        _text("hint"),
        _text("translations", "{}"),
        _number("created_at"),
        _moment("deleted_at"),
    )


def _announcements() -> None:
    op.create_table(
        "announcements",
        _key(),
        _text("source"),
        _text("html"),
        _moment("starts_at"),
        _moment("ends_at"),
        _flag("all_day"),
        _moment("published_at"),
        _flag("told"),
        _number("created_at"),
        _number("updated_at"),
    )
    op.create_index("announcements_published", "announcements", ["published_at"])
    op.create_table("announcement_reads", _key("account_id"), _key("announcement_id"), _number("created_at"))
    op.create_table(
        "announcement_reactions",
        _key("announcement_id"),
        _word("name"),
        _key("account_id"),
        _ref("id"),
        _number("created_at"),
    )


def _trends() -> None:
    op.create_table(
        "uses", _key("kind"), _key("subject_id"), _key("day"), _number("uses"), _number("accounts")
    )
    op.create_index("uses_day", "uses", ["kind", "day"])
    op.create_table("use_accounts", _key("day"), _key("kind"), _key("subject_id"), _key("account_id"))
    op.create_table("trends", _key("kind"), _key("subject_id"), _number("score"), _number("updated_at"))
    op.create_index("trends_score", "trends", ["kind", "score"])
    op.create_table(
        "trend_reviews",
        _key("kind"),
        _key("subject_id"),
        _flag("trendable", "1"),
        _flag("usable", "1"),
        _flag("listable", "1"),
        _number("reviewed_at"),
    )
    op.create_table(
        "publishers",
        _key(),
        sa.Column("domain", sa.Text, nullable=False, unique=True),
        _number("created_at"),
    )
    op.create_table("progress", _word("name"), _number("position"), _number("updated_at"))


def _people() -> None:
    op.create_table("dismissed_suggestions", _key("account_id"), _key("target_id"), _number("created_at"))
    op.create_table(
        "collections",
        _key(),
        _ref("account_id"),
        _text("name"),
        _text("description"),
        _text("language"),
        _text("tag"),
        _flag("sensitive"),
        _flag("discoverable"),
        _number("created_at"),
        _number("updated_at"),
    )
    op.create_index("collections_account", "collections", ["account_id", "id"])
    op.create_table(
        "collection_items",
        _key(),
        _ref("collection_id"),
        _ref("account_id"),
        _number("created_at"),
        sa.UniqueConstraint("collection_id", "account_id", name="collection_items_once"),
    )
    op.create_index("collection_items_account", "collection_items", ["account_id", "collection_id"])
    op.create_table(
        "annual_reports",
        _key(),
        _ref("account_id"),
        _number("year"),
        _text("data"),
        _moment("viewed_at"),
        _number("created_at"),
        sa.UniqueConstraint("account_id", "year", name="annual_reports_once"),
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
