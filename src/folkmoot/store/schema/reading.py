"""What people keep for their reading: searches."""

import sqlalchemy as sa

from folkmoot.store.schema.base import key, metadata, number, ref, text

saved_searches = sa.Table(
    "saved_searches",
    metadata,
    key(),
    ref("account_id"),
    text("query"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "query", name="saved_searches_once"),
)
