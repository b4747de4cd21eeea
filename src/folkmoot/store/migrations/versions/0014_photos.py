"""Photos in albums, uploads in pieces, and circles that nobody keeps but one post."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("circles", flag("hidden"))
    _photos()
    _uploads()


def _photos() -> None:
    op.create_table(
        "photos",
        key("id"),
        ref("account_id"),
        sa.Column("resource", sa.Text, nullable=False, unique=True),
        text("album"),
        text("name"),
        text("description"),
        text("mime"),
        flag("portrait"),
        moment("post_id"),
        moment("media_id"),
        text("allow_people"),
        text("allow_circles"),
        text("deny_people"),
        text("deny_circles"),
        moment("circle_id"),
        number("created_at"),
        number("edited_at"),
    )
    op.create_index("photos_account", "photos", ["account_id", "id"])
    op.create_index("photos_album", "photos", ["account_id", "album", "id"])
    op.create_index("photos_post", "photos", ["post_id"], **only("post_id IS NOT NULL"))
    op.create_index("photos_media", "photos", ["media_id"], **only("media_id IS NOT NULL"))
    op.create_table(
        "photo_scales",
        key("photo_id"),
        key("scale"),
        text("blob"),
        text("mime"),
        number("width"),
        number("height"),
        number("size"),
    )
    op.create_index("photo_scales_blob", "photo_scales", ["blob"])


def _uploads() -> None:
    op.create_table(
        "uploads", key("id"), ref("account_id"), text("mime"), number("total"), number("created_at")
    )
    op.create_index("uploads_account", "uploads", ["account_id"])
    op.create_index("uploads_created", "uploads", ["created_at"])
    op.create_table("upload_parts", key("upload_id"), key("position"), text("blob"), number("size"))
    op.create_index("upload_parts_blob", "upload_parts", ["blob"])


def downgrade() -> None:
    raise RuntimeError("there is no way back; restore a backup instead")


def only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def key(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, primary_key=True, autoincrement=False)


def ref(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, autoincrement=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=False, server_default="0")


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, BIG, nullable=True)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")
