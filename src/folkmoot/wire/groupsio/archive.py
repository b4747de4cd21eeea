"""Topics and messages, and the lists that hold them."""

from __future__ import annotations

from typing import Any

from folkmoot.wire.codecs import NEVER, Rfc3339
from folkmoot.wire.groupsio.enums import (
    HashtagUntil,
    MessageReplyTo,
    SearchPresetDateRange,
    SortDir,
    ThreadReplyTo,
)
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.object import Object
from folkmoot.wire.groupsio.perms import Perms


class Hashtag(Object, kw_only=True):
    """A hashtag with its rules for posting."""

    id: int
    object: str = "hashtag"
    created: Rfc3339
    group_id: int = 0
    name: str = ""
    mods_only_post: bool = False
    mods_only_replies: bool = False
    no_email: bool = False
    moderated: bool = False
    special: bool = False
    replies_unmoderated: bool = False
    locked: bool = False
    until: HashtagUntil
    close_instead_of_delete: bool = False
    description: str = ""
    color_name: str = ""
    color_hex: str = ""
    reply_to: ThreadReplyTo
    topic_count: int = 0
    last_message_date: Rfc3339 = NEVER
    muted: Any = None
    followed: Any = None


class Topic(Object, kw_only=True):
    """A thread of messages."""

    id: int
    object: str = "topic"
    created: Rfc3339
    updated: Rfc3339
    group_id: int = 0
    group_subject_tag: str = ""
    subject: str = ""
    summary: str = ""
    name: str = ""
    profile_photo_url: str = ""
    num_messages: int = 0
    is_sticky: bool = False
    is_moderated: bool = False
    is_closed: bool = False
    has_attachments: bool = False
    reply_to: ThreadReplyTo
    most_recent_message: Rfc3339 = NEVER
    hashtags: list[Hashtag] | None = None


class MessageAttachment(Object, kw_only=True):
    """A file of a message."""

    id: int
    media_type: str = ""
    download_url: str = ""
    image_thumbnail_url: str = ""
    filename: str = ""


class Message(Object, kw_only=True):
    """A message; msg_num counts within the group."""

    id: int
    object: str = "message"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    topic_id: int = 0
    body: str = ""
    quoted: str = ""
    remainder: str = ""
    snippet: str = ""
    subject: str = ""
    subject_with_tags: str = ""
    name: str = ""
    profile_photo_url: str = ""
    is_plain_text: bool = False
    msg_num: int = 0
    is_reply: bool = False
    has_liked: bool = False
    num_likes: int = 0
    is_closed: bool = False
    is_moderated: bool = False
    reply_to: MessageReplyTo
    can_repost: bool = False
    hashtags: list[Hashtag] = []
    poll_id: int = 0
    attachments: list[MessageAttachment] = []


class MessageSearchResult(Object, kw_only=True):
    """A hit of a search."""

    id: int
    object: str = "message_search_result"
    created: Rfc3339
    updated: Rfc3339
    group_id: int = 0
    topic_id: int = 0
    summary: str = ""
    subject: str = ""
    body: str = ""
    user_id: int = 0
    profile_photo_url: str = ""
    name: str = ""
    can_view_profile: bool = False
    rev_count: int = 0
    msg_num: int = 0
    num_msgs_in_topic: int = 0
    is_closed: bool = False
    is_moderated: bool = False
    is_sticky: bool = False
    has_attachments: bool = False
    hashtags: list[Hashtag] = []


class MessageListEnvelope(Object, kw_only=True):
    """A page of messages with the group, its topic and the posters."""

    object: str = "list"
    total_count: int = 0
    start_item: int = 0
    end_item: int = 0
    has_more: bool = False
    next_page_token: int = 0
    sort_field: str = ""
    second_order: str = ""
    query: str = ""
    sort_dir: SortDir = ""
    group_perms: Perms
    group: Group
    cover_photo_url: str = ""
    sub_data: list[MemberInfo] = []
    topic: Topic
    data: list[Message] = []


class SearchListEnvelope(Object, kw_only=True):
    """A page of hits with the settings of the search."""

    object: str = "list"
    total_count: int = 0
    start_item: int = 0
    end_item: int = 0
    has_more: bool = False
    next_page_token: int = 0
    sort_field: str = ""
    second_order: str = ""
    query: str = ""
    sort_dir: SortDir = ""
    profile_photo_url: str = ""
    name: str = ""
    can_view_profile: bool = False
    collapse_topics: bool = False
    exclude_sigs: bool = False
    start_date: Rfc3339 = NEVER
    end_date: Rfc3339 = NEVER
    preset_date_range: SearchPresetDateRange
    hashtag: Hashtag
    poster_user_id: int = 0
    data: list[MessageSearchResult] = []


class MonthCount(Object, kw_only=True):
    """How many messages one month brought."""

    object: str = "month_count"
    year: int = 0
    month: int = 0
    msgs_sent: int = 0


class MessageHistory(Object, kw_only=True):
    """How many messages each month brought."""

    object: str = "message_history"
    month_counts: list[MonthCount] = []
    tz_offset: int = 0


class PendingMessage(Object, kw_only=True):
    """A message that waits for a moderator."""

    object: str = "pending_message"
    id: int
    created: str = ""
    updated: str = ""
    group_id: int = 0
    user_id: int = 0
    subject: str = ""
    is_special: bool = False
    is_web_post: bool = False
    has_attachments: bool = False
    editor_member_id: int = 0
    raw_message: str = ""
    message_body: str = ""
    body_format: str = ""
    sender: PersonRef
    sender_email: str = ""
    sender_name: str = ""
    claiming_user: PersonRef
    claimed_date: str = ""
    editor: PersonRef
    edit_reason: str = ""
    type: str = ""
    virus_name: str = ""


class PersonRef(Object, kw_only=True):
    """A person in short."""

    profile_photo_url: str = ""
    name: str = ""
    can_view_profile: bool = False
