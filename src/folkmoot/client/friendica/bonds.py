"""Methods about bonds, made from friendica/requests_people of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_people as api

if TYPE_CHECKING:
    from msgspec import UnsetType

    from folkmoot.wire.friendica.page import IdsPage, UsersPage
    from folkmoot.wire.friendica.status import User


class BondsCalls(Service):
    """Whom people follow, and who follows them."""

    def friends_ids(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        cursor: str | UnsetType = UNSET,
        page: int = 1,
        stringify_ids: bool = False,
        count: int = 5000,
    ) -> list[int] | IdsPage:
        """Ids of those whom the caller follows.

        The seed's lists of friends and followers: bare, or a page where a cursor is sent.

        `GET /api/friends/ids`, with the scope read:follows.
        """
        return self._send(
            api.FriendsIds(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                cursor=cursor,
                page=page,
                stringify_ids=stringify_ids,
                count=count,
            )
        )

    def followers_ids(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        cursor: str | UnsetType = UNSET,
        page: int = 1,
        stringify_ids: bool = False,
        count: int = 5000,
    ) -> list[int] | IdsPage:
        """Ids of those who follow the caller.

        The seed's lists of friends and followers: bare, or a page where a cursor is sent.

        `GET /api/followers/ids`, with the scope read:follows.
        """
        return self._send(
            api.FollowersIds(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                cursor=cursor,
                page=page,
                stringify_ids=stringify_ids,
                count=count,
            )
        )

    def statuses_friends(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        cursor: str | UnsetType = UNSET,
        page: int = 1,
        include_entities: bool = False,
        skip_status: bool = False,
        count: int | UnsetType = UNSET,
    ) -> list[User] | UsersPage:
        """Those whom the caller follows, by nick.

        The seed's lists of friends and followers: bare, or a page where a cursor is sent.

        `GET /api/statuses/friends`, with the scope read:follows.
        """
        return self._send(
            api.ListFriends(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                cursor=cursor,
                page=page,
                include_entities=include_entities,
                skip_status=skip_status,
                count=count,
            )
        )

    def statuses_followers(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        cursor: str | UnsetType = UNSET,
        page: int = 1,
        include_entities: bool = False,
        skip_status: bool = False,
        count: int | UnsetType = UNSET,
    ) -> list[User] | UsersPage:
        """Those who follow the caller, by nick.

        The seed's lists of friends and followers: bare, or a page where a cursor is sent.

        `GET /api/statuses/followers`, with the scope read:follows.
        """
        return self._send(
            api.ListFollowers(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                cursor=cursor,
                page=page,
                include_entities=include_entities,
                skip_status=skip_status,
                count=count,
            )
        )

    def friends_list(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        user: str | None = None,
        cursor: int = -1,
        count: int = 20,
        skip_status: bool = False,
        include_user_entities: bool = True,
        since_id: int = 0,
        max_id: int = 0,
        min_id: int = 0,
    ) -> UsersPage:
        """Those whom somebody follows, the newest account first.

        `GET /api/friends/list`, with the scope read:follows.
        """
        return self._send(
            api.FriendsList(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                user=user,
                cursor=cursor,
                count=count,
                skip_status=skip_status,
                include_user_entities=include_user_entities,
                since_id=since_id,
                max_id=max_id,
                min_id=min_id,
            )
        )

    def followers_list(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        user: str | None = None,
        cursor: int = -1,
        count: int = 20,
        skip_status: bool = False,
        include_user_entities: bool = True,
        since_id: int = 0,
        max_id: int = 0,
        min_id: int = 0,
    ) -> UsersPage:
        """Those who follow somebody.

        `GET /api/followers/list`, with the scope read:follows.
        """
        return self._send(
            api.FollowersList(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                user=user,
                cursor=cursor,
                count=count,
                skip_status=skip_status,
                include_user_entities=include_user_entities,
                since_id=since_id,
                max_id=max_id,
                min_id=min_id,
            )
        )
