"""Private messages."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import TwitterTime
from folkmoot.wire.friendica.object import Object
from folkmoot.wire.friendica.status import User


class DirectMessage(Object, kw_only=True):
    """A private message."""

    id: int
    sender_id: int = 0
    text: str = ""
    recipient_id: int = 0
    created_at: TwitterTime
    sender_screen_name: str = ""
    recipient_screen_name: str = ""
    sender: User | UnsetType = UNSET
    recipient: User | UnsetType = UNSET
    title: str = ""
    friendica_seen: int = 0
    friendica_parent_uri: str = ""


class DMEvent(Object, kw_only=True):
    """A private message in the form of Twitter 1.1."""

    type: str = ""
    id: str = ""
    created_timestamp: str = ""
    message_create: dict[str, Any] = {}
