"""What streams carry, and the paths and names of the streams."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.entity import Entity


class StreamReaction(Entity, kw_only=True):
    """A changed count of reactions to an announcement."""

    name: str = ""
    count: int = 0
    announcement_id: Id


STREAM_PATHS = {
    "/api/v1/streaming/user": "user",
    "/api/v1/streaming/user/notification": "user:notification",
    "/api/v1/streaming/public": "public",
    "/api/v1/streaming/public/local": "public:local",
    "/api/v1/streaming/public/remote": "public:remote",
    "/api/v1/streaming/hashtag": "hashtag",
    "/api/v1/streaming/hashtag/local": "hashtag:local",
    "/api/v1/streaming/list": "list",
    "/api/v1/streaming/direct": "direct",
}
"""Paths of the server-sent events, and the stream that each one carries."""

WEBSOCKET_PATH = "/api/v1/streaming"
HEALTH_PATH = "/api/v1/streaming/health"

STREAMS = (
    "public",
    "public:media",
    "public:local",
    "public:local:media",
    "public:remote",
    "public:remote:media",
    "hashtag",
    "hashtag:local",
    "user",
    "user:notification",
    "list",
    "direct",
)
"""Names that a WebSocket may subscribe to; with only_media the three public paths carry the :media ones."""

EVENTS = (
    "update",
    "delete",
    "notification",
    "filters_changed",
    "conversation",
    "announcement",
    "announcement.reaction",
    "announcement.delete",
    "status.update",
    "notifications_merged",
)
"""Events; the payload is an entity as JSON text, a bare id for deletes, none for filters_changed."""


class StreamCommand(Entity, kw_only=True):
    """What a client says on the WebSocket. Page: methods/streaming."""

    type: Literal["subscribe", "unsubscribe"]
    stream: str
    tag: str | UnsetType = UNSET
    list: str | UnsetType = UNSET


class StreamMessage(Entity, kw_only=True):
    """What the WebSocket says: the stream with its tag or list, the event, and the payload as text."""

    stream: list[str]
    event: str
    payload: str | UnsetType = UNSET


class StreamError(Entity, kw_only=True):
    """A refusal on the WebSocket."""

    error: str
    status: int
