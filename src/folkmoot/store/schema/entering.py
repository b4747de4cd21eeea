"""Ways in beside the password: second factors, logins by other places; what doors keep; groups' callbacks."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, key, metadata, moment, number, ref, text

second_factors = sa.Table(
    "second_factors",
    metadata,
    ref("account_id", primary_key=True),
    text("secret"),
    text("codes", "[]"),
    number("last_step"),
    moment("confirmed_at"),
    number("created_at"),
    number("wrong_n"),
    number("wrong_until"),
)
"""wrong_n: codes that were tried since the last right one, which count until wrong_until."""

wrong_passwords = sa.Table(
    "wrong_passwords",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    number("n"),
    number("until"),
    sa.Index("wrong_passwords_due", "until"),
)
"""How many came in for one name from one network, or from one network at all; they count until then."""

outside_logins = sa.Table(
    "outside_logins",
    metadata,
    key(),
    text("provider"),
    text("subject"),
    ref("account_id"),
    text("address"),
    number("created_at"),
    number("last_at"),
    sa.UniqueConstraint("provider", "subject", name="outside_logins_once"),
    sa.Index("outside_logins_account", "account_id"),
)

closed_ways = sa.Table(
    "closed_ways",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("way", sa.Text, primary_key=True),
)

tastes = sa.Table(
    "tastes",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("door", sa.Text, primary_key=True),
    text("data", "{}"),
    number("updated_at"),
)

archive_takes = sa.Table(
    "archive_takes",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("group_id", Big, primary_key=True, autoincrement=False),
    number("taken_at"),
)

callbacks = sa.Table(
    "callbacks",
    metadata,
    key(),
    ref("group_id"),
    ref("author_id"),
    text("url"),
    text("secret"),
    moment("failing_since"),
    moment("off_at"),
    moment("last_at"),
    text("error"),
    number("created_at"),
    sa.Index("callbacks_group", "group_id", "id"),
)

callback_calls = sa.Table(
    "callback_calls",
    metadata,
    key(),
    ref("callback_id"),
    text("act"),
    ref("subject_id"),
    ref("actor_id"),
    text("via"),
    text("extra"),
    number("created_at"),
    number("run_at"),
    number("attempts"),
    sa.Index("callback_calls_due", "run_at", "id"),
    sa.Index("callback_calls_of", "callback_id"),
)
