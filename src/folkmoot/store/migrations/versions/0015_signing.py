"""Applications that people make and that sign each request; direct messages and notices seen one by one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _signing()
    _messages()
    op.add_column("notices", flag("seen"))
    unseen = sa.text("seen = 0")
    columns = ["account_id", "filtered", "id"]
    op.create_index("notices_unseen", "notices", columns, sqlite_where=unseen, postgresql_where=unseen)


def _signing() -> None:
    op.add_column("apps", sa.Column("account_id", BIG, nullable=True, autoincrement=False))
    op.create_index("apps_account", "apps", ["account_id", "id"])
    op.create_index("tokens_app", "tokens", ["app_id"])
    op.create_table(
        "signing_requests",
        sa.Column("id", BIG, primary_key=True, autoincrement=False),
        sa.Column("app_id", BIG, nullable=False, autoincrement=False),
        sa.Column("account_id", BIG, nullable=True, autoincrement=False),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        text("callback"),
        text("verifier_hash"),
        number("tries"),
        number("expires_at"),
    )
    op.create_index("signing_requests_due", "signing_requests", ["expires_at"])
    op.create_index("signing_requests_app", "signing_requests", ["app_id"])
    op.create_index("signing_requests_account", "signing_requests", ["account_id"])
    op.create_table("nonces", sa.Column("digest", sa.Text, primary_key=True), number("until"))
    op.create_index("nonces_due", "nonces", ["until"])


def _messages() -> None:
    """What was there counts as seen, but for the last message of an exchange that is unread."""
    op.create_table(
        "mailbox",
        sa.Column("account_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("post_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("thread_id", BIG, nullable=False, autoincrement=False),
        text("others"),
        flag("own"),
        flag("seen"),
    )
    op.execute(
        "INSERT INTO mailbox (account_id, post_id, thread_id, others, own, seen) "
        "SELECT e.account_id, ep.post_id, e.thread_id, e.others, "
        "CASE WHEN p.author_id = e.account_id THEN 1 ELSE 0 END, "
        "CASE WHEN e.unread = 1 AND e.last_post_id = ep.post_id THEN 0 ELSE 1 END "
        "FROM exchange_posts ep JOIN exchanges e ON e.id = ep.exchange_id JOIN posts p ON p.id = ep.post_id "
        "WHERE true ON CONFLICT DO NOTHING"
    )
    op.create_index("mailbox_own", "mailbox", ["account_id", "own", "post_id"])
    op.create_index("mailbox_thread", "mailbox", ["account_id", "thread_id", "post_id"])
    op.create_index("mailbox_post", "mailbox", ["post_id"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
