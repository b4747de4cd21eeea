"""Methods about friendships, made from friendica/requests_people of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_people as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from folkmoot.wire.friendica.page import IdsPage, UsersPage
    from folkmoot.wire.friendica.status import User
    from folkmoot.wire.friendica.user import Connection, Relationship


class FriendshipsCalls(Service):
    """Following, blocking, muting."""

    def friendships_create(
        self,
        id: int | str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        user: str | None = None,
        follow: bool = False,
    ) -> User:
        """Follow, or ask to; with follow also be told of what is posted.

        `POST /api/friendships/create`, with the scope write:follows.
        """
        return self._send(
            api.CreateFriendship(
                id=None if id is None else str(id),
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                user=user,
                follow=follow,
            )
        )

    def friendships_destroy(
        self,
        id: int | str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        user: str | None = None,
    ) -> User:
        """Follow no longer, or take the question back.

        `POST /api/friendships/destroy`, with the scope write:follows.
        """
        return self._send(
            api.DestroyFriendship(
                id=None if id is None else str(id),
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                user=user,
            )
        )

    def friendships_exists(
        self,
        *,
        user_a: str | None = None,
        user_b: str | None = None,
        user_id_a: str | None = None,
        user_id_b: str | None = None,
        screen_name_a: str | None = None,
        screen_name_b: str | None = None,
    ) -> bool:
        """Whether a follows b, each named by id or nick.

        `GET /api/friendships/exists`, with the scope read:follows.
        """
        return self._send(
            api.FriendshipExists(
                user_a=user_a,
                user_b=user_b,
                user_id_a=user_id_a,
                user_id_b=user_id_b,
                screen_name_a=screen_name_a,
                screen_name_b=screen_name_b,
            )
        )

    def friendships_show(
        self,
        *,
        source_id: int | str | None = None,
        source_screen_name: str | None = None,
        target_id: int | str | None = None,
        target_screen_name: str | None = None,
    ) -> Relationship:
        """How two people stand to each other; the first is the caller unless somebody else is named.

        `GET /api/friendships/show`, with the scope read:follows.
        """
        return self._send(
            api.ShowFriendship(
                source_id=None if source_id is None else str(source_id),
                source_screen_name=source_screen_name,
                target_id=None if target_id is None else str(target_id),
                target_screen_name=target_screen_name,
            )
        )

    def friendships_update(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        user: str | None = None,
        device: bool | None = None,
        retweets: bool | None = None,
    ) -> Relationship:
        """Whether to be told of what somebody posts, and whether to see what they pass on.

        `POST /api/friendships/update`, with the scope write:follows.
        """
        return self._send(
            api.UpdateFriendship(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                user=user,
                device=device,
                retweets=retweets,
            )
        )

    def friendships_lookup(
        self, *, user_id: Sequence[int | str] = (), screen_name: Sequence[str] = ()
    ) -> list[Connection]:
        """How the caller stands to up to 100 people.

        `GET /api/friendships/lookup`, with the scope read:follows.
        """
        return self._send(
            api.LookupFriendships(user_id=[str(one) for one in user_id], screen_name=list(screen_name))
        )

    def friendships_incoming(
        self, *, cursor: int = -1, stringify_ids: bool = False, count: int = 20
    ) -> IdsPage:
        """Who asks to follow the caller.

        `GET /api/friendships/incoming`, with the scope read:follows.
        """
        return self._send(api.IncomingFriendships(cursor=cursor, stringify_ids=stringify_ids, count=count))

    def friendships_outgoing(
        self, *, cursor: int = -1, stringify_ids: bool = False, count: int = 5000
    ) -> IdsPage:
        """Whom the caller asked and has no answer of.

        `GET /api/friendships/outgoing`, with the scope read:follows.
        """
        return self._send(api.OutgoingFriendships(cursor=cursor, stringify_ids=stringify_ids, count=count))

    def friendships_no_retweets_ids(self, *, stringify_ids: bool = False) -> list[int]:
        """Whom the caller follows without what they pass on.

        `GET /api/friendships/no_retweets/ids`, with the scope read:follows.
        """
        return self._send(api.QuietFriendships(stringify_ids=stringify_ids))

    def blocks_create(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> User:
        """Block somebody; follows end both ways.

        `POST /api/blocks/create`, with the scope write:blocks.
        """
        return self._send(
            api.CreateBlock(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def blocks_destroy(
        self,
        user: str | None = None,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        include_entities: bool = True,
        skip_status: bool = False,
    ) -> User:
        """Block somebody no longer.

        `POST /api/blocks/destroy`, with the scope write:blocks.
        """
        return self._send(
            api.DestroyBlock(
                user=user,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                include_entities=include_entities,
                skip_status=skip_status,
            )
        )

    def blocks_list(
        self, *, cursor: int = -1, count: int = 20, include_entities: bool = True, skip_status: bool = False
    ) -> UsersPage:
        """Whom the caller blocks; under its older name a bare list.

        `GET /api/blocks/list`, with the scope read:blocks.
        """
        return self._send(
            api.ListBlocks(
                cursor=cursor, count=count, include_entities=include_entities, skip_status=skip_status
            )
        )

    def blocks_ids(self, *, cursor: int = -1, stringify_ids: bool = False, count: int = 5000) -> IdsPage:
        """Ids of those whom the caller blocks; under its older name a bare list.

        `GET /api/blocks/ids`, with the scope read:blocks.
        """
        return self._send(api.BlocksIds(cursor=cursor, stringify_ids=stringify_ids, count=count))

    def mutes_users_create(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        user: str | None = None,
    ) -> User:
        """Hide somebody from the caller's lists.

        `POST /api/mutes/users/create`, with the scope write:mutes.
        """
        return self._send(
            api.CreateMute(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                user=user,
            )
        )

    def mutes_users_destroy(
        self,
        *,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
        user: str | None = None,
    ) -> User:
        """Hide somebody no longer.

        `POST /api/mutes/users/destroy`, with the scope write:mutes.
        """
        return self._send(
            api.DestroyMute(
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
                user=user,
            )
        )

    def mutes_users_list(
        self, *, cursor: int = -1, count: int = 20, include_entities: bool = True, skip_status: bool = False
    ) -> UsersPage:
        """Whom the caller mutes.

        `GET /api/mutes/users/list`, with the scope read:mutes.
        """
        return self._send(
            api.ListMutes(
                cursor=cursor, count=count, include_entities=include_entities, skip_status=skip_status
            )
        )

    def mutes_users_ids(self, *, cursor: int = -1, stringify_ids: bool = False, count: int = 5000) -> IdsPage:
        """Ids of those whom the caller mutes.

        `GET /api/mutes/users/ids`, with the scope read:mutes.
        """
        return self._send(api.MutesIds(cursor=cursor, stringify_ids=stringify_ids, count=count))
