"""What the staff does: acts, warnings, blocks of addresses and servers, who was here when, daily counts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def word(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=True)


def once(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, unique=True)


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


def upgrade() -> None:
    _people()
    _sanctions()
    _barriers()
    _figures()


# fmt: off


def _people() -> None:
    for column in (maybe("sensitized_at"), maybe("erase_at"), maybe("erased_at")):
        op.add_column("accounts", column)
    op.create_index("accounts_staff", "accounts", ["id"], **only("role > 0"))
    op.create_index("accounts_suspended", "accounts", ["id"], **only("suspended_at IS NOT NULL"))
    op.create_index("accounts_silenced", "accounts", ["id"], **only("silenced_at IS NOT NULL"))
    op.create_index("accounts_sensitized", "accounts", ["id"], **only("sensitized_at IS NOT NULL"))
    op.create_index("accounts_erase", "accounts", ["erase_at"], **only("erase_at IS NOT NULL"))
    op.create_index("accounts_domain", "accounts", ["domain", "id"], **only("domain <> ''"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX accounts_display ON accounts (lower(display_name) text_pattern_ops)")
        op.execute("CREATE INDEX accounts_prefix ON accounts (folded text_pattern_ops)")
        op.execute("CREATE INDEX addresses_prefix ON addresses (folded text_pattern_ops)")
    else:
        op.execute("CREATE INDEX accounts_display ON accounts (lower(display_name))")
    for column in (
        number("state_before"), number("approval"), text("reason"), maybe("app_id"), text("sign_up_ip"),
    ):
        op.add_column("logins", column)
    op.create_index("logins_state", "logins", ["state", "account_id"], **only("state <> 0"))
    op.create_index("logins_created", "logins", ["created_at"])
    op.create_table(
        "login_ips",
        key("account_id"), word("ip"), text("place"), number("used_at"),
        sa.Index("login_ips_place", "place", "account_id"),
    )
    op.create_table("presence", key("day"), key("account_id"), sqlite_with_rowid=False)


def _sanctions() -> None:
    op.create_table(
        "staff_acts",
        key("id"), ref("account_id"), text("act"), text("kind"), ref("subject_id"), text("what"),
        number("created_at"),
        sa.Index("staff_acts_subject", "kind", "subject_id", "id"),
    )
    op.create_table(
        "warnings",
        key("id"), ref("account_id"), ref("by_id"), text("act"), text("text"), maybe("report_id"),
        text("post_ids", "[]"), number("created_at"),
        sa.Index("warnings_account", "account_id", "id"),
    )
    op.create_index("reports_settled", "reports", ["settled_at"], **only("settled_at IS NOT NULL"))
    op.create_table("warning_presets", key("id"), text("title"), text("text"), number("created_at"))


def _barriers() -> None:
    op.create_table(
        "ip_blocks",
        key("id"), once("network"), text("low"), text("high"), text("severity"), text("comment"),
        number("created_at"), maybe("expires_at"),
    )
    op.create_table("email_domain_blocks", key("id"), once("domain"), number("created_at"))
    op.create_table("email_domain_tries", key("block_id"), key("day"), word("ip"), number("tries"))
    op.create_table("canonical_email_blocks", key("id"), once("hash"), maybe("account_id"), number("created_at"))
    op.create_table("domain_allows", key("id"), once("domain"), number("created_at"))
    op.create_table(
        "domain_blocks",
        key("id"), once("domain"), number("severity"), flag("reject_media"), flag("reject_reports"),
        sa.Column("private_comment", sa.Text, nullable=True), sa.Column("public_comment", sa.Text, nullable=True),
        flag("obfuscate"), number("created_at"), number("updated_at"),
    )


def _figures() -> None:
    op.create_table(
        "tallies", key("day"), word("what"), word("part"), number("n"), sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")
