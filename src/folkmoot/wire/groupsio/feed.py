"""What is new, gathered."""

from __future__ import annotations

from folkmoot.wire.codecs import Rfc3339
from folkmoot.wire.groupsio.archive import Hashtag, Topic
from folkmoot.wire.groupsio.calendar import Event
from folkmoot.wire.groupsio.chat import Chat
from folkmoot.wire.groupsio.database import DatabaseTable
from folkmoot.wire.groupsio.enums import ActivityAction, ActivityVia
from folkmoot.wire.groupsio.files import File, Photo, WikiPage
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.object import Object


class Attachment(Object, kw_only=True):
    """A stored file in a feed; its id is text."""

    id: str = ""
    object: str = "attachment"
    created: Rfc3339
    group_id: int = 0
    user_id: int = 0
    thread_id: int = 0
    message_num: int = 0
    attach_num: int = 0
    type: str = ""
    sub_type: str = ""
    name: str = ""
    content: str = ""
    image_width: int = 0
    image_height: int = 0
    thumbnail_url: str = ""


class FeedTopic(Object, kw_only=True):
    """A topic with its images."""

    topic: Topic
    images: list[Attachment] = []


class Feed(Object, kw_only=True):
    """What is new in one group."""

    object: str = "feed"
    member_info: MemberInfo
    group: Group
    topics: list[FeedTopic] = []
    events: list[Event] = []
    files: list[File] = []
    photos: list[Photo] = []
    chats: list[Chat] = []
    wikis: list[WikiPage] = []
    subgroups: list[Group] = []
    tables: list[DatabaseTable] = []
    hashtags: list[Hashtag] = []


class ActivityLog(Object, kw_only=True):
    """An entry of the activity log."""

    id: int
    object: str = "activity_log"
    created: Rfc3339
    group_id: int = 0
    entry: str = ""
    via: ActivityVia


class WebhookEvent(Object, kw_only=True):
    """What is told to a webhook."""

    id: int
    object: str = "webhook_event"
    created: str = ""
    webhook_id: int = 0
    action: ActivityAction
    via: ActivityVia
    group: Group
    member_info: MemberInfo
    extra: str = ""
    extra_id: int = 0
