"""Methods about chat, made from groupsio/chat_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import chat_requests as api

if TYPE_CHECKING:
    from msgspec import UnsetType

    from folkmoot.wire.groupsio.chat import Chat, ChatMessage, ChatSub
    from folkmoot.wire.groupsio.enums import SortDir
    from folkmoot.wire.groupsio.member import MemberInfo
    from folkmoot.wire.groupsio.result import ListEnvelope


class ChatCalls(Service):
    """Chats."""

    def new_chat(
        self,
        subject: str,
        desc: str,
        announce: bool,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
    ) -> Chat:
        """Start a chat, in which the caller is; with announce the group is told. The description is HTML.

        `POST /api/v1/newchat`, for those with the permission manage_chats.
        """
        return self._send(
            api.NewChat(
                subject=subject, desc=desc, announce=announce, group_id=group_id, group_name=group_name
            )
        )

    def update_chat(
        self,
        chat_id: int,
        *,
        subject: str | UnsetType = UNSET,
        desc: str | UnsetType = UNSET,
        is_closed: bool | UnsetType = UNSET,
    ) -> Chat:
        """Change one's own chat; is_closed lets nobody in any more.

        `POST /api/v1/updatechat`.
        """
        return self._send(api.UpdateChat(chat_id=chat_id, subject=subject, desc=desc, is_closed=is_closed))

    def get_chats(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        show_closed: bool = False,
    ) -> ListEnvelope[Chat]:
        """The chats of a group, closed ones only with show_closed.

        `GET /api/v1/getchats`, for those with the permission chat_visible.
        """
        return self._send(
            api.GetChats(
                group_id=group_id,
                group_name=group_name,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                show_closed=show_closed,
            )
        )

    def delete_chat(self, chat_id: int) -> None:
        """Delete one's own chat; the answer is empty.

        `POST /api/v1/deletechat`.
        """
        self._send(api.DeleteChat(chat_id=chat_id))

    def join_chat(self, chat_id: int) -> ChatSub:
        """Join a chat that one is not in.

        `POST /api/v1/joinchat`, for those with the permission chat_visible.
        """
        return self._send(api.JoinChat(chat_id=chat_id))

    def chat_members(self, chatsub_id: int) -> ListEnvelope[MemberInfo]:
        """Who is in the chat of one's own chatsub_id.

        `POST /api/v1/chatmembers`.
        """
        return self._send(api.ChatMembers(chatsub_id=chatsub_id))

    def leave_chat(self, chatsub_id: int) -> None:
        """Leave the chat of one's own chatsub_id; the answer is empty.

        `POST /api/v1/leavechat`.
        """
        self._send(api.LeaveChat(chatsub_id=chatsub_id))

    def get_chat_history(
        self, chat_id: int, *, limit: int = 10, page_token: int = 0
    ) -> ListEnvelope[ChatMessage]:
        """What was said in a chat, the newest first.

        `GET /api/v1/getchathistory`.
        """
        return self._send(api.GetChatHistory(chat_id=chat_id, limit=limit, page_token=page_token))

    def new_chat_message(self, chat_id: int, message: str) -> ChatMessage:
        """Say something in a chat that one is in; "/leave" leaves it, and answers with what tells the others so.

        `POST /api/v1/newchatmessage`.
        """
        return self._send(api.NewChatMessage(chat_id=chat_id, message=message))

    def update_chat_message(self, chat_id: int, msg_num: int, message: str) -> ChatMessage:
        """Change one's own message; its version grows.

        `POST /api/v1/updatechatmessage`.
        """
        return self._send(api.UpdateChatMessage(chat_id=chat_id, msg_num=msg_num, message=message))

    def delete_chat_message(self, chat_id: int, msg_num: int) -> ChatMessage:
        """Take a message back, as a moderator anybody's; the answer stands for it in the history.

        `POST /api/v1/deletechatmessage`.
        """
        return self._send(api.DeleteChatMessage(chat_id=chat_id, msg_num=msg_num))

    def seen_chat(self, chat_id: int, msg_num: int) -> ChatSub:
        """Note up to which message one has seen a chat.

        `POST /api/v1/seenchat`.
        """
        return self._send(api.SeenChat(chat_id=chat_id, msg_num=msg_num))
