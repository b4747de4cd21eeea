"""Notices bundled and set aside, requests, direct exchanges, severed bonds, and reports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _notices()
    _rules()
    _exchanges()
    _reports()


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def maybe(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True, autoincrement=False)


def number(name: str, default: int = 0) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default=str(default))


def flag(name: str, default: int = 0) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default=str(default))


def text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _notices() -> None:
    """What a notice is about, whether it waits, and what it is told together with: a bundle's newest is its head.

    Notices written before stay single: every one is its own head.
    """
    op.add_column("notices", maybe("about_id"))
    op.add_column("notices", flag("filtered"))
    op.add_column("notices", text("bundle"))
    op.add_column("notices", flag("head", 1))
    op.add_column("notices", number("told_n", 1))
    op.add_column("notices", maybe("first_id"))
    op.add_column("notices", text("sample"))
    for name in ("notices_account", "notices_actor", "notices_post"):
        op.drop_index(name, "notices")
    op.create_index("notices_account", "notices", ["account_id", "filtered", "id"])
    op.create_index("notices_heads", "notices", ["account_id", "filtered", "id"], **only("head = 1"))
    op.create_index("notices_kind", "notices", ["account_id", "kind", "filtered", "head", "id"])
    op.create_index("notices_post", "notices", ["post_id", "kind", "id"])
    op.create_index("notices_actor", "notices", ["actor_id", "account_id", "id"])
    op.create_index("notices_same", "notices", ["actor_id", "kind", "post_id", "account_id"])
    op.create_index("notices_bundle", "notices", ["account_id", "bundle", "id"], **only("bundle <> ''"))
    op.create_index("follows_notify", "follows", ["target_id", "account_id"], **only("notify = 1"))


def _rules() -> None:
    op.create_table(
        "notice_rules",
        key("account_id"), number("not_followed"), number("no_followers"), number("new_accounts"),
        number("direct_mentions", 1), number("limited_accounts", 1), number("bots"), number("updated_at"),
    )  # fmt: skip
    op.create_table("notice_passes", key("account_id"), key("actor_id"), number("created_at"))
    op.create_table(
        "notice_requests",
        key("id"), ref("account_id"), ref("actor_id"), maybe("last_post_id"), number("notices_n"),
        number("created_at"), number("updated_at"),
        sa.UniqueConstraint("account_id", "actor_id", name="notice_requests_pair"),
    )  # fmt: skip
    op.create_index("notice_requests_account", "notice_requests", ["account_id", "id"])
    op.create_table(
        "severances",
        key("id"), ref("account_id"), text("kind"), text("target_name"), flag("purged"), number("followers_n"),
        number("following_n"), number("created_at"),
    )  # fmt: skip
    op.create_index("severances_account", "severances", ["account_id", "id"])


def _exchanges() -> None:
    op.create_table(
        "exchanges",
        key("id"), ref("account_id"), ref("thread_id"), text("others"), ref("last_post_id"), flag("unread"),
        sa.UniqueConstraint("account_id", "thread_id", "others", name="exchanges_once"),
    )  # fmt: skip
    op.create_index("exchanges_account", "exchanges", ["account_id", "last_post_id"])
    op.create_table("exchange_posts", key("exchange_id"), key("post_id"))
    op.create_index("exchange_posts_post", "exchange_posts", ["post_id"])
    op.create_table("exchange_people", key("account_id"), key("other_id"), key("exchange_id"))
    op.create_index("exchange_people_exchange", "exchange_people", ["exchange_id"])


def _reports() -> None:
    op.create_table(
        "reports",
        key("id"), ref("account_id"), ref("target_id"), text("category", "other"), text("comment"),
        flag("forwarded"), text("post_ids", "[]"), text("rule_ids", "[]"), text("collection_ids", "[]"),
        maybe("assigned_id"), maybe("settled_at"), maybe("settled_by"), number("created_at"),
        number("updated_at"),
    )  # fmt: skip
    op.create_index("reports_account", "reports", ["account_id", "id"])
    op.create_index("reports_target", "reports", ["target_id", "id"])
    op.create_index("reports_open", "reports", ["id"], **only("settled_at IS NULL"))
