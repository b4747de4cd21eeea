"""The endpoints of private messages."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from folkmoot.wire.friendica.message import DirectMessage
from folkmoot.wire.friendica.node import Result
from folkmoot.wire.friendica.requests import FEED, PLAIN, Count
from folkmoot.wire.request import CALL, DELETE, GET, POST, Request

A = TypeVar("A", covariant=True)
READ, WRITE = "read:statuses", "write:statuses"


class Mailbox(Request[A], kw_only=True):
    """Base of lists of messages, newest first; user_id, screen_name and profileurl name a correspondent.

    getText: absent, `text` is title, line end and plain body; "plain" and "html" keep the title apart.
    friendica_verbose: an empty list is told by an object. getUserObjects false leaves the people out.
    """

    count: Count = 20
    page: int = 1
    since_id: int = 0
    max_id: int = 0
    getText: str | None = None
    friendica_verbose: bool = False
    getUserObjects: bool = True
    user_id: str | None = None
    screen_name: str | None = None
    profileurl: str | None = None


@CALL("*", "/api/direct_messages", formats=FEED, scope=READ)
class Inbox(Mailbox[list[DirectMessage]], kw_only=True):
    """Messages that the caller got."""

    include_entities: bool = False


@CALL("*", "/api/direct_messages/all", formats=FEED, scope=READ)
class AllMessages(Mailbox[list[DirectMessage]], kw_only=True):
    """Messages that the caller got or sent."""


@CALL("*", "/api/direct_messages/conversation", formats=FEED, scope=READ)
class MessageThread(Mailbox[list[DirectMessage]], kw_only=True):
    """Messages of one thread: uri is their friendica_parent_uri."""

    uri: str | None = None


@CALL("*", "/api/direct_messages/sent", formats=FEED, scope=READ)
class SentMessages(Mailbox[list[DirectMessage]], kw_only=True):
    """Messages that the caller sent."""

    include_entities: bool = False


@CALL("POST PUT", "/api/direct_messages/new", formats=PLAIN, scope=WRITE)
class NewMessage(Request[DirectMessage], kw_only=True):
    """Send a message to one person; replyto is the message that is answered: its thread and title are taken over."""

    user_id: str | None = None
    screen_name: str | None = None
    user: str | None = None
    """Twitter 1.0: a screen name or an id."""
    text: str | None = None
    replyto: int | None = None
    title: str | None = None
    getText: str | None = None


@CALL(
    "POST DELETE",
    "/api/direct_messages/destroy",
    formats=PLAIN,
    aliases=("/api/direct_messages/destroy/{id}",),
    scope=WRITE,
)
class DestroyMessage(Request[DirectMessage | Result], kw_only=True):
    """Take a message off one's own list."""

    id: int | None = None
    include_entities: bool = False
    friendica_parenturi: str | None = None
    friendica_verbose: bool = False


@GET("/api/direct_messages/show", formats=PLAIN, aliases=("/api/direct_messages/show/{id}",), scope=READ)
class ShowMessage(Request[DirectMessage], kw_only=True):
    """One message."""

    id: int | None = None


@CALL("GET POST", "/api/friendica/direct_messages_setseen", formats=PLAIN, scope="write:conversations")
class SetMessageSeen(Request[Result], kw_only=True):
    """Mark a message as seen."""

    id: int | None = None


@GET("/api/friendica/direct_messages_search", formats=PLAIN, scope=READ)
class SearchMessages(Request[dict[str, Any]], kw_only=True):
    """Messages whose text holds searchstring."""

    searchstring: str | None = None
    getText: str | None = None
    getUserObjects: bool = True


@POST("/api/direct_messages/events/new", scope=WRITE)
class NewMessageEvent(Request[dict[str, Any]], kw_only=True):
    """Send a message, in the form of Twitter 1.1."""

    event: dict[str, Any] = msgspec.field(default_factory=dict)


@GET("/api/direct_messages/events/list", scope=READ)
class ListMessageEvents(Request[dict[str, Any]], kw_only=True):
    """Messages got and sent, newest first, 50 at most; cursor is what the page before said."""

    count: int = 20
    cursor: str | None = None


@GET("/api/direct_messages/events/show", scope=READ)
class ShowMessageEvent(Request[dict[str, Any]], kw_only=True):
    """One message, in the form of Twitter 1.1."""

    id: int | None = None


@DELETE("/api/direct_messages/events/destroy", scope=WRITE)
class DestroyMessageEvent(Request[None], kw_only=True):
    """Take a message off one's own list."""

    id: int | None = None
