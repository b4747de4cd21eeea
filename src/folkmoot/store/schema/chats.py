"""What a group has to talk and to write in together: chats and wiki."""

import sqlalchemy as sa

from folkmoot.store.schema.base import flag, key, metadata, moment, number, ref, text

chats = sa.Table(
    "chats",
    metadata,
    key(),
    ref("group_id"),
    ref("author_id"),
    text("subject"),
    text("description"),
    flag("closed"),
    number("lines_n"),
    number("last_number"),
    number("created_at"),
    number("updated_at"),
    number("history_n"),
    sa.Index("chats_group", "group_id", "updated_at", "id"),
)

chat_members = sa.Table(
    "chat_members",
    metadata,
    key(),
    ref("chat_id"),
    ref("account_id"),
    number("seen"),
    number("created_at"),
    number("updated_at"),
    sa.UniqueConstraint("chat_id", "account_id", name="chat_members_once"),
    sa.Index("chat_members_account", "account_id"),
)

chat_lines = sa.Table(
    "chat_lines",
    metadata,
    key(),
    ref("chat_id"),
    ref("author_id"),
    number("number"),
    number("kind"),
    text("source"),
    text("html"),
    number("about"),
    number("version", 1),
    number("created_at"),
    moment("edited_at"),
    sa.UniqueConstraint("chat_id", "number", name="chat_lines_once"),
    sa.Index("chat_lines_author", "author_id"),
)

wiki_pages = sa.Table(
    "wiki_pages",
    metadata,
    key(),
    ref("group_id"),
    ref("author_id"),
    text("title"),
    text("path"),
    text("folded"),
    flag("locked"),
    number("revisions_n"),
    number("created_at"),
    number("updated_at"),
    sa.UniqueConstraint("group_id", "folded", name="wiki_pages_once"),
    sa.Index("wiki_pages_group", "group_id", "updated_at", "id"),
)

wiki_revisions = sa.Table(
    "wiki_revisions",
    metadata,
    key(),
    ref("page_id"),
    ref("author_id"),
    number("number"),
    text("title"),
    number("markup"),
    text("source"),
    text("html"),
    text("note"),
    number("created_at"),
    sa.UniqueConstraint("page_id", "number", name="wiki_revisions_once"),
)
