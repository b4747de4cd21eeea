"""Methods about list people, made from friendica/requests_lists of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_lists as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from folkmoot.wire.friendica.circle import List
    from folkmoot.wire.friendica.page import ListsPage, UsersPage
    from folkmoot.wire.friendica.status import User


class ListPeopleCalls(Service):
    """Who is in a list, and who follows it."""

    def lists_memberships(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        cursor: int = -1,
        count: int = 20,
        filter_to_owned_lists: bool = False,
    ) -> ListsPage:
        """Those of the caller's lists that somebody is in.

        `GET /api/lists/memberships`, with the scope read:lists.
        """
        return self._send(
            api.ListMemberships(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                cursor=cursor,
                count=count,
                filter_to_owned_lists=filter_to_owned_lists,
            )
        )

    def lists_members(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        cursor: int = -1,
        count: int = 20,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> UsersPage:
        """Who is in a list.

        `GET /api/lists/members`, with the scope read:lists.
        """
        return self._send(
            api.ListMembers(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                cursor=cursor,
                count=count,
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def lists_subscribers(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        cursor: int = -1,
        count: int = 20,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> UsersPage:
        """Who reads a list: its owner alone.

        `GET /api/lists/subscribers`, with the scope read:lists.
        """
        return self._send(
            api.ListSubscribers(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                cursor=cursor,
                count=count,
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def lists_members_create(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        user_id: int | str | None = None,
        screen_name: str | None = None,
    ) -> List:
        """Put somebody into a list; who is in it already stays.

        `POST /api/lists/members/create`, with the scope write:lists.
        """
        return self._send(
            api.CreateMember(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
            )
        )

    def lists_members_destroy(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        user_id: int | str | None = None,
        screen_name: str | None = None,
    ) -> List:
        """Take somebody out of a list.

        `POST /api/lists/members/destroy`, with the scope write:lists.
        """
        return self._send(
            api.DestroyMember(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
            )
        )

    def lists_members_show(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> User:
        """Somebody, if they are in a list.

        `GET /api/lists/members/show`, with the scope read:lists.
        """
        return self._send(
            api.ShowMember(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def lists_subscribers_show(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> User:
        """Somebody, if they read a list: its owner.

        `GET /api/lists/subscribers/show`, with the scope read:lists.
        """
        return self._send(
            api.ShowSubscriber(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def lists_members_create_all(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        user_id: Sequence[int | str] = (),
        screen_name: Sequence[str] = (),
    ) -> List:
        """Put people into a list; those who are not there are left out.

        `POST /api/lists/members/create_all`, with the scope write:lists.
        """
        return self._send(
            api.CreateMembers(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                user_id=[str(one) for one in user_id],
                screen_name=list(screen_name),
            )
        )

    def lists_members_destroy_all(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
        user_id: Sequence[int | str] = (),
        screen_name: Sequence[str] = (),
    ) -> List:
        """Take people out of a list.

        `POST /api/lists/members/destroy_all`, with the scope write:lists.
        """
        return self._send(
            api.DestroyMembers(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
                user_id=[str(one) for one in user_id],
                screen_name=list(screen_name),
            )
        )

    def lists_subscribers_create(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
    ) -> List:
        """Read a list: one's own is read anyway.

        `POST /api/lists/subscribers/create`, with the scope write:lists.
        """
        return self._send(
            api.CreateSubscriber(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
            )
        )

    def lists_subscribers_destroy(
        self,
        *,
        list_id: int | str | None = None,
        slug: str | None = None,
        owner_screen_name: str | None = None,
        owner_id: int | str | None = None,
    ) -> List:
        """Read a list no longer: one's own goes on to be read.

        `POST /api/lists/subscribers/destroy`, with the scope write:lists.
        """
        return self._send(
            api.DestroySubscriber(
                list_id=None if list_id is None else str(list_id),
                slug=slug,
                owner_screen_name=owner_screen_name,
                owner_id=None if owner_id is None else str(owner_id),
            )
        )
