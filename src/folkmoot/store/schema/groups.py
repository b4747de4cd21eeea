"""Groups, members, drafts and cursors; what queries ask for is a column, all other settings are one JSON text."""

import sqlalchemy as sa

from folkmoot.store.schema.base import flag, key, metadata, moment, number, only, ref, text

groups = sa.Table(
    "groups",
    metadata,
    ref("account_id", primary_key=True),
    ref("parent_id", nullable=True),
    text("title"),
    number("archive"),
    flag("listed", 1),
    number("joining"),
    number("posting"),
    number("moderation"),
    text("subject_tag"),
    number("next_number", 1),
    number("topics_n"),
    number("members_n"),
    text("settings", "{}"),
    number("created_at"),
    flag("locked"),
    flag("parent_posts"),
    moment("deleted_at"),
    moment("summarised_at"),
    moment("updated_at"),
    sa.Index("groups_parent", "parent_id", "account_id", **only("parent_id IS NOT NULL")),
    sa.Index("groups_deleted", "account_id", **only("deleted_at IS NOT NULL")),
)

members = sa.Table(
    "members",
    metadata,
    key(),
    ref("group_id"),
    ref("account_id"),
    ref("address_id", nullable=True),
    number("role"),
    number("status"),
    number("delivery"),
    number("posting"),
    number("approved_n"),
    text("mod_permissions"),
    text("settings", "{}"),
    number("created_at"),
    number("updated_at"),
    text("shown"),
    text("mail"),
    number("sight"),
    sa.UniqueConstraint("group_id", "account_id", name="members_pair"),
    sa.Index("members_account", "account_id", "status", "group_id"),
    sa.Index("members_rows", "group_id", "status", "id"),
    sa.Index("members_moderators", "group_id", "status", **only("role >= 10")),
    sa.Index("members_shown", "group_id", "status", "shown", "id"),
    sa.Index("members_mail", "group_id", "status", "mail", "id"),
    sa.Index("members_reserved", "group_id", "status", "sight", **only("sight > 0")),
)
"""shown: the shown name, the name, and the address that the group's mail goes to; mail: that address alone; all folded:
by them lists of members are sorted and searched (groups.memberlists). sight: the profile_sight of the account."""

drafts = sa.Table(
    "drafts",
    metadata,
    key(),
    ref("account_id"),
    ref("group_id"),
    text("kind"),
    ref("parent_id", nullable=True),
    ref("target_id", nullable=True),
    text("subject"),
    text("body"),
    text("options", "{}"),
    number("created_at"),
    number("updated_at"),
    sa.Index("drafts_account", "account_id", "group_id"),
    sa.Index("drafts_old", "updated_at"),
)

cursors = sa.Table(
    "cursors",
    metadata,
    key(),
    ref("account_id"),
    text("query"),
    number("expires_at"),
    sa.Index("cursors_expires", "expires_at"),
)
