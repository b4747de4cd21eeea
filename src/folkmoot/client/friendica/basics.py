"""Methods about basics, made from friendica/requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import UnsetType

    from folkmoot.client.forms import FileLike
    from folkmoot.wire.friendica.node import Config
    from folkmoot.wire.friendica.status import Status, User


class BasicsCalls(Service):
    """Posting, timelines, favours, and what the node says of itself."""

    def account_verify_credentials(
        self, *, skip_status: bool = False, include_entities: bool = False
    ) -> User:
        """The caller, with the last public post unless skip_status.

        `GET /api/account/verify_credentials`, with the scope read:accounts.
        """
        return self._send(api.VerifyCredentials(skip_status=skip_status, include_entities=include_entities))

    def statuses_update(
        self,
        *,
        title: str = "",
        status: str | None = None,
        htmlstatus: str | None = None,
        in_reply_to_status_id: int | str | None = None,
        lat: float | None = None,
        long: float | None = None,
        media: Sequence[FileLike] = (),
        media_data: Sequence[str] = (),
        source: str = "api",
        group_allow: Sequence[int | str] | UnsetType = UNSET,
        contact_allow: Sequence[int | str] | UnsetType = UNSET,
        group_deny: Sequence[int | str] | UnsetType = UNSET,
        contact_deny: Sequence[int | str] | UnsetType = UNSET,
        network: str | None = None,
        include_entities: bool = False,
        media_ids: Sequence[int | str] = (),
        circle_allow: Sequence[int | str] | UnsetType = UNSET,
        circle_deny: Sequence[int | str] | UnsetType = UNSET,
    ) -> Status:
        """Post; htmlstatus wins over status.

        The allow and deny lists are numbers, repeated or with commas between: all four absent, the caller's
        default audience; given but empty, public. in_reply_to_status_id is an id, -1 for none, or the uri of the
        parent.

        `POST /api/statuses/update`, with the scope write:statuses.
        """
        return self._send(
            api.UpdateStatus(
                title=title,
                status=status,
                htmlstatus=htmlstatus,
                in_reply_to_status_id=None if in_reply_to_status_id is None else str(in_reply_to_status_id),
                lat=lat,
                long=long,
                media=[upload(file) for file in media],
                media_data=list(media_data),
                source=source,
                group_allow=UNSET if group_allow is UNSET else [str(one) for one in group_allow],
                contact_allow=UNSET if contact_allow is UNSET else [str(one) for one in contact_allow],
                group_deny=UNSET if group_deny is UNSET else [str(one) for one in group_deny],
                contact_deny=UNSET if contact_deny is UNSET else [str(one) for one in contact_deny],
                network=network,
                include_entities=include_entities,
                media_ids=[str(one) for one in media_ids],
                circle_allow=UNSET if circle_allow is UNSET else [str(one) for one in circle_allow],
                circle_deny=UNSET if circle_deny is UNSET else [str(one) for one in circle_deny],
            )
        )

    def statuses_show(
        self, id: int | None = None, *, conversation: str = "", include_entities: bool = False
    ) -> Status | list[Status]:
        """One post, or with any conversation the whole thread, oldest first.

        `GET /api/statuses/show`, with the scope read:statuses.
        """
        return self._send(api.ShowStatus(id=id, conversation=conversation, include_entities=include_entities))

    def statuses_home_timeline(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        exclude_replies: bool = False,
        conversation_id: int = 0,
    ) -> list[Status]:
        """What the caller and those whom she follows wrote, replies too.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/home_timeline`, with the scope read:statuses.
        """
        return self._send(
            api.HomeTimeline(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                exclude_replies=exclude_replies,
                conversation_id=conversation_id,
            )
        )

    def statuses_friends_timeline(
        self,
        id: int | str | None = None,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        exclude_replies: bool = False,
        conversation_id: int = 0,
    ) -> list[Status]:
        """The home timeline under its older name; id, by nick or number, can only be the caller.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/friends_timeline`, with the scope read:statuses.
        """
        return self._send(
            api.FriendsTimeline(
                id=None if id is None else str(id),
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                exclude_replies=exclude_replies,
                conversation_id=conversation_id,
            )
        )

    def statuses_public_timeline(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        exclude_replies: bool = False,
        conversation_id: int = 0,
    ) -> list[Status]:
        """What was written in public on this node.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/public_timeline`, with the scope read:statuses.
        """
        return self._send(
            api.PublicTimeline(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                exclude_replies=exclude_replies,
                conversation_id=conversation_id,
            )
        )

    def statuses_user_timeline(
        self,
        user: str | None = None,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        exclude_replies: bool = False,
        conversation_id: int = 0,
        user_id: int | str | None = None,
        screen_name: str | None = None,
        profileurl: str | None = None,
        id: int | str | None = None,
    ) -> list[Status]:
        """What one person wrote: the caller where nobody is named. user is the nick or id of the path.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statuses/user_timeline`, with the scope read:statuses.
        """
        return self._send(
            api.UserTimeline(
                user=user,
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                exclude_replies=exclude_replies,
                conversation_id=conversation_id,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
                profileurl=profileurl,
                id=None if id is None else str(id),
            )
        )

    def conversation_show(
        self,
        id: int | None = None,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
    ) -> list[Status]:
        """The thread that a post belongs to, newest first.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/conversation/show`, with the scope read:statuses.
        """
        return self._send(
            api.ShowConversation(
                id=id,
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
            )
        )

    def favorites_create(self, id: int | None = None, *, include_entities: bool = False) -> Status:
        """Favour a post.

        `POST /api/favorites/create`, with the scope write:favourites.
        """
        return self._send(api.CreateFavorite(id=id, include_entities=include_entities))

    def favorites_destroy(self, id: int | None = None, *, include_entities: bool = False) -> Status:
        """Favour a post no longer.

        `POST /api/favorites/destroy`, with the scope write:favourites.
        """
        return self._send(api.DestroyFavorite(id=id, include_entities=include_entities))

    def statuses_destroy(self, id: int | None = None, *, include_entities: bool = False) -> Status:
        """Delete one's own post, or take back one that was passed on; answers with the post as it was.

        `POST /api/statuses/destroy`, with the scope write:statuses.
        """
        return self._send(api.DestroyStatus(id=id, include_entities=include_entities))

    def statuses_retweet(self, id: int | None = None, *, include_entities: bool = False) -> Status:
        """Pass a post on.

        `POST /api/statuses/retweet`, with the scope write:statuses.
        """
        return self._send(api.Retweet(id=id, include_entities=include_entities))

    def statusnet_config(self) -> Config:
        """The configuration of the node, which clients ask for before they log in.

        `GET /api/statusnet/config`, for everybody.
        """
        return self._send(api.GetConfig())

    def statusnet_version(self) -> str:
        """The version of GNU Social that the API is like: 0.9.7.

        `GET /api/statusnet/version`, for everybody.
        """
        return self._send(api.GetVersion())

    def help_test(self) -> str:
        """Says ok.

        `GET /api/help/test`, for everybody.
        """
        return self._send(api.HelpTest())
