"""The sets of words that objects use, as types; a field that takes words may hold no others."""

from __future__ import annotations

from typing import Literal

GroupPrivacy = Literal[
    "group_privacy_none", "group_privacy_archives", "group_privacy_unlisted", "group_privacy_unlisted_public"
]

SubGroupPrivacy = Literal[
    "sub_group_privacy_none",
    "sub_group_privacy_archives",
    "sub_group_privacy_unlisted",
    "sub_group_privacy_limited_archives",
    "sub_group_privacy_unlisted_public",
]

EmailDelivery = Literal[
    "email_delivery_single",
    "email_delivery_digest",
    "email_delivery_html_digest",
    "email_delivery_special",
    "email_delivery_none",
    "email_delivery_summary",
]

MessageSelection = Literal[
    "message_selection_all", "message_selection_follow_only", "message_selection_follow_and_first_message"
]

MaxAttachmentSize = Literal[
    "max_attachment_size_unlimited",
    "max_attachment_size_small",
    "max_attachment_size_medium",
    "max_attachment_size_large",
    "max_attachment_size_none",
]

GroupAccess = Literal[
    "group_access_subscribers",
    "group_access_limited",
    "group_access_moderators_only",
    "group_access_none",
    "group_access_public",
    "group_access_public_limited",
    "group_access_parent",
    "group_access_parent_limited",
    "group_access_public_parent",
    "group_access_public_parent_limited",
    "group_access_subscribers_no_folders",
]

PollsAccess = Literal["polls_access_subscribers", "polls_access_none", "polls_access_moderators_only"]
"""Who may create polls."""

GroupViewMembers = Literal[
    "group_view_members_subs", "group_view_members_moderators", "group_view_members_owners"
]
"""Who sees the member list."""

SubGroupAccess = Literal["sub_group_subs", "sub_group_moderators", "sub_group_owners"]
"""Who may create subgroups."""

GroupReplyTo = Literal[
    "group_reply_to_group",
    "group_reply_to_sender",
    "group_reply_to_moderators",
    "group_reply_to_group_and_sender",
    "group_reply_to_followers",
    "group_reply_to_other_group",
]

MessageReplyTo = Literal[
    "group_reply_only_to_sender",
    "group_reply_to_group",
    "group_reply_to_sender",
    "group_reply_to_moderators",
    "group_reply_to_group_and_sender",
    "group_reply_to_followers",
]
"""Value of message.reply_to (the effective policy)."""

ThreadReplyTo = Literal[
    "thread_reply_group_default",
    "thread_reply_to_sender",
    "thread_reply_to_group",
    "thread_reply_to_moderators",
    "thread_reply_to_group_and_sender",
    "thread_reply_only_to_sender",
    "thread_reply_to_followers",
]
"""Per topic / per hashtag override of the reply target."""

GroupAttachments = Literal[
    "group_attachments_normal", "group_attachments_bounced", "group_attachments_stripped"
]
"""Handling of attachments in mail: keep, bounce the message, strip."""

HandleVirus = Literal["handle_virus_block", "handle_virus_moderate"]
"""What happens to infected mail."""

MaxPhotoSize = Literal[
    "max_photo_size_none",
    "max_photo_size_small",
    "max_photo_size_medium",
    "max_photo_size_large",
    "max_photo_size_ex_small",
    "max_photo_size_medium_small",
    "max_photo_size_somewhat_small",
]

HashTagPermissions = Literal[
    "hash_tag_create_subs", "hash_tag_create_mods_strip", "hash_tag_create_mods_bounce"
]

EventSummary = Literal[
    "event_summary_weekly_friday",
    "event_summary_weekly_sunday",
    "event_summary_weekly_monday",
    "event_summary_weekly_tuesday",
    "event_summary_weekly_wednesday",
    "event_summary_weekly_thursday",
    "event_summary_weekly_saturday",
    "event_summary_biweekly_friday",
    "event_summary_monthly",
]
"""When the upcoming-events mail goes out."""

AllowDownloads = Literal["allow_downloads_no", "allow_downloads_yes"]
"""May members download the archive."""

GroupType = Literal["group_type_messages", "group_type_chat"]
"""Message group or chat based group."""

GroupModeration = Literal["moderated", "first_message_moderated", "not_moderated"]

GroupPlan = Literal["group_plan_premium", "group_plan_free", "group_plan_enterprise"]
"""Plan of the group."""

SubStatus = Literal["sub_status_normal", "sub_status_pending", "sub_status_banned"]
"""State of a membership."""

SubPoststatus = Literal[
    "sub_poststatus_normal",
    "sub_poststatus_newusermoderated",
    "sub_poststatus_allowed",
    "sub_poststatus_moderated",
    "sub_poststatus_notallowed",
    "sub_poststatus_firstmoderated",
    "sub_poststatus_startedmoderated",
]
"""Posting privilege override of a member."""

SubModstatus = Literal["sub_modstatus_none", "sub_modstatus_owner", "sub_modstatus_moderator"]
"""Role in the group."""

SubNotify = Literal["sub_notify_email_and_app", "sub_notify_email", "sub_notify_none", "sub_notify_app"]
"""Channel of a notification."""

SubOwnermsgNotify = Literal["sub_ownermsg_notify_subs", "sub_ownermsg_notify_all", "sub_ownermsg_notify_none"]
"""Which mails to the owner address reach this moderator: all / only those by members / none."""

UserStatus = Literal[
    "user_status_confirmed",
    "user_status_notconfirmed",
    "user_status_inactive",
    "user_status_bouncing",
    "user_status_bounced",
]
"""State of the account."""

ProfilePrivacy = Literal["profile_private", "profile_members", "profile_public"]
"""Who sees the profile."""

AboutFormat = Literal["about_html", "about_plain", "about_markdown"]
"""Format of about_me."""

UserPostpref = Literal["user_postpref_html", "user_postpref_plain", "user_postpref_markdown"]
"""Editor preference."""

UserPerPagePref = Literal[
    "user_per_page_pref20", "user_per_page_pref50", "user_per_page_pref100", "user_per_page_pref_infinite"
]
"""Items per page."""

TimePref = Literal["standard_time", "time_relative", "time_absolute", "military_time"]
"""Clock display; the 2017 names were time_relative/time_absolute."""

DatePref = Literal["us_date", "intl_date", "iso_date"]
"""Date display."""

MessageView = Literal["thread_view", "message_view", "expanded_message_view", "polls_view"]
"""Default view of the archive."""

UserSortDir = Literal["sort_none", "sort_asc", "sort_desc"]
"""Stored sort preference."""

SearchSort = Literal["relevance_sort", "date_sort"]
"""Stored search order."""

HomePage = Literal["home_page_feed", "home_page_groups"]
"""Page after login."""

CalendarView = Literal["cal_view_month", "cal_view_week", "cal_view_day", "cal_view_list"]

GridView = Literal["view_grid", "view_list"]
"""Default_hashtag_view, default_rsvp_view."""

DraftType = Literal["", "draft_type_reply", "draft_type_post", "draft_type_dm", "draft_type_member"]

DraftBodyType = Literal["", "html", "plain"]

RsvpType = Literal["", "rsvp_yes", "rsvp_maybe", "rsvp_waitlist", "rsvp_no"]
"""Rsvp_waitlist only comes back from the server, it is refused as input."""

ChatMsgType = Literal[
    "chat_msg_type_normal",
    "chat_msg_type_photo",
    "chat_msg_type_delete",
    "chat_msg_type_join",
    "chat_msg_type_leave",
]

FileType = Literal[
    "file_type_file",
    "file_type_folder",
    "file_type_link_generic",
    "file_type_link_google_drive",
    "file_type_link_dropbox",
    "file_type_link_box",
    "file_type_link_onedrive",
]
"""File.type."""

DatabaseAccess = Literal[
    "database_access_all",
    "database_access_mods",
    "database_access_owner_mods",
    "database_access_row_owner_mods",
]
"""Who may view/add/edit in a table."""

ColumnType = Literal[
    "text",
    "paragraph",
    "checkbox",
    "multiple_choice",
    "date",
    "time",
    "address",
    "multi_choice",
    "link",
    "image",
    "html_paragraph",
    "text_column",
    "paragraph_column",
    "checkbox_column",
    "multiple_choice_column",
    "multi_choice_column",
    "address_column",
    "number",
]

DeliveryType = Literal[
    "delivery_bounce_probe", "delivery_message", "delivery_digest", "delivery_summary", "delivery_notice"
]
"""Kind of mail in delivery/bounce records."""

ActivityVia = Literal["via_robot", "via_web", "via_email", "via_api", "via_app"]

ActivityAction = Literal[
    "joined",
    "left",
    "sent_message_accepted",
    "created_subgroup",
    "deleted_subgroup",
    "added_member",
    "removed_member",
    "ban_members",
]
"""Single activity type; same words as the action of the outgoing webhooks."""

SearchPresetDateRange = Literal["", "hour", "day", "week", "month", "year", "custom"]
"""Past hour / 24 hours / week / month / year / custom."""

MemberNoticeType = Literal[
    "member_notice_banned",
    "member_notice_joining",
    "member_notice_guidelines",
    "member_notice_pending",
    "member_notice_rejected_sub",
    "member_notice_invite",
    "member_notice_direct_add",
    "member_notice_removed",
    "member_notice_goodbye",
    "member_notice_rejected_msg",
    "member_notice_locked_topic",
    "member_notice_locked_group",
    "member_notice_message_member",
    "member_notice_monthly_reminder",
    "member_notice_sponsorship",
]
"""Kind of notice; joining is the welcome message of a new member."""

HashtagUntil = Literal[
    "hashtag_delete_month",
    "hashtag_delete_never",
    "hashtag_delete_day",
    "hashtag_delete_week",
    "hashtag_delete_3months",
    "hashtag_delete_6months",
    "hashtag_delete_year",
]
"""Life time of tagged topics: one day/week/month, three/six months, year, for ever."""

SortDir = Literal["", "asc", "desc"]
