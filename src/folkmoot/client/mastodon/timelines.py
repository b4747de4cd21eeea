"""Timelines, conversations, favourites, bookmarks."""

from __future__ import annotations

import warnings
from typing import Any

from folkmoot.client.mastodon.entities.people import UserList
from folkmoot.client.mastodon.entities.statuses import Conversation, Status
from folkmoot.client.mastodon.errors import MastodonWarning
from folkmoot.client.mastodon.ids import IdType
from folkmoot.client.mastodon.params import bare_tag, in_path, when
from folkmoot.client.mastodon.results import PaginatableList
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.versions import api_version


class Timelines(Versions):
    """Timelines, conversations, favourites, bookmarks."""

    @api_version("1.0.0", "3.1.4")
    def timeline(
        self,
        timeline: str = "home",
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
    ) -> PaginatableList[Status]:
        """Any timeline by name. `GET /api/v1/timelines/home`."""
        self._warn_if_closed(timeline, local, remote)
        if timeline == "local":
            timeline, local = "public", True
        elif timeline.startswith("link?url="):
            return self._timeline(
                "link",
                max_id,
                min_id,
                since_id,
                limit,
                only_media,
                local,
                remote,
                url=timeline.removeprefix("link?url="),
            )
        return self._timeline(timeline, max_id, min_id, since_id, limit, only_media, local, remote)

    @api_version("1.0.0", "3.1.4")
    def timeline_hashtag(
        self,
        hashtag: str,
        local: bool = False,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
        remote: bool = False,
    ) -> PaginatableList[Status]:
        """Hashtag timeline. `GET /api/v1/timelines/tag/:hashtag`."""
        return self.timeline(
            f"tag/{in_path(bare_tag(hashtag))}",
            max_id=max_id,
            min_id=min_id,
            since_id=since_id,
            limit=limit,
            only_media=only_media,
            local=local,
            remote=remote,
        )

    @api_version("1.0.0", "3.1.4")
    def timeline_home(
        self,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
    ) -> PaginatableList[Status]:
        """Home timeline. `GET /api/v1/timelines/home`."""
        return self.timeline(
            "home",
            max_id=max_id,
            min_id=min_id,
            since_id=since_id,
            limit=limit,
            only_media=only_media,
            local=local,
            remote=remote,
        )

    def timeline_link(
        self,
        url: str,
        local: bool = False,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
        remote: bool = False,
    ) -> PaginatableList[Status]:
        """Statuses that speak of a link. `GET /api/v1/timelines/link`."""
        return self.timeline(
            f"link?url={url}",
            max_id=max_id,
            min_id=min_id,
            since_id=since_id,
            limit=limit,
            only_media=only_media,
            local=local,
            remote=remote,
        )

    @api_version("2.1.0", "3.1.4")
    def timeline_list(
        self,
        id: UserList | IdType,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
    ) -> PaginatableList[Status]:
        """List timeline. `GET /api/v1/timelines/list/:list_id`."""
        return self.timeline(
            f"list/{in_path(id)}",
            max_id=max_id,
            min_id=min_id,
            since_id=since_id,
            limit=limit,
            only_media=only_media,
            local=local,
            remote=remote,
        )

    @api_version("1.0.0", "3.1.4")
    def timeline_local(
        self,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
    ) -> PaginatableList[Status]:
        """Local timeline. `GET /api/v1/timelines/public`."""
        return self.timeline(
            "local", max_id=max_id, min_id=min_id, since_id=since_id, limit=limit, only_media=only_media
        )

    @api_version("1.0.0", "3.1.4")
    def timeline_public(
        self,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        only_media: bool = False,
        local: bool = False,
        remote: bool = False,
    ) -> PaginatableList[Status]:
        """Federated timeline. `GET /api/v1/timelines/public`."""
        return self.timeline(
            "public",
            max_id=max_id,
            min_id=min_id,
            since_id=since_id,
            limit=limit,
            only_media=only_media,
            local=local,
            remote=remote,
        )

    @api_version("2.6.0", "2.6.0")
    def conversations(
        self,
        max_id: Conversation | IdType | None = None,
        min_id: Conversation | IdType | None = None,
        since_id: Conversation | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Conversation]:
        """Direct conversations. `GET /api/v1/conversations`."""
        return self._ask(
            PaginatableList[Conversation],
            "GET",
            "/api/v1/conversations/",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("2.6.0", "2.6.0", "2.6.0")
    def conversations_read(self, id: Conversation | IdType) -> Conversation:
        """Mark conversation read. `POST /api/v1/conversations/:id/read`."""
        return self._ask(Conversation, "POST", f"/api/v1/conversations/{in_path(id)}/read")

    @api_version("3.1.0", "3.1.0")
    def bookmarks(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Status]:
        """Own bookmarks. `GET /api/v1/bookmarks`."""
        return self._ask(
            PaginatableList[Status],
            "GET",
            "/api/v1/bookmarks",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.0.0", "2.6.0")
    def favourites(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Status]:
        """Own favourites. `GET /api/v1/favourites`."""
        return self._ask(
            PaginatableList[Status],
            "GET",
            "/api/v1/favourites",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    def _warn_if_closed(self, timeline: str, local: bool, remote: bool) -> None:
        """A warning if the server says that this timeline is closed to us."""
        feed = {"local": "public", "public": "public", "tag": "hashtag", "link": "trending_links"}
        name = feed.get(timeline.partition("/")[0].partition("?")[0])
        known = self.access_token is not None
        if name and not self.timeline_is_available(
            name, local or timeline == "local", remote, with_auth=known
        ):
            text = f"The timeline {timeline} is not open to this user on this server; it may be refused or empty."
            warnings.warn(text, MastodonWarning, stacklevel=5)

    def _timeline(
        self,
        name: str,
        max_id: Any,
        min_id: Any,
        since_id: Any,
        limit: int | None,
        only_media: bool,
        local: bool,
        remote: bool,
        **more: str,
    ) -> PaginatableList[Status]:
        params: dict[str, Any] = {
            "max_id": max_id,
            "min_id": min_id,
            "since_id": since_id,
            "limit": limit,
            **more,
        }
        params |= {"only_media": when(only_media), "local": when(local), "remote": when(remote)}
        return self._ask(PaginatableList[Status], "GET", f"/api/v1/timelines/{name}", params)
