"""What stands beside words: emoji of the house, cards of linked pages, and links of profiles that want a look."""

import sqlalchemy as sa

from folkmoot.store.schema.base import flag, key, metadata, moment, number, only, ref, text

emojis = sa.Table(
    "emojis",
    metadata,
    key(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    text("mime"),
    text("blob"),
    text("static"),
    text("category"),
    flag("hidden"),
    number("created_at"),
    sa.Index("emojis_blob", "blob"),
    sa.Index("emojis_static", "static"),
)

cards = sa.Table(
    "cards",
    metadata,
    key(),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    text("url"),
    number("state"),
    text("kind"),
    text("page"),
    text("title"),
    text("description"),
    text("authors", "[]"),
    text("provider_name"),
    text("provider_url"),
    text("html"),
    text("embed_url"),
    text("language"),
    number("width"),
    number("height"),
    text("blob"),
    text("blurhash"),
    text("image_description"),
    moment("published_at"),
    number("created_at"),
    moment("fetched_at"),
    number("attempts"),
    number("due_at"),
    text("page_hash"),
    sa.Index("cards_page", "page_hash", **only("page_hash <> ''")),
    sa.Index("cards_due", "due_at", "id", **only("state = 0")),
    sa.Index("cards_blob", "blob", **only("blob <> ''")),
)

post_cards = sa.Table(
    "post_cards",
    metadata,
    ref("post_id", primary_key=True),
    ref("card_id"),
    sa.Index("post_cards_card", "card_id", "post_id"),
)

link_checks = sa.Table(
    "link_checks",
    metadata,
    key(),
    ref("account_id"),
    text("url"),
    number("created_at"),
    number("attempts"),
    number("due_at"),
    sa.Index("link_checks_due", "due_at", "id"),
    sa.Index("link_checks_account", "account_id"),
)
