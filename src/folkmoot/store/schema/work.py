"""What has yet to happen: the journal of what did happen, and the outbox of mail."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, key, metadata, moment, number, only, ref, text

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Big, primary_key=True, autoincrement=True),
    text("kind"),
    ref("actor_id"),
    ref("subject_id"),
    text("data", "{}"),
    number("created_at"),
    number("state"),
    number("attempts"),
    number("run_at"),
    moment("leased_until"),
    text("error"),
    number("called_out"),
    sa.Index("journal_due", "run_at", "id", **only("state = 0")),
    sa.Index("journal_shunted", "id", **only("state = 2")),
)
"""called_out: 1 once the callbacks of the group were let know; it lasts as long as the event may come again."""

outbox = sa.Table(
    "outbox",
    metadata,
    key(),
    text("kind"),
    ref("account_id"),
    ref("group_id", nullable=True),
    ref("post_id", nullable=True),
    text("address"),
    text("payload", "{}"),
    number("created_at"),
    number("state"),
    number("attempts"),
    number("run_at"),
    moment("leased_until"),
    moment("sent_at"),
    text("error"),
    sa.UniqueConstraint("kind", "post_id", "address", name="outbox_once"),
    sa.Index("outbox_due", "run_at", "id", **only("state = 0")),
    sa.Index("outbox_letters", "account_id", "id", **only("kind <> 'post'")),
    sa.Index("outbox_shunted", "id", **only("state = 2")),
)
