"""Methods about circles, made from friendica/requests_lists of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_lists as api

if TYPE_CHECKING:
    from typing import Any

    from folkmoot.wire.friendica.circle import Group, GroupResult


class CirclesCalls(Service):
    """Circles, which are lists by another name."""

    def friendica_group_show(self, *, gid: int | int | str = 0) -> list[Group]:
        """The caller's circles with those in them; 0 is all of them.

        `GET /api/friendica/group_show`, with the scope read:lists.
        """
        return self._send(api.ShowGroups(gid=str(gid)))

    def friendica_group_create(self, *, name: str | None = None, json: Any = None) -> GroupResult:
        """Make a circle; json holds {"user": [{"cid": 3}]}.

        `POST /api/friendica/group_create`, with the scope write:lists.
        """
        return self._send(api.CreateGroup(name=name, json=json))

    def friendica_group_update(
        self, *, gid: int | str | None = None, name: str | None = None, json: Any = None
    ) -> GroupResult:
        """Let just those of json be in the circle.

        `POST /api/friendica/group_update`, with the scope write:lists.
        """
        return self._send(api.UpdateGroup(gid=None if gid is None else str(gid), name=name, json=json))

    def friendica_group_delete(self, *, gid: int | str | None = None, name: str | None = None) -> GroupResult:
        """Drop a circle; its exact name has to be given beside its id.

        `POST /api/friendica/group_delete`, with the scope write:lists.
        """
        return self._send(api.DeleteGroup(gid=None if gid is None else str(gid), name=name))

    def friendica_circle_show(self, *, gid: int | int | str = 0) -> list[Group]:
        """friendica/group_show under its later name.

        `GET /api/friendica/circle_show`, with the scope read:lists.
        """
        return self._send(api.ShowCircles(gid=str(gid)))

    def friendica_circle_create(self, *, name: str | None = None, json: Any = None) -> GroupResult:
        """friendica/group_create under its later name.

        `POST /api/friendica/circle_create`, with the scope write:lists.
        """
        return self._send(api.CreateCircle(name=name, json=json))

    def friendica_circle_update(
        self, *, gid: int | str | None = None, name: str | None = None, json: Any = None
    ) -> GroupResult:
        """friendica/group_update under its later name.

        `POST /api/friendica/circle_update`, with the scope write:lists.
        """
        return self._send(api.UpdateCircle(gid=None if gid is None else str(gid), name=name, json=json))

    def friendica_circle_delete(
        self, *, gid: int | str | None = None, name: str | None = None
    ) -> GroupResult:
        """friendica/group_delete under its later name.

        `POST /api/friendica/circle_delete`, with the scope write:lists.
        """
        return self._send(api.DeleteCircle(gid=None if gid is None else str(gid), name=name))
