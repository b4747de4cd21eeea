"""What hangs on posts beside text and media: polls and their votes, quotes; and posts that wait for their time."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, only, ref, text

polls = sa.Table(
    "polls",
    metadata,
    key(),
    ref("post_id"),
    ref("author_id"),
    flag("multiple"),
    flag("hide_totals"),
    moment("expires_at"),
    number("voters_n"),
    number("votes_n"),
    flag("told"),
    number("told_up_to"),
    number("created_at"),
    sa.Index("polls_post", "post_id", unique=True),
    sa.Index("polls_due", "expires_at", **only("told = 0 AND expires_at IS NOT NULL")),
)

poll_options = sa.Table(
    "poll_options",
    metadata,
    sa.Column("poll_id", Big, primary_key=True, autoincrement=False),
    sa.Column("position", Big, primary_key=True, autoincrement=False),
    text("title"),
    number("votes_n"),
)

poll_votes = sa.Table(
    "poll_votes",
    metadata,
    sa.Column("poll_id", Big, primary_key=True, autoincrement=False),
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("position", Big, primary_key=True, autoincrement=False),
    number("created_at"),
)

quotes = sa.Table(
    "quotes",
    metadata,
    key(),
    ref("post_id"),
    ref("account_id"),
    ref("quoted_id"),
    ref("quoted_author_id"),
    number("state"),
    number("created_at"),
    sa.Index("quotes_post", "post_id", unique=True),
    sa.Index("quotes_quoted", "quoted_id", "id"),
)

scheduled = sa.Table(
    "scheduled",
    metadata,
    key(),
    ref("account_id"),
    number("due_at"),
    text("draft", "{}"),
    text("asked", "{}"),
    number("state"),
    number("attempts"),
    number("run_at"),
    text("error"),
    ref("post_id", nullable=True),
    number("created_at"),
    sa.Index("scheduled_account", "account_id", "state", "id"),
    sa.Index("scheduled_due", "run_at", **only("state = 0")),
    sa.Index("scheduled_done", "run_at", **only("state = 1")),
)

litter = sa.Table(
    "litter",
    metadata,
    sa.Column("blob", sa.Text, primary_key=True),
    number("since"),
    sa.Index("litter_since", "since"),
)
"""Blobs that a row let go of: deleted once nothing refers to them."""
