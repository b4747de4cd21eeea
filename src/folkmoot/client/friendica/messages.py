"""Methods about messages, made from friendica/requests_messages of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_messages as api

if TYPE_CHECKING:
    from typing import Any

    from folkmoot.wire.friendica.message import DirectMessage
    from folkmoot.wire.friendica.node import Result


class MessagesCalls(Service):
    """The endpoints of private messages."""

    def direct_messages(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        getText: str | None = None,
        friendica_verbose: bool = False,
        getUserObjects: bool = True,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        include_entities: bool = False,
    ) -> list[DirectMessage]:
        """Messages that the caller got.

        Lists of messages, newest first; user_id, screen_name and profileurl name a correspondent.

        getText: absent, `text` is title, line end and plain body; "plain" and "html" keep the title apart.
        friendica_verbose: an empty list is told by an object. getUserObjects false leaves the people out.

        `GET /api/direct_messages`, with the scope read:statuses.
        """
        return self._send(
            api.Inbox(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                getText=getText,
                friendica_verbose=friendica_verbose,
                getUserObjects=getUserObjects,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                include_entities=include_entities,
            )
        )

    def direct_messages_all(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        getText: str | None = None,
        friendica_verbose: bool = False,
        getUserObjects: bool = True,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
    ) -> list[DirectMessage]:
        """Messages that the caller got or sent.

        Lists of messages, newest first; user_id, screen_name and profileurl name a correspondent.

        getText: absent, `text` is title, line end and plain body; "plain" and "html" keep the title apart.
        friendica_verbose: an empty list is told by an object. getUserObjects false leaves the people out.

        `GET /api/direct_messages/all`, with the scope read:statuses.
        """
        return self._send(
            api.AllMessages(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                getText=getText,
                friendica_verbose=friendica_verbose,
                getUserObjects=getUserObjects,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
            )
        )

    def direct_messages_conversation(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        getText: str | None = None,
        friendica_verbose: bool = False,
        getUserObjects: bool = True,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        uri: str | None = None,
    ) -> list[DirectMessage]:
        """Messages of one thread: uri is their friendica_parent_uri.

        Lists of messages, newest first; user_id, screen_name and profileurl name a correspondent.

        getText: absent, `text` is title, line end and plain body; "plain" and "html" keep the title apart.
        friendica_verbose: an empty list is told by an object. getUserObjects false leaves the people out.

        `GET /api/direct_messages/conversation`, with the scope read:statuses.
        """
        return self._send(
            api.MessageThread(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                getText=getText,
                friendica_verbose=friendica_verbose,
                getUserObjects=getUserObjects,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                uri=uri,
            )
        )

    def direct_messages_sent(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        getText: str | None = None,
        friendica_verbose: bool = False,
        getUserObjects: bool = True,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        include_entities: bool = False,
    ) -> list[DirectMessage]:
        """Messages that the caller sent.

        Lists of messages, newest first; user_id, screen_name and profileurl name a correspondent.

        getText: absent, `text` is title, line end and plain body; "plain" and "html" keep the title apart.
        friendica_verbose: an empty list is told by an object. getUserObjects false leaves the people out.

        `GET /api/direct_messages/sent`, with the scope read:statuses.
        """
        return self._send(
            api.SentMessages(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                getText=getText,
                friendica_verbose=friendica_verbose,
                getUserObjects=getUserObjects,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                include_entities=include_entities,
            )
        )

    def direct_messages_new(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        user: str | None = None,
        text: str | None = None,
        replyto: int | None = None,
        title: str | None = None,
        getText: str | None = None,
    ) -> DirectMessage:
        """Send a message to one person; replyto is the message that is answered: its thread and title are taken over.

        `POST /api/direct_messages/new`, with the scope write:statuses.
        """
        return self._send(
            api.NewMessage(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                user=user,
                text=text,
                replyto=replyto,
                title=title,
                getText=getText,
            )
        )

    def direct_messages_destroy(
        self,
        id: int | None = None,
        *,
        include_entities: bool = False,
        friendica_parenturi: str | None = None,
        friendica_verbose: bool = False,
    ) -> DirectMessage | Result:
        """Take a message off one's own list.

        `POST /api/direct_messages/destroy`, with the scope write:statuses.
        """
        return self._send(
            api.DestroyMessage(
                id=id,
                include_entities=include_entities,
                friendica_parenturi=friendica_parenturi,
                friendica_verbose=friendica_verbose,
            )
        )

    def direct_messages_show(self, id: int | None = None) -> DirectMessage:
        """One message.

        `GET /api/direct_messages/show`, with the scope read:statuses.
        """
        return self._send(api.ShowMessage(id=id))

    def friendica_direct_messages_setseen(self, *, id: int | None = None) -> Result:
        """Mark a message as seen.

        `GET /api/friendica/direct_messages_setseen`, with the scope write:conversations.
        """
        return self._send(api.SetMessageSeen(id=id))

    def friendica_direct_messages_search(
        self, *, searchstring: str | None = None, getText: str | None = None, getUserObjects: bool = True
    ) -> dict[str, Any]:
        """Messages whose text holds searchstring.

        `GET /api/friendica/direct_messages_search`, with the scope read:statuses.
        """
        return self._send(
            api.SearchMessages(searchstring=searchstring, getText=getText, getUserObjects=getUserObjects)
        )

    def direct_messages_events_new(self, *, event: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a message, in the form of Twitter 1.1.

        `POST /api/direct_messages/events/new`, with the scope write:statuses.
        """
        return self._send(api.NewMessageEvent(event=event or {}))

    def direct_messages_events_list(self, *, count: int = 20, cursor: str | None = None) -> dict[str, Any]:
        """Messages got and sent, newest first, 50 at most; cursor is what the page before said.

        `GET /api/direct_messages/events/list`, with the scope read:statuses.
        """
        return self._send(api.ListMessageEvents(count=count, cursor=cursor))

    def direct_messages_events_show(self, *, id: int | None = None) -> dict[str, Any]:
        """One message, in the form of Twitter 1.1.

        `GET /api/direct_messages/events/show`, with the scope read:statuses.
        """
        return self._send(api.ShowMessageEvent(id=id))

    def direct_messages_events_destroy(self, *, id: int | None = None) -> None:
        """Take a message off one's own list.

        `DELETE /api/direct_messages/events/destroy`, with the scope write:statuses.
        """
        self._send(api.DestroyMessageEvent(id=id))
