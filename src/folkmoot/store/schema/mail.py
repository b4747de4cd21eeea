"""Mail on its way: what digests wait, letters to many under way, how each address and each destination fares."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, metadata, moment, number, only, ref, text
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

digest_posts = sa.Table(
    "digest_posts",
    metadata,
    sa.Column("group_id", Big, primary_key=True, autoincrement=False),
    sa.Column("seq", Big, primary_key=True, autoincrement=False),
    ref("post_id"),
    number("total"),
    number("created_at"),
    sa.Index("digest_posts_post", "post_id", unique=True),
    sa.Index("digest_posts_age", "created_at"),
)

digest_marks = sa.Table(
    "digest_marks",
    metadata,
    ref("member_id", primary_key=True),
    ref("group_id"),
    ref("account_id"),
    number("after_seq"),
    number("sent_seq"),
    sa.Column("until_seq", Big, nullable=True),
    number("mode"),
    moment("due_at"),
    sa.Index("digest_marks_account", "account_id"),
    sa.Index("digest_marks_due", "due_at", "member_id", **only("due_at IS NOT NULL")),
    sa.Index("digest_marks_group", "group_id", "after_seq", **only("due_at IS NOT NULL")),
)

mail_runs = sa.Table(
    "mail_runs",
    metadata,
    primary(),
    text("kind"),
    ref("subject_id"),
    ref("group_id"),
    number("after"),
    text("data", "{}"),
    number("created_at"),
    sa.UniqueConstraint("kind", "subject_id", name="mail_runs_once"),
)

event_notes = sa.Table(
    "event_notes",
    metadata,
    primary(),
    ref("event_id"),
    ref("group_id"),
    text("method"),
    number("sequence"),
    text("event", "{}"),
    number("created_at"),
    sa.Index("event_notes_event", "event_id", "id"),
    sa.Index("event_notes_group", "group_id", "id"),
)
