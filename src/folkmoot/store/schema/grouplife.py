"""What groups have beside members and posts: other names, notices to members, and a log of what was done."""

import sqlalchemy as sa

from folkmoot.store.schema.base import flag, key, metadata, moment, number, only, ref, text

group_names = sa.Table(
    "group_names",
    metadata,
    key(),
    text("name"),
    sa.Column("folded", sa.Text, nullable=False, server_default="", unique=True),
    ref("group_id"),
    moment("until"),
    number("created_at"),
    sa.Index("group_names_group", "group_id", "id"),
)

group_acts = sa.Table(
    "group_acts",
    metadata,
    key(),
    ref("group_id"),
    ref("account_id"),
    text("act"),
    ref("target_id"),
    text("line"),
    text("via"),
    number("created_at"),
    sa.Index("group_acts_group", "group_id", "id"),
)

group_notices = sa.Table(
    "group_notices",
    metadata,
    key(),
    ref("group_id"),
    text("kind"),
    text("name"),
    text("subject"),
    text("body"),
    flag("usual"),
    flag("on_join"),
    flag("monthly"),
    flag("monthly_special"),
    flag("private"),
    text("monthly_subject"),
    moment("sent_at"),
    number("created_at"),
    number("updated_at"),
    sa.Index("group_notices_group", "group_id", "id"),
    sa.Index("group_notices_guidelines", "group_id", unique=True, **only("kind = 'guidelines'")),
)

group_tags = sa.Table(
    "group_tags",
    metadata,
    key(),
    ref("group_id"),
    text("folded"),
    text("name"),
    text("description"),
    flag("mods_begin"),
    flag("mods_answer"),
    flag("unmailed"),
    flag("held"),
    flag("answers_free"),
    flag("special"),
    flag("closed"),
    number("life_days"),
    flag("closes"),
    text("reply_to"),
    number("created_at"),
    number("updated_at"),
    sa.UniqueConstraint("group_id", "folded", name="group_tags_once"),
    sa.Index("group_tags_ending", "group_id", **only("life_days > 0")),
)
"""The rules of a group for posts with a tag: who may use it, and what becomes of them (domain/groups/tagrules.py)."""
