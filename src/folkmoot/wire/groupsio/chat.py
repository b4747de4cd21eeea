"""Chats."""

from __future__ import annotations

from typing import Any

from folkmoot.wire.codecs import Rfc3339
from folkmoot.wire.groupsio.enums import ChatMsgType, ProfilePrivacy
from folkmoot.wire.groupsio.object import Object


class ChatSub(Object, kw_only=True):
    """The caller's place in a chat."""

    id: int
    object: str = "chat_sub"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    chat_id: int = 0
    last_msg_seen: int = 0


class Chat(Object, kw_only=True):
    """A chat."""

    id: int
    object: str = "chat"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    profile_photo_url: str = ""
    name: str = ""
    can_view_profile: bool = False
    group_id: int = 0
    subject: str = ""
    desc: str = ""
    is_closed: bool = False
    num_messages: int = 0
    chat_sub: ChatSub


class ChatMessage(Object, kw_only=True):
    """A line of a chat."""

    id: int
    object: str = "chat_message"
    created: Rfc3339
    version: int = 0
    user_id: int = 0
    group_id: int = 0
    chat_id: int = 0
    historical: bool = False
    type: ChatMsgType
    message: str = ""
    msg_num: int = 0
    delete_msg_num: int = 0
    photo_width: int = 0
    photo_height: int = 0
    tapbacks: list[Any] | None = None
    tapback_counts: dict[str, Any] | list[Any] | None = None
    display_name: str = ""
    user_name: str = ""
    profile_photo_url: str = ""
    profile_privacy: ProfilePrivacy
    profile_color: str = ""
    email: str = ""
