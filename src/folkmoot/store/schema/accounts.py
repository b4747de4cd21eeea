"""Who is here: accounts, their addresses, logins and sessions, and the applications that act for them."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, by_prefix, flag, key, metadata, moment, number, only, ref, text

accounts = sa.Table(
    "accounts",
    metadata,
    key(),
    number("rev", 1),
    number("kind"),
    text("name"),
    text("folded"),
    text("domain"),
    text("uri"),
    text("url"),
    text("display_name"),
    text("note_source"),
    text("note_html"),
    text("fields", "[]"),
    text("avatar"),
    text("header"),
    flag("locked"),
    flag("bot"),
    flag("discoverable"),
    flag("indexable"),
    flag("hide_collections"),
    number("role"),
    moment("suspended_at"),
    moment("silenced_at"),
    number("created_at"),
    number("followers_n"),
    number("following_n"),
    number("posts_n"),
    moment("last_post_at"),
    text("avatar_description"),
    text("header_description"),
    flag("show_media", 1),
    flag("show_media_replies", 1),
    flag("show_featured", 1),
    text("attribution_domains", "[]"),
    moment("sensitized_at"),
    moment("erase_at"),
    moment("erased_at"),
    ref("moved_to_id", nullable=True),
    moment("moved_at"),
    moment("memorial_at"),
    number("profile_sight"),
    sa.UniqueConstraint("folded", "domain", name="accounts_name"),
    sa.Index("accounts_staff", "id", **only("role > 0")),
    sa.Index("accounts_suspended", "id", **only("suspended_at IS NOT NULL")),
    sa.Index("accounts_silenced", "id", **only("silenced_at IS NOT NULL")),
    sa.Index("accounts_sensitized", "id", **only("sensitized_at IS NOT NULL")),
    sa.Index("accounts_avatar", "avatar", **only("avatar <> ''")),
    sa.Index("accounts_header", "header", **only("header <> ''")),
    sa.Index("accounts_erase", "erase_at", **only("erase_at IS NOT NULL")),
    sa.Index("accounts_memorial", "id", **only("memorial_at IS NOT NULL")),
    sa.Index("accounts_moved", "moved_to_id", **only("moved_to_id IS NOT NULL")),
    sa.Index("accounts_domain", "domain", "id", **only("domain <> ''")),
    sa.Index("accounts_followed", "followers_n", "id", **only("discoverable = 1")),
)
sa.Index("accounts_spoke", sa.func.coalesce(accounts.c.last_post_at, sa.text("0")), accounts.c.id)
sa.Index("accounts_display", sa.func.lower(accounts.c.display_name).label("shown"), **by_prefix("shown"))
sa.Index("accounts_prefix", accounts.c.folded, **by_prefix("folded")).ddl_if(dialect="postgresql")

account_words = sa.Table(
    "account_words",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("word", sa.Text, primary_key=True),
    sa.Index("account_words_word", "word", "account_id", **by_prefix("word")),
)

logins = sa.Table(
    "logins",
    metadata,
    ref("account_id", primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=True),
    number("state"),
    text("locale", "en"),
    number("default_audience"),
    text("default_language"),
    flag("default_sensitive"),
    text("preferences", "{}"),
    moment("last_seen_at"),
    number("created_at"),
    number("filters_rev"),
    number("state_before"),
    number("approval"),
    text("reason"),
    ref("app_id", nullable=True),
    text("sign_up_ip"),
    flag("disabled_twice"),
    sa.Index("logins_state", "state", "account_id", **only("state <> 0")),
    sa.Index("logins_created", "created_at"),
)

addresses = sa.Table(
    "addresses",
    metadata,
    key(),
    ref("account_id"),
    text("address"),
    sa.Column("folded", sa.Text, nullable=False, unique=True),
    moment("confirmed_at"),
    flag("main"),
    number("created_at"),
    sa.Index("addresses_account", "account_id"),
)
sa.Index("addresses_prefix", addresses.c.folded, **by_prefix("folded")).ddl_if(dialect="postgresql")

sessions = sa.Table(
    "sessions",
    metadata,
    key(),
    ref("account_id"),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    text("csrf"),
    number("created_at"),
    number("expires_at"),
    sa.Index("sessions_account", "account_id"),
    sa.Index("sessions_due", "expires_at"),
)

apps = sa.Table(
    "apps",
    metadata,
    key(),
    text("name"),
    text("website"),
    text("redirect_uris"),
    text("scopes"),
    sa.Column("client_id", sa.Text, nullable=False, unique=True),
    text("client_secret"),
    number("created_at"),
    ref("account_id", nullable=True),
    flag("untried"),
    sa.Index("apps_account", "account_id", "id"),
    sa.Index("apps_untried", "created_at", **only("untried = 1")),
)
"""account_id: who made it for themselves; null for what registered itself or the staff made. untried: it registered
itself, and was not seen to have a token yet."""

tokens = sa.Table(
    "tokens",
    metadata,
    key(),
    ref("app_id", nullable=True),
    ref("account_id", nullable=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    text("scopes"),
    number("created_at"),
    moment("revoked_at"),
    text("name"),
    moment("expires_at"),
    sa.Index("tokens_account", "account_id"),
    sa.Index("tokens_app", "app_id"),
)

grants = sa.Table(
    "grants",
    metadata,
    key(),
    ref("app_id"),
    ref("account_id"),
    sa.Column("code_hash", sa.Text, nullable=False, unique=True),
    text("redirect_uri"),
    text("scopes"),
    text("challenge"),
    number("expires_at"),
    moment("used_at"),
    ref("token_id", nullable=True),
    sa.Index("grants_account", "account_id"),
    sa.Index("grants_due", "expires_at"),
)

mail_tokens = sa.Table(
    "mail_tokens",
    metadata,
    key(),
    ref("account_id"),
    text("purpose"),
    text("address"),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    number("expires_at"),
    moment("used_at"),
    sa.Index("mail_tokens_account", "account_id", "purpose"),
    sa.Index("mail_tokens_due", "expires_at"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("token", sa.Text, primary_key=True),
    ref("result_id"),
    number("created_at"),
)

markers = sa.Table(
    "markers",
    metadata,
    sa.Column("account_id", Big, primary_key=True, autoincrement=False),
    sa.Column("timeline", sa.Text, primary_key=True),
    ref("last_read_id"),
    number("version", 1),
    number("updated_at"),
)
