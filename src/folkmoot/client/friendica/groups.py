"""Methods about groups, made from friendica/requests_groups of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_groups as api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from folkmoot.wire.friendica.circle import GSGroup
    from folkmoot.wire.friendica.event import EventCreated, EventDeleted, IsMember
    from folkmoot.wire.friendica.notification import Event
    from folkmoot.wire.friendica.status import Status, User


class GroupsCalls(Service):
    """Endpoints of GNU Social's groups, and of events."""

    def statusnet_groups_timeline(
        self,
        id: int | str | None = None,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        group_id: int | str | None = None,
        group_name: str | None = None,
    ) -> list[Status]:
        """What was posted to a group.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statusnet/groups/timeline/{id}`, with the scope read:statuses.
        """
        return self._send(
            api.GroupTimeline(
                id=None if id is None else str(id),
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
            )
        )

    def statusnet_groups_show(
        self, id: int | str | None = None, *, group_id: int | str | None = None, group_name: str | None = None
    ) -> GSGroup:
        """One group.

        `GET /api/statusnet/groups/show/{id}`, with the scope read:accounts.
        """
        return self._send(
            api.ShowGroup(
                id=None if id is None else str(id),
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
            )
        )

    def statusnet_groups_create(
        self,
        *,
        id: int | str | None = None,
        nickname: str | None = None,
        full_name: str | None = None,
        homepage: str | None = None,
        description: str | None = None,
        location: str | None = None,
        aliases: str | None = None,
    ) -> GSGroup:
        """Make a group that the caller owns.

        `POST /api/statusnet/groups/create`, with the scope write:accounts.
        """
        return self._send(
            api.CreateCommunity(
                id=None if id is None else str(id),
                nickname=nickname,
                full_name=full_name,
                homepage=homepage,
                description=description,
                location=location,
                aliases=aliases,
            )
        )

    def statusnet_groups_join(
        self, id: int | str | None = None, *, group_id: int | str | None = None, group_name: str | None = None
    ) -> GSGroup:
        """Join a group, or ask to.

        `POST /api/statusnet/groups/join/{id}`, with the scope write:follows.
        """
        return self._send(
            api.JoinGroup(
                id=None if id is None else str(id),
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
            )
        )

    def statusnet_groups_leave(
        self, id: int | str | None = None, *, group_id: int | str | None = None, group_name: str | None = None
    ) -> GSGroup:
        """Leave a group.

        `POST /api/statusnet/groups/leave/{id}`, with the scope write:follows.
        """
        return self._send(
            api.LeaveGroup(
                id=None if id is None else str(id),
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
            )
        )

    def statusnet_groups_list(
        self,
        id: int | str | None = None,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        user_id: int | str | None = None,
        screen_name: str | None = None,
    ) -> list[GSGroup]:
        """The groups that somebody is in; the caller's where nobody is named.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statusnet/groups/list/{id}`, with the scope read:follows.
        """
        return self._send(
            api.ListGroups(
                id=None if id is None else str(id),
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
            )
        )

    def statusnet_groups_list_all(
        self,
        *,
        count: int = 20,
        page: int = 1,
        since_id: int = 0,
        max_id: int = 0,
        include_entities: bool = False,
        id: int | str | None = None,
    ) -> list[GSGroup]:
        """All groups that the caller may know of, the newest first.

        Lists, newest first: ids above since_id, up to and with max_id, page counted from 1.

        `GET /api/statusnet/groups/list_all`, with the scope read:accounts.
        """
        return self._send(
            api.ListAllGroups(
                count=count,
                page=page,
                since_id=since_id,
                max_id=max_id,
                include_entities=include_entities,
                id=None if id is None else str(id),
            )
        )

    def statusnet_groups_membership(
        self,
        id: int | str | None = None,
        *,
        group_id: int | str | None = None,
        group_name: str | None = None,
        count: int = 20,
        page: int = 1,
    ) -> list[User]:
        """Who is in a group, the newest member first.

        `GET /api/statusnet/groups/membership/{id}`, with the scope read:accounts.
        """
        return self._send(
            api.GroupMembership(
                id=None if id is None else str(id),
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
                count=count,
                page=page,
            )
        )

    def statusnet_groups_admins(
        self,
        id: int | str | None = None,
        *,
        group_id: int | str | None = None,
        group_name: str | None = None,
        count: int = 20,
        page: int = 1,
    ) -> list[User]:
        """Who moderates a group.

        `GET /api/statusnet/groups/admins/{id}`, with the scope read:accounts.
        """
        return self._send(
            api.GroupAdmins(
                id=None if id is None else str(id),
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
                count=count,
                page=page,
            )
        )

    def statusnet_groups_is_member(
        self,
        id: int | str | None = None,
        *,
        group_id: int | str | None = None,
        group_name: str | None = None,
        user_id: int | str | None = None,
        screen_name: str | None = None,
    ) -> IsMember:
        """Whether somebody is in a group; the caller where nobody is named.

        `GET /api/statusnet/groups/is_member`, with the scope read:accounts.
        """
        return self._send(
            api.IsGroupMember(
                id=None if id is None else str(id),
                group_id=None if group_id is None else str(group_id),
                group_name=group_name,
                user_id=None if user_id is None else str(user_id),
                screen_name=screen_name,
            )
        )

    def friendica_events(self, *, since_id: int = 0, count: int = 50) -> list[Event]:
        """Events beyond since_id in the calendars of the caller and the caller's groups, the oldest first.

        `GET /api/friendica/events`, with the scope read:statuses.
        """
        return self._send(api.ListEvents(since_id=since_id, count=count))

    def friendica_event_create(
        self,
        *,
        id: int = 0,
        name: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        desc: str = "",
        place: str = "",
        publish: bool = False,
        allow_cid: Sequence[int | str] = (),
        allow_gid: Sequence[int | str] = (),
        deny_cid: Sequence[int | str] = (),
        deny_gid: Sequence[int | str] = (),
    ) -> EventCreated:
        """Put an event into the calendar of the group that allow_cid names, else the caller's own; an id changes one.

        With publish a post announces it: in the group, or to those whom the four lists name, or to everybody.

        `POST /api/friendica/event_create`, with the scope write:statuses.
        """
        return self._send(
            api.CreateEvent(
                id=id,
                name=name,
                start_time=start_time,
                end_time=end_time,
                desc=desc,
                place=place,
                publish=publish,
                allow_cid=[str(one) for one in allow_cid],
                allow_gid=[str(one) for one in allow_gid],
                deny_cid=[str(one) for one in deny_cid],
                deny_gid=[str(one) for one in deny_gid],
            )
        )

    def friendica_event_delete(self, *, id: int | None = None) -> EventDeleted:
        """Take an event away.

        `POST /api/friendica/event_delete`, with the scope write:statuses.
        """
        return self._send(api.DeleteEvent(id=id))
