"""Pictures in albums: each in several sizes, with whom it is for; and uploads that come in pieces."""

import sqlalchemy as sa

from folkmoot.store.schema.base import Big, flag, key, metadata, number, only, ref, text

photos = sa.Table(
    "photos",
    metadata,
    key(),
    ref("account_id"),
    sa.Column("resource", sa.Text, nullable=False, unique=True),
    text("album"),
    text("name"),
    text("description"),
    text("mime"),
    flag("portrait"),
    ref("post_id", nullable=True),
    ref("media_id", nullable=True),
    text("allow_people"),
    text("allow_circles"),
    text("deny_people"),
    text("deny_circles"),
    ref("circle_id", nullable=True),
    number("created_at"),
    number("edited_at"),
    sa.Index("photos_account", "account_id", "id"),
    sa.Index("photos_album", "account_id", "album", "id"),
    sa.Index("photos_post", "post_id", **only("post_id IS NOT NULL")),
    sa.Index("photos_media", "media_id", **only("media_id IS NOT NULL")),
)

photo_scales = sa.Table(
    "photo_scales",
    metadata,
    sa.Column("photo_id", Big, primary_key=True, autoincrement=False),
    sa.Column("scale", Big, primary_key=True, autoincrement=False),
    text("blob"),
    text("mime"),
    number("width"),
    number("height"),
    number("size"),
    sa.Index("photo_scales_blob", "blob"),
)

uploads = sa.Table(
    "uploads",
    metadata,
    key(),
    ref("account_id"),
    text("mime"),
    number("total"),
    number("created_at"),
    sa.Index("uploads_account", "account_id"),
    sa.Index("uploads_created", "created_at"),
)

upload_parts = sa.Table(
    "upload_parts",
    metadata,
    sa.Column("upload_id", Big, primary_key=True, autoincrement=False),
    sa.Column("position", Big, primary_key=True, autoincrement=False),
    text("blob"),
    number("size"),
    sa.Index("upload_parts_blob", "blob"),
)
