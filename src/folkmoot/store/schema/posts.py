"""What is said: posts (narrow and hot) and their bodies (wide), threads, media, marks and reactions, and raw mail."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, only, ref, text

posts = sa.Table(
    "posts",
    metadata,
    key(),
    number("rev", 1),
    ref("author_id"),
    number("audience"),
    number("state"),
    ref("group_id", nullable=True),
    ref("circle_id", nullable=True),
    sa.Column("number", Big, nullable=True),
    ref("thread_id"),
    ref("parent_id", nullable=True),
    ref("parent_author_id", nullable=True),
    ref("boost_of_id", nullable=True),
    flag("sensitive"),
    text("language"),
    number("replies_n"),
    number("boosts_n"),
    number("likes_n"),
    number("media_n"),
    number("created_at"),
    moment("edited_at"),
    moment("deleted_at"),
    text("message_id"),
    text("uri"),
    text("door"),
    ref("app_id", nullable=True),
    number("parts"),
    sa.Index("posts_author", "author_id", "id"),
    sa.Index("posts_group", "group_id", "id", **only("group_id IS NOT NULL")),
    sa.Index("posts_number", "group_id", "number", unique=True, **only("number IS NOT NULL")),
    sa.Index("posts_thread", "thread_id", "id"),
    sa.Index("posts_parent", "parent_id", **only("parent_id IS NOT NULL")),
    sa.Index("posts_boost", "boost_of_id", "author_id", **only("boost_of_id IS NOT NULL")),
    sa.Index("posts_public", "id", **only("audience = 0 AND state = 0 AND boost_of_id IS NULL")),
    sa.Index("posts_message_id", "message_id", **only("message_id <> ''")),
)

bodies = sa.Table(
    "bodies",
    metadata,
    ref("post_id", primary_key=True),
    text("title"),
    text("warning"),
    text("source"),
    number("markup"),
    text("html"),
    text("plain"),
    text("extra", "{}"),
)

edits = sa.Table(
    "edits",
    metadata,
    key(),
    ref("post_id"),
    text("title"),
    text("warning"),
    text("source"),
    number("markup"),
    text("html"),
    flag("sensitive"),
    text("media", "[]"),
    number("created_at"),
    sa.Index("edits_post", "post_id", "id"),
)

threads = sa.Table(
    "threads",
    metadata,
    key(),
    ref("group_id", nullable=True),
    ref("author_id"),
    text("subject"),
    text("folded_subject"),
    number("posts_n", 1),
    ref("last_post_id"),
    number("last_at"),
    number("created_at"),
    flag("sticky"),
    flag("closed"),
    flag("moderated"),
    sa.Index("threads_group", "group_id", "sticky", "last_at", "id", **only("group_id IS NOT NULL")),
    sa.Index("threads_subject", "group_id", "folded_subject", **only("group_id IS NOT NULL")),
)

awaited = sa.Table(
    "awaited",
    metadata,
    sa.Column("group_id", Big, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Text, primary_key=True),
    sa.Column("post_id", Big, primary_key=True, autoincrement=False),
    number("position"),
    sa.Index("awaited_post", "post_id", "position"),
)

addressed = sa.Table(
    "addressed",
    metadata,
    sa.Column("post_id", Big, primary_key=True, autoincrement=False),
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    flag("silent"),
    sa.Index("addressed_account", "account_id", "post_id"),
)

tags = sa.Table(
    "tags",
    metadata,
    key(),
    sa.Column("folded", sa.Text, nullable=False, unique=True),
    text("display"),
    number("created_at"),
)

post_tags = sa.Table(
    "post_tags",
    metadata,
    sa.Column("tag_id", Big, primary_key=True, autoincrement=False),
    sa.Column("post_id", Big, primary_key=True, autoincrement=False),
    sa.Index("post_tags_post", "post_id"),
)

reactions = sa.Table(
    "reactions",
    metadata,
    key(),
    ref("account_id"),
    ref("post_id"),
    number("kind"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "kind", "post_id", name="reactions_once"),
    sa.Index("reactions_post", "post_id", "kind", "id"),
    sa.Index("reactions_account", "account_id", "kind", "id"),
)

marks = sa.Table(
    "marks",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("post_id", Big, primary_key=True, autoincrement=False),
    number("bits"),
    sqlite_with_rowid=False,
)

media = sa.Table(
    "media",
    metadata,
    key(),
    ref("account_id"),
    ref("post_id", nullable=True),
    number("position"),
    text("kind"),
    text("mime"),
    text("name"),
    number("size"),
    number("width"),
    number("height"),
    number("preview_width"),
    number("preview_height"),
    text("blurhash"),
    text("description"),
    text("focus"),
    text("blob"),
    text("preview"),
    number("created_at"),
    sa.Index("media_post", "post_id", "position"),
    sa.Index("media_account", "account_id", "id"),
    sa.Index("media_blob", "blob"),
    sa.Index("media_preview", "preview"),
)

notices = sa.Table(
    "notices",
    metadata,
    key(),
    ref("account_id"),
    text("kind"),
    ref("actor_id"),
    ref("post_id", nullable=True),
    number("created_at"),
    sa.Index("notices_account", "account_id", "id"),
    sa.Index("notices_post", "post_id"),
    sa.Index("notices_actor", "actor_id", "account_id"),
)

mails = sa.Table(
    "mails",
    metadata,
    key(),
    ref("group_id"),
    ref("post_id", nullable=True),
    text("message_id"),
    text("blob"),
    text("envelope"),
    text("sep"),
    flag("from_mbox"),
    text("sender"),
    text("fingerprint"),
    number("state"),
    text("reason"),
    number("received_at"),
    sa.Index("mails_group", "group_id", "id"),
    sa.Index("mails_message_id", "group_id", "message_id"),
    sa.Index("mails_post", "post_id"),
)
