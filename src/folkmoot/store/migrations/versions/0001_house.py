"""The house: accounts, bonds, groups, posts, the journal and the outbox, and full-text search."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _accounts()
    _bonds()
    _groups()
    _posts()
    _work()
    _search()


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first revision; restore a backup instead")


# The kinds of columns as they were at this revision: what store/schema says later does not change what is here.


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def maybe(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True, autoincrement=False)


def number(name: str, default: int = 0) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default=str(default))


def flag(name: str, default: int = 0) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default=str(default))


def text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


# fmt: off


def _accounts() -> None:
    """Accounts, logins, applications."""
    op.create_table(
        "accounts",
        key("id"), number("rev", 1), number("kind"), text("name"), text("folded"), text("domain"),
        text("uri"), text("url"), text("display_name"), text("note_source"), text("note_html"),
        text("fields", "[]"), text("avatar"), text("header"), flag("locked"), flag("bot"),
        flag("discoverable"), flag("indexable"), flag("hide_collections"), number("role"),
        maybe("suspended_at"), maybe("silenced_at"), number("created_at"), number("followers_n"),
        number("following_n"), number("posts_n"), maybe("last_post_at"),
        sa.UniqueConstraint("folded", "domain", name="accounts_name"),
    )
    op.create_table(
        "logins",
        key("account_id"), sa.Column("password_hash", sa.Text, nullable=True), number("state"),
        text("locale", "en"), number("default_audience"), text("default_language"), flag("default_sensitive"),
        text("preferences", "{}"), maybe("last_seen_at"), number("created_at"),
    )
    op.create_table(
        "addresses",
        key("id"), ref("account_id"), text("address"),
        sa.Column("folded", sa.Text, nullable=False, unique=True), maybe("confirmed_at"), flag("main"),
        number("created_at"),
    )
    op.create_index("addresses_account", "addresses", ["account_id"])
    op.create_table(
        "sessions",
        key("id"), ref("account_id"), sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        text("csrf"), number("created_at"), number("expires_at"),
    )
    op.create_index("sessions_account", "sessions", ["account_id"])
    op.create_table(
        "apps",
        key("id"), text("name"), text("website"), text("redirect_uris"), text("scopes"),
        sa.Column("client_id", sa.Text, nullable=False, unique=True), text("client_secret"),
        number("created_at"),
    )
    op.create_table(
        "tokens",
        key("id"), maybe("app_id"), maybe("account_id"),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True), text("scopes"), number("created_at"),
        maybe("revoked_at"),
    )
    op.create_index("tokens_account", "tokens", ["account_id"])
    op.create_table(
        "grants",
        key("id"), ref("app_id"), ref("account_id"),
        sa.Column("code_hash", sa.Text, nullable=False, unique=True), text("redirect_uri"), text("scopes"),
        text("challenge"), number("expires_at"), maybe("used_at"), maybe("token_id"),
    )
    op.create_table(
        "mail_tokens",
        key("id"), ref("account_id"), text("purpose"), text("address"),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True), number("expires_at"), maybe("used_at"),
    )
    op.create_index("mail_tokens_account", "mail_tokens", ["account_id", "purpose"])
    op.create_table(
        "idempotency",
        key("account_id"), sa.Column("token", sa.Text, primary_key=True), ref("result_id"),
        number("created_at"),
    )
    op.create_table(
        "markers",
        key("account_id"), sa.Column("timeline", sa.Text, primary_key=True), ref("last_read_id"),
        number("version", 1), number("updated_at"),
    )


def _bonds() -> None:
    """Follows, blocks, mutes and circles."""
    op.create_table(
        "follows",
        key("id"), ref("account_id"), ref("target_id"), number("state"), flag("boosts", 1), flag("notify"),
        text("languages"), number("created_at"),
        sa.UniqueConstraint("account_id", "target_id", name="follows_pair"),
    )
    op.create_index("follows_target", "follows", ["target_id", "state", "account_id"])
    op.create_table(
        "blocks",
        key("id"), ref("account_id"), ref("target_id"), number("created_at"),
        sa.UniqueConstraint("account_id", "target_id", name="blocks_pair"),
    )
    op.create_index("blocks_target", "blocks", ["target_id"])
    op.create_table(
        "mutes",
        key("id"), ref("account_id"), ref("target_id"), flag("notices", 1), maybe("expires_at"),
        number("created_at"), sa.UniqueConstraint("account_id", "target_id", name="mutes_pair"),
    )
    op.create_table(
        "circles",
        key("id"), ref("account_id"), text("title"), text("replies_policy", "list"), flag("exclusive"),
        number("created_at"),
    )
    op.create_index("circles_account", "circles", ["account_id"])
    op.create_table(
        "circle_members",
        key("circle_id"), key("account_id"), ref("id"),
    )
    op.create_index("circle_members_account", "circle_members", ["account_id"])


def _groups() -> None:
    """Groups, members, drafts."""
    op.create_table(
        "groups",
        key("account_id"), maybe("parent_id"), text("title"), number("archive"), flag("listed", 1),
        number("joining"), number("posting"), number("moderation"), text("subject_tag"),
        number("next_number", 1), number("topics_n"), number("members_n"), text("settings", "{}"),
        number("created_at"),
    )
    op.create_table(
        "members",
        key("id"), ref("group_id"), ref("account_id"), maybe("address_id"), number("role"), number("status"),
        number("delivery"), number("posting"), number("approved_n"), text("mod_permissions"),
        text("settings", "{}"), number("created_at"), number("updated_at"),
        sa.UniqueConstraint("group_id", "account_id", name="members_pair"),
    )
    op.create_index("members_account", "members", ["account_id", "status", "group_id"])
    op.create_table(
        "drafts",
        key("id"), ref("account_id"), ref("group_id"), text("kind"), maybe("parent_id"), maybe("target_id"),
        text("subject"), text("body"), text("options", "{}"), number("created_at"), number("updated_at"),
    )
    op.create_index("drafts_account", "drafts", ["account_id", "group_id"])
    op.create_table(
        "cursors",
        key("id"), ref("account_id"), text("query"), number("expires_at"),
    )
    op.create_index("cursors_expires", "cursors", ["expires_at"])


def _posts() -> None:
    """Posts and all that hangs on them."""
    op.create_table(
        "posts",
        key("id"), number("rev", 1), ref("author_id"), number("audience"), number("state"), maybe("group_id"),
        maybe("circle_id"), maybe("number"), ref("thread_id"), maybe("parent_id"), maybe("parent_author_id"),
        maybe("boost_of_id"), flag("sensitive"), text("language"), number("replies_n"), number("boosts_n"),
        number("likes_n"), number("media_n"), number("created_at"), maybe("edited_at"), maybe("deleted_at"),
        text("message_id"), text("uri"), text("door"), maybe("app_id"),
    )
    op.create_index("posts_author", "posts", ["author_id", "id"])
    op.create_index("posts_boost", "posts", ["boost_of_id", "author_id"], **only("boost_of_id IS NOT NULL"))
    op.create_index("posts_group", "posts", ["group_id", "id"], **only("group_id IS NOT NULL"))
    op.create_index("posts_message_id", "posts", ["message_id"], **only("message_id <> ''"))
    op.create_index(
        "posts_number", "posts", ["group_id", "number"], unique=True, **only("number IS NOT NULL")
    )
    op.create_index("posts_parent", "posts", ["parent_id"], **only("parent_id IS NOT NULL"))
    op.create_index(
        "posts_public", "posts", ["id"], **only("audience = 0 AND state = 0 AND boost_of_id IS NULL")
    )
    op.create_index("posts_thread", "posts", ["thread_id", "id"])
    op.create_table(
        "bodies",
        key("post_id"), text("title"), text("warning"), text("source"), number("markup"), text("html"),
        text("plain"), text("extra", "{}"),
    )
    op.create_table(
        "edits",
        key("id"), ref("post_id"), text("title"), text("warning"), text("source"), number("markup"),
        text("html"), flag("sensitive"), text("media", "[]"), number("created_at"),
    )
    op.create_index("edits_post", "edits", ["post_id", "id"])
    op.create_table(
        "threads",
        key("id"), maybe("group_id"), ref("author_id"), text("subject"), text("folded_subject"),
        number("posts_n", 1), ref("last_post_id"), number("last_at"), number("created_at"), flag("sticky"),
        flag("closed"), flag("moderated"),
    )
    op.create_index(
        "threads_group", "threads", ["group_id", "sticky", "last_at", "id"], **only("group_id IS NOT NULL")
    )
    op.create_index(
        "threads_subject", "threads", ["group_id", "folded_subject"], **only("group_id IS NOT NULL")
    )
    op.create_table(
        "awaited",
        key("group_id"), sa.Column("message_id", sa.Text, primary_key=True), key("post_id"),
        number("position"),
    )
    op.create_index("awaited_post", "awaited", ["post_id", "position"])
    op.create_table(
        "addressed",
        key("post_id"), key("account_id"), flag("silent"),
    )
    op.create_index("addressed_account", "addressed", ["account_id", "post_id"])
    op.create_table(
        "tags",
        key("id"), sa.Column("folded", sa.Text, nullable=False, unique=True), text("display"),
        number("created_at"),
    )
    op.create_table(
        "post_tags",
        key("tag_id"), key("post_id"),
    )
    op.create_index("post_tags_post", "post_tags", ["post_id"])
    op.create_table(
        "reactions",
        key("id"), ref("account_id"), ref("post_id"), number("kind"), number("created_at"),
        sa.UniqueConstraint("account_id", "kind", "post_id", name="reactions_once"),
    )
    op.create_index("reactions_account", "reactions", ["account_id", "kind", "id"])
    op.create_index("reactions_post", "reactions", ["post_id", "kind", "id"])
    op.create_table(
        "marks",
        key("account_id"), key("post_id"), number("bits"), sqlite_with_rowid=False,
    )
    op.create_table(
        "media",
        key("id"), ref("account_id"), maybe("post_id"), number("position"), text("kind"), text("mime"),
        text("name"), number("size"), number("width"), number("height"), number("preview_width"),
        number("preview_height"), text("blurhash"), text("description"), text("focus"), text("blob"),
        text("preview"), number("created_at"),
    )
    op.create_index("media_account", "media", ["account_id", "id"])
    op.create_index("media_blob", "media", ["blob"])
    op.create_index("media_post", "media", ["post_id", "position"])
    op.create_index("media_preview", "media", ["preview"])
    op.create_table(
        "notices",
        key("id"), ref("account_id"), text("kind"), ref("actor_id"), maybe("post_id"), number("created_at"),
    )
    op.create_index("notices_account", "notices", ["account_id", "id"])
    op.create_index("notices_actor", "notices", ["actor_id", "account_id"])
    op.create_index("notices_post", "notices", ["post_id"])
    op.create_table(
        "mails",
        key("id"), ref("group_id"), maybe("post_id"), text("message_id"), text("blob"), text("envelope"),
        text("sep"), flag("from_mbox"), text("sender"), text("fingerprint"), number("state"), text("reason"),
        number("received_at"),
    )
    op.create_index("mails_group", "mails", ["group_id", "id"])
    op.create_index("mails_message_id", "mails", ["group_id", "message_id"])
    op.create_index("mails_post", "mails", ["post_id"])


def _work() -> None:
    """The journal and the outbox."""
    op.create_table(
        "journal",
        sa.Column("id", BIG, primary_key=True, autoincrement=True), text("kind"), ref("actor_id"),
        ref("subject_id"), text("data", "{}"), number("created_at"), number("state"), number("attempts"),
        number("run_at"), maybe("leased_until"), text("error"),
    )
    op.create_index("journal_due", "journal", ["run_at", "id"], **only("state = 0"))
    op.create_index("journal_shunted", "journal", ["id"], **only("state = 2"))
    op.create_table(
        "outbox",
        key("id"), text("kind"), ref("account_id"), maybe("group_id"), maybe("post_id"), text("address"),
        text("payload", "{}"), number("created_at"), number("state"), number("attempts"), number("run_at"),
        maybe("leased_until"), maybe("sent_at"), text("error"),
        sa.UniqueConstraint("kind", "post_id", "address", name="outbox_once"),
    )
    op.create_index("outbox_due", "outbox", ["run_at", "id"], **only("state = 0"))
    op.create_index("outbox_shunted", "outbox", ["id"], **only("state = 2"))


# fmt: on


def _search() -> None:
    """Full-text search, in each database's own way."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE post_search USING fts5(title, plain, content='bodies', content_rowid='post_id', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
    else:
        op.execute(
            "ALTER TABLE bodies ADD COLUMN search tsvector GENERATED ALWAYS AS "
            "(to_tsvector('simple', translate(title || ' ' || left(plain, 200000), "
            "'<>@./:;,&#=+*-_~()[]{}|\\^`\"!?%$', repeat(' ', 35)))) STORED"
        )
        op.execute("CREATE INDEX bodies_search ON bodies USING gin (search)")
