"""Memberships of users in groups."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import NEVER, Rfc3339
from folkmoot.wire.groupsio.enums import (
    AboutFormat,
    ColumnType,
    EmailDelivery,
    MaxAttachmentSize,
    MemberNoticeType,
    MessageSelection,
    ProfilePrivacy,
    SubModstatus,
    SubNotify,
    SubOwnermsgNotify,
    SubPoststatus,
    SubStatus,
    UserStatus,
)
from folkmoot.wire.groupsio.object import Object
from folkmoot.wire.groupsio.perms import Perms


class ExtraMemberDataValue(Object, kw_only=True):
    """What a member entered in one of the columns of the group; only the keys of its type are there."""

    col_id: int = 0
    col_type: ColumnType
    text: str | UnsetType = UNSET
    checked: bool | UnsetType = UNSET
    date: str | UnsetType = UNSET
    time: str | UnsetType = UNSET
    street_address1: str | UnsetType = UNSET
    street_address2: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    zip: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    desc: str | UnsetType = UNSET
    image_name: str | UnsetType = UNSET


class Subscription(Object, kw_only=True):
    """A membership in its older form."""

    id: int
    object: str = "subscription"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    status: SubStatus
    post_status: SubPoststatus
    email_delivery: EmailDelivery
    message_selection: MessageSelection
    auto_follow_replies: bool = False
    max_attachment_size: MaxAttachmentSize
    approved_posts: int = 0
    mod_status: SubModstatus
    pending_msg_notify: SubNotify
    pending_sub_notify: SubNotify
    sub_notify: SubNotify
    storage_notify: SubNotify
    sub_group_notify: SubNotify
    message_report_notify: SubNotify
    mod_permissions: str = ""
    owner_msg_notify: SubOwnermsgNotify
    email: str = ""
    user_status: UserStatus
    user_name: str = ""
    timezone: str = ""
    full_name: str = ""
    about_me: str = ""
    about_format: AboutFormat
    location: str = ""
    website: str = ""
    profile_photo_id: str = ""
    profile_privacy: ProfilePrivacy
    dont_munge_message_id: bool = False
    moderator_notes: str = ""
    moderator_notes_updated: Rfc3339 = NEVER
    use_signature: bool = False
    use_signature_email: bool = False


class MemberInfo(Object, kw_only=True):
    """The membership of one user in one group; id is the member_info_id."""

    id: int
    object: str = "member_info"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    group_name: str = ""
    status: SubStatus
    post_status: SubPoststatus
    email_delivery: EmailDelivery
    message_selection: MessageSelection
    auto_follow_replies: bool = False
    max_attachment_size: MaxAttachmentSize
    approved_posts: int = 0
    mod_status: SubModstatus
    pending_msg_notify: SubNotify
    pending_sub_notify: SubNotify
    sub_notify: SubNotify
    storage_notify: SubNotify
    sub_group_notify: SubNotify
    message_report_notify: SubNotify
    account_notify: SubNotify
    mod_permissions: str = ""
    owner_msg_notify: SubOwnermsgNotify
    chat_notify: SubNotify
    photo_notify: SubNotify
    file_notify: SubNotify
    wiki_notify: SubNotify
    database_notify: SubNotify
    email: str = ""
    user_status: UserStatus
    user_name: str = ""
    timezone: str = ""
    full_name: str = ""
    about_me: str = ""
    location: str = ""
    website: str = ""
    profile_privacy: ProfilePrivacy
    dont_munge_message_id: bool = False
    use_signature: bool = False
    use_signature_email: bool = False
    signature: str = ""
    color: str = ""
    cover_photo_url: str = ""
    icon_url: str = ""
    nice_group_name: str = ""
    subs_count: int = 0
    most_recent_message: Rfc3339 = NEVER
    perms: Perms
    extra_member_data: list[ExtraMemberDataValue] = []


class AddError(Object, kw_only=True):
    """Why one address was not added."""

    object: str = "add_error"
    email: str = ""
    status: str = ""
    group_id: int = 0


class DirectAddResults(Object, kw_only=True):
    """What came of adding members."""

    object: str = "direct_add_results"
    total_emails: int = 0
    errors: list[AddError] | None = None
    added_members: list[MemberInfo] | None = None


class InviteResults(Object, kw_only=True):
    """What came of inviting."""

    object: str = "invite_results"
    total_emails: int = 0
    errors: list[AddError] | None = None
    invited: list[str] | None = None


class BulkRemoveResults(Object, kw_only=True):
    """What came of removing many members."""

    object: str = "bulk_remove_results"
    removed: int = 0
    total_emails: int = 0
    errors: list[AddError] | None = None


class MemberNotice(Object, kw_only=True):
    """A text that is sent on an event of a membership."""

    id: int
    object: str = "member_notice"
    created: Rfc3339
    updated: Rfc3339
    group_id: int = 0
    type: MemberNoticeType
    name: str = ""
    subject: str = ""
    message: str = ""
    is_default: bool = False
    send_monthly: bool = False
    send_monthly_special: bool = False
    send_on_join: bool = False
    private: bool = False
    guidelines_monthly_subject: str = ""
