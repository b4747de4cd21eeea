"""What people keep about each other and tags: notes, endorsements, tags followed and featured, blocked servers."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, key, metadata, number, ref, text

account_notes = sa.Table(
    "account_notes",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("target_id", Big, primary_key=True, autoincrement=False),
    text("text"),
    number("updated_at"),
)

account_aliases = sa.Table(
    "account_aliases",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("alias_id", Big, primary_key=True, autoincrement=False),
    number("created_at"),
    sa.Index("account_aliases_alias", "alias_id"),
)
"""Accounts (alias_id) that are the same person's, as the owner of account_id says: what may move to it."""

endorsements = sa.Table(
    "endorsements",
    metadata,
    key(),
    ref("account_id"),
    ref("target_id"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "target_id", name="endorsements_pair"),
    sa.Index("endorsements_account", "account_id", "id"),
)

tag_follows = sa.Table(
    "tag_follows",
    metadata,
    key(),
    ref("account_id"),
    ref("tag_id"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "tag_id", name="tag_follows_pair"),
    sa.Index("tag_follows_account", "account_id", "id"),
)

featured_tags = sa.Table(
    "featured_tags",
    metadata,
    key(),
    ref("account_id"),
    ref("tag_id"),
    text("name"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "tag_id", name="featured_tags_pair"),
)

server_blocks = sa.Table(
    "server_blocks",
    metadata,
    key(),
    ref("account_id"),
    text("domain"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "domain", name="server_blocks_pair"),
    sa.Index("server_blocks_account", "account_id", "id"),
)
