"""Polls, scheduled posts and quotes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def _ref(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=nullable, autoincrement=False)


def _number(name: str, default: str = "0") -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default=default)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def _text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:
    op.add_column("posts", _number("parts"))
    op.add_column("posts", _number("quotes_n"))
    op.add_column("posts", _number("quote_policy"))
    op.add_column("edits", _text("poll", "[]"))
    op.add_column("media", _ref("kept_by", nullable=True))
    op.add_column("media", _number("freed_at"))
    op.execute("UPDATE media SET freed_at = created_at WHERE post_id IS NULL")
    op.create_index("media_kept", "media", ["kept_by"], **_only("kept_by IS NOT NULL"))
    op.create_index("media_free", "media", ["freed_at"], **_only("post_id IS NULL AND kept_by IS NULL"))
    op.create_index("mails_blob", "mails", ["blob"])
    _polls()
    _quotes()
    _scheduled()


def _polls() -> None:
    op.create_table(
        "polls",
        _key(),
        _ref("post_id"),
        _ref("author_id"),
        _flag("multiple"),
        _flag("hide_totals"),
        _moment("expires_at"),
        _number("voters_n"),
        _number("votes_n"),
        _flag("told"),
        _number("told_up_to"),
        _number("created_at"),
    )
    op.create_index("polls_post", "polls", ["post_id"], unique=True)
    op.create_index("polls_due", "polls", ["expires_at"], **_only("told = 0 AND expires_at IS NOT NULL"))
    op.create_table("poll_options", _key("poll_id"), _key("position"), _text("title"), _number("votes_n"))
    op.create_table(
        "poll_votes", _key("poll_id"), _key("account_id"), _key("position"), _number("created_at")
    )


def _quotes() -> None:
    op.create_table(
        "quotes",
        _key(),
        _ref("post_id"),
        _ref("account_id"),
        _ref("quoted_id"),
        _ref("quoted_author_id"),
        _number("state"),
        _number("created_at"),
    )
    op.create_index("quotes_post", "quotes", ["post_id"], unique=True)
    op.create_index("quotes_quoted", "quotes", ["quoted_id", "id"])


def _scheduled() -> None:
    op.create_table(
        "scheduled",
        _key(),
        _ref("account_id"),
        _number("due_at"),
        _text("draft", "{}"),
        _text("asked", "{}"),
        _number("state"),
        _number("attempts"),
        _number("run_at"),
        _text("error"),
        _ref("post_id", nullable=True),
        _number("created_at"),
    )
    op.create_index("scheduled_account", "scheduled", ["account_id", "state", "id"])
    op.create_index("scheduled_due", "scheduled", ["run_at"], **_only("state = 0"))
    op.create_index("scheduled_done", "scheduled", ["run_at"], **_only("state = 1"))
    op.create_table("litter", sa.Column("blob", sa.Text, primary_key=True), _number("since"))
    op.create_index("litter_since", "litter", ["since"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
