"""How mail to each address fares, what came back, destinations left alone, and what was proven of mail that came in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mail_health",
        key("address_id"), ref("account_id"), number("state"), number("score"), number("counted_day"),
        number("counted"), moment("last_bounce_at"), moment("since"), moment("probed_at"), number("warned_n"),
        moment("next_at"), number("updated_at"),
    )  # fmt: skip
    op.create_index("mail_health_account", "mail_health", ["account_id"])
    due = sa.text("next_at IS NOT NULL")
    op.create_index("mail_health_due", "mail_health", ["next_at"], sqlite_where=due, postgresql_where=due)
    op.create_table(
        "bounces",
        key("id"), ref("address_id"), ref("account_id"), moment("group_id"), moment("post_id"), ref("mail_id"),
        text("kind"), text("source"),
        sa.Column("hard", sa.SmallInteger, nullable=False, server_default="0"),
        text("response"), number("created_at"),
        sa.UniqueConstraint("mail_id", "source", name="bounces_once"),
    )  # fmt: skip
    op.create_index("bounces_account", "bounces", ["account_id", "id"])
    op.create_index("bounces_address", "bounces", ["address_id", "id"])
    op.create_table(
        "mail_routes",
        sa.Column("domain", sa.Text, primary_key=True),
        number("failures"), number("until"), text("error"),
    )  # fmt: skip
    op.add_column("mails", text("proven"))


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
