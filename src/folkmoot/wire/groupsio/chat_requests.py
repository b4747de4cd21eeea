"""The calls about chats; those about single lines are our own, as the reference leaves them to its web pages."""

from __future__ import annotations

from typing import Literal

import msgspec

from folkmoot.wire.groupsio.chat import Chat, ChatMessage, ChatSub
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.member_requests import PlainGroupCall, PlainGroupList
from folkmoot.wire.groupsio.requests import Limit
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET, POST, Request


@POST("/api/v1/newchat", aliases=("/v1/newchat",), permission="manage_chats")
class NewChat(PlainGroupCall[Chat], kw_only=True):
    """Start a chat, in which the caller is; with announce the group is told. The description is HTML."""

    subject: str
    desc: str
    announce: bool
    csrf: str = ""


@POST("/api/v1/updatechat", aliases=("/v1/updatechat",))
class UpdateChat(Request[Chat], kw_only=True):
    """Change one's own chat; is_closed lets nobody in any more."""

    chat_id: int
    csrf: str = ""
    subject: str | msgspec.UnsetType = msgspec.UNSET
    desc: str | msgspec.UnsetType = msgspec.UNSET
    is_closed: bool | msgspec.UnsetType = msgspec.UNSET


@GET("/api/v1/getchats", aliases=("/v1/getchats",), auth="optional", permission="chat_visible")
class GetChats(PlainGroupList[ListEnvelope[Chat]], kw_only=True):
    """The chats of a group, closed ones only with show_closed."""

    show_closed: bool = False


@POST("/api/v1/deletechat", aliases=("/v1/deletechat",))
class DeleteChat(Request[None], kw_only=True):
    """Delete one's own chat; the answer is empty."""

    chat_id: int
    csrf: str = ""


@POST("/api/v1/joinchat", aliases=("/v1/joinchat",), permission="chat_visible")
class JoinChat(Request[ChatSub], kw_only=True):
    """Join a chat that one is not in."""

    chat_id: int
    csrf: str = ""


@POST("/api/v1/chatmembers", aliases=("/v1/chatmembers",))
class ChatMembers(Request[ListEnvelope[MemberInfo]], kw_only=True):
    """Who is in the chat of one's own chatsub_id."""

    chatsub_id: int


@POST("/api/v1/leavechat", aliases=("/v1/leavechat",))
class LeaveChat(Request[None], kw_only=True):
    """Leave the chat of one's own chatsub_id; the answer is empty."""

    chatsub_id: int
    csrf: str = ""


@GET("/api/v1/getchathistory", aliases=("/v1/getchathistory",))
class GetChatHistory(Request[ListEnvelope[ChatMessage]], kw_only=True):
    """What was said in a chat, the newest first."""

    chat_id: int
    limit: Limit = 10
    page_token: int = 0


# ── our own ──────────────────────────────────────────────────────────────────────────────────────────────────────


@POST("/api/v1/newchatmessage", aliases=("/v1/newchatmessage",))
class NewChatMessage(Request[ChatMessage], kw_only=True):
    """Say something in a chat that one is in; "/leave" leaves it, and answers with what tells the others so."""

    chat_id: int
    message: str
    csrf: str = ""


@POST("/api/v1/updatechatmessage", aliases=("/v1/updatechatmessage",))
class UpdateChatMessage(Request[ChatMessage], kw_only=True):
    """Change one's own message; its version grows."""

    chat_id: int
    msg_num: int
    message: str
    csrf: str = ""


@POST("/api/v1/deletechatmessage", aliases=("/v1/deletechatmessage",))
class DeleteChatMessage(Request[ChatMessage], kw_only=True):
    """Take a message back, as a moderator anybody's; the answer stands for it in the history."""

    chat_id: int
    msg_num: int
    csrf: str = ""


@POST("/api/v1/seenchat", aliases=("/v1/seenchat",))
class SeenChat(Request[ChatSub], kw_only=True):
    """Note up to which message one has seen a chat."""

    chat_id: int
    msg_num: int
    csrf: str = ""


STREAM_PATHS = ("/api/v1/chatstream", "/v1/chatstream")
"""Where a chat is heard live: server-sent events ("chat_message", "error"), or a WebSocket of the same objects."""


class ChatStream(msgspec.Struct, kw_only=True):
    """Which chat; with since, what came after that message is sent first, as historical."""

    chat_id: int
    since: int | None = None


class ChatCommand(msgspec.Struct, kw_only=True):
    """What a client says on the WebSocket; msg_num names the message to change, to take back or seen last."""

    type: Literal["message", "edit", "delete", "seen"] = "message"
    message: str = ""
    msg_num: int = 0
