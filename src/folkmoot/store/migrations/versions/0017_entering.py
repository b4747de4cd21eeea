"""Second factors, logins by other places, what doors keep for people, and groups' callbacks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _ways_in()
    _kept()
    _callbacks()
    op.add_column("tokens", text("name"))
    op.add_column("tokens", moment("expires_at"))
    op.create_index("outbox_account", "outbox", ["account_id", "id"])


def _ways_in() -> None:
    op.create_table(
        "second_factors",
        part("account_id"),
        text("secret"),
        text("codes", "[]"),
        number("last_step"),
        moment("confirmed_at"),
        number("created_at"),
    )
    op.create_table(
        "outside_logins",
        part("id"),
        text("provider"),
        text("subject"),
        ref("account_id"),
        text("address"),
        number("created_at"),
        number("last_at"),
        sa.UniqueConstraint("provider", "subject", name="outside_logins_once"),
    )
    op.create_index("outside_logins_account", "outside_logins", ["account_id"])
    op.create_table(
        "closed_ways",
        part("account_id"),
        sa.Column("way", sa.Text, primary_key=True),
    )


def _kept() -> None:
    op.create_table(
        "tastes",
        part("account_id"),
        sa.Column("door", sa.Text, primary_key=True),
        text("data", "{}"),
        number("updated_at"),
    )
    op.create_table("archive_takes", part("account_id"), part("group_id"), number("taken_at"))


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        part("id"),
        ref("group_id"),
        ref("author_id"),
        text("url"),
        text("secret"),
        moment("failing_since"),
        moment("off_at"),
        moment("last_at"),
        text("error"),
        number("created_at"),
    )
    op.create_index("callbacks_group", "callbacks", ["group_id", "id"])
    op.create_table(
        "callback_calls",
        part("id"),
        ref("callback_id"),
        text("act"),
        ref("subject_id"),
        ref("actor_id"),
        text("via"),
        text("extra"),
        number("created_at"),
        number("run_at"),
        number("attempts"),
    )
    op.create_index("callback_calls_due", "callback_calls", ["run_at", "id"])
    op.create_index("callback_calls_of", "callback_calls", ["callback_id"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def part(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)
