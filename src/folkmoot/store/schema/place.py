"""The place itself: texts, terms and rules, announcements, what is in use just now, collections, years in review."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, moment, number, ref, text

site_texts = sa.Table(
    "site_texts",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    text("source"),
    text("html"),
    number("updated_at"),
)

terms = sa.Table(
    "terms",
    metadata,
    sa.Column("effective_on", sa.Text, primary_key=True),
    text("source"),
    text("html"),
    number("created_at"),
    number("updated_at"),
)

rules = sa.Table(
    "rules",
    metadata,
    key(),
    number("position"),
    text("text"),
    text("hint"),
    text("translations", "{}"),
    number("created_at"),
    moment("deleted_at"),
)

announcements = sa.Table(
    "announcements",
    metadata,
    key(),
    text("source"),
    text("html"),
    moment("starts_at"),
    moment("ends_at"),
    flag("all_day"),
    moment("published_at"),
    flag("told"),
    number("created_at"),
    number("updated_at"),
    sa.Index("announcements_published", "published_at"),
)

announcement_reads = sa.Table(
    "announcement_reads",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("announcement_id", Big, primary_key=True, autoincrement=False),
    number("created_at"),
)

announcement_reactions = sa.Table(
    "announcement_reactions",
    metadata,
    sa.Column("announcement_id", Big, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    ref("id"),
    number("created_at"),
)

uses = sa.Table(
    "uses",
    metadata,
    sa.Column("kind", Big, primary_key=True, autoincrement=False),
    sa.Column("subject_id", Big, primary_key=True, autoincrement=False),
    sa.Column("day", Big, primary_key=True, autoincrement=False),
    number("uses"),
    number("accounts"),
    sa.Index("uses_day", "kind", "day"),
)

use_accounts = sa.Table(
    "use_accounts",
    metadata,
    sa.Column("day", Big, primary_key=True, autoincrement=False),
    sa.Column("kind", Big, primary_key=True, autoincrement=False),
    sa.Column("subject_id", Big, primary_key=True, autoincrement=False),
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
)

trends = sa.Table(
    "trends",
    metadata,
    sa.Column("kind", Big, primary_key=True, autoincrement=False),
    sa.Column("subject_id", Big, primary_key=True, autoincrement=False),
    number("score"),
    number("updated_at"),
    sa.Index("trends_score", "kind", "score"),
)

trend_reviews = sa.Table(
    "trend_reviews",
    metadata,
    sa.Column("kind", Big, primary_key=True, autoincrement=False),
    sa.Column("subject_id", Big, primary_key=True, autoincrement=False),
    flag("trendable", 1),
    flag("usable", 1),
    flag("listable", 1),
    number("reviewed_at"),
)

publishers = sa.Table(
    "publishers",
    metadata,
    key(),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    number("created_at"),
)

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    number("position"),
    number("updated_at"),
)

dismissed_suggestions = sa.Table(
    "dismissed_suggestions",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("target_id", Big, primary_key=True, autoincrement=False),
    number("created_at"),
)

collections = sa.Table(
    "collections",
    metadata,
    key(),
    ref("account_id"),
    text("name"),
    text("description"),
    text("language"),
    text("tag"),
    flag("sensitive"),
    flag("discoverable"),
    number("created_at"),
    number("updated_at"),
    sa.Index("collections_account", "account_id", "id"),
)

collection_items = sa.Table(
    "collection_items",
    metadata,
    key(),
    ref("collection_id"),
    ref("account_id"),
    number("created_at"),
    sa.UniqueConstraint("collection_id", "account_id", name="collection_items_once"),
    sa.Index("collection_items_account", "account_id", "collection_id"),
)

annual_reports = sa.Table(
    "annual_reports",
    metadata,
    key(),
    ref("account_id"),
    number("year"),
    text("data"),
    moment("viewed_at"),
    number("created_at"),
    sa.UniqueConstraint("account_id", "year", name="annual_reports_once"),
)
