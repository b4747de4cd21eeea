"""How mail to each address fares: its health, what came back, and destinations that are left alone for a while."""

import sqlalchemy as sa

from folkmoot.store.schema.base import flag, metadata, moment, number, only, ref, text
from folkmoot.store.schema.base import key as primary

mail_health = sa.Table(
    "mail_health",
    metadata,
    ref("address_id", primary_key=True),
    ref("account_id"),
    number("state"),
    number("score"),
    number("counted_day"),
    number("counted"),
    moment("last_bounce_at"),
    moment("since"),
    moment("probed_at"),
    number("warned_n"),
    moment("next_at"),
    number("updated_at"),
    sa.Index("mail_health_account", "account_id"),
    sa.Index("mail_health_due", "next_at", **only("next_at IS NOT NULL")),
)

bounces = sa.Table(
    "bounces",
    metadata,
    primary(),
    ref("address_id"),
    ref("account_id"),
    ref("group_id", nullable=True),
    ref("post_id", nullable=True),
    ref("mail_id"),
    text("kind"),
    text("source"),
    flag("hard"),
    text("response"),
    number("created_at"),
    sa.UniqueConstraint("mail_id", "source", name="bounces_once"),
    sa.Index("bounces_account", "account_id", "id"),
    sa.Index("bounces_address", "address_id", "id"),
)

mail_routes = sa.Table(
    "mail_routes",
    metadata,
    sa.Column("domain", sa.Text, primary_key=True),
    number("failures"),
    number("until"),
    text("error"),
)
