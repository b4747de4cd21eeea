"""Methods about feed, made from groupsio/feed_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import feed_requests as api

if TYPE_CHECKING:
    from folkmoot.wire.groupsio.feed import Feed
    from folkmoot.wire.groupsio.result import ListEnvelope


class FeedCalls(Service):
    """The calls that gather what is new in groups."""

    def get_feed(self, *, limit: int = 10, page_token: int = 0) -> ListEnvelope[Feed]:
        """What is new in each of the caller's groups, one feed a group.

        `GET /api/v1/getfeed`.
        """
        return self._send(api.GetFeed(limit=limit, page_token=page_token))

    def get_single_feed(self, *, group_id: int | None = None, group_name: str | None = None) -> Feed:
        """What is new in one group.

        `GET /api/v1/getsinglefeed`.
        """
        return self._send(api.GetSingleFeed(group_id=group_id, group_name=group_name))
