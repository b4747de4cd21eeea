"""Methods about marks, made from friendica/requests_marks of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_marks as api

if TYPE_CHECKING:
    from typing import Any

    from folkmoot.wire.friendica.status import Status


class MarksCalls(Service):
    """The endpoints of reactions: likes, dislikes, who comes; and a post passed on taken back."""

    def friendica_activity(self, verb: str | None = None, id: int | None = None) -> str:
        """React to a post, or with un before the verb take it back.

        `POST /api/friendica/activity/{verb}`, with the scope write:favourites.
        """
        return self._send(api.DoActivity(verb=verb, id=id))

    def statuses_unretweet(self, id: int | None = None, *, trim_user: bool = False) -> Status:
        """Take back that a post was passed on.

        `POST /api/statuses/unretweet/{id}`, with the scope write:statuses.
        """
        return self._send(api.Unretweet(id=id, trim_user=trim_user))

    def friendica_statuses_dislike(self, id: int | None = None) -> dict[str, Any]:
        """Dislike a post; answers as Mastodon's API does.

        `POST /api/friendica/statuses/{id}/dislike`, with the scope write:favourites.
        """
        return self._send(api.DislikeStatus(id=id))

    def friendica_statuses_undislike(self, id: int | None = None) -> dict[str, Any]:
        """Dislike a post no longer; answers as Mastodon's API does.

        `POST /api/friendica/statuses/{id}/undislike`, with the scope write:favourites.
        """
        return self._send(api.UndislikeStatus(id=id))

    def friendica_statuses_disliked_by(self, id: int | None = None) -> list[dict[str, Any]]:
        """Who dislikes a post; answers as Mastodon's API does.

        `GET /api/friendica/statuses/{id}/disliked_by`, with the scope read:accounts.
        """
        return self._send(api.DislikedBy(id=id))
