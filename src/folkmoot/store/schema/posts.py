"""What is said: posts (narrow and hot) and their bodies (wide), threads, media, marks and reactions, and raw mail."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, by_prefix, flag, key, metadata, moment, number, only, ref, text

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
    number("quotes_n"),
    number("quote_policy"),
    sa.Index("posts_author", "author_id", "id"),
    sa.Index("posts_group", "group_id", "id", **only("group_id IS NOT NULL")),
    sa.Index("posts_held", "group_id", "id", **only("state = 1")),
    sa.Index("posts_number", "group_id", "number", unique=True, **only("number IS NOT NULL")),
    sa.Index("posts_thread", "thread_id", "id"),
    sa.Index("posts_parent", "parent_id", **only("parent_id IS NOT NULL")),
    sa.Index("posts_boost", "boost_of_id", "author_id", **only("boost_of_id IS NOT NULL")),
    sa.Index("posts_boosts", "boost_of_id", "id", **only("boost_of_id IS NOT NULL")),
    sa.Index("posts_boosted", "author_id", "id", **only("boosts_n > 0")),
    sa.Index("posts_boosting", "author_id", "id", **only("boost_of_id IS NOT NULL")),
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
    text("poll", "[]"),
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
    sa.Index("threads_last", "group_id", "last_at", "id", **only("group_id IS NOT NULL")),
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
sa.Index("tags_prefix", tags.c.folded, **by_prefix("folded")).ddl_if(dialect="postgresql")

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
    ref("kept_by", nullable=True),
    number("freed_at"),
    number("state"),
    text("meta", "{}"),
    text("raw"),
    number("attempts"),
    number("due_at"),
    sa.Index("media_post", "post_id", "position"),
    sa.Index("media_account", "account_id", "id"),
    sa.Index("media_blob", "blob"),
    sa.Index("media_preview", "preview"),
    sa.Index("media_kept", "kept_by", **only("kept_by IS NOT NULL")),
    sa.Index("media_free", "freed_at", **only("post_id IS NULL AND kept_by IS NULL")),
    sa.Index("media_due", "due_at", "id", **only("state = 1")),
    sa.Index("media_raw", "raw", **only("raw <> ''")),
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
    ref("about_id", nullable=True),
    flag("filtered"),
    text("bundle"),
    flag("head", 1),
    number("told_n", 1),
    ref("first_id", nullable=True),
    text("sample"),
    flag("seen"),
    sa.Index("notices_account", "account_id", "filtered", "id"),
    sa.Index("notices_unseen", "account_id", "filtered", "id", **only("seen = 0")),
    sa.Index("notices_heads", "account_id", "filtered", "id", **only("head = 1")),
    sa.Index("notices_kind", "account_id", "kind", "filtered", "head", "id"),
    sa.Index("notices_post", "post_id", "kind", "id"),
    sa.Index("notices_actor", "actor_id", "account_id", "id"),
    sa.Index("notices_same", "actor_id", "kind", "post_id", "account_id"),
    sa.Index("notices_bundle", "account_id", "bundle", "id", **only("bundle <> ''")),
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
    text("proven"),
    sa.Index("mails_group", "group_id", "id"),
    sa.Index("mails_message_id", "group_id", "message_id"),
    sa.Index("mails_post", "post_id"),
    sa.Index("mails_blob", "blob"),
)

# The octets of small mails; those of others are blobs.
mail_bytes = sa.Table(
    "mail_bytes", metadata, key("mail_id"), sa.Column("data", sa.LargeBinary, nullable=False)
)
