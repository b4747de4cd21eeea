"""What the staff does and keeps: acts, warnings, blocks of addresses and servers, who was here when, daily counts."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, only, ref, text

staff_acts = sa.Table(
    "staff_acts",
    metadata,
    key(),
    ref("account_id"),
    text("act"),
    text("kind"),
    ref("subject_id"),
    text("what"),
    number("created_at"),
    sa.Index("staff_acts_subject", "kind", "subject_id", "id"),
)

warnings = sa.Table(
    "warnings",
    metadata,
    key(),
    ref("account_id"),
    ref("by_id"),
    text("act"),
    text("text"),
    ref("report_id", nullable=True),
    text("post_ids", "[]"),
    number("created_at"),
    text("appeal"),
    moment("appealed_at"),
    moment("appeal_settled_at"),
    flag("appeal_granted"),
    sa.Index("warnings_account", "account_id", "id"),
    sa.Index("warnings_appealed", "id", **only("appealed_at IS NOT NULL AND appeal_settled_at IS NULL")),
)

warning_presets = sa.Table(
    "warning_presets",
    metadata,
    key(),
    text("title"),
    text("text"),
    number("created_at"),
)

login_ips = sa.Table(
    "login_ips",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("ip", sa.Text, primary_key=True),
    text("place"),
    number("used_at"),
    sa.Index("login_ips_place", "place", "account_id"),
)

presence = sa.Table(
    "presence",
    metadata,
    sa.Column("day", Big, primary_key=True, autoincrement=False),
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

ip_blocks = sa.Table(
    "ip_blocks",
    metadata,
    key(),
    sa.Column("network", sa.Text, nullable=False, unique=True),
    text("low"),
    text("high"),
    text("severity"),
    text("comment"),
    number("created_at"),
    moment("expires_at"),
)

email_domain_blocks = sa.Table(
    "email_domain_blocks",
    metadata,
    key(),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    number("created_at"),
)

email_domain_tries = sa.Table(
    "email_domain_tries",
    metadata,
    sa.Column("block_id", Big, primary_key=True, autoincrement=False),
    sa.Column("day", Big, primary_key=True, autoincrement=False),
    sa.Column("ip", sa.Text, primary_key=True),
    number("tries"),
)

canonical_email_blocks = sa.Table(
    "canonical_email_blocks",
    metadata,
    key(),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    ref("account_id", nullable=True),
    number("created_at"),
)

domain_allows = sa.Table(
    "domain_allows",
    metadata,
    key(),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    number("created_at"),
)

domain_blocks = sa.Table(
    "domain_blocks",
    metadata,
    key(),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    number("severity"),
    flag("reject_media"),
    flag("reject_reports"),
    sa.Column("private_comment", sa.Text, nullable=True),
    sa.Column("public_comment", sa.Text, nullable=True),
    flag("obfuscate"),
    number("created_at"),
    number("updated_at"),
)

tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("day", Big, primary_key=True, autoincrement=False),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    number("n"),
    sqlite_with_rowid=False,
)
