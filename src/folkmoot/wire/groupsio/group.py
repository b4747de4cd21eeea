"""Groups and their settings."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import NEVER, Rfc3339
from folkmoot.wire.groupsio.enums import (
    AllowDownloads,
    ColumnType,
    DatePref,
    EmailDelivery,
    EventSummary,
    GroupAccess,
    GroupAttachments,
    GroupModeration,
    GroupPlan,
    GroupPrivacy,
    GroupReplyTo,
    GroupType,
    GroupViewMembers,
    HandleVirus,
    HashTagPermissions,
    MaxAttachmentSize,
    MaxPhotoSize,
    MessageSelection,
    PollsAccess,
    SubGroupAccess,
    SubGroupPrivacy,
    TimePref,
)
from folkmoot.wire.groupsio.object import Object
from folkmoot.wire.groupsio.perms import Perms


class ExtraMemberDataColumn(Object, kw_only=True):
    """A column of data that a group keeps on its members."""

    id: int
    name: str = ""
    type: ColumnType
    required: bool = False
    color: str = ""
    width: int = 0
    default_hidden: bool = False
    profile: bool = False
    description: str = ""
    choices: list[str] | UnsetType = UNSET


class Group(Object, kw_only=True):
    """A group with its settings, its counts and the permissions of the caller."""

    id: int
    object: str = "group"
    created: Rfc3339
    updated: Rfc3339
    type: GroupType
    title: str = ""
    name: str = ""
    nice_group_name: str = ""
    alias: str = ""
    desc: str = ""
    plain_desc: str = ""
    subject_tag: str = ""
    footer: str = ""
    website: str = ""
    announce: bool = False
    moderation: GroupModeration
    new_users_moderated: bool = False
    unmoderate_users_after: int = 0
    restricted: bool = False
    allow_non_subs_to_post: bool = False
    force_html_emails: bool = False
    normalize_html_emails: bool = False
    reply_to: GroupReplyTo
    remove_other_reply_options: bool = False
    privacy: GroupPrivacy | SubGroupPrivacy
    seperate_footers: bool = False
    allow_downloads: AllowDownloads
    members_visible: GroupViewMembers
    sub_group_access: SubGroupAccess
    calendar_access: GroupAccess
    files_access: GroupAccess
    database_access: GroupAccess
    wiki_access: GroupAccess
    photos_access: GroupAccess
    member_directory_access: GroupAccess
    polls_access: PollsAccess
    chat_access: GroupAccess
    handle_attachments: GroupAttachments
    plain_text_only: bool = False
    handle_virus: HandleVirus
    locked: bool = False
    plan: GroupPlan
    trial_group: bool = False
    has_cover_photo: bool = False
    has_icon: bool = False
    parent_group_id: int = 0
    org_id: int = 0
    max_photo_size_email: MaxPhotoSize
    max_photo_size_photos: MaxPhotoSize
    max_photo_size_databases: MaxPhotoSize
    max_photo_size_wiki_images: MaxPhotoSize
    hash_tags_required: bool = False
    hash_tag_permissions: HashTagPermissions
    bounce_attachments: bool = False
    allow_photos_in_files: bool = False
    allow_reposts: bool = False
    min_days_between_reposts: int = 0
    max_number_of_reposts: int = 0
    email_delivery_default: EmailDelivery
    message_selection_default: MessageSelection
    auto_follow_replies_default: bool = False
    max_attachment_size_default: MaxAttachmentSize
    default_color: str = ""
    default_timezone: str = ""
    default_time_pref: TimePref
    default_date_pref: DatePref
    default_monday_start: bool = False
    disable_edits: bool = False
    disable_no_email: bool = False
    auto_close_threads: bool = False
    close_threads_after: int = 0
    auto_moderate_threads: bool = False
    moderate_threads_after: int = 0
    sticky_wiki_page_id: int = 0
    sub_group_categoryid: int = 0
    subs_count: int = 0
    pending_subs_count: int = 0
    pending_msgs_count: int = 0
    open_chats_count: int = 0
    threads_count: int = 0
    messages_count: int = 0
    org_domain: str = ""
    most_recent_message: Rfc3339 = NEVER
    cover_photo_url: str = ""
    icon_url: str = ""
    group_url: str = ""
    allow_parent_subs_to_post: bool = False
    send_event_summaries: bool = False
    event_summary_schedule: EventSummary
    send_invites_on_join: bool = False
    perms: Perms
    email_address: str = ""
    extra_member_data_columns: list[ExtraMemberDataColumn] = []


class GroupAlias(Object, kw_only=True):
    """A second name of a group."""

    id: int
    object: str = "groupalias"
    created: Rfc3339
    updated: Rfc3339
    name: str = ""
    alias_group_id: int = 0
