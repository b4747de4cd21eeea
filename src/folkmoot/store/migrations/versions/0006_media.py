"""Video and audio, custom emoji, preview cards."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _media()
    _emojis()
    _cards()
    _checks()


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def maybe(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def text(name: str, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _media() -> None:
    for column in (number("state"), text("meta", "{}"), text("raw"), number("attempts"), number("due_at")):
        op.add_column("media", column)
    op.create_index("media_due", "media", ["due_at", "id"], **only("state = 1"))
    op.create_index("media_raw", "media", ["raw"], **only("raw <> ''"))


def _emojis() -> None:
    op.create_table(
        "emojis",
        key("id"),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        text("mime"),
        text("blob"),
        text("static"),
        text("category"),
        flag("hidden"),
        number("created_at"),
    )
    op.create_index("emojis_blob", "emojis", ["blob"])
    op.create_index("emojis_static", "emojis", ["static"])


def _cards() -> None:
    op.create_table(
        "cards",
        key("id"),
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
        maybe("published_at"),
        number("created_at"),
        maybe("fetched_at"),
        number("attempts"),
        number("due_at"),
        text("page_hash"),
    )
    op.create_index("cards_page", "cards", ["page_hash"], **only("page_hash <> ''"))
    op.create_index("cards_due", "cards", ["due_at", "id"], **only("state = 0"))
    op.create_index("cards_blob", "cards", ["blob"], **only("blob <> ''"))
    op.create_table("post_cards", key("post_id"), ref("card_id"))
    op.create_index("post_cards_card", "post_cards", ["card_id", "post_id"])


def _checks() -> None:
    op.create_table(
        "link_checks",
        key("id"),
        ref("account_id"),
        text("url"),
        number("created_at"),
        number("attempts"),
        number("due_at"),
    )
    op.create_index("link_checks_due", "link_checks", ["due_at", "id"])
    op.create_index("link_checks_account", "link_checks", ["account_id"])
