"""Methods about lists, made from friendica/requests_lists of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_lists as api

if TYPE_CHECKING:
    from folkmoot.wire.friendica.circle import List
    from folkmoot.wire.friendica.page import ListsPage
    from folkmoot.wire.friendica.status import Status


class ListsCalls(Service):
    """Endpoints of circles and lists, which are two views of one table."""

    def lists(self) -> list[List]:
        """Always empty, as in 2017.

        `GET /api/lists`, with the scope read:lists.
        """
        return self._send(api.NoLists())

    def lists_list(
        self, *, user_id: int | str | None = None, screen_name: str | None = None, reverse: bool = False
    ) -> list[List]:
        """The lists that somebody made and the caller may know of: the caller's own.

        `GET /api/lists/list`, with the scope read:lists.
        """
        return self._send(
            api.ListLists(
                user_id=None if user_id is None else str(user_id), screen_name=screen_name, reverse=reverse
            )
        )

    def lists_ownerships(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        cursor: int = -1,
        count: int = 20,
    ) -> ListsPage:
        """The caller's own lists.

        `GET /api/lists/ownerships`, with the scope read:lists.
        """
        return self._send(
            api.ListOwnerships(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                cursor=cursor,
                count=count,
            )
        )

    def lists_subscriptions(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        cursor: int = -1,
        count: int = 20,
    ) -> ListsPage:
        """Lists of others that somebody follows: there are none, as lists are their owner's alone.

        `GET /api/lists/subscriptions`, with the scope read:lists.
        """
        return self._send(
            api.ListSubscriptions(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                cursor=cursor,
                count=count,
            )
        )

    def lists_show(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
    ) -> List:
        """One list.

        `GET /api/lists/show`, with the scope read:lists.
        """
        return self._send(
            api.ShowList(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
            )
        )

    def lists_create(
        self, *, name: str | None = None, mode: str = "public", description: str | None = None
    ) -> List:
        """Make a list. A public one is shown to everybody, with who is in it; nobody else knows of a private one.

        `POST /api/lists/create`, with the scope write:lists.
        """
        return self._send(api.CreateList(name=name, mode=mode, description=description))

    def lists_update(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        name: str | None = None,
        mode: str | None = None,
        description: str | None = None,
    ) -> List:
        """Give a list another name, mode or description.

        `POST /api/lists/update`, with the scope write:lists.
        """
        return self._send(
            api.UpdateList(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                name=name,
                mode=mode,
                description=description,
            )
        )

    def lists_destroy(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
    ) -> List:
        """Drop a list; answers with it as it was.

        `POST /api/lists/destroy`, with the scope write:lists.
        """
        return self._send(
            api.DestroyList(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
            )
        )

    def lists_statuses(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        exclude_replies: bool = False,
        conversation_id: int = 0,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        include_rts: bool = True,
    ) -> list[Status]:
        """What those in a list say.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/lists/statuses`, with the scope read:lists.
        """
        return self._send(
            api.ListStatuses(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                exclude_replies=exclude_replies,
                conversation_id=conversation_id,
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                include_rts=include_rts,
            )
        )
