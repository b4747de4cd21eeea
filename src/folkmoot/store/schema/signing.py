"""Requests that applications sign one by one: their wish to be let in, and what was used up once."""

import sqlalchemy as sa

from folkmoot.store.schema.base import key, metadata, number, ref, text

signing_requests = sa.Table(
    "signing_requests",
    metadata,
    key(),
    ref("app_id"),
    ref("account_id", nullable=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    text("callback"),
    text("verifier_hash"),
    number("tries"),
    number("expires_at"),
    sa.Index("signing_requests_due", "expires_at"),
    sa.Index("signing_requests_app", "app_id"),
    sa.Index("signing_requests_account", "account_id"),
)

nonces = sa.Table(
    "nonces",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    number("until"),
    sa.Index("nonces_due", "until"),
)
"""What has to be refused until its time is over: a signed request is good once."""
