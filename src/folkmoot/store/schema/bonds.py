"""How accounts stand to each other: follows, blocks, mutes, and the circles that people sort others into."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, only, ref, text

follows = sa.Table(
    "follows",
    metadata,
    key(),
    ref("account_id"),
    ref("target_id"),
    number("state"),
    flag("boosts", 1),
    flag("notify"),
    text("languages"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "target_id", name="follows_pair"),
    sa.Index("follows_target", "target_id", "state", "account_id"),
    sa.Index("follows_given", "account_id", "state", "id"),
    sa.Index("follows_got", "target_id", "state", "id"),
    sa.Index("follows_notify", "target_id", "notify", "state", "account_id", **only("notify = 1")),
)

blocks = sa.Table(
    "blocks",
    metadata,
    key(),
    ref("account_id"),
    ref("target_id"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "target_id", name="blocks_pair"),
    sa.Index("blocks_target", "target_id"),
    sa.Index("blocks_account", "account_id", "id"),
)

mutes = sa.Table(
    "mutes",
    metadata,
    key(),
    ref("account_id"),
    ref("target_id"),
    flag("notices", 1),
    moment("expires_at"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "target_id", name="mutes_pair"),
    sa.Index("mutes_target", "target_id"),
    sa.Index("mutes_account", "account_id", "id"),
)

circles = sa.Table(
    "circles",
    metadata,
    key(),
    ref("account_id"),
    text("title"),
    text("replies_policy", "list"),
    flag("exclusive"),
    number("created_at"),
    flag("hidden"),
    text("description"),
    flag("shown"),
    sa.Index("circles_account", "account_id"),
)

circle_members = sa.Table(
    "circle_members",
    metadata,
    sa.Column("circle_id", Big, primary_key=True, autoincrement=False),
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    ref("id"),
    sa.Index("circle_members_account", "account_id"),
    sa.Index("circle_members_rows", "circle_id", "id"),
)
