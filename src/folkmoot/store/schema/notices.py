"""What surrounds notices: whose are wanted, those set aside, bonds that were cut, direct exchanges and reports."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, only, ref, text

notice_rules = sa.Table(
    "notice_rules",
    metadata,
    ref("account_id", primary_key=True),
    number("not_followed"),
    number("no_followers"),
    number("new_accounts"),
    number("direct_mentions", 1),
    number("limited_accounts", 1),
    number("bots"),
    number("updated_at"),
)

notice_passes = sa.Table(
    "notice_passes",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("actor_id", Big, primary_key=True, autoincrement=False),
    number("created_at"),
)

notice_requests = sa.Table(
    "notice_requests",
    metadata,
    key(),
    ref("account_id"),
    ref("actor_id"),
    ref("last_post_id", nullable=True),
    number("notices_n"),
    number("created_at"),
    number("updated_at"),
    sa.UniqueConstraint("account_id", "actor_id", name="notice_requests_pair"),
    sa.Index("notice_requests_account", "account_id", "id"),
)

severances = sa.Table(
    "severances",
    metadata,
    key(),
    ref("account_id"),
    text("kind"),
    text("target_name"),
    flag("purged"),
    number("followers_n"),
    number("following_n"),
    number("created_at"),
    sa.Index("severances_account", "account_id", "id"),
)

exchanges = sa.Table(
    "exchanges",
    metadata,
    key(),
    ref("account_id"),
    ref("thread_id"),
    text("others"),
    ref("last_post_id"),
    flag("unread"),
    sa.UniqueConstraint("account_id", "thread_id", "others", name="exchanges_once"),
    sa.Index("exchanges_account", "account_id", "last_post_id"),
)

exchange_posts = sa.Table(
    "exchange_posts",
    metadata,
    sa.Column("exchange_id", Big, primary_key=True, autoincrement=False),
    sa.Column("post_id", Big, primary_key=True, autoincrement=False),
    sa.Index("exchange_posts_post", "post_id"),
)

mailbox = sa.Table(
    "mailbox",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("post_id", Big, primary_key=True, autoincrement=False),
    ref("thread_id"),
    text("others"),
    flag("own"),
    flag("seen"),
    sa.Index("mailbox_own", "account_id", "own", "post_id"),
    sa.Index("mailbox_thread", "account_id", "thread_id", "post_id"),
    sa.Index("mailbox_post", "post_id"),
)
"""Direct posts one by one, those too that were set aside; *others* as in exchanges."""

exchange_people = sa.Table(
    "exchange_people",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("other_id", Big, primary_key=True, autoincrement=False),
    sa.Column("exchange_id", Big, primary_key=True, autoincrement=False),
    sa.Index("exchange_people_exchange", "exchange_id"),
)

reports = sa.Table(
    "reports",
    metadata,
    key(),
    ref("account_id"),
    ref("target_id"),
    text("category", "other"),
    text("comment"),
    flag("forwarded"),
    text("post_ids", "[]"),
    text("rule_ids", "[]"),
    text("collection_ids", "[]"),
    ref("assigned_id", nullable=True),
    moment("settled_at"),
    ref("settled_by", nullable=True),
    number("created_at"),
    number("updated_at"),
    sa.Index("reports_account", "account_id", "id"),
    sa.Index("reports_target", "target_id", "id"),
    sa.Index("reports_open", "id", **only("settled_at IS NULL")),
    sa.Index("reports_settled", "settled_at", **only("settled_at IS NOT NULL")),
)
