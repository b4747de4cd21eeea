"""Calls about groups: settings, subgroups, other names, notices to members, and the log."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.groupsio.archive import PendingMessage
from folkmoot.wire.groupsio.enums import (
    EmailDelivery,
    EventSummary,
    GroupAccess,
    GroupAttachments,
    GroupReplyTo,
    GroupViewMembers,
    HandleVirus,
    HashTagPermissions,
    MaxAttachmentSize,
    MaxPhotoSize,
    MessageSelection,
    PollsAccess,
    SubGroupAccess,
    SubGroupPrivacy,
)
from folkmoot.wire.groupsio.feed import ActivityLog
from folkmoot.wire.groupsio.group import Group, GroupAlias
from folkmoot.wire.groupsio.member import MemberNotice
from folkmoot.wire.groupsio.member_requests import PlainGroupList
from folkmoot.wire.groupsio.request_enums import Color, FigLeaf
from folkmoot.wire.groupsio.requests import Call, GroupCall, GroupListCall
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET, POST

Word = str | UnsetType
Flag = bool | UnsetType
Number = int | UnsetType
SETTINGS = "manage_group_settings"


@POST("/api/v1/createsubgroup", aliases=("/v1/createsubgroup",), permission="manage_subgroups")
class CreateSubgroup(GroupCall[Group], kw_only=True):
    """Found a group below the named one; it is called Parent+Sub, and the caller becomes its owner."""

    sub_group_name: str
    desc: str
    privacy: SubGroupPrivacy = "sub_group_privacy_none"
    csrf: str = ""
    email_delivery: EmailDelivery | None = None
    message_selection: MessageSelection | None = None
    auto_follow_replies: bool = False
    max_attachment_size: MaxAttachmentSize | None = None


@GET("/api/v1/getsubgroups", aliases=("/v1/getsubgroups",), permission=SETTINGS)
class GetSubgroups(GroupListCall[ListEnvelope[Group]], kw_only=True):
    """The groups below a group."""


@POST("/api/v1/updategroup", aliases=("/v1/updategroup",), permission=SETTINGS)
class UpdateGroup(GroupCall[Group], kw_only=True):
    """Change a group's settings; what is not said stays."""

    csrf: str = ""
    title: Word = UNSET
    name: Word = UNSET
    alias: Word = UNSET
    desc: Word = UNSET
    subject_tag: Word = UNSET
    footer: Word = UNSET
    website: Word = UNSET
    announce: Flag = UNSET
    moderated: Flag = UNSET
    new_users_moderated: Flag = UNSET
    unmoderate_users_after: Number = UNSET
    restricted: Flag = UNSET
    allow_non_subs_to_post: Flag = UNSET
    force_html_emails: Flag = UNSET
    normalize_html_emails: Flag = UNSET
    reply_to: GroupReplyTo | UnsetType = UNSET
    remove_other_reply_options: Flag = UNSET
    privacy: Word = UNSET
    members_visible: GroupViewMembers | UnsetType = UNSET
    sub_group_access: SubGroupAccess | UnsetType = UNSET
    calendar_access: GroupAccess | UnsetType = UNSET
    files_access: GroupAccess | UnsetType = UNSET
    database_access: GroupAccess | UnsetType = UNSET
    wiki_access: GroupAccess | UnsetType = UNSET
    photos_access: GroupAccess | UnsetType = UNSET
    member_directory_access: GroupAccess | UnsetType = UNSET
    polls_access: PollsAccess | UnsetType = UNSET
    chat_access: GroupAccess | UnsetType = UNSET
    handle_attachments: GroupAttachments | UnsetType = UNSET
    handle_virus: HandleVirus | UnsetType = UNSET
    plain_text_only: Flag = UNSET
    fig_leaf: FigLeaf | UnsetType = UNSET
    max_photo_size_email: MaxPhotoSize | UnsetType = UNSET
    max_photo_size_photos: MaxPhotoSize | UnsetType = UNSET
    max_photo_size_databases: MaxPhotoSize | UnsetType = UNSET
    max_photo_size_wiki_images: MaxPhotoSize | UnsetType = UNSET
    hash_tags_required: Flag = UNSET
    hash_tag_permissions: HashTagPermissions | UnsetType = UNSET
    bounce_attachments: Flag = UNSET
    allow_photos_in_files: Flag = UNSET
    email_delivery_default: EmailDelivery | UnsetType = UNSET
    message_selection_default: MessageSelection | UnsetType = UNSET
    auto_follow_replies_default: Flag = UNSET
    max_attachment_size_default: MaxAttachmentSize | UnsetType = UNSET
    default_color: Color | UnsetType = UNSET
    default_timezone: Word = UNSET
    disable_edits: Flag = UNSET
    disable_no_email: Flag = UNSET
    auto_close_threads: Flag = UNSET
    close_threads_after: Number = UNSET
    auto_moderate_threads: Flag = UNSET
    moderate_threads_after: Number = UNSET
    allow_reposts: Flag = UNSET
    min_days_between_reposts: Number = UNSET
    max_number_of_reposts: Number = UNSET
    allow_parent_subs_to_post: Flag = UNSET
    send_event_summaries: Flag = UNSET
    event_summary_schedule: EventSummary | UnsetType = UNSET
    send_invites_on_join: Flag = UNSET
    lock_group: Flag = UNSET


@POST("/api/v1/deletegroup", aliases=("/v1/deletegroup",), permission="delete_group")
class DeleteGroup(GroupCall[None], kw_only=True):
    """End a group and its subgroups, for good; understand must be the words "I understand"."""

    understand: str
    csrf: str = ""
    reason: str = ""


@GET("/api/v1/getgroupaliases", aliases=("/v1/getgroupaliases",), permission=SETTINGS)
class GetGroupAliases(GroupListCall[ListEnvelope[GroupAlias]], kw_only=True):
    """A group's other names."""


@POST("/api/v1/newgroupalias", aliases=("/v1/newgroupalias",), permission=SETTINGS)
class NewGroupAlias(GroupCall[Group], kw_only=True):
    """Give a group another name."""

    alias_name: str
    csrf: str = ""


@POST("/api/v1/deletegroupalias", aliases=("/v1/deletegroupalias",), permission=SETTINGS)
class DeleteGroupAlias(Call[Group], kw_only=True):
    """Take another name away, told by its own id or by itself."""

    alias_group_id: int | None = None
    alias_group_name: str | None = None
    csrf: str = ""


@GET("/api/v1/getactivitylog", aliases=("/v1/getactivitylog",), permission="view_activity")
class GetActivityLog(GroupListCall[ListEnvelope[ActivityLog]], kw_only=True):
    """What was done in a group. The narrowing words are taken as text, since others are a bad_request each."""

    filter_by: str = ""
    restrict_date: str = ""
    start_date: str = ""
    end_date: str = ""
    action: str = ""
    member_info_id: int | None = None
    past_member_info_id: int | None = None


@POST("/api/v1/newmembernotice", aliases=("/v1/newmembernotice",), permission=SETTINGS)
class NewMemberNotice(GroupCall[MemberNotice], kw_only=True):
    """Write a text that is sent on an event of a membership; the message is HTML."""

    name: str
    type: str
    subject: str
    message: str
    csrf: str = ""
    guidelines_subject: str = ""
    is_default: bool = False
    send_on_join: bool = False
    send_monthly: bool = False
    send_monthly_special: bool = False
    private: bool = False


@POST("/api/v1/updatemembernotice", aliases=("/v1/updatemembernotice",), permission=SETTINGS)
class UpdateMemberNotice(Call[MemberNotice], kw_only=True):
    """Change such a text; what is not said stays."""

    member_notice_id: int
    csrf: str = ""
    name: Word = UNSET
    type: Word = UNSET
    subject: Word = UNSET
    message: Word = UNSET
    guidelines_subject: Word = UNSET
    is_default: Flag = UNSET
    send_on_join: Flag = UNSET
    send_monthly: Flag = UNSET
    send_monthly_special: Flag = UNSET
    private: Flag = UNSET


@POST("/api/v1/deletemembernotice", aliases=("/v1/deletemembernotice",), permission=SETTINGS)
class DeleteMemberNotice(Call[None], kw_only=True):
    """Throw such a text away; the answer is empty."""

    member_notice_id: int
    csrf: str = ""


@GET("/api/v1/getmembernotices", aliases=("/v1/getmembernotices",), permission=SETTINGS)
class GetMemberNotices(GroupListCall[ListEnvelope[MemberNotice]], kw_only=True):
    """A group's texts, of one type or all."""

    type: str = ""


@GET("/api/v1/getpendingmessages", aliases=("/v1/getpendingmessages",), permission="manage_pending_messages")
class GetPendingMessages(PlainGroupList[ListEnvelope[PendingMessage]], kw_only=True):
    """Messages that wait for a moderator, oldest first."""
