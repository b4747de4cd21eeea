"""What is pushed to apps that are not open: where to, by token, and what has yet to leave."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, ref, text

push_subscriptions = sa.Table(
    "push_subscriptions",
    metadata,
    key(),
    ref("account_id"),
    sa.Column("token_id", Big, nullable=False, unique=True),
    text("endpoint"),
    text("public_key"),
    text("auth"),
    flag("standard"),
    text("kinds"),
    text("policy", "all"),
    text("sealed_token"),
    number("created_at"),
    sa.Index("push_subscriptions_account", "account_id"),
)

pushes = sa.Table(
    "pushes",
    metadata,
    key(),
    ref("subscription_id"),
    ref("notice_id"),
    text("host"),
    number("created_at"),
    number("attempts"),
    number("run_at"),
    moment("leased_until"),
    sa.UniqueConstraint("subscription_id", "notice_id", name="pushes_once"),
    sa.Index("pushes_due", "run_at", "id"),
)
