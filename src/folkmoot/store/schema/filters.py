"""Filters: a reader's named sets of words and of single posts that are to be marked or hidden."""

import sqlalchemy as sa

from folkmoot.store.schema.base import flag, key, metadata, moment, number, ref, text

filters = sa.Table(
    "filters",
    metadata,
    key(),
    ref("account_id"),
    text("title"),
    text("contexts"),
    text("action", "warn"),
    moment("expires_at"),
    number("created_at"),
    sa.Index("filters_account", "account_id", "id"),
)

filter_keywords = sa.Table(
    "filter_keywords",
    metadata,
    key(),
    ref("filter_id"),
    text("keyword"),
    flag("whole_word"),
    sa.Index("filter_keywords_filter", "filter_id", "id"),
)

filter_posts = sa.Table(
    "filter_posts",
    metadata,
    key(),
    ref("filter_id"),
    ref("post_id"),
    sa.UniqueConstraint("filter_id", "post_id", name="filter_posts_once"),
)
